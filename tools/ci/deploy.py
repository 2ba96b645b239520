"""Brings a stack to what its file says, and shows which versions serve then.

    python -m tools.ci.deploy STACK [--out FOLDER]

`pulumi up` itself proves each new version before it gets traffic, and goes back if it fails.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tools.ci.program import outputs, pulumi_aloud
from tools.ci.report import publish
from tools.step import exit_with


def parser() -> argparse.ArgumentParser:
    """The command line."""
    described = argparse.ArgumentParser(description="Bring a stack up.")
    described.add_argument("stack")
    described.add_argument("--out", type=Path, default=Path("ci-out"))
    return described


def main() -> None:
    arguments = parser().parse_args()
    pulumi_aloud("up", "--stack", arguments.stack, "--yes", "--skip-preview", "--suppress-outputs")
    text = f"### Stack `{arguments.stack}` is up\n\n{table(outputs(arguments.stack).get('agents') or {})}"
    publish(text, arguments.out / f"deploy-{arguments.stack}.md")


def table(agents: dict[str, dict[str, Any]]) -> str:
    """The agents as Markdown."""
    rows = [f"| {name} | {agent['version']} | `{agent['image']}` |" for name, agent in sorted(agents.items())]
    return "\n".join(["| agent | version | image |", "|---|---|---|", *rows, ""])


if __name__ == "__main__":
    exit_with(main)
