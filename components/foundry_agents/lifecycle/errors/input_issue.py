"""What is wrong with an input: where, why, and what to write instead."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_$-]+")
_LONGEST_SHOWN = 80
_LARGEST_SHOWN = 10**20


@dataclass(frozen=True)
class InputIssue:
    """One issue of one input.

    `path` is the input as the user writes it, such as `environment_variables.PORT` or
    `protocol_versions[1].version`; empty for an issue of the whole.
    """

    path: str
    reason: str
    cure: str

    def __str__(self) -> str:
        place = f"{self.path}: " if self.path else ""
        return f"{place}{self.reason}; {self.cure}"

    def below(self, path: str) -> InputIssue:
        """The same issue, seen from the object that holds this one under `path`."""
        return InputIssue(_joined(path, self.path), self.reason, self.cure)


@dataclass
class Issues:
    """Collects every issue of some inputs, so that they are reported at once."""

    problems: list[InputIssue] = field(default_factory=list)
    warnings: list[InputIssue] = field(default_factory=list)

    def refuse(self, path: str, reason: str, cure: str) -> None:
        """Adds an issue that makes the inputs invalid."""
        self.problems.append(InputIssue(path, reason, cure))

    def refuse_unknown_keys(self, value: Iterable[Any], path: str, known: Iterable[str]) -> None:
        """Refuses every key of the map that does not exist."""
        known = tuple(known)
        self.problems += [unknown_key(path, key, known) for key in value if key not in known]

    def warn(self, path: str, reason: str, cure: str) -> None:
        """Adds an issue that is valid, but perhaps not intended."""
        self.warnings.append(InputIssue(path, reason, cure))


def unknown_key(path: str, key: Any, known: Iterable[str]) -> InputIssue:
    """The issue of a key that does not exist; names the nearest that does."""
    names = sorted(known)
    likely = nearest(key, names)
    cure = f"did you mean `{likely}`?" if likely else f"the keys are {', '.join(names)}"
    return InputIssue(under(path, key), "unknown key", cure)


def under(path: str, key: Any) -> str:
    """The path of a key of a map, in Pulumi's notation: `tags.team`, but `tags["cost center"]`."""
    text = key if isinstance(key, str) else shown(key).strip("`")
    return _joined(path, text if _PLAIN_KEY.fullmatch(text) else f"[{json.dumps(text)}]")


def nearest(given: Any, known: Iterable[str]) -> str:
    """The known name that is most like the given one; empty if none is."""
    return next(iter(difflib.get_close_matches(given, known, n=1)), "") if isinstance(given, str) else ""


def shown(value: Any) -> str:
    """A value in a message: one printable line of limited length, as YAML would have it."""
    if isinstance(value, (dict, list)):
        return "a map" if isinstance(value, dict) else "a list"
    text = value if isinstance(value, str) else _scalar(value)
    if len(text) > _LONGEST_SHOWN:
        text = f"{text[:_LONGEST_SHOWN]}…"
    return f"`{''.join(letter if letter.isprintable() else _escaped(letter) for letter in text)}`"


def _joined(parent: str, child: str) -> str:
    if not parent or not child:
        return parent or child
    return f"{parent}{child}" if child.startswith("[") else f"{parent}.{child}"


def _scalar(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, (int, float)) and -_LARGEST_SHOWN < value < _LARGEST_SHOWN:
        return str(int(value)) if value == int(value) else str(value)  # Pulumi passes 3 as 3.0
    if isinstance(value, int):
        return "a huge number"  # Python refuses to write out very long ones
    return str(value) if isinstance(value, float) else type(value).__name__


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode()
