"""HTTPS (and, for the managed identity endpoint, HTTP) servers inside one event loop."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from foundry_emulator.home import AZURE, IDENTITY
from foundry_emulator.observe import Observer
from foundry_emulator.world import World

HOST = "127.0.0.1"


class PortTaken(Exception):
    """A port that was chosen earlier is used by another program now."""


class Connections:
    """Open connections by the client's address: scripted faults break them below HTTP."""

    def __init__(self) -> None:
        self.transports: dict[tuple[str, int], asyncio.Transport] = {}

    async def reset(self, client: tuple[str, int]) -> None:
        """Ends the connection with a TCP reset, as a gateway that dies does; returns when it is gone."""
        transport = self.transports.get(client)
        if transport is None:
            return
        connection = transport.get_extra_info("socket")
        if connection is not None:
            linger_for_no_time = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_for_no_time)
        transport.abort()
        while client in self.transports:
            await asyncio.sleep(0.001)


def _protocol(connections: Connections) -> type[H11Protocol]:
    class Tracked(H11Protocol):
        _peer: tuple[str, int] | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            peer = transport.get_extra_info("peername")
            if peer:
                self._peer = (peer[0], peer[1])
                connections.transports[self._peer] = transport
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            if self._peer:
                connections.transports.pop(self._peer, None)
            super().connection_lost(exc)

    return Tracked


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
    """All servers of one local Azure. Ports are chosen once per name and kept in `ports.json`."""

    def __init__(self, world: World, certificate: ssl.SSLContext) -> None:
        self._world = world
        self._certificate = certificate
        self._running: dict[str, _Running] = {}
        self._connections = Connections()

    async def open(self, name: str, app: ASGIApp) -> int:
        """Serves `app` and returns its port. Starlette applications get `app.state.world`.

        Raises PortTaken if the port that this name had before is in use.
        """
        if name in self._running:
            return self._running[name].port
        if isinstance(app, Starlette):
            app.state.world = self._world
        listening = self._bind(name)
        port: int = listening.getsockname()[1]
        config = uvicorn.Config(
            Observer(app, self._world, name, self._connections),
            http=_protocol(self._connections),
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
        if name != IDENTITY:
            config.ssl = self._certificate
            config.ssl_certfile = "given"
        server = _Server(config)
        task = asyncio.create_task(server.serve(sockets=[listening]), name=f"server {name}")
        while not server.started and not task.done():
            await asyncio.sleep(0.001)
        if task.done():
            task.result()
        self._running[name] = _Running(server, task, port)
        return port

    async def close(self, name: str) -> None:
        """Stops serving; the name keeps its port for the next time."""
        running = self._running.pop(name, None)
        if running is not None:
            running.server.should_exit = True
            await running.task

    async def close_all(self) -> None:
        for running in self._running.values():
            running.server.should_exit = True
            running.server.force_exit = True
        await asyncio.gather(*(running.task for running in self._running.values()))
        self._running.clear()

    def port(self, name: str) -> int | None:
        """The port of a name, running or not; None if it never had one."""
        return self._world.home.read_ports().get(name)

    def _bind(self, name: str) -> socket.socket:
        ports = self._world.home.read_ports()
        # With the protocol named, asyncio sets TCP_NODELAY: without it every answer takes 40 ms longer.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, ports.get(name, 0)))
        except OSError as problem:
            listening.close()
            raise PortTaken(
                f"Port {ports.get(name)} ({name}) is used by another program. End that program, or delete "
                f"{self._world.home.ports}: the local Azure then chooses new ports, so endpoints change."
            ) from problem
        listening.listen(128)
        listening.setblocking(False)
        if name not in ports:
            ports[name] = listening.getsockname()[1]
            _write(self._world, ports)
        return listening


def _write(world: World, ports: dict[str, Any]) -> None:
    temporary = world.home.ports.with_suffix(".new")
    temporary.write_text(json.dumps(ports, indent=2) + "\n")
    temporary.replace(world.home.ports)


__all__ = ["AZURE", "HOST", "IDENTITY", "Connections", "PortTaken", "Servers"]
