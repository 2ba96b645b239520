"""The points at which an operation can be killed: every request that it sends, before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from .operations import Operation
from .requests import pattern_of, request_of

# A run polls as often as its luck wants; being killed at the tenth poll is being killed at the second.
MOST_POLLS = 2


@dataclass(frozen=True)
class Point:
    """Who is killed, when, and how a user goes on. `name` says all of it."""

    operation: str
    method: str
    path: str
    """Below the project."""
    nth: int
    """Of the requests of this method and path."""
    when: Literal["before", "after"]
    process: Literal["engine", "client"]
    then: Literal["recover", "recover without refresh", "up", "destroy"]
    """What the user does. `up` alone is enough where no lock is left. `destroy` alone is the one mistake."""
    destroyed: bool = False
    """Whether everything is destroyed at the end."""

    @property
    def name(self) -> str:
        request = f"{self.method} {self.path}" + (f" #{self.nth}" if self.nth > 1 else "")
        return f"{self.operation}: {self.process} killed {self.when} {request}, then {self.then}"

    @property
    def fault(self) -> dict[str, Any]:
        """The crash point as the local Azure takes it."""
        return {
            "plane": "data",
            "method": self.method,
            "path": pattern_of(self.path),
            "nth": self.nth,
            "when": self.when,
            "action": {"kind": "kill", "process": self.process},
        }

    def as_row(self) -> dict[str, Any]:
        return {"name": self.name, **asdict(self)}


def points_of(operation: Operation, entries: Iterable[Mapping[str, Any]]) -> list[Point]:
    """All points of an operation, from the log of a run that nothing happened to.

    The engine is killed at every one, the provider at every third. Half of them end with a destroy. A provider
    that is killed leaves no lock, so that the user simply runs `up` again; where the program has changed
    meanwhile, and where it goes with `recover` all the same, `recover` is what is said to be run.
    """
    found: list[Point] = []
    for number, (method, path, nth) in enumerate(_requests(operation, entries)):
        for when in ("before", "after"):
            here = Point(operation.name, method, path, nth, when, "engine", "recover")
            turn = 2 * number + (when == "after")
            found.append(_varied(operation, here, turn))
            if turn % 3 == 0:
                found.append(_varied(operation, _replaced(here, process="client"), turn // 3))
    return found


def unrecorded_points(operation: Operation, entries: Iterable[Mapping[str, Any]]) -> list[Point]:
    """The mistake that nothing can repair: what a killed create made, and Pulumi never recorded, then `destroy`."""
    return [
        Point(operation.name, method, path, nth, "after", "engine", "destroy")
        for method, path, nth in _requests(operation, entries)
        if method != "GET"
    ]


def _varied(operation: Operation, point: Point, turn: int) -> Point:
    destroyed = turn % 2 == 0 and operation.wanted is not None
    if operation.back is not None:  # only a refresh can know what the killed run had done
        return _replaced(point, destroyed=destroyed, then="recover")
    if point.process == "client":
        return _replaced(point, destroyed=destroyed, then=("up", "recover")[turn // 2 % 2])
    return _replaced(point, destroyed=destroyed, then=("recover", "recover without refresh")[turn // 2 % 2])


def _replaced(point: Point, **changes: Any) -> Point:
    return Point(**{**asdict(point), **changes})


def _requests(operation: Operation, entries: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str, int]]:
    """Method, path and ordinal of what is walked, without further polls."""
    seen: Counter[tuple[str, str]] = Counter()
    in_a_row, last = 0, ("", "")
    for entry in entries:
        request = request_of(entry)
        seen[request] += 1
        in_a_row = in_a_row + 1 if request == last else 1
        last = request
        if request[1].startswith(operation.walked) and (request[0] != "GET" or in_a_row <= MOST_POLLS):
            yield (*request, seen[request])
