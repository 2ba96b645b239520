"""Which agent processes are stopped: never one that a call is using."""

import asyncio
import shlex
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from foundry_emulator.host.home import Home
from foundry_emulator.host.settings import Settings
from foundry_emulator.runner import images, pool
from foundry_emulator.runner.images import ImageCommand
from foundry_emulator.runner.pool import AgentPool, NoRoom, Place, Sandbox

DIGEST = "sha256:" + "0" * 64
AGENT = """
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

class Ready(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
"""
BUSY, UNUSED, OTHER = (Place("project", agent, "1") for agent in ("busy", "unused", "other"))


@pytest.fixture
async def processes(tmp_path: Path) -> AsyncIterator[AgentPool]:
    """Room for two."""
    home = Home.at(tmp_path)
    command = f"{shlex.quote(sys.executable)} -c {shlex.quote(AGENT)}"
    images.record(home.images, ImageCommand(DIGEST, "agent:v1", command, str(tmp_path)))
    made = AgentPool(home, Settings(max_agent_processes=2), "http://127.0.0.1:1/token")
    yield made
    await made.stop_all()


async def _start(processes: AgentPool, place: Place, *, idle_after: float = 3600) -> None:
    await processes.ready(Sandbox(place, "s", DIGEST, "agent:v1", {}, "", idle_after))


async def _eventually(is_so: Callable[[], bool]) -> None:
    async def until() -> None:
        while not is_so():
            await asyncio.sleep(0.01)

    await asyncio.wait_for(until(), 60)


async def test_a_process_with_a_call_is_not_idle(processes: AgentPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_IDLE_CHECK_SECONDS", 0.01)
    await _start(processes, BUSY, idle_after=0)
    processes.begin_call(BUSY, "s")
    await _start(processes, UNUSED, idle_after=0)
    looking = asyncio.ensure_future(processes.stop_idle())
    await _eventually(lambda: not processes.runs(UNUSED))  # looked at after the busy one
    assert processes.runs(BUSY)
    processes.end_call(BUSY, "s")
    await _eventually(lambda: not processes.runs(BUSY))
    looking.cancel()


async def test_a_process_with_a_call_makes_no_room_for_another(processes: AgentPool) -> None:
    await _start(processes, BUSY)
    processes.begin_call(BUSY, "s")
    await _start(processes, UNUSED)
    await _start(processes, OTHER)
    assert [processes.runs(place) for place in (BUSY, UNUSED, OTHER)] == [True, False, True]
    processes.begin_call(OTHER, "s")
    with pytest.raises(NoRoom):
        await _start(processes, UNUSED)
    processes.end_call(BUSY, "s")
    await _start(processes, UNUSED)
    assert [processes.runs(place) for place in (BUSY, UNUSED, OTHER)] == [False, True, True]
