"""The clients of a service in memory, as both adapters open them."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.rollout.conftest import Credential
from tests.rollout.foundry import Foundry
from tests.rollout.wire import MemoryTransport

from foundry_agents.lifecycle.service.agents import AgentService
from foundry_agents.lifecycle.service.toolboxes import ToolboxService


class MemoryServices:
    """`Services`, with the wire's boundary in memory."""

    def __init__(self, foundry: Foundry) -> None:
        self._foundry = foundry

    def agents(self, project_endpoint: str) -> AgentService:
        return AgentService(project_endpoint, Credential(), **self._wire())

    def toolboxes(self, project_endpoint: str) -> ToolboxService:
        return ToolboxService(project_endpoint, Credential(), **self._wire())

    async def close(self) -> None:
        """Nothing is open."""

    def _wire(self) -> dict[str, Any]:
        clock = asyncio.get_running_loop().time
        return {"transport": MemoryTransport(self._foundry, clock, 120), "first_pause": 0}
