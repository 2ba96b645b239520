"""A toolbox as a resource."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from ..inputs import toolbox as definition
from ..inputs.schema import Checked, Inputs, OnChange, names_of
from ..rollout import toolbox
from ..rollout.operation import ToolboxOperation
from ..service import toolbox_body
from ..service.connections import Services
from ..service.waiting import Report
from .protocol import Read
from .state import (
    LOGICAL_NAME,
    Diff,
    Properties,
    Recordings,
    check_without_name,
    differences,
    mark_of,
    recorded_toolbox,
    with_current_names,
    with_outputs,
)

if TYPE_CHECKING:
    from ..service.toolboxes import ToolboxService

_INPUTS = (*definition.FIELD_NAMES, LOGICAL_NAME)
_REPLACING = names_of(definition.FIELDS, OnChange.REPLACE)
_CHANGING = names_of(definition.FIELDS, OnChange.NEW_VERSION, OnChange.UPDATE)


class ToolboxResource:
    """A toolbox, as every adapter knows it."""

    outputs = (
        "toolbox_id",
        "version",
        "versions",
        "previous_version",
        "latest_version",
        "unmanaged_versions",
        "adopted_from",
        "mcp_endpoint",
    )

    def check(self, inputs: Inputs) -> Checked:
        """Checks the inputs offline. The logical name is the adapter's, and passes."""
        return check_without_name(inputs, definition.check)

    def resource_id(self, inputs: Inputs) -> str:
        """`<project endpoint>/toolboxes/<name>`."""
        return f"{inputs['project_endpoint']}/toolboxes/{inputs['toolbox_name']}"

    def words(self, old: Recordings, new: Inputs) -> list[str]:
        """What a change leads to. No values: tools may have some that nobody should see."""
        name = str(new.get("toolbox_name") or old.get("toolbox_name"))
        changed = compare(with_current_names(old), new).changed
        former = old.get("adopted_from")
        if not former and not set(changed) & {*definition.DEFINITION_FIELDS}:
            return [f"toolbox {name} keeps its version {old.get('version')}"]
        before, after = _tools(old), _tools(new)
        parts = [
            *(f"{tool} is added" for tool in after if tool not in before),
            *(f"{tool} is removed" for tool in before if tool not in after),
            *(f"{tool} changes" for tool in after if tool in before and before[tool] != after[tool]),
        ]
        said = f": {', '.join(parts)}" if parts else ""
        if former:
            return [f"toolbox {name} is taken over from {former}: it gets a new version with this stack's mark{said}"]
        return [f"toolbox {name} gets a new version, which its endpoint serves at once{said}"]

    def connect(self, services: Services, properties: Recordings) -> ToolboxService:
        """The client for its project."""
        return services.toolboxes(str(properties["project_endpoint"]))

    async def diff(self, connect: Callable[[], ToolboxService], old: Recordings, new: Inputs) -> Diff:  # noqa: ARG002
        """Compares the state with new inputs, offline."""
        return compare(with_current_names(old), new)

    async def create(self, service: ToolboxService, inputs: Inputs, report: Report) -> Properties:
        """Creates the toolbox."""
        mark = mark_of(inputs)
        state = await toolbox.create(service, ToolboxOperation(inputs, mark, report))
        return with_outputs(inputs, mark, asdict(state))

    async def update(self, service: ToolboxService, old: Recordings, inputs: Inputs, report: Report) -> Properties:
        """Brings the toolbox to new inputs."""
        old = with_current_names(old)
        mark = mark_of(old)
        state = await toolbox.update(service, ToolboxOperation(inputs, mark, report), recorded_toolbox(old))
        return with_outputs(inputs, mark, asdict(state))

    async def read(self, service: ToolboxService, old: Recordings) -> Read | None:
        """What exists; None if the toolbox does not."""
        old = with_current_names(old)
        mark = mark_of(old)
        found = await toolbox.read(service, str(old["toolbox_name"]), mark, recorded_toolbox(old))
        if found is None:
            return None
        properties = with_outputs(old, mark, asdict(found.state))
        default = found.default
        if not default or not toolbox_body.matches(default, toolbox_body.version_body(old, mark)):
            properties.update(toolbox_body.inputs_of(default or {}))
        return Read(properties, {name: properties[name] for name in _INPUTS if name in properties})

    async def delete(self, service: ToolboxService, old: Recordings) -> str | None:
        """Deletes the toolbox with its versions, unless it has another owner by now."""
        return await toolbox.delete(service, str(old["toolbox_name"]), mark_of(old))


TOOLBOX = ToolboxResource()


def compare(old: Recordings, new: Inputs) -> Diff:
    """Compares recorded properties with new inputs."""
    inputs = differences(old, new, replacing=_REPLACING, changing=_CHANGING)
    unfinished = [name for name in ("unmanaged_versions", "adopted_from") if old.get(name)]
    return Diff([*inputs.changed, *unfinished], inputs.replaces)


def _tools(properties: Recordings) -> dict[str, object]:
    """The tools by name."""
    tools = properties.get("tools")
    named = [tool for tool in tools if isinstance(tool, dict)] if isinstance(tools, list) else []
    return {str(tool.get("name") or tool.get("server_label") or tool.get("type")): tool for tool in named}
