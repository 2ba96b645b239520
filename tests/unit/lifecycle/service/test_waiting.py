"""How often the service is polled, and that a deadline ends it: on an event loop whose clock jumps from pause to pause."""

import asyncio
from typing import Any

import pytest

from foundry_agents.lifecycle.service import waiting
from foundry_agents.lifecycle.service.waiting import Wait


class JumpingLoop(asyncio.SelectorEventLoop):
    """Sleeps take no time: its clock is moved on instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def time(self) -> float:
        return self.now


def pauses(monkeypatch: pytest.MonkeyPatch, seconds: float, **rule: Any) -> list[float]:
    loop, found = JumpingLoop(), list[float]()

    async def sleep(interval: float) -> None:
        loop.now += interval
        found.append(interval)

    async def until_over() -> None:
        wait = Wait(seconds, **rule)
        while not wait.is_over:
            await wait.pause()

    monkeypatch.setattr(asyncio, "sleep", sleep)
    try:
        loop.run_until_complete(until_over())
    finally:
        loop.close()
    return found


def test_what_is_there_within_40_seconds_is_seen_within_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    assert max(pauses(monkeypatch, 40)) <= 0.8


def test_ten_minutes_cost_at_most_300_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    found = pauses(monkeypatch, 600)
    assert len(found) <= 300
    assert max(found) == waiting.LONGEST_INTERVAL


def test_the_last_pause_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sum(pauses(monkeypatch, 1.2)) == pytest.approx(1.2)


def test_a_role_assignment_is_waited_for_with_pauses_that_grow_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(pauses(monkeypatch, 600, first_interval=1.0, longest_interval=30.0, share=0.3)) <= 35
