"""Puts Markdown files on the pull request, each as a comment that is edited the next time.

    python -m tools.ci.comment FILE…

The first line of a file is the hidden one by which its comment is found. A file that is not there is left out: the
step that writes it may have failed earlier.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.ci import azure_repos, github
from tools.ci.report import on_azure_pipelines
from tools.step import exit_with


def parser() -> argparse.ArgumentParser:
    """The command line."""
    described = argparse.ArgumentParser(description="Put Markdown files on the pull request.")
    described.add_argument("files", nargs="+", type=Path)
    return described


def main() -> None:
    keep = azure_repos.keep_comment if on_azure_pipelines() else github.keep_comment
    for file in parser().parse_args().files:
        if file.exists():
            keep(file.read_text(encoding="utf-8"))
            print(f"{file} is on the pull request")
        else:
            print(f"{file} is not there")


if __name__ == "__main__":
    exit_with(main)
