"""Who owns an agent or a toolbox, and so who may change or delete it. The mark of its newest version says so.

| it | has this stack's mark | has no mark | has another mark |
|---|---|---|---|
| is in the state | owned | owned | refused, unless it is imported; delete leaves it |
| is not in the state | a create that was interrupted: continued | refused, unless `adopt` | refused, unless `adopt` |

Adopting always creates a version with this stack's mark, even of the same definition: the former owner's delete looks
at the mark of the newest version. An imported one with another mark gets that version with its first update; one
without a mark gets the mark with its next version.
"""

from __future__ import annotations

from ..errors.exceptions import NotAdopted, OwnershipConflict
from ..service.answers import AgentVersion, ToolboxVersion
from ..service.mark import Mark
from .operation import Operation
from .state import Recorded


def refuse_if_not_in_state(newest: AgentVersion | ToolboxVersion, operation: Operation) -> None:
    """For a resource that exists and that the state does not know."""
    if Mark.of(newest) != operation.mark and not operation.inputs.get("adopt"):
        raise _conflict(newest, operation, may_adopt=True)


def refuse_if_anothers(newest: AgentVersion | ToolboxVersion, operation: Operation, adopted_from: str) -> None:
    """For a resource that the state knows. One that was imported with that mark is taken over."""
    if is_anothers(newest, operation.mark) and str(Mark.of(newest)) != adopted_from:
        raise _conflict(newest, operation, may_adopt=False)


def is_anothers(version: AgentVersion | ToolboxVersion, mark: Mark) -> bool:
    """Whether the version has another mark than this stack's."""
    return Mark.of(version) not in (None, mark)


def may_be_goal(version: AgentVersion | ToolboxVersion, operation: Operation, *, must_be_own: bool) -> bool:
    """Whether an existing version can be the one that serves, as far as its mark goes."""
    return Mark.of(version) == operation.mark if must_be_own else not is_anothers(version, operation.mark)


def refuse_if_unmarked(created: AgentVersion | ToolboxVersion, operation: Operation) -> None:
    """For the version that the service returned for one with this stack's mark: without it, adopting is not safe."""
    theirs = Mark.of(created)
    if theirs != operation.mark:
        raise NotAdopted(operation.NAME_INPUT, operation.name, str(theirs or ""), str(created.get("version")))


def adopted_from_after_read(newest: AgentVersion | ToolboxVersion, mark: Mark, recorded: Recorded) -> str:
    """The mark of another owner from whom the next update takes it over; empty if there is none.

    A read adopts nothing, except what is imported: nothing is recorded of that. A state of an earlier release may have
    the mark of an agent that was adopted without a version of this stack.
    """
    if not is_anothers(newest, mark):
        return ""
    return recorded.adopted_from or (str(Mark.of(newest)) if recorded.is_imported else "")


def may_delete(newest: AgentVersion | ToolboxVersion, mark: Mark, *, in_state: bool) -> bool:
    """A resource in the state is owned unless it has another mark; any other must have this stack's mark."""
    return not is_anothers(newest, mark) if in_state else Mark.of(newest) == mark


def not_deleted(name: str, newest: AgentVersion | ToolboxVersion) -> str:
    """The notice about a resource that `may_delete` protects."""
    owner = Mark.of(newest)
    return f"{name}: not deleted, because it is {f'managed by {owner}' if owner else 'not managed by this stack'}"


def _conflict(newest: AgentVersion | ToolboxVersion, operation: Operation, *, may_adopt: bool) -> OwnershipConflict:
    theirs, mark = Mark.of(newest), operation.mark
    sibling = theirs.name if theirs is not None and theirs.owner == mark.owner else ""
    return OwnershipConflict(
        operation.NAME_INPUT, operation.name, str(theirs or ""), str(mark), may_adopt=may_adopt, sibling=sibling
    )
