"""An agent as a resource: create, read, update and delete, from properties to properties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ..errors.exceptions import NotServable
from ..rollout import agent
from ..rollout.change import AgentState, Change, Recorded
from ..rollout.new_version import ACTIVE, find_settled
from ..service import agent_body as wire
from ..service import endpoint
from ..service.agents import AgentService
from ..service.mark import Mark
from ..service.waiting import Report
from .state import Properties, known_of, mark_of, with_outputs

SERVICE = AgentService


async def create(service: AgentService, inputs: Mapping[str, Any], report: Report) -> Properties:
    """Makes the agent; gives back all properties."""
    state = await agent.create(service, Change(inputs, mark_of(inputs), report))
    return _properties(inputs, mark_of(inputs), state)


async def update(
    service: AgentService, old: Mapping[str, Any], inputs: Mapping[str, Any], report: Report
) -> Properties:
    """Brings the agent to new inputs; the mark stays the one that it was created with."""
    mark = mark_of(old)
    state = await agent.update(service, Change(inputs, mark, report), _recorded(old))
    return _properties(inputs, mark, state)


async def read(service: AgentService, old: Mapping[str, Any]) -> Properties | None:
    """What is really there; None if the agent is gone.

    Inputs that are not as the program named them come back as they are.
    """
    mark = mark_of(old)
    found = await agent.read(service, str(old["agent_name"]), mark, _recorded(old))
    if found is None:
        return None
    properties = _properties(old, mark, found.state)
    is_pinned = old.get("serve_version") == found.state.version
    is_there = found.serving.get("status") != "deleted"
    if is_there and not is_pinned and not wire.is_what_we_want(found.serving, wire.version_body(old, mark)):
        properties.update(wire.inputs_of(found.serving))
    if old.get("authorization_schemes") is not None:
        properties["authorization_schemes"] = endpoint.schemes(found.agent)
    if old.get("agent_card") is not None:
        properties["agent_card"] = endpoint.card_as_named(found.agent, old["agent_card"])
    return properties


async def delete(service: AgentService, old: Mapping[str, Any], report: Report) -> None:
    """Deletes the agent, unless it is another's by now."""
    await agent.delete(service, str(old["agent_name"]), mark_of(old), str(old.get("adopted_from") or ""), report)


async def refuse_unservable(service: AgentService, old: Mapping[str, Any], number: str) -> None:
    """Raises `NotServable` for a version that cannot be pinned, as far as this can be known now."""
    name = str(old["agent_name"])
    version = await find_settled(service, name, number)
    if version is None or version.get("status") != ACTIVE:
        reason = "does not exist" if version is None else f"is '{version.get('status')}'"
        raise NotServable(name, number, reason, list(old.get("versions") or []))


def _recorded(old: Mapping[str, Any]) -> Recorded:
    """What the state knows. States of earlier releases know the version only."""
    version = str(old.get("version") or "")
    traffic = old.get("traffic") or ({version: 100} if version else {})
    return Recorded(
        traffic={str(number): int(percent) for number, percent in traffic.items()},
        protocols=[str(record["protocol"]) for record in old.get("protocol_versions") or []],
        agent_guid=str(old.get("agent_guid") or ""),
        **known_of(old),
    )


def _properties(inputs: Mapping[str, Any], mark: Mark, state: AgentState) -> Properties:
    outputs = asdict(state)
    outputs["image_reference"] = outputs.pop("image")
    return with_outputs(inputs, mark, outputs)
