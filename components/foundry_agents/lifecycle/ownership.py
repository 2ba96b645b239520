"""Whose an agent or a toolbox is, and who may change or delete it. Its newest version says so.

| it | bears our mark | bears none | bears another's |
|---|---|---|---|
| is in the state | ours | ours | refused; delete leaves it |
| is not in the state | a create that was cut short: continued | refused, unless `adopt` | refused, unless `adopt` |

What was adopted is ours from then on, although its version still bears the mark of whoever made it.
"""

from __future__ import annotations

from .data_plane import Answer
from .errors import NotOurs
from .metadata import Mark
from .operation import Operation


def refuse_if_not_in_state(newest: Answer, wanted: Operation) -> None:
    """For what the state does not know."""
    theirs = Mark.of(newest)
    if theirs != wanted.mark and not wanted.inputs.get("adopt"):
        raise NotOurs(wanted.NAME_INPUT, wanted.name, str(theirs or ""), str(wanted.mark), may_adopt=True)


def refuse_if_anothers(newest: Answer, wanted: Operation, adopted_from: str) -> None:
    """For what the state knows."""
    if is_anothers(newest, wanted.mark, adopted_from):
        raise NotOurs(wanted.NAME_INPUT, wanted.name, str(Mark.of(newest)), str(wanted.mark), may_adopt=False)


def is_anothers(newest: Answer, mark: Mark, adopted_from: str) -> bool:
    """Whether what the state knows bears another's mark, other than the one it was adopted with."""
    theirs = Mark.of(newest)
    return theirs is not None and theirs != mark and str(theirs) != adopted_from


def adopted_from(version: Answer, mark: Mark) -> str:
    """The mark of another on the version that serves; empty if it is ours or there is none."""
    theirs = Mark.of(version)
    return "" if theirs is None or theirs == mark else str(theirs)
