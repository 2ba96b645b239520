"""Writes docs/definition.md from the tables of the inputs of agents, toolboxes and tools."""

from __future__ import annotations

import re
from pathlib import Path

from foundry_agents.lifecycle.inputs import toolbox as toolbox_definition
from foundry_agents.lifecycle.inputs.agent import FIELDS
from foundry_agents.lifecycle.inputs.schema import Field
from foundry_agents.lifecycle.inputs.secret_variables import FIELD as SECRET_VARIABLES
from foundry_agents.lifecycle.inputs.tools.types import COMMON_KEYS, TOOLS, UNCHECKED_TYPES, Key

DOCUMENT = Path(__file__).parents[2] / "docs" / "definition.md"

_HEAD = """# An agent's definition

Every key of an agent, in the stack configuration below `agents.<name>` and in a program. This page is made from
`components/foundry_agents/lifecycle/definition.py` by `make docs`.

`agent_name`, `project_endpoint`, `registry`, `registry_id` and `pull_principal_id` are set by `AgentEnvironment`; a
program that uses `HostedAgent` alone sets them itself. Keys marked † are part of the definition: a change of them makes
a new version.

| key | type | default | limits | what it is | source |
|---|---|---|---|---|---|
"""


_TOOLBOX_HEAD = """
# A toolbox's definition

Every key of a `Toolbox`. Of the toolbox that an agent's `tools` make, `toolbox_name` is `<agent>-tools`, and the others
are the agent's where it has them too. Keys marked † are part of the definition: a change of them makes a new version,
which becomes the default.

| key | type | default | limits | what it is | source |
|---|---|---|---|---|---|
"""

_TOOLS_HEAD = f"""
# Tools

Each tool is a map with its `type`, or the type alone. These types are passed on with a warning and without a check of
their keys: {", ".join(f"`{kind}`" for kind in UNCHECKED_TYPES)}. Source of all: azure-ai-projects 2.10.

| type | key | type of the value | limits | what it is |
|---|---|---|---|---|
"""

_MARKUP = re.compile(r"[\\*<>\[\]~|]")


def text() -> str:
    """The page."""
    names = [field.name for field in FIELDS]
    place = names.index("environment_variables") + 1
    fields = [*FIELDS[:place], SECRET_VARIABLES, *FIELDS[place:]]
    agent = _HEAD + "".join(row for field in fields for row in _rows(field, field.name))
    toolbox = _TOOLBOX_HEAD + "".join(row for field in toolbox_definition.FIELDS for row in _rows(field, field.name))
    tools = "".join(_tool_row(kind, key) for kind, keys in TOOLS.items() for key in keys)
    return agent + toolbox + _TOOLS_HEAD + "".join(_tool_row("", key) for key in COMMON_KEYS) + tools


def _tool_row(kind: str, key: Key) -> str:
    limits = "; ".join(filter(None, ["required" if key.required else "", key.limits]))
    cells = map(_escaped, (key.type, limits, key.description))
    return f"| {' | '.join([f'`{kind}`' if kind else 'all', f'`{key.name}`', *cells])} |\n"


def _rows(field: Field, path: str) -> list[str]:
    mark = " †" if field.in_definition else ""
    source = field.source or "this package"
    cells = map(_escaped, (field.type, _default(field), field.limits, field.description, source))
    row = f"| {' | '.join([f'`{path}`{mark}', *cells])} |\n"
    inside = f"{path}[]" if field.type.startswith("list") else path
    return [row, *(more for part in field.parts for more in _rows(part, f"{inside}.{part.name}"))]


def _default(field: Field) -> str:
    if field.required:
        return "required"
    if field.default is None:
        return ""
    return str(field.default).lower() if isinstance(field.default, bool) else str(field.default)


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is, but for `code`, which stays code."""
    parts = re.split("(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else _MARKUP.sub(r"\\\g<0>", part) for part in parts)


if __name__ == "__main__":
    DOCUMENT.write_text(text())
