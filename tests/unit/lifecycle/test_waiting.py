"""How often is looked, and that a deadline ends it: on a clock that jumps from pause to pause."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from foundry_agents.lifecycle.service import waiting
from foundry_agents.lifecycle.service.waiting import Wait


class Clock:
    """Time as the waits of a test see it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.pauses.append(seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(waiting, "time", SimpleNamespace(monotonic=lambda: clock.now))
    monkeypatch.setattr(waiting, "asyncio", SimpleNamespace(sleep=clock.sleep))
    return clock


def pauses(clock: Clock, seconds: float, **rule: Any) -> list[float]:
    async def until_over() -> list[float]:
        wait = Wait(seconds, began=0.0, **rule)
        while not wait.is_over:
            await wait.pause()
        return clock.pauses

    return asyncio.run(until_over())


def test_what_is_there_within_40_seconds_is_seen_within_a_second(clock: Clock) -> None:
    assert max(pauses(clock, 40)) <= 0.8


def test_ten_minutes_cost_at_most_300_looks(clock: Clock) -> None:
    assert len(pauses(clock, 600)) <= 300
    assert max(clock.pauses) == waiting.LONGEST_INTERVAL


def test_the_last_pause_ends_at_the_deadline(clock: Clock) -> None:
    assert sum(pauses(clock, 1.2)) == pytest.approx(1.2)


def test_a_role_is_waited_for_with_pauses_that_soon_are_long(clock: Clock) -> None:
    assert len(pauses(clock, 600, first_interval=1.0, longest_interval=30.0, share=0.3)) <= 35
