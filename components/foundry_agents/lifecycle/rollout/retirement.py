"""Which versions of an agent or a toolbox are kept, and the deletion of the others.

Only versions that this stack made are deleted, and never one that serves.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field

from ..errors.exceptions import Conflict
from ..service.answers import Answer
from ..service.mark import Mark


@dataclass(frozen=True)
class Known:
    """What the last run left, as the state has it: nothing of a run that was cut short is in here."""

    versions: list[str] | None = None
    """The versions that were kept, the one that served first. None where no state knows."""
    retiring: list[str] = field(default_factory=list)
    """Versions whose deletion waits for their sessions to end."""
    latest: str = ""
    """The newest version, whoever made it."""
    made_outside: list[str] = field(default_factory=list)
    """Newer versions that a refresh found."""
    adopted_from: str = ""
    """Another's mark on the version that served."""


@dataclass(frozen=True)
class Kept:
    """What is left of the versions."""

    versions: list[str]
    """Those that are kept, the one that serves first."""
    retiring: list[str]
    """Those that wait for their sessions to end."""
    latest: str
    """The newest one, whoever made it."""
    made_outside: list[str] = field(default_factory=list)
    """Newer ones that no run has seen yet."""


def still_there(serving: str, listed: Sequence[Answer], mark: Mark, known: Known, *, is_finished: bool = True) -> Kept:
    """What a look shows of the versions that the state knows, and which ones it does not know.

    `is_finished` says whether the version that serves got there by a whole rollout, not by a part of one.
    """
    present = [number_of(item) for item in listed]
    recorded = made_before(serving, listed, mark) if known.versions is None else known.versions
    return Kept(
        versions=[number for number in dict.fromkeys([*([serving] * is_finished), *recorded]) if number in present],
        retiring=[number for number in known.retiring if number in present],
        latest=newest(present),
        made_outside=[number for number in present if number in known.made_outside or _is_new(number, known)],
    )


def to_keep(serving: str, recorded: Sequence[str], present: Collection[str], keep: int) -> list[str]:
    """The version that serves, and of those that served before it the last ones, `keep` in all."""
    before = [number for number in recorded if number != serving and number in present]
    return [serving, *before[: max(0, keep - 1)]]


def made_before(serving: str, listed: Sequence[Answer], mark: Mark | None) -> list[str]:
    """The versions that are older than the one that serves, newest first: what is kept where no state knows.

    Those that bear the mark; of everybody if there is none to ask for.
    """
    return [
        number
        for number in map(number_of, listed_by(listed, mark) if mark else listed)
        if serving.isdigit() and number.isdigit() and int(number) < int(serving)
    ]


def listed_by(listed: Sequence[Answer], mark: Mark) -> list[Answer]:
    """The versions that bear this mark, drafts left out."""
    return [version for version in listed if Mark.of(version) == mark and not version.get("draft")]


def number_of(version: Answer) -> str:
    """The number of a version."""
    return str(version["version"])


def newest(numbers: Sequence[str], default: str = "") -> str:
    """The first that is no draft: lists are newest first."""
    return next((number for number in numbers if number.isdigit()), default)


async def retire(
    numbers: Sequence[str],
    delete: Callable[[str], Awaitable[None]],
    tell: Callable[[str], None],
    held: str = "still has sessions",
) -> list[str]:
    """Deletes versions, oldest first; gives back those that are held, of an agent by sessions that are active."""
    waiting = []
    for number in sorted(numbers, key=_age):
        try:
            await delete(number)
            tell(f"version {number} is retired")
        except Conflict:
            waiting.append(number)
            tell(f"version {number} {held}: the next up retires it")
    return waiting


def _is_new(number: str, known: Known) -> bool:
    return number.isdigit() and known.latest.isdigit() and int(number) > int(known.latest)


def _age(number: str) -> tuple[bool, int]:
    return (not number.isdigit(), int(number) if number.isdigit() else 0)
