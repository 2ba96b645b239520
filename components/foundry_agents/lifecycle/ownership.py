"""Whose an agent is, and who may change or delete it.

| the agent | bears our mark | bears none | bears another's |
|---|---|---|---|
| is in the state | ours | ours | refused; delete leaves it |
| is not in the state | a create that was cut short: continued | refused, unless `adopt` | refused, unless `adopt` |

What was adopted is ours from then on, although its version still bears the mark of whoever made it.
"""

from __future__ import annotations

from .errors import NotOurs
from .metadata import Mark
from .service import Answer, latest_version


def refuse_if_not_in_state(existing: Answer, agent: str, mark: Mark, *, adopt: bool) -> None:
    """For an agent that the state does not know."""
    theirs = Mark.of(latest_version(existing))
    if theirs != mark and not adopt:
        raise NotOurs(agent, str(theirs or ""), str(mark), may_adopt=True)


def refuse_if_anothers(existing: Answer, agent: str, mark: Mark, adopted_from: str) -> None:
    """For an agent that the state knows."""
    if is_anothers(existing, mark, adopted_from):
        raise NotOurs(agent, str(Mark.of(latest_version(existing))), str(mark), may_adopt=False)


def is_anothers(existing: Answer, mark: Mark, adopted_from: str) -> bool:
    """Whether an agent that the state knows bears another's mark, other than the one it was adopted with."""
    theirs = Mark.of(latest_version(existing))
    return theirs is not None and theirs != mark and str(theirs) != adopted_from


def adopted_from(version: Answer, mark: Mark) -> str:
    """The mark of another on the version that serves; empty if it is ours or there is none."""
    theirs = Mark.of(version)
    return "" if theirs is None or theirs == mark else str(theirs)
