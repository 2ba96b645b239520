"""The engine that this provider works for: what it is told, and whether it still runs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import grpc
import grpc.aio
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from ..engine_watch import end_with_engine, guard

_TIMEOUT = 5.0
_SEVERITIES = {"info": engine_pb2.INFO, "warning": engine_pb2.WARNING}


class Engine:
    """The engine at an address; one that attaches to a running provider has an address of its own."""

    def __init__(self, address: str | None) -> None:
        self._stub: engine_pb2_grpc.EngineStub | None = None
        self._check: Callable[[], None] = lambda: None
        if address is not None:
            self.attach(address)
            end_with_engine(self._check)

    def attach(self, address: str) -> None:
        """Works for the engine at this address from now on."""
        self._check = guard([address])
        self._stub = engine_pb2_grpc.EngineStub(grpc.aio.insecure_channel(address, options=_GRPC_CHANNEL_OPTIONS))

    def must_run(self) -> None:
        """Raises `EngineGone` once the engine has ended: nobody would record what is written then."""
        self._check()

    async def log(self, message: str, urn: str, severity: str = "info", *, ephemeral: bool = False) -> None:
        """Shows a line on the row of a resource. A line that cannot be delivered changes nothing."""
        if self._stub is None:
            return
        request = engine_pb2.LogRequest(severity=_SEVERITIES[severity], message=message, urn=urn, ephemeral=ephemeral)
        with contextlib.suppress(grpc.RpcError):
            await self._stub.Log(request, timeout=_TIMEOUT)


class StatusRow:
    """The row of one resource: lines are delivered in order, and never hold up the work."""

    def __init__(self, engine: Engine, urn: str, redact: Callable[[str], str]) -> None:
        self._engine, self._urn, self._redact = engine, urn, redact
        self._last: asyncio.Task[None] | None = None

    def progress(self, line: str) -> None:
        """Shows a line while the run goes on."""
        self._add(line, ephemeral=True)

    def notice(self, line: str) -> None:
        """Shows a line, and keeps it under Diagnostics."""
        self._add(line, ephemeral=False)

    def warn(self, line: str) -> None:
        """Shows a warning, and keeps it under Diagnostics."""
        self._add(line, ephemeral=False, severity="warning")

    async def delivered(self) -> None:
        """Waits until all lines are delivered, or cannot be."""
        if self._last is not None:
            await self._last

    def _add(self, line: str, *, ephemeral: bool, severity: str = "info") -> None:
        before = self._last

        async def send() -> None:
            if before is not None:
                await before
            await self._engine.log(self._redact(line), self._urn, severity, ephemeral=ephemeral)

        self._last = asyncio.get_running_loop().create_task(send())
