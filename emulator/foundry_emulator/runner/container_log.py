"""The output of an agent process, for the log stream.

In Azure each session has a container of its own, here one process serves all sessions of a version. A line belongs to
the sessions whose calls run while it is written, else to the one that was served last.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
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
    sessions: frozenset[str]
    """The sessions that it belongs to."""


class ContainerLog:
    """The last lines in memory, all of them in a file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("a", buffering=1)  # stays valid when the folder of a deleted version is removed
        self._lines: deque[Line] = deque(maxlen=_KEPT)
        self._count = 0
        self._served: Counter[str] = Counter()
        self._latest = ""
        self._news = asyncio.Event()

    def add(self, stream: Stream, message: str) -> None:
        self._count += 1
        sessions = frozenset(self._served) or frozenset((self._latest,))
        self._lines.append(Line(self._count, time.time(), stream, message, sessions))
        self._file.write(f"{time.strftime('%H:%M:%S')} {stream} {message}\n")
        news, self._news = self._news, asyncio.Event()
        news.set()

    def begin(self, session: str) -> None:
        """From here on lines belong to this session too."""
        self._served[session] += 1
        self._latest = session

    def end(self, session: str) -> None:
        self._served[session] -= 1
        self._served += Counter()  # drops those without a call

    @contextmanager
    def for_session(self, session: str) -> Iterator[None]:
        """What is written inside belongs to this session too."""
        self.begin(session)
        try:
            yield
        finally:
            self.end(session)

    def of(self, session: str, after: int = 0) -> list[Line]:
        """The lines of a session with a number above `after`."""
        return [line for line in self._lines if line.number > after and session in line.sessions]

    async def wait_for_news(self, seconds: float) -> bool:
        """Whether something was added within that time (real seconds)."""
        try:
            await asyncio.wait_for(self._news.wait(), seconds)
        except asyncio.TimeoutError:
            return False
        return True
