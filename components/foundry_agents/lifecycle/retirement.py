"""Which versions of an agent are kept, and the deletion of the others.

Only versions that this stack made are deleted, and never one that gets traffic.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from .errors import Conflict
from .metadata import Mark
from .service import AgentService, Answer


@dataclass(frozen=True)
class Kept:
    """What is left of an agent's versions."""

    versions: list[str]
    """Those that are kept, the one that serves first."""
    retiring: list[str]
    """Those that wait for their sessions to end."""
    latest: str
    """The newest one, whoever made it."""


def to_keep(serving: str, recorded: Sequence[str], present: Collection[str], keep: int) -> list[str]:
    """The version that serves, and of those that served before it the last ones, `keep` in all."""
    before = [number for number in recorded if number != serving and number in present]
    return [serving, *before[: max(0, keep - 1)]]


def made_before(serving: str, listed: Sequence[Answer], mark: Mark) -> list[str]:
    """Our versions that are older than the one that serves, newest first: what is kept where no state knows."""
    return [
        number
        for number in map(number_of, listed_by(listed, mark))
        if serving.isdigit() and number.isdigit() and int(number) < int(serving)
    ]


def listed_by(listed: Sequence[Answer], mark: Mark) -> list[Answer]:
    """The versions that bear this mark, drafts left out."""
    return [version for version in listed if Mark.of(version) == mark and not version.get("draft")]


def number_of(version: Answer) -> str:
    """The number of a version."""
    return str(version["version"])


async def retire(
    service: AgentService, agent: str, numbers: Sequence[str], tell: Callable[[str], None], *, force: bool
) -> list[str]:
    """Deletes versions, oldest first; gives back those whose sessions are still active."""
    waiting = []
    for number in sorted(numbers, key=_age):
        try:
            await service.delete_version(agent, number, force=force)
            tell(f"version {number} is retired")
        except Conflict:
            waiting.append(number)
            tell(f"version {number} still has sessions: the next up retires it")
    return waiting


def _age(number: str) -> tuple[bool, int]:
    return (not number.isdigit(), int(number) if number.isdigit() else 0)
