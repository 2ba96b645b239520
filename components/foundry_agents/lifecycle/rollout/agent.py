"""The life of one agent: create, update, read, delete.

Every function looks at what exists and does what is missing, so that the next run completes one that was interrupted.
What keeps it safe:

- the version that serves is never deleted, and traffic never goes to a version that is not active;
- traffic is pinned to what serves before a new version is created, since a new agent follows `@latest`;
- only versions that this operation created, or that this stack owns and that no longer serve, are deleted;
- an agent disappears with its last version, and its identity with it, so the last one is never deleted while the agent
  is to live on.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..errors.exceptions import DeploymentError, ProjectNotFound
from ..service import traffic
from ..service.answers import Agent, AgentVersion, latest_version, number_of
from ..service.mark import Mark
from ..service.traffic import Weights
from ..service.waiting import once_allowed
from . import ownership
from .deployment import Deployment
from .operation import AgentOperation
from .retirement import after_read, with_mark_of
from .state import AgentState, History, RecordedAgent

if TYPE_CHECKING:
    from ..service.agents import AgentService


@dataclass(frozen=True)
class ObservedAgent:
    """What a read shows."""

    state: AgentState
    agent: Agent
    serving: AgentVersion | None
    """The version that gets the most traffic; None if it does not exist."""


async def create(service: AgentService, operation: AgentOperation) -> AgentState:
    """Creates the agent. One that exists is continued if it has this stack's mark, adopted, or refused."""
    wait = operation.role_wait()
    existing = await once_allowed(lambda: service.find_agent(operation.name), wait, operation.tell)
    recorded = RecordedAgent(History.EMPTY)
    if existing is not None:
        ownership.refuse_if_not_in_state(latest_version(existing), operation)
        # An agent that was never pinned was left by an interrupted create: nothing of it has been verified.
        was_finished = bool(operation.inputs.get("adopt")) or not traffic.follows_latest(existing)
        if was_finished:
            recorded = RecordedAgent(traffic=await _served_before(service, operation, existing))
    try:
        return await Deployment(service, operation, existing, recorded, wait, must_be_own=True).run()
    except DeploymentError as error:
        if recorded.history is History.EMPTY:
            if operation.records_failures:
                error.leaves_own = True
            else:
                error.afterwards += await _delete_created(service, operation)
        raise


async def _delete_created(service: AgentService, operation: AgentOperation) -> list[str]:
    """Deletes what a create left that failed: Pulumi records nothing of it. Returns what is true afterwards."""
    try:
        kept = await delete(service, operation.name, operation.mark, in_state=False)
    except DeploymentError as error:
        return [f"what was created could not be deleted ({error.first_line})", "the next `pulumi up` continues it"]
    return [kept] if kept else ["no agent is left", "the next `pulumi up` creates it"]


async def _served_before(service: AgentService, operation: AgentOperation, existing: Agent) -> Weights:
    """The traffic of an agent that no state knows, without the share that an interrupted adoption gave its version."""
    shares = traffic.served(existing)
    if len(shares) < 2:
        return shares
    listed = await service.list_versions(operation.name)
    own = {number_of(version) for version in with_mark_of(operation.mark, listed)}
    return {number: share for number, share in shares.items() if number not in own} or shares


async def update(service: AgentService, operation: AgentOperation, recorded: RecordedAgent) -> AgentState:
    """Brings the agent to its inputs."""
    wait = operation.role_wait()
    existing = await once_allowed(lambda: service.find_agent(operation.name), wait, operation.tell)
    if existing is None:
        operation.tell("no longer exists; creating it again")
        return await create(service, operation)
    if _is_another_agent(existing, recorded.agent_guid):
        operation.tell("no longer exists, and another agent has its name")
        return await create(service, operation)
    newest = latest_version(existing)
    ownership.refuse_if_anothers(newest, operation, recorded.adopted_from)
    must_be_own = ownership.is_anothers(newest, operation.mark)
    return await Deployment(service, operation, existing, recorded, wait, must_be_own=must_be_own).run()


async def read(service: AgentService, agent: str, mark: Mark, recorded: RecordedAgent) -> ObservedAgent | None:
    """What exists; None if the agent or its project definitely does not."""
    try:
        existing = await service.find_agent(agent)
        if existing is None:
            return None
        shares = traffic.served(existing)
        number = traffic.most_served(shares)
        serving = await service.find_version(agent, number) if number else None
        listed = await service.list_versions(agent)
    except ProjectNotFound:
        return None
    newest = latest_version(existing)
    # A version with a share of the traffic, from a rollout that was interrupted, is not one to go back to.
    versions = after_read(number, listed, mark, recorded, is_finished=shares == {number: 100})
    is_unverified = recorded.history is History.EMPTY or _is_another_agent(existing, recorded.agent_guid)
    if is_unverified and traffic.follows_latest(existing):
        versions = replace(versions, kept=[])  # created by a run that was interrupted: nothing of it has been verified
    missing: AgentVersion = {"version": number, "agent_guid": newest.get("agent_guid", "")}
    state = AgentState.of(
        service.project_endpoint,
        existing,
        serving or missing,
        versions,
        adopted_from=ownership.adopted_from_after_read(newest, mark, recorded),
        exists=serving is not None,
    )
    if traffic.follows_latest(existing) and Mark.of(newest) is None:
        state = replace(state, traffic=shares)  # created by hand, as an import finds it: the next rollout pins it
    return ObservedAgent(state, existing, serving)


async def delete(
    service: AgentService, agent: str, mark: Mark, agent_guid: str = "", *, in_state: bool = True
) -> str | None:
    """Deletes the agent with its versions and sessions, unless it has another owner by now: then returns a notice.

    One that is not `in_state`, or that has another guid than the one in the state, must have this stack's mark.
    """

    def may_delete(existing: Agent) -> bool:
        known = in_state and not _is_another_agent(existing, agent_guid)
        return ownership.may_delete(latest_version(existing), mark, in_state=known)

    with suppress(ProjectNotFound):
        left = await service.delete_agent(agent, may_delete)
        if left is not None:
            return ownership.not_deleted(agent, latest_version(left))
    return None


def _is_another_agent(existing: Agent, recorded_guid: str) -> bool:
    """Whether the agent in the state was deleted, and this one has been created since."""
    guid = latest_version(existing).get("agent_guid")
    return bool(guid and recorded_guid and guid != recorded_guid)
