"""Who owns an agent or a toolbox, and so who may change or delete it. The mark of its newest version says so.

| it | has this stack's mark | has no mark | has another mark |
|---|---|---|---|
| is in the state | owned | owned | refused; delete leaves it |
| is not in the state | a create that was interrupted: continued | refused, unless `adopt` | refused, unless `adopt` |

An adopted one is owned from then on, although its version still has the mark of whoever created it.
"""

from __future__ import annotations

from ..errors.exceptions import OwnershipConflict
from ..service.answers import AgentVersion, ToolboxVersion
from ..service.mark import Mark
from .operation import Operation
from .state import Recorded


def refuse_if_not_in_state(newest: AgentVersion | ToolboxVersion, operation: Operation) -> None:
    """For a resource that exists and that the state does not know."""
    theirs, mark = Mark.of(newest), operation.mark
    if theirs != mark and not operation.inputs.get("adopt"):
        raise OwnershipConflict(operation.NAME_INPUT, operation.name, str(theirs or ""), str(mark), may_adopt=True)


def refuse_if_anothers(newest: AgentVersion | ToolboxVersion, operation: Operation, adopted_from: str) -> None:
    """For a resource that the state knows."""
    theirs, mark = Mark.of(newest), operation.mark
    if _is_anothers(newest, mark, adopted_from):
        raise OwnershipConflict(operation.NAME_INPUT, operation.name, str(theirs), str(mark), may_adopt=False)


def adopted_from(newest: AgentVersion | ToolboxVersion, mark: Mark, before: str) -> str:
    """The mark of another owner that may be on an adopted resource; empty once its newest version has this stack's.

    `before` is what the state records of it.
    """
    theirs = Mark.of(newest)
    if theirs == mark:
        return ""
    return before or str(theirs or "")


def adopted_from_after_read(newest: AgentVersion | ToolboxVersion, mark: Mark, recorded: Recorded) -> str:
    """The same after a read, which adopts nothing, except what is imported: nothing is recorded of that."""
    is_adopted = recorded.is_imported or recorded.adopted_from
    return adopted_from(newest, mark, recorded.adopted_from) if is_adopted else ""


def may_delete(newest: AgentVersion | ToolboxVersion, mark: Mark, adopted_from: str, *, in_state: bool) -> bool:
    """A resource in the state is owned unless it has another mark; any other must have this stack's mark."""
    return not _is_anothers(newest, mark, adopted_from) if in_state else Mark.of(newest) == mark


def not_deleted(name: str, newest: AgentVersion | ToolboxVersion) -> str:
    """The notice about a resource that `may_delete` protects."""
    owner = Mark.of(newest)
    return f"{name}: not deleted, because it is {f'managed by {owner}' if owner else 'not managed by this stack'}"


def _is_anothers(newest: AgentVersion | ToolboxVersion, mark: Mark, adopted_from: str) -> bool:
    """Whether it has another mark than this stack's and the one it was adopted with."""
    theirs = Mark.of(newest)
    return theirs is not None and theirs != mark and str(theirs) != adopted_from
