"""Runs that end in another way than by being killed at a request: by Ctrl-C, or with the next run on their heels."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from .callers import ask_during_updates
from .faults import FAULTS
from .invariants import look
from .matrix import KILLED, RECOVERY, Row, finish, writes_of_two
from .operations import CREATE, UPDATE, Operation, Wanted
from .stack import AGENT, UP, CrashStack, Snapshot
from .traffic import Traffic

UPDATES = 100
_PATIENCE = 300.0
LONG_HOLD = {"rollout": {"steps": [10, 50], "hold": 8}}
VERSIONS = r"/agents/[^/]+/versions$"


def jobs(stack: CrashStack, empty: Snapshot) -> dict[str, Callable[[], Row]]:
    """What makes each row, by its name."""
    found: dict[str, Callable[[], Row]] = {}
    for operation in (CREATE, UPDATE):
        for times, word in ((1, "one"), (2, "two")):
            name = f"{operation.name}: {word} Ctrl-C, then recover"
            found[name] = partial(interrupted, stack, empty, operation, times, name)
    name = "update: engine killed while it holds at 10 %, then recover at once"
    found[name] = partial(overtaken, stack, empty, name)
    for fault in FAULTS:
        name = f"update: {fault} in answer to POST, by the whole of Pulumi"
        found[name] = partial(answered_wrongly, stack, empty, fault, name)
    name = f"{UPDATES} updates with gradual traffic, callers who ask without pause"
    found[name] = partial(asked, stack, name)
    return found


def asked(stack: CrashStack, name: str) -> Row:
    """Nobody is killed; callers never notice that there are updates."""
    began, row = time.monotonic(), Row(name)
    folder = stack.folder / "callers"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    calls = ask_during_updates(folder, UPDATES)
    row.lost = calls.failed
    row.figures |= {"requests": calls.made, "versions that answered": len(calls.answered), "failed": len(calls.failed)}
    if len(calls.answered) <= UPDATES // 2:
        row.wrong.append(f"only {len(calls.answered)} versions were asked")
    return finish(stack, row, began)


def answered_wrongly(stack: CrashStack, empty: Snapshot, fault: str, name: str) -> Row:
    """The fault matrix is walked without Pulumi (`faults.py`); this is one point of each kind with it."""
    began, row = time.monotonic(), Row(name)
    stack.restore(UPDATE.ready(stack, empty))
    traffic = Traffic(stack.agents().get(AGENT), time.time())
    stack.azure.fault(plane="data", method="POST", path=VERSIONS, **FAULTS[fault])
    ran = stack.up(run=KILLED)
    if not stack.azure.faults()[0]["hits"]:
        row.wrong.append("the fault was not met")
    if ran.code:
        row.told = ran.output[-1500:]
        if "Traceback" in ran.output or f"agent '{AGENT}'" not in ran.output:
            row.wrong.append("it is not said what was tried")
    stack.azure.clear_faults()
    ran = stack.up(run=RECOVERY)
    if ran.code:
        row.wrong.append(f"the next up failed: {ran.output[-1500:]}")
    row.lost = traffic.lost(stack.requests())
    row.wrong += look(stack, ["v2"], refresh=True).wrong
    return finish(stack, row, began)


def interrupted(stack: CrashStack, empty: Snapshot, operation: Operation, times: int, name: str) -> Row:
    """Ctrl-C while the agent is in hand. The first lets it finish; the second leaves it unfinished."""
    began, row = time.monotonic(), Row(name)
    stack.restore(operation.ready(stack, empty))
    traffic = Traffic(stack.agents().get(AGENT), time.time())
    held = 4.0 if times == 1 else 40.0
    stack.azure.fault(method="POST", path=VERSIONS, when="after", action={"kind": "delay", "seconds": held})
    running = stack.start_pulumi(*UP, run=KILLED)
    _wait_for(lambda: stack.azure.faults()[0]["seen"] == 1)
    for _ in range(times):
        time.sleep(1)
        running.interrupt()
    ran = running.ended()
    stack.azure.clear_faults()
    if ran.code == 0:
        row.wrong.append("the interrupted run ended well")
    pending = stack.exported().get("pending_operations") or []
    if bool(pending) != (times == 2):
        row.wrong.append(f"after {times} Ctrl-C, pending operations: {[one['type'] for one in pending]}")
    if times == 1 and not any(entry["method"] == "PATCH" for entry in stack.requests()):
        row.wrong.append("the agent in hand was not finished")
    return _recovered(stack, row, traffic, operation, began)


def overtaken(stack: CrashStack, empty: Snapshot, name: str) -> Row:
    """The provider of the killed run sleeps between two steps of its rollout when the next run begins."""
    began, row = time.monotonic(), Row(name)
    wanted: Wanted = {**(UPDATE.wanted or {}), **LONG_HOLD}
    operation = Operation(UPDATE.name, UPDATE.prepare, wanted)
    stack.restore(operation.ready(stack, empty))
    traffic = Traffic(stack.agents().get(AGENT), time.time())
    running = stack.start_pulumi(*UP, run=KILLED)
    _wait_for(lambda: _routed(stack.agents().get(AGENT)) == 2)
    running.process.kill()
    running.ended()
    return _recovered(stack, row, traffic, operation, began)


def _recovered(stack: CrashStack, row: Row, traffic: Traffic, operation: Operation, began: float) -> Row:
    stack.recover(RECOVERY)
    row.wrong += writes_of_two(stack)
    row.lost = traffic.lost(stack.requests())
    expected = [(operation.wanted or {})["image"].partition(":")[2]]
    findings = look(stack, expected, refresh=True)
    row.wrong += findings.wrong
    row.orphans += findings.orphans
    return finish(stack, row, began)


def _routed(agent: Mapping[str, Any] | None) -> int:
    """How many versions get traffic."""
    return len(agent["endpoint"]["version_selector"]["version_selection_rules"]) if agent else 0


def _wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)
