"""A sample of the matrix that `make crash` walks whole."""

from typing import Literal

import pytest

from .matrix import Walk, survive, walk
from .operations import CREATE_WITH_TOOLS, UPDATE, UPDATE_FIRST_CLASS, Operation
from .points import Point
from .stack import AGENT, TOOLBOX, CrashStack, Snapshot
from .takeover import ADOPT_ANOTHERS, destroyed_by_the_former_owner


@pytest.fixture(scope="module")
def create(stack: CrashStack, empty: Snapshot) -> Walk:
    """The points are chosen here: this is not run undisturbed first."""
    return Walk(CREATE_WITH_TOOLS, CREATE_WITH_TOOLS.ready(stack, empty), versions=["v1"], points=[])


@pytest.mark.parametrize("operation", [UPDATE, UPDATE_FIRST_CLASS], ids=lambda operation: operation.name)
def test_an_update_that_was_killed_at_half_of_the_traffic_is_completed(
    stack: CrashStack, empty: Snapshot, operation: Operation
) -> None:
    walked = walk(stack, empty, operation)
    patches = [point for point in walked.points if point.method == "PATCH" and point.process == "engine"]
    assert [(point.nth, point.when) for point in patches] == [(n, w) for n in (1, 2, 3) for w in ("before", "after")]
    row = survive(stack, walked, patches[3])
    assert row.survived, row


def test_a_toolbox_whose_create_was_killed_is_continued_by_the_next_up(stack: CrashStack, create: Walk) -> None:
    made = Point("create with tools", "POST", f"/toolboxes/{TOOLBOX}/versions", 1, "after", "engine", "recover")
    row = survive(stack, create, made)
    assert row.survived, row


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_agent_that_is_taken_over_outlives_the_destroy_of_its_former_owner(
    stack: CrashStack, empty: Snapshot, when: Literal["before", "after"]
) -> None:
    before = ADOPT_ANOTHERS.ready(stack, empty)
    made = Point(ADOPT_ANOTHERS.name, "POST", f"/agents/{AGENT}/versions", 1, when, "engine", "recover")
    row = destroyed_by_the_former_owner(stack, before, made)
    assert row.survived, row
    assert len(stack.agents()[AGENT]["versions"]) == (1 if when == "before" else 2)


def test_a_point_that_is_not_reached_does_not_count_as_survived(stack: CrashStack, create: Walk) -> None:
    nowhere = Point("create", "PATCH", "/agents/other", 1, "before", "engine", "recover")
    assert "not reached" in survive(stack, create, nowhere).wrong[0]
