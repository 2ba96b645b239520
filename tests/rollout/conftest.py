"""The real SDK and all of our code, on a service in memory and on a clock that jumps: minutes take milliseconds.

Rare branches have their tests here. That the service really is like this one is held by `tests/emulator`, that the
code works over real connections by `tests/lifecycle`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from azure.core.credentials import AccessToken

from foundry_agents.lifecycle.service.agents import AgentService
from foundry_agents.lifecycle.service.toolboxes import ToolboxService

from .driver import AgentDriver, ToolboxDriver
from .foundry import ENDPOINT, Foundry
from .virtual_time import VirtualTimeLoop
from .wire import MemoryTransport


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"virtual time": VirtualTimeLoop}


class Credential:
    """A deployer who is signed in."""

    async def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return AccessToken("token", 2**40)

    async def close(self) -> None: ...

    async def __aenter__(self) -> "Credential":
        return self

    async def __aexit__(self, *_exc: object) -> None: ...


@pytest.fixture
async def foundry(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Foundry]:
    """An empty project, which every client of azure-core in this process asks."""
    made, loop = Foundry(), asyncio.get_running_loop()

    def transport(*, read_timeout: float = 300, **_options: Any) -> MemoryTransport:
        return MemoryTransport(made, loop.time, read_timeout)

    monkeypatch.setattr("azure.core.pipeline.transport._aiohttp.AioHttpTransport", transport)
    yield made
    assert made.script.missed() == []


@pytest.fixture
async def echo(foundry: Foundry) -> AsyncIterator[AgentDriver]:
    """An agent that is not made yet."""
    async with AgentService(ENDPOINT, Credential()) as service:
        yield AgentDriver(foundry, service)


@pytest.fixture
async def box(foundry: Foundry) -> AsyncIterator[ToolboxDriver]:
    """A toolbox that is not made yet."""
    async with ToolboxService(ENDPOINT, Credential()) as service:
        yield ToolboxDriver(foundry, service)
