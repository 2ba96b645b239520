"""What is wrong with an input: where it is, why it is wrong, and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """One finding about one property.

    `path` is the property as the user writes it, such as `environment_variables.PORT` or
    `protocol_versions[1].version`; empty when it is about the whole.
    """

    path: str
    reason: str
    cure: str

    def __str__(self) -> str:
        place = f"{self.path}: " if self.path else ""
        return f"{place}{self.reason}; {self.cure}"

    def below(self, path: str) -> Problem:
        """The same finding, seen from the object that holds this one under `path`."""
        return Problem(join(path, self.path), self.reason, self.cure)


def join(parent: str, child: str) -> str:
    """The path of `child` inside `parent`."""
    if not parent or not child:
        return parent or child
    return f"{parent}{child}" if child.startswith("[") else f"{parent}.{child}"


def unknown_key(path: str, key: str, known: Iterable[str]) -> Problem:
    """The finding for a key that does not exist, naming the nearest that does."""
    names = sorted(known)
    nearest = difflib.get_close_matches(key, names, n=1)
    cure = f"did you mean `{nearest[0]}`?" if nearest else f"the keys are {', '.join(names)}"
    return Problem(join(path, key), "there is no such key", cure)


@dataclass
class Findings:
    """Collects everything there is to say about some inputs, so that it is said at once."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def refuse(self, path: str, reason: str, cure: str) -> None:
        """Notes what would fail."""
        self.problems.append(Problem(path, reason, cure))

    def warn(self, path: str, reason: str, cure: str) -> None:
        """Notes what works, but perhaps not as meant."""
        self.warnings.append(Problem(path, reason, cure))
