"""The fault matrix: every request of an agent's life is answered wrongly once, in every way that was thought of.

The operation succeeds, or says why not; the next one then repairs what is left. It runs on the lifecycle, in
one process and without Pulumi: a silent service is waited for half a second only.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp.connector
from azure.core.credentials import AccessToken
from azure.core.credentials_async import AsyncTokenCredential

from foundry_agents.lifecycle import definition, resource
from foundry_agents.lifecycle.errors import AgentError
from foundry_agents.lifecycle.service import AgentService
from foundry_emulator.testing import FOUNDRY, LocalAzure, Project

from .matrix import Row
from .stack import STAND_IN

AGENT = "faulty"
SETTINGS = {"time_scale": 0.001, "role_propagation_seconds": 0, "agent_start_timeout": 5}
SILENCE = 0.5

Properties = dict[str, Any]
Report = list[str]


def _status(code: int, **more: Any) -> dict[str, Any]:
    return {"when": "before", "action": {"kind": "status", "status": code, **more}}


def _after(kind: str, **more: Any) -> dict[str, Any]:
    return {"when": "after", "action": {"kind": kind, **more}}


FAULTS: dict[str, dict[str, Any]] = {
    **{str(code): _status(code) for code in (400, 401, 403, 404, 409, 429, 500, 502, 503, 504)},
    "429 with Retry-After": _status(429, headers={"Retry-After": "0.2"}),
    "500 after it took effect": _after("status", status=500),
    "reset before": {"when": "before", "action": {"kind": "reset"}},
    "reset after": _after("reset"),
    "truncated body": _after("truncate"),
    "empty body": _after("status", status=200, body=""),
    "201": _after("status", status=201, body=""),
    "202": _after("status", status=202, body=""),
    "204": _after("status", status=204, body=""),
    "silence before": {"when": "before", "action": {"kind": "silence", "seconds": 3 * SILENCE}},
    "silence after": _after("silence", seconds=3 * SILENCE),
}


@dataclass(frozen=True)
class Point:
    """A request of an operation, and what it meets."""

    operation: str
    method: str
    path: str
    nth: int
    fault: str

    @property
    def name(self) -> str:
        request = f"{self.method} {self.path}" + (f" #{self.nth}" if self.nth > 1 else "")
        return f"{self.operation}: {self.fault} at {request}"


class World:
    """A local Azure with one agent, and the resource's functions on it."""

    def __init__(self, azure: LocalAzure) -> None:
        self.azure = azure
        self.project: Project = azure.make_project()
        for tag in ("v1", "v2"):
            azure.push(f"{self.project.login_server}/echo:{tag}", STAND_IN)
        self.told: Report = []
        self.empty = azure.state()

    def inputs(self, **inputs: Any) -> Properties:
        checked = definition.check(
            {
                "agent_name": AGENT,
                "project_endpoint": self.project.endpoint,
                "registry": self.project.login_server,
                "owner": "acme/faults/dev",
                "image": "echo:v1",
                "role_propagation_timeout": 0,
                "keep_versions": 1,
                "verify": {"kind": "start", "timeout": 5},
                **inputs,
            }
        )
        assert not checked.problems, checked.problems
        return {**checked.inputs, "logical_name": "faulty"}

    def service(self) -> AgentService:
        return AgentService(self.project.endpoint, _Credential(self.azure), read_timeout=SILENCE, first_pause=0.02)

    async def make_by_hand(self) -> None:
        """An agent that bears nobody's mark."""
        url = f"{self.project.endpoint}/agents/{AGENT}/versions"
        body = {
            "kind": "hosted",
            "cpu": "1",
            "memory": "2Gi",
            "container_configuration": {"image": f"{self.project.login_server}/echo:v1"},
            "protocol_versions": [{"protocol": "responses", "version": "2.0.0"}],
        }
        assert self.azure.data("POST", url, {"definition": body}).status == 200
        while self.azure.data("GET", f"{url}/1").body["status"] != "active":
            await asyncio.sleep(0.01)

    def problems(self, wanted: str | None) -> list[str]:
        """What is not as it has to be; `wanted` is the tag of the image that serves, None for no agent."""
        agents = [agents for agents in self.azure.state()["foundry"]["projects"].values() if AGENT in agents]
        if wanted is None or not agents:
            return [] if (wanted is None) == (not agents) else [f"the agent is there: {bool(agents)}"]
        agent = agents[0][AGENT]
        versions = {
            number: version["definition"]["container_configuration"]["image"].rpartition(":")[2]
            for number, version in agent["versions"].items()
        }
        found = []
        rules = agent["endpoint"]["version_selector"]["version_selection_rules"]
        shares = {rule["agent_version"]: rule["traffic_percentage"] for rule in rules}
        serving = [number for number, tag in versions.items() if tag == wanted]
        if [shares] != [{number: 100} for number in serving]:
            found.append(f"traffic {shares}, versions {versions}")
        live = [name for name, session in agent["sessions"].items() if not session["deleted"]]
        return [*found, *(f"session {name} is left" for name in live)]


@dataclass(frozen=True)
class Operation:
    """`prepare` gives the properties that Pulumi's state has before `run`; `wanted` serves in the end."""

    name: str
    prepare: Callable[[World, AgentService], Awaitable[Properties | None]]
    run: Callable[[World, AgentService, Properties | None], Awaitable[Properties | None]]
    wanted: str | None


async def _nothing(_world: World, _service: AgentService) -> None:
    return None


async def _created(world: World, service: AgentService) -> Properties:
    return await resource.create(service, world.inputs(), world.told.append)


async def _updated(world: World, service: AgentService) -> Properties:
    old = await resource.create(service, world.inputs(keep_versions=2), world.told.append)
    return await resource.update(service, old, world.inputs(keep_versions=2, image="echo:v2"), world.told.append)


async def _by_hand(world: World, _service: AgentService) -> None:
    await world.make_by_hand()


async def _create(world: World, service: AgentService, _old: Properties | None) -> Properties:
    return await resource.create(service, world.inputs(), world.told.append)


async def _update(world: World, service: AgentService, old: Properties | None) -> Properties:
    wanted = world.inputs(image="echo:v2", rollout={"steps": [10, 50], "hold": 0})
    return await resource.update(service, old or {}, wanted, world.told.append)


async def _rollback(world: World, service: AgentService, old: Properties | None) -> Properties:
    wanted = world.inputs(image="echo:v2", serve_version="1")
    return await resource.update(service, old or {}, wanted, world.told.append)


async def _adopt(world: World, service: AgentService, _old: Properties | None) -> Properties:
    return await resource.create(service, world.inputs(image="echo:v2", adopt=True), world.told.append)


async def _refresh(world: World, service: AgentService, old: Properties | None) -> Properties | None:
    """An agent that a refresh does not find is made again by the next `up`."""
    found = await resource.read(service, old or {})
    return found or await resource.create(service, world.inputs(), world.told.append)


async def _delete(world: World, service: AgentService, old: Properties | None) -> None:
    await resource.delete(service, old or {}, world.told.append)


OPERATIONS = (
    Operation("create", _nothing, _create, "v1"),
    Operation("update", _created, _update, "v2"),
    Operation("rollback", _updated, _rollback, "v1"),
    Operation("adopt", _by_hand, _adopt, "v2"),
    Operation("refresh", _created, _refresh, "v1"),
    Operation("delete", _created, _delete, None),
)


class Walk:
    """The points of one operation, and the way to each."""

    def __init__(self, world: World, operation: Operation) -> None:
        self._world, self._operation = world, operation

    async def points(self) -> list[Point]:
        """From the log of a run that nothing happened to."""
        await self._prepare()
        async with self._world.service() as service:
            await self._operation.run(self._world, service, self._old)
        return [
            Point(self._operation.name, method, path, nth, fault)
            for method, path, nth in _requests(self._world)
            for fault in FAULTS
        ]

    async def survive(self, point: Point) -> Row:
        """Lets it happen, and looks."""
        row, began = Row(point.name), time.monotonic()
        self._restore(self._ready)
        self._world.azure.fault(
            plane="data",
            method=point.method,
            path=f"/api/projects/[^/]+{re.escape(point.path)}$",
            nth=point.nth,
            **FAULTS[point.fault],
        )
        old = self._old
        async with self._world.service() as service:
            try:
                await self._operation.run(self._world, service, old)
            except AgentError as error:
                row.told = str(error)
                await self._repair(service, old, row)
            except Exception as error:  # noqa: BLE001 - whatever is not explained counts as not survived
                row.wrong.append(f"unexpected {type(error).__name__}: {error}")
        self._world.azure.clear_faults()
        row.wrong += self._world.problems(self._operation.wanted)
        row.survived = not row.wrong
        row.seconds = round(time.monotonic() - began, 1)
        return row

    async def _repair(self, service: AgentService, old: Properties | None, row: Row) -> None:
        self._world.azure.clear_faults()
        try:
            await self._operation.run(self._world, service, old)
        except AgentError as error:
            row.wrong.append(f"not repaired by the next run: {error}")

    async def _prepare(self) -> None:
        self._restore(self._world.empty)
        async with self._world.service() as service:
            self._old = await self._operation.prepare(self._world, service)
        self._ready = self._world.azure.state()
        self._world.azure.clear_requests()

    def _restore(self, state: dict[str, Any]) -> None:
        self._world.azure.clear_faults()
        self._world.azure.load(state)
        self._world.azure.clear_requests()


def trust(azure: LocalAzure) -> None:
    """aiohttp made its TLS context when it was imported; the local Azure's authority is newer."""
    aiohttp.connector._SSL_CONTEXT_VERIFIED.load_verify_locations(azure.home.ca)


def start(folder: Path) -> World:
    """A world in an empty folder."""
    azure = LocalAzure.start(folder, **SETTINGS)
    trust(azure)
    return World(azure)


class _Credential(AsyncTokenCredential):
    """The deployer's tokens, got once."""

    def __init__(self, azure: LocalAzure) -> None:
        self._token = AccessToken(azure.token(FOUNDRY), 2**31)

    async def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return self._token

    async def close(self) -> None:
        """Nothing is open."""

    async def __aexit__(self, *_exc: object) -> None:
        """Nothing is open."""


def _requests(world: World) -> Iterator[tuple[str, str, int]]:
    """Each request with its ordinal; polls after the first are left out, as they come or not."""
    seen: Counter[tuple[str, str]] = Counter()
    last = ("", "")
    for entry in world.azure.requests(plane="data"):
        request = (entry["method"], "/agents/" + entry["path"].partition("/agents/")[2])
        seen[request] += 1
        if request != last or entry["method"] != "GET":
            yield (*request, seen[request])
        last = request
