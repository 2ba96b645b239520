"""Waiting for the service: growing intervals, a deadline, and a line on what is waited for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

FIRST_INTERVAL = 0.5
LONGEST_INTERVAL = 2.0
GROWTH = 1.3

Report = Callable[[str], None]
"""Takes one line for the person who watches. It must not fail."""


@dataclass
class Wait:
    """A wait that ends at a deadline, `seconds` after it began."""

    seconds: float
    first_interval: float = FIRST_INTERVAL
    longest_interval: float = LONGEST_INTERVAL
    began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self._interval = self.first_interval

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.began

    @property
    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        return self.elapsed >= self.seconds

    async def pause(self) -> None:
        """Sleeps for the next interval, not past the deadline."""
        await asyncio.sleep(max(0.0, min(self._interval, self.seconds - self.elapsed)))
        self._interval = min(self._interval * GROWTH, self.longest_interval)
