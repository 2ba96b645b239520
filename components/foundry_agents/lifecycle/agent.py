"""The life of one agent: create, update, read, delete.

Every function looks at what is there and does what is missing, so that a run that was cut short is
completed by the next one. What keeps it right:

- the version that serves is never deleted, and traffic never goes to a version that is not active;
- traffic is pinned to what serves before a new version is made, since a new agent follows `@latest`;
- only versions that this operation made, or that are ours and serve no longer, are deleted;
- an agent disappears with its last version, and its identity with it, so the last one is never deleted
  while the agent is to live on.
"""

from __future__ import annotations

from contextlib import suppress

from . import wire
from .change import AgentState, Change
from .errors import AgentError, Conflict, NotOurs, ProjectNotFound
from .metadata import Mark
from .new_version import ACTIVE, make_active_version
from .role_propagation import once_allowed, patience_of
from .service import AgentService, Answer, latest_version
from .traffic import follows_latest, pin, route, served
from .waiting import Report, Wait


async def create(service: AgentService, change: Change) -> AgentState:
    """Makes the agent. One that is there already is continued if it has our mark, else refused."""
    patience = patience_of(change)
    existing = await once_allowed(change, patience, lambda: service.find_agent(change.agent))
    if existing is not None:
        _refuse_if_not_ours(existing, change, unmarked_is_ours=False)
        return await _roll_out(service, change, existing, serving=served(existing), patience=patience)
    try:
        version = await make_active_version(service, change, patience, None, None)
        await route(service, change, version)
    except AgentError:
        with suppress(AgentError):  # Pulumi records nothing of a create that failed; its reason is what counts
            await delete(service, change.agent, change.mark, change.report)
        raise
    return AgentState.of(service, version)


async def update(service: AgentService, change: Change, recorded_version: str) -> AgentState:
    """Brings the agent to its inputs; `recorded_version` is what the last run left serving."""
    patience = patience_of(change)
    existing = await once_allowed(change, patience, lambda: service.find_agent(change.agent))
    if existing is None:
        change.tell("is gone, and made anew")
        return await create(service, change)
    _refuse_if_not_ours(existing, change, unmarked_is_ours=True)
    return await _roll_out(service, change, existing, serving=recorded_version, patience=patience)


async def read(service: AgentService, agent: str, recorded_version: str) -> Answer | None:
    """The version that serves; None if the agent, or its project, is definitely gone."""
    try:
        existing = await service.find_agent(agent)
        if existing is None:
            return None
        version = await service.find_version(agent, served(existing) or recorded_version)
        return version or latest_version(existing)
    except ProjectNotFound:
        return None


async def delete(service: AgentService, agent: str, mark: Mark, report: Report) -> None:
    """Deletes the agent with its versions and sessions, unless it is another's by now."""
    try:
        existing = await service.find_agent(agent)
        if existing is None:
            return
        theirs = Mark.of(latest_version(existing))
        if theirs is not None and theirs != mark:
            report(f"{agent}: belongs to {theirs} now, and is left alone")
            return
        await service.delete_agent(agent)
    except ProjectNotFound:
        return


async def _roll_out(
    service: AgentService, change: Change, existing: Answer, serving: str, patience: Wait
) -> AgentState:
    current = await _first_active(service, change.agent, [serving, served(existing)])
    if current is not None:
        serving = str(current["version"])
        if wire.is_what_we_want(current, change.body):
            if served(existing) != serving:
                await route(service, change, current)
            await _retire(service, change, serving)
            return AgentState.of(service, current)
        if served(existing) != serving or follows_latest(existing):
            await pin(service, change, serving)
    version = await make_active_version(service, change, patience, latest_version(existing), current)
    await route(service, change, version)
    await _retire(service, change, str(version["version"]))
    return AgentState.of(service, version)


async def _first_active(service: AgentService, agent: str, numbers: list[str]) -> Answer | None:
    """The first of these versions that can serve: what the state records, else what the service shows."""
    for number in dict.fromkeys(filter(None, numbers)):
        version = await service.find_version(agent, number)
        if version is not None and version.get("status") == ACTIVE:
            return version
    return None


async def _retire(service: AgentService, change: Change, serving: str) -> None:
    """Deletes our versions past `keep_versions`, oldest first; never the one that serves."""
    ours = [
        str(version["version"])
        for version in await service.list_versions(change.agent)
        if Mark.of(version) == change.mark and not version.get("draft")
    ]
    others = [number for number in ours if number != serving]
    for number in reversed(others[max(0, int(change.inputs["keep_versions"]) - 1) :]):
        try:
            await service.delete_version(change.agent, number)
            change.tell(f"version {number} is retired")
        except Conflict:
            change.tell(f"version {number} still has sessions, and is kept until the next change")


def _refuse_if_not_ours(existing: Answer, change: Change, *, unmarked_is_ours: bool) -> None:
    mark = Mark.of(latest_version(existing))
    if mark == change.mark or (mark is None and unmarked_is_ours):
        return
    raise NotOurs(change.agent, str(mark or ""), str(change.mark))
