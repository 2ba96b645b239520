"""A toolbox's properties as Pulumi keeps them, and what can be said of them without any network.

Properties are the inputs of `toolbox_definition.FIELDS`, `logical_name` (the resource's name in its program), and the
outputs in `OUTPUTS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..inputs import toolbox as toolbox_definition
from ..inputs.schema import Checked
from .state import LOGICAL_NAME, Difference, difference

INPUTS = (*toolbox_definition.FIELD_NAMES, LOGICAL_NAME)
OUTPUTS = (
    "toolbox_id",
    "version",
    "versions",
    "previous_version",
    "latest_version",
    "made_outside",
    "adopted_from",
    "mcp_endpoint",
)
REPLACING = ("toolbox_name", "project_endpoint")
CHANGING = (*toolbox_definition.DEFINITION_FIELDS, "keep_versions")


def check(inputs: Mapping[str, Any]) -> Checked:
    """Checks the inputs offline. The logical name is the adapter's and passes."""
    own = {LOGICAL_NAME: inputs[LOGICAL_NAME]} if LOGICAL_NAME in inputs else {}
    checked = toolbox_definition.check({key: value for key, value in inputs.items() if key != LOGICAL_NAME})
    return Checked({**checked.inputs, **own}, checked.problems, checked.warnings)


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    """Compares recorded properties with new inputs."""
    inputs = difference(old, new, replacing=REPLACING, changing=CHANGING)
    unfinished = ["made_outside"] if old.get("made_outside") else []
    return Difference([*inputs.changed, *unfinished], inputs.replaces)


def resource_id(inputs: Mapping[str, Any]) -> str:
    """The id of the resource."""
    return f"{inputs['project_endpoint']}/toolboxes/{inputs['toolbox_name']}"


def words(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What the change means, for who reads a preview. No values: tools may have some that nobody should see."""
    name = str(new.get("toolbox_name") or old.get("toolbox_name"))
    changed = diff(old, new).changed
    if not set(changed) & {*toolbox_definition.DEFINITION_FIELDS}:
        return [f"toolbox {name} keeps its version {old.get('version')}"]
    now, then = _tools(old), _tools(new)
    parts = [
        *(f"{tool} is added" for tool in then if tool not in now),
        *(f"{tool} is removed" for tool in now if tool not in then),
        *(f"{tool} changes" for tool in then if tool in now and now[tool] != then[tool]),
    ]
    said = f": {', '.join(parts)}" if parts else ""
    return [f"toolbox {name} gets a new version, which its endpoint serves at once{said}"]


def _tools(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The tools by name."""
    tools = properties.get("tools")
    named = [tool for tool in tools if isinstance(tool, dict)] if isinstance(tools, list) else []
    return {str(tool.get("name") or tool.get("server_label") or tool.get("type")): tool for tool in named}
