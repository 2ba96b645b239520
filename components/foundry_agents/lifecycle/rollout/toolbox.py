"""The life of one toolbox: create, update, read, delete.

As with an agent, every function looks at what exists and does what is missing, so that the next run completes one that
was interrupted. The differences:

- the service creates a version for every request, even for an unchanged body, so the newest version of this stack is
  compared before another is created;
- the endpoint serves the default version: the first one, until another becomes the default;
- versions are ready at once, need no verification, and have no sessions.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ..errors.exceptions import DeploymentError, ProjectNotFound
from ..service import toolbox_body
from ..service.answers import Toolbox, ToolboxVersion, number_of
from ..service.mark import Mark
from ..service.waiting import once_allowed
from . import ownership
from .operation import DELETES_OLD, TRIES_AGAIN, ToolboxOperation
from .retirement import after_read, created_before, newest, retire, to_keep, with_mark_of
from .state import History, Recorded, ToolboxState, Versions

if TYPE_CHECKING:
    from ..service.toolboxes import ToolboxService


_CONTINUES = "the next `pulumi up` makes it the default, or deletes it if the definition has changed"


@dataclass(frozen=True)
class ObservedToolbox:
    """What a read shows."""

    state: ToolboxState
    default: ToolboxVersion | None
    """The default version; None if it does not exist."""


async def create(service: ToolboxService, operation: ToolboxOperation) -> ToolboxState:
    """Creates the toolbox. One that exists is continued if it has this stack's mark, adopted, or refused."""
    existing, listed = await once_allowed(lambda: service.look(operation.name), operation.role_wait(), operation.tell)
    if existing is not None:
        ownership.refuse_if_not_in_state(_newest(listed), operation)
        return await _deploy(service, operation, existing, listed, Recorded(), must_be_own=True)
    try:
        return await _deploy(service, operation, None, [], Recorded(History.EMPTY), must_be_own=True)
    except DeploymentError as error:
        error.afterwards = await _delete_created(service, operation)
        raise


async def _delete_created(service: ToolboxService, operation: ToolboxOperation) -> list[str]:
    """Deletes what a create left that failed: Pulumi records nothing of it. Returns what is true afterwards."""
    try:
        kept = await delete(service, operation.name, operation.mark, in_state=False)
    except DeploymentError as error:
        return [f"what was created could not be deleted ({error.first_line})", "the next `pulumi up` continues it"]
    return [kept] if kept else ["no toolbox is left", "the next `pulumi up` creates it"]


async def update(service: ToolboxService, operation: ToolboxOperation, recorded: Recorded) -> ToolboxState:
    """Brings the toolbox to its inputs."""
    existing, listed = await once_allowed(lambda: service.look(operation.name), operation.role_wait(), operation.tell)
    if existing is None:
        operation.tell("no longer exists; creating it again")
        return await create(service, operation)
    newest_one = _newest(listed)
    ownership.refuse_if_anothers(newest_one, operation, recorded.adopted_from)
    must_be_own = ownership.is_anothers(newest_one, operation.mark)
    return await _deploy(service, operation, existing, listed, recorded, must_be_own=must_be_own)


async def read(service: ToolboxService, toolbox: str, mark: Mark, recorded: Recorded) -> ObservedToolbox | None:
    """What exists; None if the toolbox or its project definitely does not."""
    try:
        existing, listed = await service.look(toolbox)
    except ProjectNotFound:
        return None
    if existing is None:
        return None
    default = _default(existing, listed)
    missing: ToolboxVersion = {"version": existing.get("default_version", ""), "name": toolbox}
    versions = after_read(number_of(default or missing), listed, mark, recorded)
    adopted = ownership.adopted_from_after_read(_newest(listed), mark, recorded)
    state = ToolboxState.of(service.project_endpoint, existing, default or missing, versions, adopted_from=adopted)
    return ObservedToolbox(state, default)


async def delete(service: ToolboxService, toolbox: str, mark: Mark, *, in_state: bool = True) -> str | None:
    """Deletes the toolbox with its versions, unless it has another owner by now: then returns a notice.

    One that is not `in_state` must have this stack's mark.
    """
    with suppress(ProjectNotFound):
        left = await service.delete_toolbox(
            toolbox, lambda newest_one: ownership.may_delete(newest_one, mark, in_state=in_state)
        )
        if left is not None:
            return ownership.not_deleted(toolbox, left)
    return None


async def _deploy(
    service: ToolboxService,
    operation: ToolboxOperation,
    existing: Toolbox | None,
    listed: list[ToolboxVersion],
    recorded: Recorded,
    *,
    must_be_own: bool,
) -> ToolboxState:
    """Creates the desired version unless it exists, makes it the default, and deletes old versions.

    `must_be_own` says that the toolbox may be another's, so that it needs a version with this stack's mark.
    """
    body, name = operation.body, operation.name
    before = _default(existing, listed)

    def find_created(versions: Sequence[ToolboxVersion]) -> ToolboxVersion | None:
        own = with_mark_of(operation.mark, versions)
        return own[0] if own and toolbox_body.matches(own[0], body) else None

    def is_goal(version: ToolboxVersion) -> bool:
        may_be = ownership.may_be_goal(version, operation, must_be_own=must_be_own)
        return may_be and toolbox_body.matches(version, body)

    matching = before if before is not None and is_goal(before) else find_created(listed)
    if matching is None:
        try:
            goal = await once_allowed(
                lambda: service.create_version(name, body, find_created), operation.role_wait(), operation.tell
            )
            if must_be_own:
                ownership.refuse_if_unmarked(goal, operation)
        except DeploymentError as error:
            error.afterwards = [*_still(before), TRIES_AGAIN]
            raise
        operation.tell(f"version {number_of(goal)} is created")
    else:
        goal = matching
    number, is_new = number_of(goal), goal not in listed
    if is_new:
        try:
            existing, listed = await service.look(name)
        except DeploymentError as error:
            error.afterwards = [*_still(before), f"version {number} is kept", _CONTINUES]
            raise
    toolbox = existing or {}
    if number != toolbox.get("default_version", number):
        await _make_default(service, operation, number, is_new=is_new)
    keep = _to_keep(operation, goal, listed, before, recorded)
    try:
        versions = await _delete_old_versions(service, operation, listed, keep)
    except DeploymentError as error:
        error.afterwards = [f"version {number} is the default", DELETES_OLD]
        raise
    return ToolboxState.of(service.project_endpoint, toolbox, goal, versions)


async def _make_default(service: ToolboxService, operation: ToolboxOperation, number: str, *, is_new: bool) -> None:
    try:
        await service.set_default(operation.name, number)
    except DeploymentError as error:
        error.afterwards = await _not_made_default(service, operation, number, is_new=is_new)
        raise
    operation.tell(f"version {number} is the default")


async def _not_made_default(
    service: ToolboxService, operation: ToolboxOperation, number: str, *, is_new: bool
) -> list[str]:
    """Deletes a version that this run created, unless it is the default after all.

    Returns what is true afterwards, never raises.
    """
    try:
        toolbox: Toolbox = await service.find_toolbox(operation.name) or {}
    except DeploymentError:
        toolbox = {}
    default = toolbox.get("default_version")
    if not default:
        return ["which version is the default could not be read", f"version {number} is kept", TRIES_AGAIN]
    serves = f"version {default} is the default"
    if default == number:
        return [serves, DELETES_OLD]
    if not is_new:
        return [serves, f"version {number} is kept", TRIES_AGAIN]
    try:
        await service.delete_version(operation.name, number)
    except DeploymentError as error:
        return [serves, f"version {number} could not be deleted ({error.first_line})", _CONTINUES]
    return [serves, f"version {number} is deleted", TRIES_AGAIN]


def _still(default: ToolboxVersion | None) -> list[str]:
    return [] if default is None else [f"version {number_of(default)} is still the default"]


def _to_keep(
    operation: ToolboxOperation,
    default: ToolboxVersion,
    listed: Sequence[ToolboxVersion],
    before: ToolboxVersion | None,
    recorded: Recorded,
) -> list[str]:
    """The default version, and the last ones that were the default before."""
    number = number_of(default)
    kept = recorded.versions.kept
    if recorded.history is History.UNKNOWN:
        kept = created_before(number, listed, operation.mark)
    if before is not None:
        kept = list(dict.fromkeys([number_of(before), *kept]))
    keep = to_keep(number, kept, [number_of(version) for version in listed], int(operation.inputs["keep_versions"]))
    if Mark.of(default) == operation.mark:
        return keep
    own = [number_of(version) for version in with_mark_of(operation.mark, listed)]
    return list(dict.fromkeys([*keep, *own[:1]]))  # its mark says that the toolbox is this stack's


async def _delete_old_versions(
    service: ToolboxService, operation: ToolboxOperation, listed: Sequence[ToolboxVersion], keep: list[str]
) -> Versions:
    """Deletes the versions past `keep_versions`, and those that interrupted runs left."""
    own = [number_of(version) for version in with_mark_of(operation.mark, listed)]
    obsolete = [number for number in own if number not in keep]
    held = await retire(obsolete, partial(service.delete_version, operation.name), operation.tell, held="is in use")
    gone = {*obsolete} - {*held}
    latest = newest([number for number in map(number_of, listed) if number not in gone], keep[0])
    return Versions(keep, latest, held)


def _default(existing: Toolbox | None, listed: Sequence[ToolboxVersion]) -> ToolboxVersion | None:
    number = str(existing.get("default_version") or "") if existing is not None else ""
    return next((version for version in listed if number_of(version) == number), None)


def _newest(listed: Sequence[ToolboxVersion]) -> ToolboxVersion:
    return listed[0] if listed else {}
