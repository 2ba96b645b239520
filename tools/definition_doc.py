"""Writes docs/definition.md from the table of an agent's inputs."""

from __future__ import annotations

from pathlib import Path

from foundry_agents.lifecycle.definition import FIELDS, Field

DOCUMENT = Path(__file__).parents[1] / "docs" / "definition.md"

_HEAD = """# An agent's definition

Every key of an agent, in the stack configuration below `agents.<name>` and in a program. This page is made from
`components/foundry_agents/lifecycle/definition.py` by `make docs`.

`agent_name`, `project_endpoint` and `registry` are set by `AgentEnvironment`; a program that uses `HostedAgent`
alone sets them itself. Keys marked † are part of the definition: a change of them makes a new version.

| key | type | default | limits | what it is | source |
|---|---|---|---|---|---|
"""


def text() -> str:
    """The page."""
    return _HEAD + "".join(map(_row, FIELDS))


def _row(field: Field) -> str:
    default = "required" if field.required else "" if field.default is None else f"{field.default}"
    mark = " †" if field.in_definition else ""
    cells = (f"`{field.name}`{mark}", field.type, default, field.limits, field.description, field.source)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    DOCUMENT.write_text(text())
