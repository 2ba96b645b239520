"""Waiting for the service: growing intervals, a deadline, and role assignments that are still propagating."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from ..errors.exceptions import AccessDenied, Interrupted

T = TypeVar("T")

READ_TIMEOUT = 120.0
"""Seconds of silence that end a request; the first create of an agent in a virtual network took more than 30."""

# Most waits are over within 40 s: until then a pause adds little, and ten minutes stay under 310 requests.
FIRST_INTERVAL = 0.5
LONGEST_INTERVAL = 3.0
SHARE = 0.02

Report = Callable[[str], None]
"""Takes one line for the person who watches. It must not fail."""


@dataclass
class Wait:
    """A wait that ends at a deadline, `seconds` after it began. Its clock is the running event loop's.

    A pause is `share` of all pauses before it, within the two limits: after a long wait, a longer pause costs little.
    """

    seconds: float
    first_interval: float = FIRST_INTERVAL
    longest_interval: float = LONGEST_INTERVAL
    share: float = SHARE

    def __post_init__(self) -> None:
        self._paused = 0.0
        self._clock = asyncio.get_running_loop().time
        self._began = self._clock()

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return self._clock() - self._began

    @property
    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        return self.elapsed >= self.seconds

    async def pause(self) -> None:
        """Sleeps for the next interval, not past the deadline."""
        interval = min(max(self.first_interval, self.share * self._paused), self.longest_interval)
        self._paused += interval
        with interruptible():
            await asyncio.sleep(max(0.0, min(interval, self.seconds - self.elapsed)))


@contextmanager
def interruptible() -> Iterator[None]:
    """A step at which an operation can be cancelled: it fails with `Interrupted`, and ends as after any failure."""
    try:
        yield
    except asyncio.CancelledError as cancelled:
        raise Interrupted(str(cancelled)) from None


async def poll_until(is_final: Callable[[T], bool], look: Callable[[], Awaitable[T]], wait: Wait) -> T:
    """Looks until the result is final or the wait is over; returns the last result."""
    while True:
        found = await look()
        if is_final(found) or wait.is_over:
            return found
        await wait.pause()


def role_propagation(seconds: float) -> Wait:
    """The wait for role assignments to propagate, from now: minutes, so its pauses grow fast."""
    return Wait(seconds, first_interval=1.0, longest_interval=30.0, share=0.3)


async def once_allowed(request: Callable[[], Awaitable[T]], wait: Wait, tell: Report) -> T:
    """Repeats a request that is denied, while the caller's role assignment may still be propagating."""
    told = False

    async def attempt() -> T | AccessDenied:
        nonlocal told
        try:
            return await request()
        except AccessDenied as error:
            if wait.is_over:
                raise
            if not told:
                tell(f"waiting for the deployer's role assignment to propagate ({error.code or error.status})")
                told = True
            return error

    while True:
        found = await poll_until(lambda answer: not isinstance(answer, AccessDenied), attempt, wait)
        if not isinstance(found, AccessDenied):
            return found
