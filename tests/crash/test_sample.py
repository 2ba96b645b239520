"""A sample of the matrix that `make crash` walks whole."""

import pytest

from .matrix import Walk, survive, walk
from .operations import CREATE_WITH_TOOLS, UPDATE
from .points import Point
from .stack import TOOLBOX, CrashStack, Snapshot


@pytest.fixture(scope="module")
def create(stack: CrashStack, empty: Snapshot) -> Walk:
    """The points are chosen here: this is not run undisturbed first."""
    return Walk(CREATE_WITH_TOOLS, CREATE_WITH_TOOLS.ready(stack, empty), versions=["v1"], points=[])


def test_an_update_that_was_killed_at_half_of_the_traffic_is_completed(stack: CrashStack, empty: Snapshot) -> None:
    walked = walk(stack, empty, UPDATE)
    patches = [point for point in walked.points if point.method == "PATCH" and point.process == "engine"]
    assert [(point.nth, point.when) for point in patches] == [(n, w) for n in (1, 2, 3) for w in ("before", "after")]
    row = survive(stack, walked, patches[3])
    assert row.survived, row


def test_a_toolbox_whose_create_was_killed_is_continued_by_the_next_up(stack: CrashStack, create: Walk) -> None:
    made = Point("create with tools", "POST", f"/toolboxes/{TOOLBOX}/versions", 1, "after", "engine", "recover")
    row = survive(stack, create, made)
    assert row.survived, row


def test_a_point_that_is_not_reached_does_not_count_as_survived(stack: CrashStack, create: Walk) -> None:
    nowhere = Point("create", "PATCH", "/agents/other", 1, "before", "engine", "recover")
    assert "not reached" in survive(stack, create, nowhere).wrong[0]
