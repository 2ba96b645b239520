"""Whose an agent or a toolbox is, and who may change or delete it. Its newest version says so.

| it | bears our mark | bears none | bears another's |
|---|---|---|---|
| is in the state | ours | ours | refused; delete leaves it |
| is not in the state | a create that was cut short: continued | refused, unless `adopt` | refused, unless `adopt` |

What was adopted is ours from then on, although its version still bears the mark of whoever made it.
"""

from __future__ import annotations

from ..errors.exceptions import NotOurs
from ..service.answers import Answer
from ..service.mark import Mark
from .operation import Operation
from .retirement import Known


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


def taken_from(newest: Answer, mark: Mark, before: str) -> str:
    """Another's mark that may be on what is ours, since it was adopted with it; empty once the newest version is ours.

    `before` is what was known of it.
    """
    theirs = Mark.of(newest)
    if theirs == mark:
        return ""
    return before or str(theirs or "")


def still_taken_from(newest: Answer, mark: Mark, known: Known) -> str:
    """The same after a look, which takes nothing over, except what is imported: nothing is known of that."""
    is_imported = known.versions is None and not known.latest
    return taken_from(newest, mark, known.adopted_from) if is_imported or known.adopted_from else ""


def may_delete(newest: Answer, mark: Mark, adopted_from: str, *, in_state: bool) -> bool:
    """What the state knows is ours unless it bears another's mark; anything else has to bear ours."""
    return not is_anothers(newest, mark, adopted_from) if in_state else Mark.of(newest) == mark


def left_alone(name: str, newest: Answer) -> str:
    """What is said of it instead."""
    owner = Mark.of(newest)
    return f"{name}: belongs to {owner} now, and is left alone" if owner else f"{name}: is not ours, and is left alone"
