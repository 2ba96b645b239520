"""The connections of one process: an event loop, a credential, and a client per project.

The Azure SDKs take 0.7 s to import, which checks and previews should not cost: they are imported with the first client.
"""

from __future__ import annotations

import asyncio
import atexit
import threading
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, TypeVar

from .credentials import CredentialSettings
from .waiting import READ_TIMEOUT

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential

    from .agents import AgentService
    from .arm import ResourceManager
    from .toolboxes import ToolboxService

T = TypeVar("T")


class LoopThread:
    """Runs coroutines for any number of threads on one event loop, so that they share connections."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="foundry-agents", daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[None, None, T]) -> T:
        """Waits for the coroutine; returns its result, or raises what it raises."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def close(self) -> None:
        """Stops the loop once the current step has ended."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)


class Services:
    """The clients of all projects that one process works with: one credential, and one client per endpoint and kind.

    `guard` is called before every request; what it raises keeps the request from being sent. `read_timeout` is how
    many seconds of silence end a request. Not thread-safe.
    """

    def __init__(
        self,
        guard: Callable[[], None] = lambda: None,
        credential: CredentialSettings | None = None,
        *,
        read_timeout: float = READ_TIMEOUT,
    ) -> None:
        self._guard, self._read_timeout = guard, read_timeout
        self._settings = credential or CredentialSettings()
        self._opened = AsyncExitStack()
        self._credential: AsyncTokenCredential | None = None
        self._agents: dict[str, AgentService] = {}
        self._toolboxes: dict[str, ToolboxService] = {}

    def agents(self, project_endpoint: str) -> AgentService:
        """The agents of a project."""
        from .agents import AgentService  # noqa: PLC0415

        if project_endpoint not in self._agents:
            self._agents[project_endpoint] = AgentService(
                project_endpoint, self._deployer(), read_timeout=self._read_timeout, guard=self._guard
            )
            self._opened.push_async_callback(self._agents[project_endpoint].close)
        return self._agents[project_endpoint]

    def toolboxes(self, project_endpoint: str) -> ToolboxService:
        """The toolboxes of a project."""
        from .toolboxes import ToolboxService  # noqa: PLC0415

        if project_endpoint not in self._toolboxes:
            self._toolboxes[project_endpoint] = ToolboxService(
                project_endpoint, self._deployer(), read_timeout=self._read_timeout, guard=self._guard
            )
            self._opened.push_async_callback(self._toolboxes[project_endpoint].close)
        return self._toolboxes[project_endpoint]

    def resource_manager(self) -> ResourceManager:
        """Azure Resource Manager."""
        from .arm import ResourceManager  # noqa: PLC0415
        from .json_http import JsonClient  # noqa: PLC0415

        return ResourceManager(JsonClient(self._deployer()), self._guard)

    async def close(self) -> None:
        """Closes everything."""
        await self._opened.aclose()

    def _deployer(self) -> AsyncTokenCredential:
        if self._credential is None:
            self._credential = self._settings.open()
            self._opened.push_async_callback(self._credential.close)
        return self._credential


class Connections:
    """`Services` for any number of threads. Closed at the end of the process."""

    def __init__(self, guard: Callable[[], None] = lambda: None) -> None:
        self._loop = LoopThread()
        self._services = Services(guard)
        atexit.register(self.close)

    def run(self, work: Callable[[Services], Coroutine[None, None, T]]) -> T:
        """Does the work, and waits for it. All of it runs on the loop: `Services` is not for several threads."""

        async def on_loop() -> T:
            return await work(self._services)

        return self._loop.run(on_loop())

    def close(self) -> None:
        """Closes everything."""
        self._loop.run(self._services.close())
        self._loop.close()
