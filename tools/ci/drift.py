"""Looks for what is not as the state records it, without changing anything.

    python -m tools.ci.drift STACK [--issue] [--out FOLDER]

Writes `drift-<stack>.md`. Exits with 1 if there is drift; with `--issue`, on GitHub, it opens an issue in place of
that, edits the open one while the drift lasts, and closes it when it is gone.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from foundry_agents.cli import drift as drift_summary
from tools.ci import github
from tools.ci.program import pulumi
from tools.ci.report import publish
from tools.step import StepError, exit_with


def parser() -> argparse.ArgumentParser:
    """The command line."""
    described = argparse.ArgumentParser(description="Look for what is not as the state records it.")
    described.add_argument("stack")
    described.add_argument("--issue", action="store_true", help="keep an issue about it on GitHub")
    described.add_argument("--out", type=Path, default=Path("ci-out"))
    return described


def main() -> None:
    arguments = parser().parse_args()
    found = look(arguments.stack)
    text = drift_summary.render(found)
    publish(text, arguments.out / f"drift-{arguments.stack}.md")
    if found.failed:
        raise StepError(f"Not everything in the stack {arguments.stack} could be looked at; the reasons are above.")
    if arguments.issue:
        title = f"Drift in the stack {arguments.stack}"
        github.keep_issue(drift_summary.marker(arguments.stack), title, text if found.drifted else None)
    elif found.drifted:
        raise StepError(f"The stack {arguments.stack} is not as its state records.")


def look(stack: str) -> drift_summary.Drift:
    """What a refresh would change in the state."""
    streamed = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "1"}
    done = pulumi("refresh", "--stack", stack, "--preview-only", "--json", **streamed)
    try:
        return drift_summary.read(done.output)
    except ValueError as error:
        raise StepError(f"The drift of the stack {stack} cannot be seen; the reason is above.") from error


if __name__ == "__main__":
    exit_with(main)
