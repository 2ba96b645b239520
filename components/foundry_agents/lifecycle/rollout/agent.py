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
from dataclasses import dataclass, replace

from ..errors.exceptions import AgentError, ProjectNotFound
from ..service import traffic
from ..service.agents import AgentService
from ..service.answers import Answer, latest_version
from ..service.mark import Mark
from ..service.traffic import Weights
from ..service.waiting import Report
from . import ownership
from .change import AgentState, Change, Recorded
from .deployment import Deployment
from .retirement import listed_by, number_of, still_there
from .role_propagation import once_allowed, patience_of

_NOTHING_RECORDED = Recorded(versions=[])


@dataclass(frozen=True)
class Found:
    """What a look at an agent shows."""

    state: AgentState
    agent: Answer
    serving: Answer
    """The version that gets the most traffic; its status is `deleted` if somebody deleted it."""


async def create(service: AgentService, change: Change) -> AgentState:
    """Makes the agent. One that is there already is continued if it has our mark, adopted, or refused."""
    patience = patience_of(change)
    existing = await once_allowed(change, patience, lambda: service.find_agent(change.agent))
    recorded = _NOTHING_RECORDED
    if existing is not None:
        ownership.refuse_if_not_in_state(latest_version(existing), change)
        # One that was never pinned is what a killed create left: nothing of it has been proved.
        was_finished = bool(change.inputs.get("adopt")) or not traffic.follows_latest(existing)
        if was_finished:
            recorded = Recorded(traffic=await _served_before(service, change, existing))
    try:
        return await Deployment(service, change, existing, recorded, patience).run()
    except AgentError:
        if recorded is _NOTHING_RECORDED:
            with suppress(AgentError):  # Pulumi records nothing of a create that failed; its reason is what counts
                await delete(service, change.agent, change.mark, "", change.report, in_state=False)
        raise


async def _served_before(service: AgentService, change: Change, existing: Answer) -> Weights:
    """The traffic of an agent that no state knows, without the share that a killed adoption gave its new version."""
    shares = traffic.served(existing)
    if len(shares) < 2:
        return shares
    ours = {number_of(version) for version in listed_by(await service.list_versions(change.agent), change.mark)}
    return {number: share for number, share in shares.items() if number not in ours} or shares


async def update(service: AgentService, change: Change, recorded: Recorded) -> AgentState:
    """Brings the agent to its inputs."""
    patience = patience_of(change)
    existing = await once_allowed(change, patience, lambda: service.find_agent(change.agent))
    if existing is None:
        change.tell("is gone, and made anew")
        return await create(service, change)
    if _is_another_agent(existing, recorded):
        change.tell("is gone, and there is another one of that name")
        return await create(service, change)
    ownership.refuse_if_anothers(latest_version(existing), change, recorded.adopted_from)
    return await Deployment(service, change, existing, recorded, patience).run()


async def read(service: AgentService, agent: str, mark: Mark, recorded: Recorded) -> Found | None:
    """What is there; None if agent or project is definitely gone."""
    try:
        existing = await service.find_agent(agent)
        if existing is None:
            return None
        shares = traffic.served(existing)
        serving = traffic.most_served(shares)
        version = await service.find_version(agent, serving) if serving else None
        listed = await service.list_versions(agent)
    except ProjectNotFound:
        return None
    if version is None:
        version = {"version": serving, "status": "deleted", "agent_guid": latest_version(existing).get("agent_guid")}
    # A version with a share of the traffic, from a rollout that was cut short, is not one to go back to.
    kept = still_there(serving, listed, mark, recorded, is_finished=shares == {serving: 100})
    if _is_another_agent(existing, recorded) and traffic.follows_latest(existing):
        kept = replace(kept, versions=[])  # made anew by a run that was cut short: nothing of it has been proved
    taken_from = ownership.still_taken_from(latest_version(existing), mark, recorded)
    return Found(AgentState.of(service, existing, version, kept, taken_from), existing, version)


def _is_another_agent(existing: Answer, recorded: Recorded) -> bool:
    """Whether the agent that the state knows is gone, and this one has been made since."""
    guid = latest_version(existing).get("agent_guid")
    return bool(guid and recorded.agent_guid and guid != recorded.agent_guid)


async def delete(
    service: AgentService, agent: str, mark: Mark, adopted_from: str, report: Report, *, in_state: bool = True
) -> None:
    """Deletes the agent with its versions and sessions, unless it is another's by now.

    One not `in_state` has to bear our mark.
    """
    try:
        existing = await service.find_agent(agent)
        if existing is None:
            return
        newest = latest_version(existing)
        if not ownership.may_delete(newest, mark, adopted_from, in_state=in_state):
            report(ownership.left_alone(agent, newest))
            return
        await service.delete_agent(agent)
    except ProjectNotFound:
        return
