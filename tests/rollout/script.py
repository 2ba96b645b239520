"""What happens to single requests: wrong answers, lost ones, and what somebody else does meanwhile.

>>> script.answer("POST", "/versions$", page(502), nth=2)               # the second one, without effect
>>> script.answer("PATCH", "", refusal(500, "server_error"), when="after", times=5)
>>> script.lose("POST", "/versions$", when="after")                     # it takes effect, the answer does not come
>>> script.meanwhile("POST", "/versions$", lambda: foundry.pin("echo", {"2": 100}))
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from .wire import Answer, ConnectionLost, Silence

When = Literal["before", "after"]
EVERY = 10**6


@dataclass
class Event:
    """One line of the script. `nth` is the first matching request that it meets, `times` how many in a row."""

    method: str
    path: str
    nth: int
    times: int
    seen: int = 0
    met: int = 0
    before: Callable[[], Answer | None] = lambda: None
    """An answer in its place, or None: it goes on."""
    after: Callable[[Answer], Answer] = lambda answer: answer

    def matches(self, method: str, path: str) -> bool:
        return re.fullmatch(self.method, method) is not None and re.search(self.path, path) is not None


class Script:
    """Every event counts the requests that it matches; all that are due meet a request, in the order of the script."""

    def __init__(self) -> None:
        self._events: list[Event] = []

    def answer(
        self, method: str, path: str, answer: Answer, *, nth: int = 1, times: int = 1, when: When = "before"
    ) -> None:
        """Another answer than the service's."""
        if when == "before":
            self._add(method, path, nth, times, before=lambda: answer)
        else:
            self._add(method, path, nth, times, after=lambda _own: answer)

    def lose(
        self, method: str, path: str, *, nth: int = 1, times: int = 1, when: When = "before", silently: bool = False
    ) -> None:
        """No answer: the connection is lost, or nothing comes."""

        def lost(*_answer: Answer) -> Answer:
            raise Silence if silently else ConnectionLost

        if when == "before":
            self._add(method, path, nth, times, before=lost)
        else:
            self._add(method, path, nth, times, after=lost)

    def truncate(self, method: str, path: str, *, nth: int = 1, times: int = 1) -> None:
        """Half of the answer."""
        self._add(method, path, nth, times, after=lambda answer: replace(answer, truncated=True))

    def change(
        self, method: str, path: str, change: Callable[[Answer], Answer], *, nth: int = 1, times: int = 1
    ) -> None:
        """The service's answer, changed."""
        self._add(method, path, nth, times, after=change)

    def meanwhile(self, method: str, path: str, does: Callable[[], object], *, nth: int = 1, times: int = 1) -> None:
        """Somebody else does something right before the request takes effect."""

        def before() -> None:
            does()

        self._add(method, path, nth, times, before=before)

    def clear(self) -> None:
        """Nothing happens from now on."""
        self._events.clear()

    def missed(self) -> list[str]:
        """What never happened: a test that scripts it tests nothing."""
        return [f"{event.method} {event.path} (nth {event.nth})" for event in self._events if not event.met]

    def meets(self, method: str, path: str) -> list[Event]:
        """What happens to this request."""
        matching = [event for event in self._events if event.matches(method, path)]
        for event in matching:
            event.seen += 1
        due = [event for event in matching if event.nth <= event.seen < event.nth + event.times]
        for event in due:
            event.met += 1
        return due

    def _add(
        self,
        method: str,
        path: str,
        nth: int,
        times: int,
        *,
        before: Callable[[], Answer | None] = lambda: None,
        after: Callable[[Answer], Answer] = lambda answer: answer,
    ) -> None:
        self._events.append(Event(method, path, nth, times, before=before, after=after))
