"""HTTPS servers (and HTTP, for the managed identity endpoint) inside one event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from foundry_emulator.host.connections import Connections
from foundry_emulator.host.observe import Observer, PlaneOf
from foundry_emulator.host.ports import Ports


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are for the process as a whole (`foundry_emulator.serve`), not for each server."""
        yield


@dataclass
class _Running:
    server: _Server
    task: asyncio.Task[None]
    port: int


class Servers:
    """All servers of one local Azure, by name. Every request to them passes the observer."""

    def __init__(self, ports: Ports, certificate: ssl.SSLContext, observer: Observer, connections: Connections) -> None:
        self._ports = ports
        self._certificate = certificate
        self._observer = observer
        self._connections = connections
        self._reserved: dict[str, socket.socket] = {}
        self._running: dict[str, _Running] = {}

    def reserve(self, name: str) -> int:
        """Takes the port of a name before there is an application to serve. Raises PortTaken."""
        self._reserved[name] = self._ports.listen(name)
        port: int = self._reserved[name].getsockname()[1]
        return port

    async def open(self, name: str, app: ASGIApp, plane_of: PlaneOf, *, tls: bool = True) -> int:
        """Serves `app` and returns its port. `plane_of` names the plane of a path, for the request log.

        Raises PortTaken if another program uses the port of this name.
        """
        if name in self._running:
            return self._running[name].port
        listening = self._reserved.pop(name, None) or self._ports.listen(name)
        port: int = listening.getsockname()[1]
        server = _Server(self._configuration(self._observer.around(app, plane_of), tls=tls))
        task = asyncio.create_task(server.serve(sockets=[listening]), name=f"server {name}")
        while not server.started and not task.done():
            await asyncio.sleep(0.001)
        if task.done():
            task.result()
        self._running[name] = _Running(server, task, port)
        return port

    async def close(self, name: str) -> None:
        """Stops serving. The name keeps its port for the next time."""
        running = self._running.pop(name, None)
        if running is not None:
            running.server.should_exit = True
            await running.task

    async def close_all(self) -> None:
        """Stops all servers without waiting for open connections."""
        for running in self._running.values():
            running.server.should_exit = True
            running.server.force_exit = True
        await asyncio.gather(*(running.task for running in self._running.values()))
        self._running.clear()

    def port(self, name: str) -> int | None:
        """The port of a name, whether its server runs or not. None for a name that never had one."""
        return self._ports.find(name)

    def _configuration(self, app: ASGIApp, *, tls: bool) -> uvicorn.Config:
        config = uvicorn.Config(
            app,
            http=self._connections.protocol(),
            ws="none",
            lifespan="off",
            loop="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
        config.load()
        if tls:
            config.ssl = self._certificate
            config.ssl_certfile = "given"
        return config
