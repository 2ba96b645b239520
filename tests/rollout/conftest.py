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
async def foundry() -> AsyncIterator[Foundry]:
    """An empty project."""
    made = Foundry()
    yield made
    assert made.script.missed() == []


def over_memory(foundry: Foundry, *, read_timeout: float = 120) -> MemoryTransport:
    """The wire to it."""
    return MemoryTransport(foundry, asyncio.get_running_loop().time, read_timeout)


@pytest.fixture
async def echo(foundry: Foundry) -> AsyncIterator[AgentDriver]:
    """An agent that is not made yet."""
    async with AgentService(ENDPOINT, Credential(), transport=over_memory(foundry)) as service:
        yield AgentDriver(foundry, service)


@pytest.fixture
async def box(foundry: Foundry) -> AsyncIterator[ToolboxDriver]:
    """A toolbox that is not made yet."""
    async with ToolboxService(ENDPOINT, Credential(), transport=over_memory(foundry)) as service:
        yield ToolboxDriver(foundry, service)
