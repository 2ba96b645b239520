"""An agent of another stack is adopted; whenever that is interrupted, the other stack destroys what it takes for its own.

Where both run at once is walked without Pulumi: `tests/rollout/test_adoption_walk.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from .invariants import look
from .matrix import KILLED, Row, destroy, finish, kill, recover, writes_of_two
from .operations import ROLLOUT, Operation, Wanted
from .points import Point, points_of
from .stack import AGENT, STACK, CrashStack, Snapshot
from .traffic import Traffic

FORMER = "former"
IMAGE = "v1"
THEIRS: Wanted = {"image": f"echo:{IMAGE}"}


def _owned_by_another_stack(stack: CrashStack) -> None:
    """The same program in another stack has made the agent."""
    stack.want(THEIRS)
    for command in (("stack", "init", FORMER), ("up", "--yes", "--skip-preview", "--stack", FORMER)):
        ran = stack.pulumi(*command, of_stack=False)
        if ran.code:
            raise AssertionError(ran.output)


ADOPT_ANOTHERS = Operation("adopt another stack's", _owned_by_another_stack, {**THEIRS, **ROLLOUT, "adopt": True})


def jobs(stack: CrashStack, empty: Snapshot) -> dict[str, Callable[[], Row]]:
    """What makes each row, by its name."""
    before = ADOPT_ANOTHERS.ready(stack, empty)
    ran = stack.up(run=KILLED)
    assert ran.code == 0, ran.output
    points = [point for point in points_of(ADOPT_ANOTHERS, stack.requests()) if point.process == "engine"]
    return {point.name: partial(destroyed_by_the_former_owner, stack, before, point) for point in points}


def destroyed_by_the_former_owner(stack: CrashStack, before: Snapshot, point: Point) -> Row:
    """Kills the adoption at this point, lets the other stack destroy, recovers, and looks."""
    began, row = time.monotonic(), Row(point.name)
    stack.restore(before)
    traffic = Traffic(stack.agents().get(AGENT), time.time())
    kill(stack, point, row)
    if row.wrong:
        return finish(stack, row, began)
    adopted = stack.agents()[AGENT]
    ran = stack.pulumi("destroy", "--yes", "--skip-preview", "--stack", FORMER, of_stack=False)
    if ran.code:
        row.wrong.append(f"the other stack cannot destroy: {ran.output[-1500:]}")
    left = stack.agents().get(AGENT)
    if _is_ours(adopted) and (left is None or left["guid"] != adopted["guid"]):
        row.wrong.append("the other stack deleted an agent that was taken over")
    recover(stack, point, row)
    row.wrong += writes_of_two(stack)
    if left is not None:
        row.lost = traffic.lost(stack.requests())
    findings = look(stack, [IMAGE, IMAGE] if left else [IMAGE], refresh=True)
    row.wrong += findings.wrong
    row.orphans += findings.orphans
    if point.destroyed:
        destroy(stack, row)
    return finish(stack, row, began)


def _is_ours(agent: Mapping[str, Any]) -> bool:
    newest = [*agent["versions"].values()][-1]
    return str(newest["metadata"].get("pulumi-owner")).endswith(f"/{STACK}")
