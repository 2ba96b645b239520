"""Puts Markdown files on the pull request, each as one comment that later runs edit."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import typer

from . import azure_repos, github
from .report import on_azure_pipelines


def comment(files: Iterable[Path]) -> None:
    """Write or edit a comment for each file. The first line of a file is hidden and identifies the comment.

    A file that does not exist is skipped: the step that writes it may have failed earlier.
    """
    keep = azure_repos.keep_comment if on_azure_pipelines() else github.keep_comment
    for file in files:
        if file.exists():
            keep(file.read_text(encoding="utf-8"))
            typer.echo(f"{file} is on the pull request.")
        else:
            typer.echo(f"{file} does not exist; skipped.")
