"""Previews a stack for a pull request: a comment, annotations on the stack file, and the summary of the run."""

from __future__ import annotations

from pathlib import Path

import typer

from .. import drift as drift_summary
from .. import github, markdown
from .. import preview as preview_summary
from ..errors import CommandError
from ..pulumi_command import run
from .drift import look
from .program import stack_file
from .report import on_github, publish


def preview(stack: str, out: Path, *, drift: bool) -> None:
    """Write `preview-<stack>.json`, Pulumi's own output, and `preview-<stack>.md`, the comment.

    Writes to no service and to no state.

    :param drift: Also report drift, which does not fail the command.
    :raises CommandError: if the preview failed.
    """
    ran = run("preview", "--stack", stack, "--json", "--show-sames")
    out.mkdir(parents=True, exist_ok=True)
    (out / f"preview-{stack}.json").write_text(ran.output, encoding="utf-8")
    try:
        seen = preview_summary.read(ran.output)
    except preview_summary.NotAPreview as error:
        raise CommandError(f"Stack {stack} cannot be previewed; the reason is above.") from error
    text = markdown.render(seen, stack)
    if drift:
        text += "\n" + _drift(stack)
    publish(text, out / f"preview-{stack}.md")
    if on_github():
        typer.echo(github.render(seen, stack_file(stack)), nl=False)
    if ran.code or seen.failed:
        raise CommandError(f"The preview of stack {stack} failed.")


def _drift(stack: str) -> str:
    """The drift. Where the identity cannot read all resources, the comment says so and keeps its other parts."""
    try:
        text = drift_summary.render(look(stack))
    except CommandError as error:
        return f"### Drift\n\n{error}\n"
    return text.partition("\n")[2]  # without the hidden line, which identifies an issue
