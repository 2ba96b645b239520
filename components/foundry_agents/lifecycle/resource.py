"""An agent as a resource: create, read, update and delete, from properties to properties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from . import agent, wire
from .change import AgentState, Change
from .metadata import Mark
from .properties import LOGICAL_NAME, Properties
from .service import AgentService
from .waiting import Report


async def create(service: AgentService, inputs: Mapping[str, Any], report: Report) -> Properties:
    """Makes the agent; gives back all properties."""
    state = await agent.create(service, Change(inputs, _mark(inputs), report))
    return _properties(inputs, _mark(inputs), state)


async def update(
    service: AgentService, old: Mapping[str, Any], inputs: Mapping[str, Any], report: Report
) -> Properties:
    """Brings the agent to new inputs; the mark stays the one that it was created with."""
    mark = _mark(old)
    state = await agent.update(service, Change(inputs, mark, report), str(old.get("version") or ""))
    return _properties(inputs, mark, state)


async def read(service: AgentService, old: Mapping[str, Any]) -> Properties | None:
    """What is really there; None if the agent is gone."""
    version = await agent.read(service, str(old["agent_name"]), str(old.get("version") or ""))
    if version is None:
        return None
    state = AgentState.of(service, version)
    properties = _properties(old, _mark(old), state)
    if not wire.is_what_we_want(version, wire.version_body(old, _mark(old))):
        properties.update(wire.inputs_of(version))
    return properties


async def delete(service: AgentService, old: Mapping[str, Any], report: Report) -> None:
    """Deletes the agent, unless it is another's by now."""
    await agent.delete(service, str(old["agent_name"]), _mark(old), report)


def _mark(properties: Mapping[str, Any]) -> Mark:
    return Mark(str(properties["owner"]), str(properties[LOGICAL_NAME]))


def _properties(inputs: Mapping[str, Any], mark: Mark, state: AgentState) -> Properties:
    outputs = asdict(state)
    outputs["image_reference"] = outputs.pop("image")
    return {**inputs, "owner": mark.owner, LOGICAL_NAME: mark.name, **outputs}
