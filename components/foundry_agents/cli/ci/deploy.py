"""Brings a stack up, and reports which versions serve."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .program import operate, outputs
from .report import publish


def deploy(stack: str, out: Path) -> None:
    """Run `pulumi up` and write `deploy-<stack>.md`.

    `pulumi up` itself verifies each new version before it gets traffic, and rolls back if verification fails.
    """
    operate("up", "--stack", stack)
    text = f"### Stack `{stack}` is up\n\n{table(outputs(stack).get('agents') or {})}"
    publish(text, out / f"deploy-{stack}.md")


def table(agents: dict[str, dict[str, Any]]) -> str:
    """The agents as a Markdown table."""
    rows = [f"| {name} | {agent['version']} | `{agent['image']}` |" for name, agent in sorted(agents.items())]
    return "\n".join(["| agent | version | image |", "|---|---|---|", *rows, ""])
