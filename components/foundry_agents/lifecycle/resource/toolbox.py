"""A toolbox as a resource: create, read, update and delete, from properties to properties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ..rollout import toolbox
from ..rollout.retirement import Known
from ..rollout.toolbox import ToolboxChange
from ..service import toolbox_body as toolbox_wire
from ..service.toolboxes import ToolboxService
from ..service.waiting import Report
from .state import Properties, known_of, mark_of, with_outputs

SERVICE = ToolboxService


async def create(service: ToolboxService, inputs: Mapping[str, Any], report: Report) -> Properties:
    """Makes the toolbox; gives back all properties."""
    mark = mark_of(inputs)
    return with_outputs(inputs, mark, asdict(await toolbox.create(service, ToolboxChange(inputs, mark, report))))


async def update(
    service: ToolboxService, old: Mapping[str, Any], inputs: Mapping[str, Any], report: Report
) -> Properties:
    """Brings the toolbox to new inputs; the mark stays the one that it was created with."""
    mark = mark_of(old)
    state = await toolbox.update(service, ToolboxChange(inputs, mark, report), Known(**known_of(old)))
    return with_outputs(inputs, mark, asdict(state))


async def read(service: ToolboxService, old: Mapping[str, Any]) -> Properties | None:
    """What is really there; None if the toolbox is gone. Inputs that are not as the program named them come back
    as they are."""
    mark = mark_of(old)
    found = await toolbox.read(service, str(old["toolbox_name"]), mark, Known(**known_of(old)))
    if found is None:
        return None
    properties = with_outputs(old, mark, asdict(found.state))
    if not toolbox_wire.is_what_we_want(found.default, toolbox_wire.version_body(old, mark)):
        properties.update(toolbox_wire.inputs_of(found.default))
    return properties


async def delete(service: ToolboxService, old: Mapping[str, Any], report: Report) -> None:
    """Deletes the toolbox, unless it is another's by now."""
    await toolbox.delete(service, str(old["toolbox_name"]), mark_of(old), str(old.get("adopted_from") or ""), report)
