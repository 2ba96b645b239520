"""One agent process: started, probed, watched, stopped."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from foundry_emulator.runner import forward
from foundry_emulator.runner.container_log import ContainerLog, Stream
from foundry_emulator.runner.images import ImageCommand

HOST = "127.0.0.1"
STOP_SECONDS = 5.0
_PR_SET_PDEATHSIG = 1
_PROBE_EVERY = 0.03


class NotReady(Exception):
    """The process did not become ready. The reason goes to the container log."""


class AgentProcess:
    """A running agent. On Linux it ends with this process, even if that is killed."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, log: ContainerLog) -> None:
        self._process = process
        self.port = port
        self._log = log
        self._readers = [
            asyncio.create_task(_copy(process.stdout, log, "stdout")),
            asyncio.create_task(_copy(process.stderr, log, "stderr")),
        ]

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        return self._process.returncode

    async def stop(self) -> None:
        """SIGTERM, then SIGKILL: to the whole process group, as the end of a sandbox does."""
        if self._process.returncode is None:
            self.signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
            except asyncio.TimeoutError:
                self._log.add("status", "The container did not stop on SIGTERM. It is being killed.")
        self.signal(signal.SIGKILL)  # processes that it started
        await self._process.wait()
        await asyncio.gather(*self._readers)

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


async def start(
    image: ImageCommand, environment: Callable[[int], dict[str, str]], log: ContainerLog, timeout: float
) -> AgentProcess:
    """Starts the command and waits until /readiness answers 200. `environment` gets the port.

    Raises NotReady; nothing is left running then.
    """
    port = _free_port()
    arguments = image.arguments
    if not arguments:
        raise NotReady("The command of the image is empty.")
    if not Path(image.cwd).is_dir():
        raise NotReady(f"The working directory of the image does not exist: {image.cwd}")
    log.add("status", f"Starting the container: {image.command}")
    try:
        process = await asyncio.create_subprocess_exec(
            *arguments,
            cwd=image.cwd,
            env=environment(port),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
    except OSError as problem:
        raise NotReady(f"The command cannot be started: {problem}") from problem
    agent = AgentProcess(process, port, log)
    try:
        await asyncio.wait_for(_until_ready(agent), timeout)
    except asyncio.TimeoutError:
        await agent.stop()
        raise NotReady(f"/readiness on port {port} did not answer 200 within {timeout:g} s.") from None
    except (NotReady, asyncio.CancelledError):
        await agent.stop()
        raise
    log.add("status", "The container is ready.")
    return agent


async def _until_ready(agent: AgentProcess) -> None:
    while True:
        if agent.exit_code is not None:
            raise NotReady(f"The container exited with code {agent.exit_code} before it was ready.")
        try:
            if await forward.probe(agent.port, "/readiness") == 200:
                return
        except forward.Unreachable:
            pass
        await asyncio.sleep(_PROBE_EVERY)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


async def _copy(stream: asyncio.StreamReader | None, log: ContainerLog, name: Stream) -> None:
    if stream is None:
        return
    while True:
        try:
            line = await stream.readline()
        except ValueError:  # a line longer than the buffer is dropped
            continue
        if not line:
            return
        log.add(name, line.decode("utf-8", errors="replace").rstrip("\r\n"))


# Loaded before any fork: a child may not take the locks that loading needs.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
