"""The commands of `foundry-agents ci`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from . import comment, deploy, drift, preview, preview_environment, proved

QUESTION = "Are you there?"

app = typer.Typer(
    help="Steps for pipelines, on GitHub Actions and Azure Pipelines. Run them in the directory of the program.",
    no_args_is_help=True,
)
environment = typer.Typer(help="Make or remove the preview environment of a pull request.", no_args_is_help=True)
app.add_typer(environment, name="preview-environment")


def pull_request_number(text: str) -> int:
    """Nothing but a number names a preview environment, so that no other stack is ever destroyed."""
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise typer.BadParameter(f"{text!r} is not the number of a pull request")
    return int(text)


Stack = Annotated[str, typer.Argument(help="Name of the stack.", show_default=False)]
Out = Annotated[Path, typer.Option(help="Directory for the files that the command writes.")]
Number = Annotated[
    int,
    typer.Argument(
        parser=pull_request_number, metavar="NUMBER", help="Number of the pull request.", show_default=False
    ),
]
_OUT = Path("ci-out")


@app.command("preview")
def preview_(
    stack: Stack,
    drift: Annotated[bool, typer.Option("--drift", help="Also report drift. Drift does not fail the command.")] = False,
    out: Out = _OUT,
) -> None:
    """Preview a stack and explain what changes.

    Writes preview-STACK.json, Pulumi's own output, and preview-STACK.md, the comment. On GitHub it also annotates the
    stack file. Exits with 1 if the preview failed.
    """
    preview.preview(stack, out, drift=drift)


@app.command("comment")
def comment_(
    files: Annotated[list[Path], typer.Argument(help="Markdown files, such as ci-out/preview-dev.md.")],
) -> None:
    """Put Markdown files on the pull request, each as one comment that later runs edit.

    The first line of a file is hidden and identifies the comment. A file that does not exist is skipped.
    """
    comment.comment(files)


@app.command("deploy")
def deploy_(stack: Stack, out: Out = _OUT) -> None:
    """Bring a stack up, and write deploy-STACK.md with the versions that serve."""
    deploy.deploy(stack, out)


@app.command("proved")
def proved_(
    proving: Annotated[str, typer.Argument(help="Stack that runs the images.", show_default=False)],
    target: Annotated[str, typer.Argument(help="Stack that is to get them.", show_default=False)],
) -> None:
    """Check that every image of the target stack serves in the proving stack, by digest.

    Exits with 1 if an image has no digest or is not proved.
    """
    proved.proved(proving, target)


@app.command("drift")
def drift_(
    stack: Stack,
    issue: Annotated[
        bool, typer.Option("--issue", help="Instead of failing, keep an issue on GitHub while there is drift.")
    ] = False,
    out: Out = _OUT,
) -> None:
    """Look for resources that differ from the state, and write drift-STACK.md. Changes nothing.

    Exits with 1 if there is drift.
    """
    drift.drift(stack, out, issue=issue)


@environment.command("up")
def environment_up(
    number: Number,
    base: Annotated[str, typer.Option(help="Stack whose project and registry are shared.", show_default=False)],
    question: Annotated[str, typer.Option(help="What to ask the agents.")] = QUESTION,
    out: Out = _OUT,
) -> None:
    """Make the environment or bring it up to date, ask its agents, and write environment.md."""
    preview_environment.up(number, base, question, out)


@environment.command("destroy")
def environment_destroy(number: Number) -> None:
    """Remove the agents and the stack of the pull request."""
    preview_environment.destroy(number)
