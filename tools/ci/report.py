"""Where a run's results go: files, the run's own page, and the lines of the stack's file."""

from __future__ import annotations

import os
from pathlib import Path


def on_github() -> bool:
    """Whether this is a run of GitHub Actions."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def on_azure_pipelines() -> bool:
    """Whether this is a run of Azure Pipelines."""
    return os.environ.get("TF_BUILD") == "True"


def publish(markdown: str, file: Path) -> None:
    """Write the file, and show it on the page of the run; where there is none, print it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(markdown, encoding="utf-8")
    page = os.environ.get("GITHUB_STEP_SUMMARY")
    if page:
        with Path(page).open("a", encoding="utf-8") as summary:
            summary.write(markdown + "\n")
    elif on_azure_pipelines():
        print(f"##vso[task.uploadsummary]{file.resolve()}")
    else:
        print(markdown)
