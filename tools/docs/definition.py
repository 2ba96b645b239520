"""Generates docs/definition.md from the declarations of the inputs of agents, toolboxes and tools."""

from __future__ import annotations

from pathlib import Path

from foundry_agents.lifecycle.inputs import agent, toolbox
from foundry_agents.lifecycle.inputs.protection import FIELD as PROTECT
from foundry_agents.lifecycle.inputs.schema import Field, OnChange, names_of
from foundry_agents.lifecycle.inputs.secret_variables import FIELD as SECRET_VARIABLES
from foundry_agents.lifecycle.inputs.tools.types import COMMON_KEYS, TOOLS, UNCHECKED_TYPES
from foundry_agents.lifecycle.inputs.types import ListOf
from tools.docs.field_words import default, description, limits
from tools.docs.markdown import escaped

DOCUMENT = Path(__file__).parents[2] / "docs" / "definition.md"

_HEAD = """# An agent's definition

The inputs of an agent, in the stack configuration below `agents.<name>` and in a program. `make docs` generates this
page from the declarations in `components/foundry_agents/lifecycle/inputs`.

`AgentEnvironment` sets `agent_name`, `project_endpoint`, `registry`, `registry_id` and `pull_principal_id`; a program
that uses `HostedAgent` alone sets them itself. A change of an input marked † creates a new version; a change of one
marked ‡ replaces the agent.

| key | type | default | limits | description | source |
|---|---|---|---|---|---|
"""


_TOOLBOX_HEAD = """
# A toolbox's definition

The inputs of a `Toolbox`. The toolbox that an agent's `tools` create is named `<agent>-tools`, and gets its other
inputs from the agent. A change of an input marked † creates a new version, which becomes the default; a change of one
marked ‡ replaces the toolbox.

| key | type | default | limits | description | source |
|---|---|---|---|---|---|
"""

_TOOLS_HEAD = f"""
# Tools

Each tool is a map with its `type`, or the type alone. The keys of these types are not checked, and using one gives a
warning: {", ".join(f"`{kind}`" for kind in UNCHECKED_TYPES)}. Source: azure-ai-projects 2.10.

| type | key | type of the value | limits | description |
|---|---|---|---|---|
"""


def text() -> str:
    """The page."""
    place = names_of(agent.FIELDS).index("environment_variables") + 1
    fields = [*agent.FIELDS[:place], SECRET_VARIABLES, *agent.FIELDS[place:], PROTECT]
    tools = "".join(_tool_row(kind, key) for kind, keys in TOOLS.items() for key in keys)
    return (
        _HEAD
        + "".join(row for field in fields for row in _rows(field, field.name))
        + _TOOLBOX_HEAD
        + "".join(row for field in toolbox.FIELDS for row in _rows(field, field.name))
        + _TOOLS_HEAD
        + "".join(_tool_row("", key) for key in COMMON_KEYS)
        + tools
    )


def _tool_row(kind: str, key: Field) -> str:
    limits_ = "; ".join(filter(None, ["required" if key.required else "", limits(key)]))
    cells = map(escaped, (key.type.words, limits_, key.description))
    return f"| {' | '.join([f'`{kind}`' if kind else 'all', f'`{key.name}`', *cells])} |\n"


def _rows(field: Field, path: str) -> list[str]:
    mark = {OnChange.NEW_VERSION: " †", OnChange.REPLACE: " ‡"}.get(field.on_change, "")
    source = field.source or "this package"
    said = description(field) + "".join(f" Earlier name: `{name}`." for name in field.earlier_names)
    default_ = "required" if field.required else default(field)
    cells = map(escaped, (field.type.words, default_, limits(field), said, source))
    row = f"| {' | '.join([f'`{path}`{mark}', *cells])} |\n"
    inside = f"{path}[]" if isinstance(field.type, ListOf) else path
    return [row, *(more for part in field.parts for more in _rows(part, f"{inside}.{part.name}"))]
