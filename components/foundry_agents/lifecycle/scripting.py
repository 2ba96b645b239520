"""Deploying hosted agents from a script or a pipeline, without Pulumi.

The same lifecycle as the Pulumi resource: checked before anything is sent, a version is waited for, the
traffic moves once it is active, and old versions are retired. Asynchronous:

>>> import asyncio
>>> from foundry_agents.lifecycle import HostedAgentDefinition, HostedAgents
>>> async def deploy() -> str:
...     async with HostedAgents() as agents:
...         deployed = await agents.deploy(
...             "data-processor",
...             HostedAgentDefinition(
...                 image="data-processor:v1.0",
...                 registry=REGISTRY,
...                 cpu="2",
...                 memory="4Gi",
...                 environment_variables={"MODEL_NAME": "gpt-4.1", "MAX_RETRIES": "3"},
...             ),
...         )
...         return f"{deployed.version} {deployed.status}"
>>> asyncio.run(deploy())
'1 active'

And not:

>>> from foundry_agents.lifecycle import BlockingHostedAgents
>>> with BlockingHostedAgents() as agents:
...     for version in agents.versions("data-processor"):
...         print(version.version, version.state)
1 active
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Any

from azure.core.credentials_async import AsyncTokenCredential
from azure.identity.aio import DefaultAzureCredential

from .errors.exceptions import DeploymentError, Interrupted, InvalidInputs, ProjectNotFound, RolloutFailed, StillServing
from .errors.input_issue import InputIssue
from .inputs import agent as definition
from .inputs import agent_toolbox
from .inputs import toolbox as toolbox_definition
from .inputs.script_definition import ScriptDefinition
from .rollout import agent, toolbox
from .rollout.operation import AgentOperation, ToolboxOperation
from .rollout.state import AgentState
from .service.agent_body import image_of
from .service.agents import AgentService
from .service.answers import AgentVersion
from .service.connections import LoopThread
from .service.mark import Mark
from .service.toolboxes import ToolboxService
from .service.traffic import served
from .service.waiting import Report

ENDPOINT_VARIABLE = "AZURE_AI_PROJECT_ENDPOINT"


class HostedAgentDefinition(ScriptDefinition):
    """What an agent is. Its keys are the inputs of the resource, in `ScriptDefinition`.

    `container_protocol_versions` and `tools` are also names of the first preview's `ImageBasedHostedAgentDefinition`.
    The first is mapped to `protocol_versions`. `tools` creates a toolbox `<agent>-tools`, whose MCP endpoint is in the
    environment variable TOOLBOX_MCP_ENDPOINT.
    """


ImageBasedHostedAgentDefinition = HostedAgentDefinition
"""The name that the definition had in the first preview."""


@dataclass(frozen=True)
class Version:
    """One version of an agent."""

    version: str
    state: str
    """creating, active, failed, deleting or deleted: the version's own word, not the list's, which may lag."""
    image: str
    error: str
    """Why it failed: `code: message`; empty if it did not."""


class HostedAgents:
    """The hosted agents of one project. An asynchronous context manager.

    :param project_endpoint: `https://…/api/projects/<project>`; default: the environment variable
        AZURE_AI_PROJECT_ENDPOINT.
    :param credential: Default: `DefaultAzureCredential`.
    :param owner: Marks the agents that it deploys. An agent with another owner's mark is refused.
    :param report: Gets a line per change. Default: nobody.
    :raises InvalidInputs: if there is no endpoint.
    """

    def __init__(
        self,
        project_endpoint: str | None = None,
        credential: AsyncTokenCredential | None = None,
        *,
        owner: str = "script",
        report: Report = lambda _line: None,
    ) -> None:
        self._endpoint = project_endpoint or os.environ.get(ENDPOINT_VARIABLE, "")
        if not self._endpoint:
            raise InvalidInputs([InputIssue("project_endpoint", "is required", f"pass it, or set {ENDPOINT_VARIABLE}")])
        self._own_credential = DefaultAzureCredential() if credential is None else None
        self._service = AgentService(self._endpoint, credential or self._own_credential)  # type: ignore[arg-type]
        self._toolboxes = ToolboxService(self._endpoint, self._service.credential)
        self._owner, self._report = owner, report

    async def __aenter__(self) -> HostedAgents:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections, and the credential unless it was given."""
        await self._service.close()
        await self._toolboxes.close()
        if self._own_credential is not None:
            await self._own_credential.close()

    async def deploy(self, agent_name: str, what: HostedAgentDefinition) -> AgentState:
        """Brings the agent and its toolbox to the definition, and creates what does not exist. Can be repeated.

        A task that is canceled first ends in good order: traffic goes back to the version that served.

        :raises InvalidInputs: with every problem at once, before anything is sent.
        :raises OwnershipConflict: if the agent has another owner's mark, or none.
        :raises VersionFailed: if the service gives up on the version; the old one still serves.
        :raises NotActiveInTime: likewise, after `active_timeout`.
        :raises NotVerified: likewise, if it does not start.
        :raises RolloutFailed: if it fails on the way; the old one serves again.
        :raises ServiceError: for everything that the service refuses.
        """
        inputs = {"agent_name": agent_name, "project_endpoint": self._endpoint, **asdict(what)}
        checked = definition.check(inputs)
        if checked.problems:
            raise InvalidInputs(checked.problems)
        with _cancelable():
            return await self._deploy(agent_name, dict(checked.inputs))

    async def versions(self, agent_name: str) -> list[Version]:
        """All versions, newest first, each with its own state. Of a missing agent: none."""
        with _cancelable():
            listed = [str(item["version"]) for item in await self._service.list_versions(agent_name)]
            found = await asyncio.gather(*(self._service.find_version(agent_name, number) for number in listed))
        return [_version(item) for item in found if item is not None]

    async def delete_version(self, agent_name: str, version: str) -> None:
        """Deletes a version that does not serve; one that is gone already is fine.

        :raises StillServing: if it gets traffic.
        :raises Conflict: if it has active sessions.
        """
        with _cancelable():
            existing = await self._service.find_agent(agent_name)
            if existing is None:
                return
            if version in served(existing):
                raise StillServing(agent_name, version)
            await self._service.delete_version(agent_name, version)

    async def delete(self, agent_name: str) -> None:
        """Deletes an agent of this owner with all its versions and sessions, and its toolbox."""
        with _cancelable():
            self._tell(await agent.delete(self._service, agent_name, Mark(self._owner, agent_name)))
            with suppress(ProjectNotFound):
                await self._remove_toolbox(agent_name)

    async def _deploy(self, agent_name: str, wanted: dict[str, Any]) -> AgentState:
        tools = wanted.pop("tools", None)
        if tools:
            await self._deploy_toolbox(agent_name, {**wanted, "tools": tools})
            own = wanted.get("environment_variables") or {}
            wanted["environment_variables"] = {**own, **agent_toolbox.variable(agent_name)}
        state = await agent.create(self._service, AgentOperation(wanted, Mark(self._owner, agent_name), self._report))
        if not tools:
            await self._remove_toolbox(agent_name)
        return state

    async def _deploy_toolbox(self, agent_name: str, agent_inputs: Mapping[str, Any]) -> None:
        name = agent_toolbox.toolbox_name(agent_name)
        shared = {key: one for key, one in agent_inputs.items() if key in agent_toolbox.SHARED_INPUTS}
        inputs = toolbox_definition.check({"toolbox_name": name, **shared}).inputs
        await toolbox.create(self._toolboxes, ToolboxOperation(inputs, Mark(self._owner, name), self._report))

    async def _remove_toolbox(self, agent_name: str) -> None:
        """A toolbox with another mark, or none, was not created for this agent."""
        name = agent_toolbox.toolbox_name(agent_name)
        mark = Mark(self._owner, name)
        listed = await self._toolboxes.list_versions(name)
        if listed and Mark.of(listed[0]) == mark:
            self._tell(await toolbox.delete(self._toolboxes, name, mark))

    def _tell(self, notice: str | None) -> None:
        if notice is not None:
            self._report(notice)


class BlockingHostedAgents:
    """`HostedAgents` for scripts that are not asynchronous. A context manager; same arguments and errors."""

    def __init__(
        self,
        project_endpoint: str | None = None,
        credential: AsyncTokenCredential | None = None,
        *,
        owner: str = "script",
        report: Report = lambda _line: None,
    ) -> None:
        self._loop = LoopThread()

        async def on_loop() -> HostedAgents:
            return HostedAgents(project_endpoint, credential, owner=owner, report=report)

        self._agents = self._loop.run(on_loop())

    def __enter__(self) -> BlockingHostedAgents:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._loop.run(self._agents.close())
        self._loop.close()

    def deploy(self, agent_name: str, what: HostedAgentDefinition) -> AgentState:
        """See `HostedAgents.deploy`."""
        return self._loop.run(self._agents.deploy(agent_name, what))

    def versions(self, agent_name: str) -> list[Version]:
        """See `HostedAgents.versions`."""
        return self._loop.run(self._agents.versions(agent_name))

    def delete_version(self, agent_name: str, version: str) -> None:
        """See `HostedAgents.delete_version`."""
        self._loop.run(self._agents.delete_version(agent_name, version))

    def delete(self, agent_name: str) -> None:
        """See `HostedAgents.delete`."""
        self._loop.run(self._agents.delete(agent_name))


@contextmanager
def _cancelable() -> Iterator[None]:
    """A task that was canceled ends with `CancelledError`, as asyncio expects, once the lifecycle has ended."""
    try:
        yield
    except DeploymentError as error:
        reason = error.reason if isinstance(error, RolloutFailed) else error
        if isinstance(reason, Interrupted):
            raise asyncio.CancelledError(str(error)) from error
        raise


def _version(item: AgentVersion) -> Version:
    reason = item.get("error") or {}
    return Version(
        version=str(item["version"]),
        state=str(item.get("status") or ""),
        image=image_of(item),
        error=f"{reason.get('code')}: {reason.get('message')}" if reason else "",
    )
