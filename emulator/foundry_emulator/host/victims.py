"""Crash points: which process a scripted fault kills, and killing it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from typing import Any, Literal

import psutil

_ENGINE = "pulumi"
_DEATH_SECONDS = 10.0


class NoVictim(Exception):
    """The process does not exist, or survives SIGKILL."""


async def kill(whom: Literal["client", "engine"] | int, client_port: int) -> int:
    """Kills the process (SIGKILL), waits until it is dead, and returns its id. Raises NoVictim."""
    victim = await asyncio.to_thread(_find, whom, client_port)
    with contextlib.suppress(psutil.NoSuchProcess):
        victim.kill()
    deadline = time.monotonic() + _DEATH_SECONDS
    while _lives(victim):
        if time.monotonic() > deadline:
            raise NoVictim(f"Process {victim.pid} survives SIGKILL.")
        await asyncio.sleep(0.001)
    return victim.pid


def _find(whom: Literal["client", "engine"] | int, client_port: int) -> psutil.Process:
    try:
        if isinstance(whom, int):
            return psutil.Process(whom)
        client = _client(client_port)
        return client if whom == "client" else _engine(client)
    except psutil.NoSuchProcess as problem:
        raise NoVictim(f"Process {problem.pid} does not exist.") from problem


def _client(port: int) -> psutil.Process:
    """The process with a connection from this port."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):  # those of other users, and those that end meanwhile
            if process.pid != os.getpid() and any(_is_from(port, end) for end in process.net_connections("tcp")):
                return process
    raise NoVictim(f"No visible process has a connection from port {port}.")


def _is_from(port: int, connection: Any) -> bool:
    return bool(connection.laddr and connection.raddr) and connection.laddr.port == port


def _engine(client: psutil.Process) -> psutil.Process:
    for ancestor in client.parents():
        if ancestor.name() == _ENGINE:
            return ancestor
    raise NoVictim(f"Process {client.pid} was not started by {_ENGINE}.")


def _lives(process: psutil.Process) -> bool:
    """A zombie without threads is dead: only its parent has not looked yet. While it has some, its ports are open."""
    try:
        is_zombie = process.status() == psutil.STATUS_ZOMBIE
        return bool(process.is_running() and not (is_zombie and process.num_threads() <= 1))
    except psutil.NoSuchProcess:
        return False
