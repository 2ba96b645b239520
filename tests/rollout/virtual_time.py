"""An event loop whose time jumps to the next timer when there is nothing else to do: nobody really waits."""

from __future__ import annotations

import asyncio
import selectors

_LONGEST_SECONDS = 7 * 24 * 3600
_MOST_TURNS = 300_000


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Begins at 0 s. What is done takes no time, only what is waited for does."""

    def __init__(self) -> None:
        self._now = 0.0
        super().__init__(_Impatient(self))

    def time(self) -> float:
        """Seconds, as `loop.time()` of every loop."""
        return self._now

    def jump(self, seconds: float) -> None:
        """Lets time pass at once."""
        self._now += seconds


class _Impatient(selectors.SelectSelector):
    """Never waits for the network, since there is none: it lets the time pass that it was to wait."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop
        self._turns = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._turns += 1
        if self._loop.time() > _LONGEST_SECONDS or self._turns > _MOST_TURNS:
            raise AssertionError("it does not come to an end")
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise AssertionError("everything waits, and nothing is going to happen")
            self._loop.jump(timeout)
        return ready
