"""The functions of the provider: what exists in a project, whoever manages it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors.exceptions import DeploymentError, InvalidInputs
from ..errors.input_issue import Issues
from ..inputs import agent, agent_toolbox, common
from ..inputs.schema import Field, Inputs, Record, check_fields
from ..inputs.types import ListOf, MapOf, Number, Text
from ..rollout.state import AgentState, ToolboxState, Versions
from ..service import traffic
from ..service.agent_body import image_of
from ..service.answers import AgentVersion, latest_version, number_of
from ..service.connections import Services
from ..service.mark import Mark
from .agent import AGENT
from .state import Properties
from .toolbox import TOOLBOX


@dataclass(frozen=True)
class Function:
    """A function: what it does, what it takes and returns."""

    name: str
    description: str
    inputs: tuple[Field, ...]
    outputs: tuple[Field, ...]
    run: Callable[[Services, Inputs], Awaitable[Properties]]

    async def call(self, services: Services, given: Mapping[str, Any]) -> Properties:
        """Checks the inputs, and does it. Raises `InvalidInputs` and what the service answers."""
        issues = Issues()
        checked = check_fields(given, self.inputs, issues)
        if issues.problems:
            raise InvalidInputs(issues.problems)
        return await self.run(services, checked)


async def _get_agent(services: Services, inputs: Inputs) -> Properties:
    service, name = services.agents(inputs["project_endpoint"]), inputs["agent_name"]
    found = await service.find_agent(name)
    if found is None:
        raise DeploymentError(f"agent '{name}' does not exist in {inputs['project_endpoint']}")
    newest = latest_version(found)
    serving = traffic.most_served(traffic.served(found))
    version = await service.find_version(name, serving) if serving else None
    missing: AgentVersion = {"version": serving, "name": name, "agent_guid": newest.get("agent_guid", "")}
    state = AgentState.of(
        inputs["project_endpoint"],
        found,
        version or missing,
        Versions(latest=number_of(newest)),
        exists=version is not None,
    )
    return {
        "id": AGENT.resource_id(inputs),
        "version": state.version,
        "status": state.status,
        "image_reference": state.image,
        "traffic": state.traffic,
        "latest_version": state.latest_version,
        "protocols": state.protocols,
        "principal_id": state.principal_id,
        "client_id": state.client_id,
        "agent_guid": state.agent_guid,
        "endpoints": state.endpoints,
        "owner": str(Mark.of(newest) or ""),
    }


async def _list_versions(services: Services, inputs: Inputs) -> Properties:
    service, name = services.agents(inputs["project_endpoint"]), inputs["agent_name"]
    listed = [number_of(version) for version in await service.list_versions(name)]
    found = await asyncio.gather(*(service.find_version(name, number) for number in listed))
    return {"versions": [_version(version) for version in found if version is not None]}


def _version(version: AgentVersion) -> Properties:
    reason = version.get("error") or {}
    return {
        "version": number_of(version),
        "status": str(version.get("status") or ""),
        "image": image_of(version),
        "description": str(version.get("description") or ""),
        "error": f"{reason.get('code')}: {reason.get('message')}" if reason else "",
        "owner": str(Mark.of(version) or ""),
    }


async def _get_toolbox(services: Services, inputs: Inputs) -> Properties:
    service, name = services.toolboxes(inputs["project_endpoint"]), inputs["toolbox_name"]
    found, listed = await service.look(name)
    if found is None:
        raise DeploymentError(f"toolbox '{name}' does not exist in {inputs['project_endpoint']}")
    numbers = [number_of(version) for version in listed]
    default = next((one for one in listed if number_of(one) == found.get("default_version")), listed[0])
    state = ToolboxState.of(inputs["project_endpoint"], found, {"name": name, **default}, Versions(latest=numbers[0]))
    return {
        "id": TOOLBOX.resource_id(inputs),
        "toolbox_id": state.toolbox_id,
        "version": state.version,
        "versions": numbers,
        "mcp_endpoint": state.mcp_endpoint,
        "owner": str(Mark.of(listed[0]) or ""),
    }


def _text(name: str, description: str) -> Field:
    return Field(name, Text(), description, required=True)


def _texts(name: str, description: str) -> Field:
    return Field(name, ListOf(Text(), "[a]"), description, required=True)


_AGENT = (Field("agent_name", agent.AGENT_NAME, "Name of the agent.", required=True), common.project_endpoint("agent"))
_TOOLBOX = (
    Field("toolbox_name", agent_toolbox.NAME, "Name of the toolbox.", required=True),
    common.project_endpoint("toolbox"),
)
_OWNER = "Who manages it: owner and name of the resource in its program; empty if nobody does."
_VERSION = Record(
    (
        _text("version", "Number of the version."),
        _text("status", "Status: creating, active, failed, deleting or deleted."),
        _text("image", "Image of the version, with its registry."),
        _text("description", "Description of the version; empty if it has none."),
        _text("error", "Why the version failed: `code: message`; empty if it did not."),
        _text("owner", "Who created it: owner and name of the resource in its program; empty if it has no mark."),
    ),
    "{}",
    name="AgentVersion",
    description="A version of an agent.",
)

FUNCTIONS: tuple[Function, ...] = (
    Function(
        "getAgent",
        "An agent that exists, whoever manages it. Fails if it does not exist.",
        _AGENT,
        (
            _text("id", "ID of the agent, `<project endpoint>/agents/<name>`, which is also its import ID."),
            _text("version", "The version that serves traffic."),
            _text("status", "Status of that version."),
            _text("image_reference", "The image of that version, with its registry."),
            Field("traffic", MapOf(Number(0, 100), "{}"), "Percent of the traffic by version.", required=True),
            _text("latest_version", "The newest version."),
            _texts("protocols", "The protocols of the endpoint."),
            _text("principal_id", "Object ID of the agent's identity, the same for all its versions."),
            _text("client_id", "Client ID of that identity."),
            _text("agent_guid", "The service's ID of the agent."),
            Field("endpoints", MapOf(Text(), "{}"), "URL of each protocol.", required=True),
            _text("owner", _OWNER),
        ),
        _get_agent,
    ),
    Function(
        "listVersions",
        "All versions of an agent, newest first, each with its own status. None if the agent does not exist.",
        _AGENT,
        (Field("versions", ListOf(_VERSION, "[]"), "The versions, newest first.", required=True),),
        _list_versions,
    ),
    Function(
        "getToolbox",
        "A toolbox that exists, whoever manages it. Fails if it does not exist.",
        _TOOLBOX,
        (
            _text("id", "ID of the toolbox, `<project endpoint>/toolboxes/<name>`, which is also its import ID."),
            _text("toolbox_id", "The service's ID of the toolbox."),
            _text("version", "The default version, which the endpoint serves."),
            _texts("versions", "All versions, newest first."),
            _text("mcp_endpoint", "MCP endpoint of the default version. It needs a token for https://ai.azure.com."),
            _text("owner", _OWNER),
        ),
        _get_toolbox,
    ),
)
