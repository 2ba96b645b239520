"""Waiting for the service: growing intervals, a deadline, and a line on what is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

# What most waits are for is there within 40 s: until then a pause adds little, and ten minutes stay under
# 310 requests.
FIRST_INTERVAL = 0.5
LONGEST_INTERVAL = 3.0
SHARE = 0.02

Report = Callable[[str], None]
"""Takes one line for the person who watches. It must not fail."""


@dataclass
class Wait:
    """A wait that ends at a deadline, `seconds` after it began.

    A pause is `share` of all pauses before it, within the two limits: who has waited long can wait longer.
    """

    seconds: float
    first_interval: float = FIRST_INTERVAL
    longest_interval: float = LONGEST_INTERVAL
    share: float = SHARE
    began: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    def __post_init__(self) -> None:
        self._paused = 0.0

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return asyncio.get_running_loop().time() - self.began

    @property
    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        return self.elapsed >= self.seconds

    async def pause(self) -> None:
        """Sleeps for the next interval, not past the deadline."""
        interval = min(max(self.first_interval, self.share * self._paused), self.longest_interval)
        self._paused += interval
        await asyncio.sleep(max(0.0, min(interval, self.seconds - self.elapsed)))
