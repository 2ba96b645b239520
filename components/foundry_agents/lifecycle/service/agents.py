"""The agents of a project, as requests to the service."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from azure.core.exceptions import AzureError
from azure.core.rest import HttpRequest

from ..errors.exceptions import NotFound, ProjectNotFound, ServiceError
from .answers import Answer, latest_version
from .client import DataPlane, or_none, plain
from .endpoint import protocol_path


class AgentService(DataPlane):
    """The agents of one project."""

    async def find_agent(self, agent: str) -> Answer | None:
        """The agent, or None if there definitely is none. A missing project raises `ProjectNotFound`."""
        tried = f"reading agent '{agent}'"
        found = await or_none(self.call(tried, lambda: self.client.agents.get(agent), reads=True))
        if found is None and await self.list_versions(agent):
            # Only what is asked twice is definite: whole agents would be forgotten for one wrong answer.
            found = await or_none(self.call(tried, lambda: self.client.agents.get(agent), reads=True))
        return found

    async def find_version(self, agent: str, version: str) -> Answer | None:
        """One version, or None. Its `status` is the truth; the one in a list may be stale."""
        return await or_none(
            self.call(
                f"reading version {version} of agent '{agent}'",
                lambda: self.client.agents.get_version(agent, version),
                reads=True,
            )
        )

    async def list_versions(self, agent: str) -> list[Answer]:
        """All versions, newest first. Of a missing agent: none."""

        async def collect() -> list[Answer]:
            return [plain(item) async for item in self.client.agents.list_versions(agent, order="desc")]

        try:
            return await self.attempt(f"listing the versions of agent '{agent}'", collect) or []
        except ProjectNotFound:
            raise
        except NotFound:
            return []

    async def create_version(self, agent: str, body: Mapping[str, Any]) -> Answer:
        """Makes a version, and the agent if it is not there. May answer with an older, equal version."""
        tried = f"creating a version of agent '{agent}'"
        made = await self.call(tried, lambda: self.client.agents.create_version(agent, dict(body)))
        if made.get("version"):
            return made
        found = await self.find_agent(agent)  # accepted, but the answer was lost or empty
        if found is None:
            raise ServiceError(tried, 0, "", "the service accepted it, but there is no such agent")
        return latest_version(found)

    async def change_agent(self, agent: str, patch: Mapping[str, Any]) -> Answer:
        """Changes endpoint and card by merge-patch (arrays are replaced whole); gives back the agent."""
        changed = await self.call(
            f"changing the endpoint of agent '{agent}'",
            lambda: self.client.agents.update_details(agent, body=dict(patch)),
        )
        if "agent_endpoint" in changed:
            return changed
        return await self.find_agent(agent) or {}

    async def delete_version(self, agent: str, version: str, *, force: bool = False) -> None:
        """Deletes a version; one that is gone already is fine. Active sessions raise `Conflict`, unless `force`."""
        await self.delete(
            f"deleting version {version} of agent '{agent}'",
            "version",
            lambda: self.client.agents.delete_version(agent, version, force=force or None),
            lambda: self.find_version(agent, version),
            repeat_conflicts=False,
        )

    async def delete_agent(self, agent: str) -> None:
        """Deletes an agent with its versions and sessions; one that is gone already is fine."""
        await self.delete(
            f"deleting agent '{agent}'",
            "agent",
            lambda: self.client.agents.delete(agent, force=True),
            lambda: self.find_agent(agent),
        )

    async def open_session(self, agent: str, version: str, session: str) -> Answer:
        """Opens a session on a version, which starts its container. One of that id raises `Conflict`."""
        body = {
            "agent_session_id": session,
            "version_indicator": {"type": "version_ref", "agent_version": version},
        }
        return await self.call(
            f"starting version {version} of agent '{agent}'",
            lambda: self.client.agents.create_session(agent, body),
            repeat_conflicts=False,
        )

    async def find_session(self, agent: str, session: str) -> Answer | None:
        """A session, or None."""
        return await or_none(
            self.call(
                f"reading session '{session}' of agent '{agent}'",
                lambda: self.client.agents.get_session(agent, session),
                reads=True,
            )
        )

    async def delete_session(self, agent: str, session: str) -> None:
        """Deletes a session; one that is gone already is fine."""
        await self.delete(
            f"deleting session '{session}' of agent '{agent}'",
            "session",
            lambda: self.client.agents.delete_session(agent, session),
            lambda: self.find_session(agent, session),
        )

    async def invoke(self, agent: str, protocol: str, session: str, body: Mapping[str, Any]) -> tuple[int, str]:
        """Asks the agent in a session, once: status and text of what it answers."""
        path = f"{protocol_path(agent, protocol)}?api-version=v1"
        payload = dict(body)
        if protocol == "responses":
            payload["agent_session_id"] = session
        else:
            path += f"&agent_session_id={quote(session)}"
        return await self.send(f"asking agent '{agent}'", HttpRequest("POST", path, json=payload))

    async def last_log_lines(self, agent: str, version: str, session: str, *, count: int, seconds: float) -> list[str]:
        """The last lines that the container of a session wrote, as far as they come within `seconds`."""
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

        with suppress(ServiceError, AzureError, asyncio.TimeoutError):
            await asyncio.wait_for(collect(), seconds)
        return lines[-count:]


def _container_line(frame: bytes) -> str:
    """What the container wrote, from a line of the stream; empty for the platform's own remarks."""
    try:
        event = json.loads(frame.removeprefix(b"data:"))
    except ValueError:
        return ""
    from_container = isinstance(event, dict) and event.get("stream") in ("stdout", "stderr")
    return str(event.get("message") or "").rstrip() if from_container else ""
