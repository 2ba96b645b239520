"""The commands. Exit codes: 0 fine, 1 findings or failed, 2 wrong usage, 3 a needed tool is missing."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from . import drift, github, markdown, preview
from .check import check_stack_file
from .stack_file import StackFile

app = typer.Typer(
    help="What a change of hosted agents means, for pull requests.", no_args_is_help=True, add_completion=False
)

FINDINGS, WRONG_USAGE = 1, 2


class Format(str, Enum):
    """How a summary is written."""

    MARKDOWN = "markdown"
    ANNOTATIONS = "annotations"
    TEXT = "text"


@app.callback()
def _foundry_agents() -> None:
    """Makes the commands subcommands, even while there is one only."""


@app.command()
def summary(
    file: Annotated[str, typer.Argument(help="Output of `pulumi preview --json --show-sames`; - for stdin.")] = "-",
    format_: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.MARKDOWN,
    stack_file: Annotated[
        Path | None,
        typer.Option(help="File that annotations point to. Default: stacks/Pulumi.<stack>.yaml"),
    ] = None,
) -> None:
    """Say in words what a preview would do. Exits with 1 if the preview failed."""
    try:
        seen = preview.read(_text_of(file))
    except (OSError, UnicodeDecodeError, preview.NotAPreview) as error:
        typer.echo(f"{file}: {error}", err=True)
        raise typer.Exit(WRONG_USAGE) from None
    if format_ is Format.MARKDOWN:
        text = markdown.render(seen)
    elif format_ is Format.TEXT:
        text = "".join(f"{line}\n" for agent in seen.changing for line in agent.description.lines())
    else:
        text = github.render(seen, stack_file or Path("stacks") / f"Pulumi.{seen.stack}.yaml")
    typer.echo(text, nl=False)
    raise typer.Exit(FINDINGS if seen.failed else 0)


@app.command("drift")
def drift_(
    file: Annotated[str, typer.Argument(help="Streamed events of a refresh; - for stdin.")] = "-",
) -> None:
    """Say in words what is not as the state records it, as Markdown. Exits with 1 if there is such a thing.

    The events come from PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1 pulumi refresh --preview-only --json
    """
    try:
        seen = drift.read(_text_of(file))
    except (OSError, UnicodeDecodeError, preview.NotAPreview) as error:
        typer.echo(f"{file}: {error}", err=True)
        raise typer.Exit(WRONG_USAGE) from None
    typer.echo(drift.render(seen), nl=False)
    raise typer.Exit(FINDINGS if seen.drifted or seen.failed else 0)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Stack files, such as stacks/Pulumi.dev.yaml.")],
    format_: Annotated[Format, typer.Option("--format", help="text or annotations.")] = Format.TEXT,
) -> None:
    """Check stack files without credentials, network or Pulumi. Exits with 1 if one would be refused."""
    refused = False
    for file in files:
        try:
            stack = StackFile.read(file)
        except ValueError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(WRONG_USAGE) from None
        findings = check_stack_file(stack)
        refused = refused or any(finding.severity == "error" for finding in findings)
        if format_ is Format.ANNOTATIONS:
            lines = list(github.of_findings(findings, stack))
        else:
            lines = [f"{file}: {finding.severity}: {_place(finding)}{finding.message}" for finding in findings]
        for line in lines:
            typer.echo(line)
    raise typer.Exit(FINDINGS if refused else 0)


def _place(finding: preview.Finding) -> str:
    return f"{finding.path}: " if finding.path else ""


def _text_of(file: str) -> str:
    return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")


def main() -> None:
    """What the console script runs."""
    app(prog_name="foundry-agents")


if __name__ == "__main__":
    main()
