"""The life of one toolbox: create, update, read, delete.

As with an agent, every function looks at what is there and does what is missing, so that a run that was cut short is
completed by the next one. What is different:

- the service makes a version of every request, also of an unchanged one; so the newest version of ours is looked at
  before another is made;
- the endpoint serves the default version: the first one, until another is made the default;
- versions need no time and no proof, and have no sessions.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from ..errors.exceptions import AgentError, ProjectNotFound
from ..inputs.agent_toolbox import mcp_endpoint
from ..service import toolbox_body as toolbox_wire
from ..service.answers import Answer
from ..service.mark import Mark
from ..service.toolboxes import ToolboxService
from ..service.waiting import Report
from . import ownership
from .operation import Operation
from .retirement import Kept, Known, listed_by, made_before, newest, number_of, retire, still_there, to_keep
from .role_propagation import once_allowed, patience_of


@dataclass(frozen=True)
class ToolboxChange(Operation):
    """One create or update of a toolbox."""

    NAME_INPUT: ClassVar[str] = "toolbox_name"

    @property
    def body(self) -> dict[str, Any]:
        """The version that is wanted, as the service takes it."""
        return toolbox_wire.version_body(self.inputs, self.mark)


@dataclass(frozen=True)
class ToolboxState:
    """A toolbox as it is on the service."""

    toolbox_id: str
    """The service's own id."""
    version: str
    """The default version: what the endpoint serves."""
    versions: list[str]
    """The versions that are kept, the default one first."""
    previous_version: str
    """The version that was the default before; empty if there is none."""
    latest_version: str
    """The newest version, whoever made it."""
    made_outside: list[str]
    """Versions that appeared since the last run: made by hand, or by a run that was cut short."""
    adopted_from: str
    """Another's mark that the toolbox was adopted with, until it has a version of ours."""
    mcp_endpoint: str
    """The MCP endpoint of the default version."""

    @classmethod
    def of(
        cls, service: ToolboxService, toolbox: Answer, version: Answer, kept: Kept, adopted_from: str
    ) -> ToolboxState:
        """Reads it from the toolbox and its default version."""
        number, name = number_of(version), str(version["name"])
        return cls(
            toolbox_id=str(toolbox.get("id") or ""),
            version=number,
            versions=kept.versions,
            previous_version=next((other for other in kept.versions if other != number), ""),
            latest_version=kept.latest,
            made_outside=kept.made_outside,
            adopted_from=adopted_from,
            mcp_endpoint=mcp_endpoint(service.project_endpoint, name),
        )


@dataclass(frozen=True)
class Found:
    """What a look at a toolbox shows."""

    state: ToolboxState
    default: Answer
    """The default version."""


async def create(service: ToolboxService, change: ToolboxChange) -> ToolboxState:
    """Makes the toolbox. One that is there already is continued if it has our mark, adopted, or refused."""
    existing, listed = await once_allowed(change, patience_of(change), lambda: service.look(change.name))
    if existing is not None:
        ownership.refuse_if_not_in_state(_newest(listed), change)
        return await _deploy(service, change, existing, listed, Known())
    try:
        return await _deploy(service, change, None, [], Known(versions=[]))
    except AgentError:
        with suppress(AgentError):  # Pulumi records nothing of a create that failed; its reason is what counts
            await delete(service, change.name, change.mark, "", change.report, in_state=False)
        raise


async def update(service: ToolboxService, change: ToolboxChange, known: Known) -> ToolboxState:
    """Brings the toolbox to its inputs."""
    existing, listed = await once_allowed(change, patience_of(change), lambda: service.look(change.name))
    if existing is None:
        change.tell("is gone, and made anew")
        return await create(service, change)
    ownership.refuse_if_anothers(_newest(listed), change, known.adopted_from)
    return await _deploy(service, change, existing, listed, known)


async def read(service: ToolboxService, toolbox: str, mark: Mark, known: Known) -> Found | None:
    """What is there; None if toolbox or project is definitely gone."""
    try:
        existing, listed = await service.look(toolbox)
    except ProjectNotFound:
        return None
    if existing is None:
        return None
    default = _default(existing, listed) or {"version": existing.get("default_version"), "name": toolbox}
    kept = still_there(number_of(default), listed, mark, known)
    taken_from = ownership.still_taken_from(_newest(listed), mark, known)
    return Found(ToolboxState.of(service, existing, default, kept, taken_from), default)


async def delete(
    service: ToolboxService, toolbox: str, mark: Mark, adopted_from: str, report: Report, *, in_state: bool = True
) -> None:
    """Deletes the toolbox with its versions, unless it is another's by now. One not `in_state` has to bear our mark."""
    try:
        existing, listed = await service.look(toolbox)
        if existing is None:
            return
        newest_one = _newest(listed)
        if not ownership.may_delete(newest_one, mark, adopted_from, in_state=in_state):
            report(ownership.left_alone(toolbox, newest_one))
            return
        await service.delete_toolbox(toolbox)
    except ProjectNotFound:
        return


async def _deploy(
    service: ToolboxService,
    change: ToolboxChange,
    existing: Answer | None,
    listed: list[Answer],
    known: Known,
) -> ToolboxState:
    """The version that is wanted, made if it is not there, then the default, then alone with those that are kept."""
    body, name = change.body, change.name
    before = _default(existing, listed)

    def made_already(versions: Sequence[Answer]) -> Answer | None:
        ours = listed_by(versions, change.mark)
        return ours[0] if ours and toolbox_wire.is_what_we_want(ours[0], body) else None

    goal = before if before is not None and toolbox_wire.is_what_we_want(before, body) else made_already(listed)
    if goal is None:
        goal = await once_allowed(change, patience_of(change), lambda: service.create_version(name, body, made_already))
        change.tell(f"version {number_of(goal)} is made")
    number, is_new = number_of(goal), goal not in listed
    if is_new:
        existing, listed = await service.look(name)
    toolbox = existing or {}
    if number != toolbox.get("default_version", number):
        await _make_default(service, change, number, is_new=is_new)
    kept = await _clear_away(service, change, listed, _to_keep(change, number, listed, before, known))
    taken_from = ownership.taken_from(_newest(listed), change.mark, known.adopted_from)
    return ToolboxState.of(service, toolbox, goal, kept, taken_from)


async def _make_default(service: ToolboxService, change: ToolboxChange, number: str, *, is_new: bool) -> None:
    """If that fails, the version is deleted that this run made."""
    try:
        await service.set_default(change.name, number)
    except AgentError:
        if is_new:
            with suppress(AgentError):
                toolbox = await service.find_toolbox(change.name)
                if toolbox is not None and toolbox.get("default_version") != number:
                    await service.delete_version(change.name, number)
        raise
    change.tell(f"version {number} is the default")


def _to_keep(
    change: ToolboxChange, default: str, listed: Sequence[Answer], before: Answer | None, known: Known
) -> list[str]:
    """The default version, and of those that were it before the last ones."""
    recorded = made_before(default, listed, change.mark) if known.versions is None else known.versions
    if before is not None:
        recorded = list(dict.fromkeys([number_of(before), *recorded]))
    return to_keep(default, recorded, [number_of(version) for version in listed], int(change.inputs["keep_versions"]))


async def _clear_away(
    service: ToolboxService, change: ToolboxChange, listed: Sequence[Answer], keep: list[str]
) -> Kept:
    """Deletes what is past `keep_versions`, and what killed runs left."""
    needless = [number for number in map(number_of, listed_by(listed, change.mark)) if number not in keep]
    left = await retire(needless, partial(service.delete_version, change.name), change.tell, held="is in use")
    gone = {*needless} - {*left}
    return Kept(keep, left, newest([one for one in map(number_of, listed) if one not in gone], keep[0]))


def _default(existing: Answer | None, listed: Sequence[Answer]) -> Answer | None:
    number = str(existing.get("default_version") or "") if existing is not None else ""
    return next((version for version in listed if number_of(version) == number), None)


def _newest(listed: Sequence[Answer]) -> Answer:
    return listed[0] if listed else {}
