"""A toolbox as a resource."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

from ..errors.exceptions import DeploymentError, OwnershipConflict
from ..inputs import toolbox as definition
from ..inputs.schema import Checked, Inputs, OnChange, names_of
from ..inputs.unknown import UNKNOWN
from ..rollout import toolbox
from ..rollout.operation import ToolboxOperation
from ..service import toolbox_body
from ..service.connections import Services
from ..service.waiting import Report
from . import description
from .identifier import parts_of
from .protocol import PartlyDone, Read
from .state import (
    LOGICAL_NAME,
    Diff,
    Properties,
    Recordings,
    check_set_inputs,
    differences,
    known_or_unknown,
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

    fields = definition.FIELDS
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
        """Checks the inputs offline. What the adapter adds passes."""
        return check_set_inputs(inputs, definition.check)

    def resource_id(self, inputs: Inputs) -> str:
        """`<project endpoint>/toolboxes/<name>`."""
        return f"{inputs['project_endpoint']}/toolboxes/{inputs['toolbox_name']}"

    def imported(self, resource_id: str) -> Properties:
        """The toolbox with the inputs that every toolbox has; a read fills in the others."""
        place, name = parts_of(resource_id, "toolboxes")
        known = {"project_endpoint": place, "toolbox_name": name}
        return {**self.check(known).inputs, **known}

    def planned(self, old: Recordings, new: Inputs, diff: Diff) -> Properties:
        """The endpoint stays."""
        old = with_current_names(old)
        kept = set(self.outputs) if diff.changed == ["keep_versions"] else {"toolbox_id", "mcp_endpoint"}
        outputs = {name: known_or_unknown(old, name) if name in kept else UNKNOWN for name in self.outputs}
        return with_outputs(new, mark_of(old), outputs)

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

    async def create(
        self,
        service: ToolboxService,
        inputs: Inputs,
        report: Report,
        *,
        records_failures: bool = False,  # noqa: ARG002 - a create that fails leaves nothing
    ) -> Properties:
        """Creates the toolbox."""
        mark = mark_of(inputs)
        state = await toolbox.create(service, ToolboxOperation(inputs, mark, report))
        return with_outputs(inputs, mark, asdict(state))

    async def update(
        self,
        service: ToolboxService,
        old: Recordings,
        inputs: Inputs,
        report: Report,
        *,
        records_failures: bool = False,
    ) -> Properties:
        """Brings the toolbox to new inputs."""
        old = with_current_names(old)
        mark = mark_of(old)
        try:
            state = await toolbox.update(service, ToolboxOperation(inputs, mark, report), recorded_toolbox(old))
        except DeploymentError as error:
            if records_failures and not isinstance(error, OwnershipConflict):
                with suppress(DeploymentError):
                    found = await toolbox.read(service, str(old["toolbox_name"]), mark, recorded_toolbox(old))
                    if found is not None:
                        raise PartlyDone(error, with_outputs(old, mark, asdict(found.state))) from None
            raise
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
        is_imported = "tools" not in old
        if is_imported or not default or not toolbox_body.matches(default, toolbox_body.version_body(old, mark)):
            properties.update(toolbox_body.inputs_of(default or {}))
        return Read(properties, {name: properties[name] for name in _INPUTS if name in properties})

    async def delete(self, service: ToolboxService, old: Recordings) -> str:
        """Deletes the toolbox with its versions, unless it has another owner by now."""
        name = str(old["toolbox_name"])
        return await toolbox.delete(service, name, mark_of(old)) or description.of_deleted_toolbox(name)


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
