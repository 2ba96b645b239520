"""The output of an agent process, for the log stream."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Stream = Literal["status", "stdout", "stderr"]
_KEPT = 2000


@dataclass(frozen=True)
class Line:
    number: int
    time: float
    stream: Stream
    message: str


class ContainerLog:
    """The last lines in memory, all of them in a file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("a", buffering=1)  # stays valid when the folder of a deleted version is removed
        self._lines: deque[Line] = deque(maxlen=_KEPT)
        self._count = 0
        self._news = asyncio.Event()

    def add(self, stream: Stream, message: str) -> None:
        self._count += 1
        self._lines.append(Line(self._count, time.time(), stream, message))
        self._file.write(f"{time.strftime('%H:%M:%S')} {stream} {message}\n")
        news, self._news = self._news, asyncio.Event()
        news.set()

    def after(self, number: int) -> list[Line]:
        return [line for line in self._lines if line.number > number]

    async def wait_for_news(self, seconds: float) -> bool:
        """Whether something was added within that time (real seconds)."""
        try:
            await asyncio.wait_for(self._news.wait(), seconds)
        except asyncio.TimeoutError:
            return False
        return True
