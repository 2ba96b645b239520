"""Lines for the user, and what is under way meanwhile."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

_SILENCE_SECONDS = 10
_COLORS = {"error": 31, "warning": 33}


class Screen:
    """A context in which a command runs.

    On a terminal, one line below the others changes and says what is under way. Elsewhere, such as in the log of a
    pipeline, it is printed after each ten seconds without another line.
    """

    def __init__(self, stream: TextIO, under_way: Callable[[], str]) -> None:
        """:param under_way: Says what is under way; an empty text where nothing is."""
        self._stream, self._under_way = stream, under_way
        self._changes, self._drawn = stream.isatty(), False
        self._lock, self._done = threading.Lock(), threading.Event()
        self._began = self._last = time.monotonic()
        self._teller = threading.Thread(target=self._tell, daemon=True)

    def __enter__(self) -> Screen:
        self._teller.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._done.set()
        self._teller.join()
        with self._lock:
            self._erase()
            self._stream.flush()

    def line(self, text: str) -> None:
        """Print a line that stays."""
        with self._lock:
            self._erase()
            self._stream.write(f"{self._colored(text)}\n")
            self._stream.flush()
            self._last = time.monotonic()

    def _tell(self) -> None:
        while not self._done.wait(1):
            with self._lock:
                self._status(time.monotonic())

    def _status(self, now: float) -> None:
        status = self._under_way()
        if not status:
            self._erase()
            return
        text = f"  {now - self._began:4.0f} s  {status}"
        if self._changes:
            self._erase()
            self._stream.write(text[: shutil.get_terminal_size().columns - 1])
            self._drawn = True
        elif now - self._last >= _SILENCE_SECONDS:
            self._stream.write(f"{text}\n")
            self._last = now
        self._stream.flush()

    def _erase(self) -> None:
        if self._drawn:
            self._stream.write("\r\x1b[2K")
            self._drawn = False

    def _colored(self, text: str) -> str:
        color = _COLORS.get(text.strip().partition(": ")[0])
        return f"\x1b[{color}m{text}\x1b[0m" if color and self._changes and "NO_COLOR" not in os.environ else text
