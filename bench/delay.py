"""How long after a version became active its resource is complete, and how many requests the wait costs.

Many agents are created at once, without verification, in a local Azure that keeps the times of the service. Each
is provisioned in another time, so that the moment of becoming active falls anywhere between two requests. A wait of
ten minutes is not sat through: the same code runs against a service that is never active, on a clock that jumps
from pause to pause. Requests take no time there, so there are at least as many as on any real service.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median
from types import SimpleNamespace
from typing import Any
from unittest import mock

from bench.figures import percentile
from bench.place import Place
from bench.service import IMAGE, connected, inputs
from foundry_agents.lifecycle.errors.exceptions import NotActiveInTime
from foundry_agents.lifecycle.resource.agent import AGENT
from foundry_agents.lifecycle.rollout import new_version
from foundry_agents.lifecycle.rollout.operation import AgentOperation
from foundry_agents.lifecycle.service import waiting
from foundry_agents.lifecycle.service.agents import AgentService
from foundry_agents.lifecycle.service.mark import Mark, with_mark
from foundry_emulator.testing import Project

AIM_P95_SECONDS, AIM_REQUESTS = 1.0, 310
_SHORTEST, _LONGEST = 10.0, 40.0
_AGENTS, _AGENTS_IF_SHORT = 60, 6
_LONG_WAIT = 600.0


def measure(place: Place) -> dict[str, Any]:
    project = place.project("delay", IMAGE)
    count = _AGENTS_IF_SHORT if place.short else _AGENTS
    shrunk = 8 if place.short else 1
    # Even steps would keep in step with the pauses between requests.
    irregular = random.Random(count)
    times = sorted((irregular.uniform(_SHORTEST, _LONGEST) / shrunk for _ in range(count)), reverse=True)
    place.azure.settings(time_scale=1, create_version_seconds=0)
    place.azure.clear_requests()
    completed = asyncio.run(_create_all(place, project, times))
    active = _became_active(place, project)
    delays = [completed[agent] - active[agent] for agent in completed]
    polls = _polls(place)
    moments = _moments_of_requests(_LONG_WAIT)
    polls_of_each = [polls[agent] for agent in completed]
    place.keep("delay", {"provisioning": times, "delays": delays, "polls": polls_of_each, "moments": moments})
    return {
        "agents": count,
        "p50 seconds": round(median(delays), 3),
        "p95 seconds": round(percentile(delays, 95), 3),
        "longest seconds": round(max(delays), 3),
        "aim": {"p95 seconds": AIM_P95_SECONDS, "requests of a long wait": AIM_REQUESTS},
        "long wait": {"seconds": _LONG_WAIT, "requests": len(moments)},
        "delays by percentile": {str(percent): round(percentile(delays, percent), 3) for percent in range(0, 101, 10)},
        "requests of a long wait by minute": _by_minute(moments),
    }


def _by_minute(moments: Sequence[float]) -> list[int]:
    """How many requests were sent by the end of each minute, beginning with none at 0."""
    return [sum(moment < 60 * minute for moment in moments) for minute in range(int(_LONG_WAIT / 60) + 1)]


async def _create_all(place: Place, project: Project, times: Sequence[float]) -> dict[str, float]:
    """When each agent was complete, by name."""
    completed: dict[str, float] = {}

    async def create(service: AgentService, agent: str, made: asyncio.Event) -> None:
        await AGENT.create(service, inputs(project, agent, verify="off"), lambda _line: made.set())
        completed[agent] = time.time()

    async with connected(project) as service:
        running = []
        for number, seconds in enumerate(times):
            # The service decides when it makes a version how long that takes.
            await asyncio.to_thread(place.azure.settings, provisioning_seconds=seconds)
            made = asyncio.Event()
            running.append(asyncio.create_task(create(service, f"delay-{number}", made)))
            await made.wait()
        await asyncio.gather(*running)
    return {f"delay-{number}": completed[f"delay-{number}"] for number in range(len(times))}


def _became_active(place: Place, project: Project) -> dict[str, float]:
    projects = place.azure.state()["foundry"]["projects"]
    agents = projects[f"{project.arm_id.split('/')[8]}/{project.arm_id.split('/')[10]}".lower()]
    return {name: agent["versions"]["1"]["settled_at"] for name, agent in agents.items()}


def _polls(place: Place) -> Counter[str]:
    paths = [entry["path"] for entry in place.azure.requests(plane="data", method="GET", path="/versions/1$")]
    return Counter(found[1] for found in (re.search("/agents/([^/]+)/", path) for path in paths) if found)


class _JumpingLoop(asyncio.SelectorEventLoop):
    """A loop on which a pause takes no time: its clock jumps."""

    def __init__(self) -> None:
        super().__init__()
        self._jumped = 0.0

    def time(self) -> float:
        return super().time() + self._jumped

    async def sleep(self, seconds: float) -> None:
        self._jumped += seconds


def _moments_of_requests(seconds: float) -> list[float]:
    """Seconds after the begin of each request of a wait that ends without success."""
    loop = _JumpingLoop()
    with mock.patch.object(asyncio, "sleep", loop.sleep), contextlib.closing(loop):
        return loop.run_until_complete(_until_over(seconds, loop.time))


async def _until_over(seconds: float, clock: Callable[[], float]) -> list[float]:
    started, moments, mark = clock(), list[float](), Mark("bench", "waits")

    async def creating(*_arguments: object) -> dict[str, object]:
        moments.append(clock() - started)
        return {"version": "1", "status": "creating", "metadata": with_mark({}, mark)}

    service: Any = SimpleNamespace(create_version=creating, find_version=creating)
    endpoint = "https://bench.services.ai.azure.com/api/projects/bench"
    project: Any = SimpleNamespace(endpoint=endpoint, login_server="bench.azurecr.io")
    operation = AgentOperation(inputs(project, "waits", active_timeout=seconds), mark, lambda _line: None)
    try:
        await new_version.make_active_version(service, operation, waiting.Wait(0), None, None, must_be_own=False)
    except NotActiveInTime:
        return moments
    raise AssertionError("it was never active")
