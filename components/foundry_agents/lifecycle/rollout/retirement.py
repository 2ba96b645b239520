"""Which versions of an agent or a toolbox are kept, and the deletion of the others.

Only versions that this stack created are deleted, and never one that serves.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence

from ..errors.exceptions import Conflict
from ..service.answers import Version, number_of
from ..service.mark import Mark
from .state import History, Recorded, Versions


def after_read(
    serving: str, listed: Sequence[Version], mark: Mark, recorded: Recorded, *, is_finished: bool = True
) -> Versions:
    """The recorded versions that still exist, and those that the state does not know.

    `is_finished` says whether the version that serves got there by a whole rollout, not by a part of one.
    """
    present = [number_of(version) for version in listed]
    known = recorded.versions
    before: list[str] = known.kept
    if recorded.history is History.UNKNOWN:
        before = created_before(serving, listed, mark)
    return Versions(
        kept=[number for number in dict.fromkeys([*([serving] * is_finished), *before]) if number in present],
        pending_deletion=[number for number in known.pending_deletion if number in present],
        latest=newest(present),
        unmanaged=[number for number in present if number in known.unmanaged or _is_newer(number, known.latest)],
    )


def to_keep(serving: str, before: Sequence[str], present: Collection[str], keep: int) -> list[str]:
    """The version that serves, and the last ones that served before it, `keep` in all."""
    served = [number for number in before if number != serving and number in present]
    return [serving, *served[: max(0, keep - 1)]]


def created_before(serving: str, listed: Sequence[Version], mark: Mark | None) -> list[str]:
    """The versions that are older than the one that serves, newest first: what is kept if no state knows.

    Only those with the mark; all if it is None.
    """
    return [
        number
        for number in map(number_of, with_mark_of(mark, listed) if mark else listed)
        if serving.isdigit() and number.isdigit() and int(number) < int(serving)
    ]


def with_mark_of(mark: Mark, listed: Sequence[Version]) -> list[Version]:
    """The versions with this mark, without drafts."""
    return [version for version in listed if Mark.of(version) == mark and not version.get("draft")]


def newest(numbers: Sequence[str], default: str = "") -> str:
    """The first that is no draft: lists are newest first."""
    return next((number for number in numbers if number.isdigit()), default)


async def retire(
    numbers: Sequence[str],
    delete: Callable[[str], Awaitable[None]],
    tell: Callable[[str], None],
    held: str = "still has active sessions",
) -> list[str]:
    """Deletes versions, oldest first; returns those that are held, such as by active sessions."""
    waiting = []
    for number in sorted(numbers, key=age):
        try:
            await delete(number)
            tell(f"version {number} is retired")
        except Conflict:
            waiting.append(number)
            tell(f"version {number} {held}; the next `pulumi up` deletes it")
    return waiting


def age(number: str) -> tuple[bool, int]:
    """Sorts the numbers of versions by age, drafts last."""
    return (not number.isdigit(), int(number) if number.isdigit() else 0)


def _is_newer(number: str, latest: str) -> bool:
    return number.isdigit() and latest.isdigit() and int(number) > int(latest)
