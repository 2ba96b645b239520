"""A sample of the fault matrix that `make crash` walks whole."""

import math
from collections.abc import Iterator
from typing import Any

import pytest

from . import world as worlds
from .fault_operations import OPERATIONS, Operation
from .faults import FAULTS, Walk
from .world import World

SAMPLE = 4


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    started = worlds.start(tmp_path_factory.mktemp("faults") / "azure")
    yield started
    started.azure.stop()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
async def test_a_wrong_answer_is_survived_or_told_and_repaired(world: World, operation: Operation[Any]) -> None:
    walk = Walk(world, operation)
    points = await walk.points()
    assert len(points) % len(FAULTS) == 0
    # The step has no divisor in common with the number of faults, so that all of them have their turn.
    step = next(number for number in range(len(points) // SAMPLE, 0, -1) if math.gcd(number, len(FAULTS)) == 1)
    for point in points[::step]:
        row = await walk.survive(point)
        assert row.survived, row


@pytest.mark.parametrize("operation", [OPERATIONS[0], OPERATIONS[-4]], ids=lambda operation: operation.name)
async def test_what_is_wrong_on_the_service_is_seen(world: World, operation: Operation[Any]) -> None:
    walk = Walk(world, operation)
    walk.clear()
    assert operation.problems(world) != []
    await walk.points()
    assert operation.problems(world) == []
