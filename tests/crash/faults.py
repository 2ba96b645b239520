"""The fault matrix: every request of an agent's or a toolbox's life is answered wrongly once, in every way thought of.

The operation succeeds, or says why not; the next one then repairs what is left. It runs on the lifecycle, in
one process and without Pulumi: a silent service is waited for half a second only. That covers dynamic and first-class
resources alike, since both adapters only call the lifecycle; `tests/adapters` shows that they do the same.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from foundry_agents.lifecycle.errors.exceptions import DeploymentError
from foundry_agents.lifecycle.resource.state import Properties
from foundry_agents.lifecycle.service.client import DataPlane

from .fault_operations import Operation
from .matrix import Row
from .requests import pattern_of, request_of
from .world import SILENCE, World


def _status(code: int, **more: Any) -> dict[str, Any]:
    return {"when": "before", "action": {"kind": "status", "status": code, **more}}


def _after(kind: str, **more: Any) -> dict[str, Any]:
    return {"when": "after", "action": {"kind": kind, **more}}


FAULTS: dict[str, dict[str, Any]] = {
    **{str(code): _status(code) for code in (400, 401, 403, 404, 409, 429, 500, 502, 503, 504)},
    "404 of a gateway": _status(404, body="<html>Not Found</html>"),
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


class Walk:
    """The points of one operation, and the way to each."""

    def __init__(self, world: World, operation: Operation[Any]) -> None:
        self._world, self._operation = world, operation

    async def points(self) -> list[Point]:
        """From the log of a run that nothing happened to."""
        await self._prepare()
        async with self._service() as service:
            await self._operation.run(self._world, service, self._old)
        return [
            Point(self._operation.name, method, path, nth, fault)
            for method, path, nth in _requests(self._world)
            for fault in FAULTS
        ]

    def clear(self) -> None:
        """Leaves nothing of what ran before."""
        self._restore(self._world.empty)

    async def survive(self, point: Point) -> Row:
        """Lets it happen, and looks."""
        row, began = Row(point.name), time.monotonic()
        self._restore(self._ready)
        self._world.azure.fault(
            plane="data",
            method=point.method,
            path=pattern_of(point.path),
            nth=point.nth,
            **FAULTS[point.fault],
        )
        old = self._old
        async with self._service() as service:
            try:
                made = await self._operation.run(self._world, service, old)
                if made and made.get("versions_pending_deletion"):
                    row.told = f"retiring {made['versions_pending_deletion']}"
                    await self._repair(service, made, row)
            except DeploymentError as error:
                row.told = str(error)
                await self._repair(service, old, row)
            except Exception as error:  # noqa: BLE001 - whatever is not explained counts as not survived
                row.wrong.append(f"unexpected {type(error).__name__}: {error}")
        self._world.azure.clear_faults()
        row.wrong += self._operation.problems(self._world)
        row.survived = not row.wrong
        row.seconds = round(time.monotonic() - began, 1)
        return row

    async def _repair(self, service: DataPlane, old: Properties | None, row: Row) -> None:
        self._world.azure.clear_faults()
        try:
            await self._operation.run(self._world, service, old)
        except DeploymentError as error:
            row.wrong.append(f"not repaired by the next run: {error}")

    def _service(self) -> DataPlane:
        service: DataPlane = self._world.service(self._operation.service)
        return service

    async def _prepare(self) -> None:
        self.clear()
        async with self._service() as service:
            self._old = await self._operation.prepare(self._world, service)
        self._ready = self._world.azure.state()
        self._world.azure.clear_requests()

    def _restore(self, state: dict[str, Any]) -> None:
        self._world.azure.clear_faults()
        self._world.azure.load(state)
        self._world.azure.clear_requests()


def _requests(world: World) -> Iterator[tuple[str, str, int]]:
    """Each request with its ordinal; polls after the first are left out, as they come or not. Pages are no polls."""
    seen: Counter[tuple[str, str]] = Counter()
    last: tuple[str, ...] = ()
    for entry in world.azure.requests(plane="data"):
        request = request_of(entry)
        seen[request] += 1
        if (*request, entry["query"]) != last or entry["method"] != "GET":
            yield (*request, seen[request])
        last = (*request, entry["query"])
