"""Where results go: a file, and the summary page of the run."""

from __future__ import annotations

import os
from pathlib import Path

import typer


def on_github() -> bool:
    """Whether this runs on GitHub Actions."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def on_azure_pipelines() -> bool:
    """Whether this runs on Azure Pipelines."""
    return os.environ.get("TF_BUILD") == "True"


def publish(markdown: str, file: Path) -> None:
    """Write the file, and show it on the summary page of the run, or print it where there is none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(markdown, encoding="utf-8")
    page = os.environ.get("GITHUB_STEP_SUMMARY")
    if page:
        with Path(page).open("a", encoding="utf-8") as summary:
            summary.write(markdown + "\n")
    elif on_azure_pipelines():
        typer.echo(f"##vso[task.uploadsummary]{file.resolve()}")
    else:
        typer.echo(markdown)
