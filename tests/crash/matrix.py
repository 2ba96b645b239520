"""Walking the points: kill, recover as a user would, and look."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from foundry_agents.cli.errors import CommandError

from .invariants import images, leftovers, look
from .operations import Operation
from .points import Point, points_of, unrecorded_points
from .stack import AGENT, UP, CrashStack, Snapshot, run_of
from .traffic import Traffic

KILLED, RECOVERY = "killed", "recovery"
WRITES = ("POST", "PATCH", "PUT", "DELETE")


@dataclass
class Row:
    """What came of one point."""

    name: str
    survived: bool = True
    wrong: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """Requests after which callers were sent to no version."""
    unrecorded: bool = False
    """Left over because the user destroyed what Pulumi had not recorded."""
    told: str = ""
    """The error, where an operation that was answered wrongly did not succeed."""
    figures: dict[str, int] = field(default_factory=dict)
    """What else was counted."""
    seconds: float = 0


@dataclass(frozen=True)
class Walk:
    """An operation that is ready to be killed, and what comes of it where nothing happens."""

    operation: Operation
    before: Snapshot
    versions: list[str]
    points: list[Point]


def jobs(stack: CrashStack, empty: Snapshot, operation: Operation) -> dict[str, Callable[[], Row]]:
    """What makes each row of an operation, by the name of the row."""
    walked = walk(stack, empty, operation)
    return {point.name: partial(survive, stack, walked, point) for point in walked.points}


def walk(stack: CrashStack, empty: Snapshot, operation: Operation) -> Walk:
    """Runs the operation undisturbed, and finds its points in the log. Raises AssertionError."""
    before = operation.ready(stack, empty)
    ran = stack.up(run=KILLED)
    assert ran.code == 0, ran.output
    entries = stack.requests()
    points = points_of(operation, entries)
    if operation.is_create:
        points += unrecorded_points(operation, entries)
    if operation.back is not None:
        stack.want(operation.back)
        ran = stack.up(run=RECOVERY)
        assert ran.code == 0, ran.output
    findings = look(stack, images(stack.agents().get(AGENT)), refresh=True)
    assert not findings.wrong and not findings.orphans, (operation.name, findings)
    return Walk(operation, before, images(stack.agents().get(AGENT)), points)


def survive(stack: CrashStack, walked: Walk, point: Point) -> Row:
    """Kills at this point, recovers, and looks."""
    began, row = time.monotonic(), Row(point.name)
    stack.restore(walked.before)
    traffic = Traffic(stack.agents().get(AGENT), time.time())
    kill(stack, point, row)
    if not row.wrong:
        if point.then == "destroy":
            _destroy_alone(stack, row)
        else:
            if walked.operation.back is not None:
                stack.want(walked.operation.back)
            recover(stack, point, row)
            row.wrong += writes_of_two(stack)
            if stack.wanted is not None:
                row.lost = traffic.lost(stack.requests())
            findings = look(stack, walked.versions, refresh=point.destroyed)
            row.wrong += findings.wrong
            row.orphans += findings.orphans
            if point.destroyed:
                destroy(stack, row)
    return finish(stack, row, began)


def finish(stack: CrashStack, row: Row, began: float) -> Row:
    """Adds up, and leaves no process behind."""
    row.figures["processes that outlived their engine"] = len(stack.orphans_of_the_engine())
    stack.end_orphans()
    row.survived = not (row.wrong or row.orphans or row.lost)
    row.seconds = round(time.monotonic() - began, 1)
    return row


def kill(stack: CrashStack, point: Point, row: Row) -> None:
    """Runs an `up` that is killed at this point."""
    stack.azure.fault(**point.fault)
    ran = stack.up(run=KILLED)
    (fault,) = stack.azure.faults()
    stack.azure.clear_faults()
    if not fault["killed"]:
        row.wrong.append(f"the point was not reached: {ran.output[-1500:]}")
    elif ran.code == 0:
        row.wrong.append("the run ended well although it was killed")


def recover(stack: CrashStack, point: Point, row: Row) -> None:
    """Goes on as the point says that a user does."""
    try:
        if point.then == "up":
            ran = stack.pulumi(*UP, run=RECOVERY)
            if ran.code:
                row.wrong.append(f"up failed: {ran.output[-3000:]}")
        else:
            stack.recover(RECOVERY, refresh=point.then == "recover")
    except CommandError as error:
        row.wrong.append(f"it did not recover: {str(error)[-3000:]}")


def writes_of_two(stack: CrashStack) -> list[str]:
    """What the killed run still wrote when the next one had begun to."""
    recovering = False
    found = []
    for entry in stack.requests():
        recovering = recovering or run_of(entry) == RECOVERY
        if recovering and run_of(entry) == KILLED and entry["method"] in WRITES:
            found.append(f"the killed run still wrote: {entry['method']} {entry['path']}")
    return found


def destroy(stack: CrashStack, row: Row) -> None:
    """Destroys, and looks for what is left over."""
    ran = stack.pulumi("destroy", "--yes", "--skip-preview")
    if ran.code:
        row.wrong.append(f"destroy failed: {ran.output[-3000:]}")
    row.orphans += leftovers(stack)


def _destroy_alone(stack: CrashStack, row: Row) -> None:
    """Cancel and destroy, without an `up` in between: what the create had made stays, until an `up` takes it over."""
    stack.pulumi("cancel", "--yes")
    ran = stack.pulumi("destroy", "--yes", "--skip-preview")
    if ran.code:
        row.wrong.append(f"destroy failed: {ran.output[-3000:]}")
    row.unrecorded = bool(leftovers(stack))
    if row.unrecorded:
        stack.up()
        destroy(stack, row)
