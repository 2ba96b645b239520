"""Looks for drift: resources that differ from what the state records. Changes nothing."""

from __future__ import annotations

from pathlib import Path

from .. import drift as drift_summary
from ..errors import CommandError
from ..pulumi_command import run
from . import github
from .report import publish


def drift(stack: str, out: Path, *, issue: bool) -> None:
    """Write `drift-<stack>.md`, and fail if there is drift.

    :param issue: Instead of failing, open an issue on GitHub, edit it while the drift lasts, and close it afterwards.
    """
    found = look(stack)
    text = drift_summary.render(found)
    publish(text, out / f"drift-{stack}.md")
    if found.failed:
        raise CommandError(f"Some resources of stack {stack} cannot be read; the reasons are above.")
    if issue:
        title = f"Drift in the stack {stack}"
        github.keep_issue(drift_summary.marker(stack), title, text if found.drifted else None)
    elif found.drifted:
        raise CommandError(f"Stack {stack} has drifted from its state.")


def look(stack: str) -> drift_summary.Drift:
    """What a refresh would change in the state."""
    streamed = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "1"}
    ran = run("refresh", "--stack", stack, "--preview-only", "--json", **streamed)
    try:
        return drift_summary.read(ran.output)
    except ValueError as error:
        raise CommandError(f"The drift of stack {stack} cannot be determined; the reason is above.") from error
