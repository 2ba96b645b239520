"""The connections of one process: an event loop, a credential, and a service per project endpoint."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from azure.identity.aio import DefaultAzureCredential

from .client import DataPlane
from .loop import LoopThread

T = TypeVar("T")
S = TypeVar("S", bound=DataPlane)


class Connections:
    """Lets any number of threads use the same connections. Closed at the end of the process.

    `guard` is called before every request; what it raises keeps the request from being sent.
    """

    def __init__(self, guard: Callable[[], None] = lambda: None) -> None:
        self._guard = guard
        self._loop = LoopThread()
        self._credential = DefaultAzureCredential()
        self._services: dict[tuple[type[DataPlane], str], Any] = {}
        atexit.register(self.close)

    def run(self, kind: type[S], project_endpoint: str, work: Callable[[S], Coroutine[Any, Any, T]]) -> T:
        """Does the work with the agents or toolboxes of that project, and waits for it."""

        async def on_loop() -> T:
            key = (kind, project_endpoint)
            if key not in self._services:
                self._services[key] = kind(project_endpoint, self._credential, guard=self._guard)
            return await work(self._services[key])

        return self._loop.run(on_loop())

    def close(self) -> None:
        """Closes everything."""

        async def on_loop() -> None:
            for service in self._services.values():
                await service.close()
            await self._credential.close()

        self._loop.run(on_loop())
        self._loop.close()
