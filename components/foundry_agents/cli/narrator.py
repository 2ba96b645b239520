"""Tells what an operation of Pulumi does, from the events of the engine, each message once.

Pulumi's own display repeats a message: live and under "Diagnostics", in the preview and in the update. Progress, which
providers send as ephemeral messages, it shows on a terminal only for a moment; here it stays.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .preview import ECHO, PLUGIN_ON_PATH, lost_roles, type_and_name, words_of

Event = Mapping[str, Any]

_SIGN = {"create": "+", "import": "=", "read": ">", "update": "~", "replace": "+-", "delete": "-"}
_DONE = {"create": "created", "import": "imported", "read": "read", "update": "updated", "replace": "replaced"}
_DONE |= {"delete": "deleted"}
_DOING = {"create": "creating", "import": "importing", "read": "reading", "update": "updating", "replace": "replacing"}
_DOING |= {"delete": "deleting", "refresh": "refreshing"}
# A replacement has several steps and is told once: in an update when the new resource exists.
_OF_REPLACEMENT = ("replace", "create-replacement", "import-replacement", "delete-replaced")
_TOLD_IN_PREVIEW, _TOLD_IN_UPDATE = ("replace",), ("create-replacement", "import-replacement")


class Narrator:
    """Of one operation or of several: a message that was told is not repeated by the next one."""

    def __init__(
        self, *, progress: bool = True, warnings: bool = True, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """
        :param progress: Whether to tell what happens to resources, and what providers say meanwhile.
        :param warnings: Whether to tell warnings. Errors are always told.
        """
        self._progress, self._warnings, self._clock = progress, warnings, clock
        self._told: set[str] = set()
        self.begin()

    def begin(self, *, preview: bool = False) -> None:
        """Expect the events of another operation."""
        self._preview = preview
        self._began = self._clock()
        self._under_way: dict[str, tuple[str, float]] = {}
        self._steps: dict[str, str] = {}
        self._previewed: list[tuple[str, Mapping[str, Any]]] = []
        self._echoes: list[str] = []
        self._has_errors = False

    @property
    def changed(self) -> bool:
        """Whether the operation changed a resource, or its preview would."""
        return any(step != "same" for step in self._steps.values())

    def under_way(self) -> str:
        """What is being done now, for a line of status. Empty if progress is not told."""
        steps = list(self._under_way.items()) if self._progress else []
        return ", ".join(f"{_DOING.get(step, step)} {type_and_name(urn)[1]}" for urn, (step, _) in steps)

    def see(self, event: Event) -> Iterator[str]:
        """The lines that an event is worth."""
        if "resourcePreEvent" in event:
            self._start(event["resourcePreEvent"]["metadata"])
        elif "resOutputsEvent" in event:
            yield from self._finish(event["resOutputsEvent"]["metadata"])
        elif "resOpFailedEvent" in event:
            step = event["resOpFailedEvent"]["metadata"]
            self._under_way.pop(str(step["urn"]), None)
            if step.get("provider"):
                self._steps[str(step["urn"])] = "failed"
        elif "diagnosticEvent" in event:
            yield from self._say(event["diagnosticEvent"])

    def end(self) -> Iterator[str]:
        """The last lines: who loses a role, why it failed if nothing else says so, and how many resources changed."""
        if self._preview and self._warnings:
            yield from (f"     warning: {line}" for line in lost_roles(self._previewed))
        if not self._has_errors:
            yield from self._echoes
        if self._progress and self._steps:
            yield f"  {self._summary()} ({self._clock() - self._began:.0f} s)"

    def _start(self, step: Mapping[str, Any]) -> None:
        op = self._operation(step)
        if op and op != "same":
            self._under_way[str(step["urn"])] = (op, self._clock())

    def _finish(self, step: Mapping[str, Any]) -> Iterator[str]:
        op, urn = self._operation(step), str(step["urn"])
        began_as, began = self._under_way.pop(urn, (op, self._clock()))
        if began_as == "refresh":
            self._steps.setdefault(urn, "same")
            if self._progress and op != "refresh" and (op == "delete" or _properties(step)):
                found = "no longer exists" if op == "delete" else f"differs from the state{_properties(step)}"
                yield f"  {_SIGN[op]:2} {_shown(urn)} {found}; the state is refreshed"
        elif op:
            self._steps[urn] = op
            self._previewed.append((op, step))
            if self._progress and op != "same":
                yield f"  {_SIGN.get(op, '*'):2} {_shown(urn)} {self._done(op, step, began)}"
                if self._preview:
                    yield from self._words(op, step)

    def _done(self, op: str, step: Mapping[str, Any], began: float) -> str:
        if self._preview:  # of agents, the provider tells more
            return f"to {op}{_properties(step)}"
        seconds = round(self._clock() - began)
        return _DONE.get(op, op) + (f" ({seconds} s)" if seconds else "")

    def _words(self, op: str, step: Mapping[str, Any]) -> Iterator[str]:
        """What a deletion or a replacement means, which Pulumi does not ask providers about."""
        first, *further = words_of(op, step) or [""]
        if first and not any(told.startswith(first.partition(",")[0]) for told in self._told):
            yield from (f"     {line}" for line in (first, *further))

    def _operation(self, step: Mapping[str, Any]) -> str:
        """The operation of a step; empty for a step that is not told."""
        op = str(step["op"])
        if not step.get("provider"):  # components and the stack, which only group resources
            return ""
        if op not in _OF_REPLACEMENT:
            return op
        return "replace" if op in (_TOLD_IN_PREVIEW if self._preview else _TOLD_IN_UPDATE) else ""

    def _say(self, said: Mapping[str, Any]) -> Iterator[str]:
        severity, message = str(said.get("severity")), str(said.get("message") or "").strip()
        if not message or severity == "debug" or PLUGIN_ON_PATH.match(message):
            return
        if severity == "error" and ECHO.match(message):
            self._echoes.append(f"     error: {message}")
            return
        self._has_errors = self._has_errors or severity == "error"
        if severity != "error" and not (self._warnings if severity == "warning" else self._progress):
            return
        if severity in ("error", "warning"):
            name = f"{type_and_name(str(said['urn']))[1]}: " if said.get("urn") else ""
            message = f"{severity}: {name}{message}"
        if message not in self._told:
            self._told.add(message)
            yield "\n".join(f"     {line}" for line in message.splitlines())

    def _summary(self) -> str:
        counts = Counter(self._steps.values())
        same, failed = counts.pop("same", 0), counts.pop("failed", 0)
        words = [
            f"{count} {'to ' + step if self._preview else _DONE.get(step, step)}" for step, count in counts.items()
        ]
        words += [f"{failed} failed"] if failed else []
        words += [f"{same} unchanged"] if same else []
        return "Resources: " + ", ".join(words)


def _properties(step: Mapping[str, Any]) -> str:
    """The names of the properties that differ."""
    names = sorted(step.get("detailedDiff") or step.get("diffs") or ())
    return f" [{', '.join(names)}]" if names else ""


def _shown(urn: str) -> str:
    kind, name = type_and_name(urn)
    return f"{kind.removeprefix('pulumi-python:dynamic/')} {name}"
