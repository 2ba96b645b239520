"""The commands. Exit codes: 0 fine, 1 findings or failed, 2 wrong usage, 3 a needed tool is missing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from . import drift, github, markdown, preview, recover
from .check import check_stack_file
from .ci.main import QUESTION
from .ci.main import app as ci_app
from .errors import FAILED, INTERRUPTED, WRONG_USAGE, CommandError
from .stack_file import StackFile

_Read = TypeVar("_Read")

app = typer.Typer(
    help="Tools for stacks with Microsoft Foundry hosted agents.",
    epilog="Exit codes: 0 success, 1 findings or failure, 2 wrong usage, 3 a required tool is missing.",
    no_args_is_help=True,
    add_completion=False,
)
app.add_typer(ci_app, name="ci")


class Format(str, Enum):
    """How a summary is written."""

    MARKDOWN = "markdown"
    ANNOTATIONS = "annotations"
    TEXT = "text"


@app.command()
def summary(
    file: Annotated[
        str, typer.Argument(help="Output of `pulumi preview --json --show-sames`. `-` reads standard input.")
    ] = "-",
    format_: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.MARKDOWN,
    stack_file: Annotated[
        Path | None,
        typer.Option(help="File that annotations point to. Default: stacks/Pulumi.<stack>.yaml"),
    ] = None,
) -> None:
    """Explain what a preview changes. Exits with 1 if the preview failed."""
    seen = _read(file, preview.read)
    if format_ is Format.MARKDOWN:
        text = markdown.render(seen)
    elif format_ is Format.TEXT:
        lines = [line for agent in seen.changing for line in agent.description.lines()]
        text = "".join(f"{line}\n" for line in [*lines, *(other.outcome for other in seen.others if other.outcome)])
    else:
        text = github.render(seen, stack_file or Path("stacks") / f"Pulumi.{seen.stack}.yaml")
    typer.echo(text, nl=False)
    raise typer.Exit(FAILED if seen.failed else 0)


@app.command("drift")
def drift_(
    file: Annotated[str, typer.Argument(help="Streamed events of a refresh. `-` reads standard input.")] = "-",
) -> None:
    """Report drift as Markdown: resources that differ from the state. Exits with 1 if there is drift.

    The events come from PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1 pulumi refresh --preview-only --json
    """
    seen = _read(file, drift.read)
    typer.echo(drift.render(seen), nl=False)
    raise typer.Exit(FAILED if seen.drifted or seen.failed else 0)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Stack files, such as stacks/Pulumi.dev.yaml.")],
    format_: Annotated[Format, typer.Option("--format", help="text or annotations.")] = Format.TEXT,
) -> None:
    """Check stack files without credentials, network or Pulumi. Exits with 1 if `pulumi up` would reject one."""
    refused = False
    for file in files:
        try:
            stack = StackFile.read(file)
        except ValueError as error:
            raise CommandError(str(error), exit_code=WRONG_USAGE) from None
        findings = check_stack_file(stack)
        refused = refused or any(finding.severity == "error" for finding in findings)
        if format_ is Format.ANNOTATIONS:
            lines = list(github.of_findings(findings, stack))
        else:
            lines = [f"{file}: {finding.severity}: {_place(finding)}{finding.message}" for finding in findings]
        for line in lines:
            typer.echo(line)
    raise typer.Exit(FAILED if refused else 0)


@app.command("recover")
def recover_(
    stack: Annotated[str, typer.Argument(help="Name of the stack.", show_default=False)],
    cancel: Annotated[
        bool,
        typer.Option("--cancel", help="Take the lock of a run on another machine. Make sure that run has ended."),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the result only.")] = False,
) -> None:
    """Recover a stack after a run of Pulumi that was killed.

    Brings the stack up with a refresh, cancels the killed run if it still holds the lock, and clears pending
    operations. Repeating it does no harm.
    """
    tell = (lambda _line: None) if quiet else typer.echo
    recover.recover(recover.on_stack(stack, quiet=quiet), tell, cancel=cancel)
    typer.echo(f"Stack {stack} is up to date, and no operation is pending.")


@app.command("ask")
def ask_(
    project_endpoint: Annotated[str, typer.Argument(help="Endpoint of the Foundry project.", show_default=False)],
    agents: Annotated[list[str], typer.Argument(help="Names of agents.", show_default=False)],
    question: Annotated[str, typer.Option(help="What to ask.")] = QUESTION,
) -> None:
    """Ask agents a question, each through its own endpoint. Exits with 1 if one does not answer."""
    from .ask import ask  # noqa: PLC0415 - imports the Azure SDK, which no other command needs

    for agent, answer in ask(project_endpoint, agents, question):
        typer.echo(f"{agent}: {answer}")


def main() -> None:
    """What the console script runs."""
    try:
        app(prog_name="foundry-agents")
    except CommandError as error:
        typer.secho(str(error), err=True, fg=typer.colors.RED if _colored() else None)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _read(file: str, read: Callable[[str], _Read]) -> _Read:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        return read(text)
    except (OSError, UnicodeDecodeError, preview.NotAPreview) as error:
        raise CommandError(f"{file}: {error}", exit_code=WRONG_USAGE) from None


def _place(finding: preview.Finding) -> str:
    return f"{finding.path}: " if finding.path else ""


def _colored() -> bool:
    return sys.stderr.isatty() and "NO_COLOR" not in os.environ


if __name__ == "__main__":
    main()
