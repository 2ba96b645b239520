"""The operations that run, and how they are stopped: by the engine's Cancel, or because their time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from ...lifecycle.errors.exceptions import Interrupted

_CANCELLED = "the run was cancelled"


class Running:
    """The operations of one provider."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def run(self, work: Callable[[], Awaitable[Any]], seconds: float = 0) -> Any:
        """Does the work, at most for `seconds` (0: as long as it takes). Raises `Interrupted`.

        An operation that is stopped still ends in good order, which takes it a few requests.
        """
        task = asyncio.ensure_future(_coroutine(work))
        self._tasks.add(task)
        limit = f"it took longer than the {seconds:g} s of its custom timeout"
        timer = asyncio.get_running_loop().call_later(seconds, self._stop, task, limit) if seconds else None
        try:
            return await task
        except asyncio.CancelledError as cancelled:
            raise Interrupted(str(cancelled)) from None
        finally:
            self._tasks.discard(task)
            if timer is not None:
                timer.cancel()

    def cancel(self) -> None:
        """Stops everything. Harmless if nothing runs: the engine asks for it at the end of every run."""
        for task in [*self._tasks]:
            self._stop(task, _CANCELLED)

    def _stop(self, task: asyncio.Task[Any], reason: str) -> None:
        if task in self._tasks:
            self._tasks.discard(task)  # only once: it is about to end in good order
            task.cancel(reason)


async def _coroutine(work: Callable[[], Awaitable[Any]]) -> Any:
    return await work()
