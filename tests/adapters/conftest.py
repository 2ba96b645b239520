"""Both adapters, each with a service of its own."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from tests.rollout.foundry import Foundry

from .dynamic_adapter import dynamic_adapter
from .life import Life
from .plugin_adapter import plugin_adapter

Start = Callable[[str, str], AbstractAsyncContextManager[Life]]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Start:
    """Begins the life of a resource: the adapter's name, and the kind of the resource."""

    @asynccontextmanager
    async def started(adapter: str, kind: str) -> AsyncIterator[Life]:
        foundry = Foundry()
        foundry.provisioning = 0
        if adapter == "dynamic":
            with dynamic_adapter(kind, foundry, monkeypatch) as dynamic:
                yield Life(kind, dynamic, foundry)
        else:
            async with plugin_adapter(kind, foundry, monkeypatch) as plugin:
                yield Life(kind, plugin, foundry)

    return started
