"""The agents of a project, as requests to the service."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from urllib.parse import quote

from azure.core.exceptions import AzureError
from azure.core.rest import HttpRequest

from ..errors.exceptions import ServiceError
from .answers import Agent, AgentPatch, AgentSession, AgentVersion, JsonObject, NewAgentVersion, latest_version
from .arm import ResourceManager
from .client import DataPlane
from .endpoint import protocol_path
from .json_http import JsonClient
from .registry import ContainerRegistry
from .waiting import interruptible
from .whole_numbers import with_whole_numbers


class AgentService(DataPlane):
    """The agents of one project; and what a failed image pull is diagnosed from."""

    @cached_property
    def registry(self) -> ContainerRegistry:
        """Container registries, read as the deployer."""
        return ContainerRegistry(JsonClient(self.credential, self.transport))

    @cached_property
    def resource_manager(self) -> ResourceManager:
        """Resource Manager, read as the deployer."""
        return ResourceManager(JsonClient(self.credential, self.transport))

    async def find_agent(self, agent: str) -> Agent | None:
        """The agent, or None if it definitely does not exist. A missing project raises `ProjectNotFound`."""
        found = await self._get_agent(agent)
        if found is None and await self.list_versions(agent):
            # Only what is asked twice is definite: one wrong answer would make the state forget the agent.
            found = await self._get_agent(agent)
        return found

    async def _get_agent(self, agent: str) -> Agent | None:
        return await self.read(f"reading agent '{agent}'", Agent, lambda: self.client.agents.get(agent))

    async def find_version(self, agent: str, version: str) -> AgentVersion | None:
        """One version, or None. Its `status` is the truth; the one in a list may be stale."""
        return await self.read(
            f"reading version {version} of agent '{agent}'",
            AgentVersion,
            lambda: self.client.agents.get_version(agent, version),
        )

    async def list_versions(self, agent: str) -> list[AgentVersion]:
        """All versions, newest first; none if the agent does not exist."""
        return await self.list(
            f"listing the versions of agent '{agent}'",
            AgentVersion,
            lambda: self.client.agents.list_versions(agent, order="desc"),
        )

    async def create_version(self, agent: str, body: NewAgentVersion) -> AgentVersion:
        """Creates a version, and the agent if it does not exist. May return an older, equal version."""
        tried = f"creating a version of agent '{agent}'"
        body = with_whole_numbers(body)
        created = await self.write(tried, AgentVersion, lambda: self.client.agents.create_version(agent, {**body}))
        if created.get("version"):
            return created
        found = await self.find_agent(agent)  # accepted, but the answer was lost or empty
        if found is None:
            raise ServiceError(tried, 0, "", "the service accepted the request, but the agent does not exist")
        return latest_version(found)

    async def change_agent(self, agent: str, patch: AgentPatch) -> Agent:
        """Changes endpoint and card by merge-patch (arrays are replaced as a whole); returns the agent."""
        changed = await self.write(
            f"changing the endpoint of agent '{agent}'",
            Agent,
            lambda: self.client.agents.update_details(agent, body={**with_whole_numbers(patch)}),
        )
        if "agent_endpoint" in changed:
            return changed
        return await self.find_agent(agent) or {}

    async def delete_version(self, agent: str, version: str, *, force: bool = False) -> None:
        """Deletes a version, if it exists. Active sessions raise `Conflict`, unless `force`."""
        await self.delete(
            f"deleting version {version} of agent '{agent}'",
            "version",
            lambda: self.client.agents.delete_version(agent, version, force=force or None),
            lambda: self.find_version(agent, version),
            repeat_conflicts=False,
        )

    async def delete_agent(self, agent: str, may_delete: Callable[[Agent], bool]) -> Agent | None:
        """Deletes an agent with its versions and sessions, if it exists and `may_delete` allows it.

        Returns the agent that is left. `may_delete` judges before every attempt, since an agent may be taken over
        while a request is repeated.
        """
        left: Agent | None = None

        async def request() -> object:
            nonlocal left
            found = await self.find_agent(agent)
            left = None if found is None or may_delete(found) else found
            if found is not None and left is None:
                await self.client.agents.delete(agent, force=True)
            return {}

        await self.delete(f"deleting agent '{agent}'", "agent", request, lambda: self.find_agent(agent))
        return left

    async def open_session(self, agent: str, version: str, session: str) -> AgentSession:
        """Opens a session on a version, which starts its container. If the id is taken, raises `Conflict`."""
        body = {
            "agent_session_id": session,
            "version_indicator": {"type": "version_ref", "agent_version": version},
        }
        return await self.write(
            f"starting version {version} of agent '{agent}'",
            AgentSession,
            lambda: self.client.agents.create_session(agent, body),
            repeat_conflicts=False,
        )

    async def find_session(self, agent: str, session: str) -> AgentSession | None:
        """A session, or None."""
        return await self.read(
            f"reading session '{session}' of agent '{agent}'",
            AgentSession,
            lambda: self.client.agents.get_session(agent, session),
        )

    async def delete_session(self, agent: str, session: str) -> None:
        """Deletes a session, if it exists."""
        await self.delete(
            f"deleting session '{session}' of agent '{agent}'",
            "session",
            lambda: self.client.agents.delete_session(agent, session),
            lambda: self.find_session(agent, session),
        )

    async def invoke(self, agent: str, protocol: str, session: str, body: JsonObject) -> tuple[int, str]:
        """Sends the agent a request in a session, once; returns status and text of the answer."""
        path = f"{protocol_path(agent, protocol)}?api-version=v1"
        payload = with_whole_numbers(body)
        if protocol == "responses":
            payload["agent_session_id"] = session
        else:
            path += f"&agent_session_id={quote(session)}"
        return await self.send(f"calling agent '{agent}'", HttpRequest("POST", path, json=payload))

    async def last_log_lines(self, agent: str, version: str, session: str, *, count: int, seconds: float) -> list[str]:
        """The last log lines of a session's container that arrive within `seconds`."""
        path = f"/agents/{quote(agent)}/versions/{quote(version)}/sessions/{quote(session)}:logstream?api-version=v1"
        lines: list[str] = []

        async def collect() -> None:
            async with self.stream(f"reading the log of agent '{agent}'", HttpRequest("GET", path)) as response:
                if response.status_code != 200:
                    return
                rest = b""
                async for chunk in response.iter_bytes():
                    *whole, rest = (rest + chunk).split(b"\n")
                    lines.extend(filter(None, map(_container_line, whole)))

        with interruptible(), suppress(ServiceError, AzureError, asyncio.TimeoutError):
            await asyncio.wait_for(collect(), seconds)
        return lines[-count:]


def _container_line(frame: bytes) -> str:
    """The container's log line in a line of the stream; empty for the platform's own events."""
    try:
        event = json.loads(frame.removeprefix(b"data:"))
    except ValueError:
        return ""
    from_container = isinstance(event, dict) and event.get("stream") in ("stdout", "stderr")
    return str(event.get("message") or "").rstrip() if from_container else ""
