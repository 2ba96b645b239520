"""Bringing an agent to its inputs: the desired version, its verification, and its traffic.

If anything fails on the way, traffic goes back to what the state records, and the version that failed is deleted. What
an interrupted run left is either continued (it is what is wanted now) or deleted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors.exceptions import (
    Conflict,
    DeploymentError,
    Interrupted,
    NotServable,
    RolloutFailed,
    ServiceError,
    TooManyVersions,
    VersionDisappeared,
    VersionFailed,
)
from ..service import agent_body, endpoint, traffic
from ..service.answers import (
    ACTIVE,
    CREATING,
    FAILED,
    Agent,
    AgentPatch,
    AgentVersion,
    latest_version,
    number_of,
)
from ..service.mark import Mark
from ..service.traffic import Weights
from ..service.waiting import Wait, once_allowed, poll_until
from . import ownership, verify
from .new_version import find_settled, make_active_version
from .operation import DELETES_OLD, TRIES_AGAIN, AgentOperation
from .plan import plan
from .retirement import created_before, newest, retire, to_keep, with_mark_of
from .state import AgentState, History, RecordedAgent, Versions

if TYPE_CHECKING:
    from ..service.agents import AgentService

# Source: azure-ai-docs limits-quotas-regions.md.
MAX_ACTIVE, MAX_VERSIONS = 100, 1000
_LOOK_INTERVAL = 10.0


class Deployment:
    """One run for one agent. `existing` is the agent as it was found, None if it did not exist.

    `must_be_own` says that the agent may be another's, so that it needs a version with this stack's mark.
    """

    def __init__(
        self,
        service: AgentService,
        operation: AgentOperation,
        existing: Agent | None,
        recorded: RecordedAgent,
        role_wait: Wait,
        *,
        must_be_own: bool,
    ) -> None:
        self._service, self._operation, self._recorded, self._role_wait = service, operation, recorded, role_wait
        self._inputs, self._name = operation.inputs, operation.name
        self._agent = existing
        self._must_be_own = must_be_own
        self._baseline: Weights = {}
        """The traffic to go back to if this run fails; empty if nothing served."""

    async def run(self) -> AgentState:
        """Does what is missing; returns the state of the agent afterwards."""
        try:
            return await self._run()
        except ServiceError as error:
            if not error.afterwards and self._is_in_state:
                error.afterwards = [TRIES_AGAIN]
            raise

    async def _run(self) -> AgentState:
        self._baseline = await self._what_served()
        serving = traffic.most_served(self._baseline)
        current = await self._service.find_version(self._name, serving) if serving else None
        pinned = self._inputs.get("serve_version")
        if pinned:
            goal = await servable(self._service, self._name, str(pinned), self._recorded.versions.kept)
            await self._take_over(current, {number_of(goal): 100})
            await self._send_all_to(goal)
        elif current is not None and self._is_goal(current):
            goal = current
            await self._send_all_to(goal)
        else:
            goal = await self._roll_out(current)
        try:
            versions = await self._delete_old_versions(goal)
        except DeploymentError as error:
            if self._is_in_state:
                error.afterwards = [f"version {number_of(goal)} serves", DELETES_OLD]
            raise
        return AgentState.of(self._service.project_endpoint, self._agent or {}, goal, versions)

    @property
    def _is_in_state(self) -> bool:
        """Otherwise whoever runs this deletes what a failed run leaves, and says so."""
        return self._recorded.history is not History.EMPTY

    def _is_goal(self, version: AgentVersion) -> bool:
        may_be = ownership.may_be_goal(version, self._operation, must_be_own=self._must_be_own)
        return may_be and agent_body.matches(version, self._operation.body)

    async def _take_over(self, current: AgentVersion | None, shares: Weights) -> None:
        """Creates a version for its mark alone, if the agent is another's: an older one is to serve."""
        latest = latest_version(self._agent or {})
        if self._must_be_own and Mark.of(latest) != self._operation.mark:
            await self._route(self._baseline or shares)
            await self._make_version(latest, current)

    async def _make_version(self, latest: AgentVersion | None, current: AgentVersion | None) -> AgentVersion:
        try:
            return await make_active_version(
                self._service, self._operation, self._role_wait, latest, current, must_be_own=self._must_be_own
            )
        except DeploymentError as error:
            if self._baseline:
                error.afterwards = [_serving(self._baseline), *error.afterwards, TRIES_AGAIN]
            raise

    async def _what_served(self) -> Weights:
        """What the state records as serving, as far as it is still active; empty if no run has finished."""
        if self._agent is None or not self._recorded.traffic or self._recorded.history is History.EMPTY:
            return {}
        for shares in (_of_finished_rollouts(self._recorded), traffic.served(self._agent)):
            active = {version: share for version, share in shares.items() if await self._is_active(version)}
            if active:
                return active if sum(active.values()) == 100 else {traffic.most_served(active): 100}
        return {}

    async def _is_active(self, version: str) -> bool:
        found = await find_settled(self._service, self._name, version)
        return found is not None and found.get("status") == ACTIVE

    async def _roll_out(self, current: AgentVersion | None) -> AgentVersion:
        """Creates the version, verifies it, and moves the traffic to it step by step."""
        await self._refuse_if_full()
        if self._baseline:
            await self._route(self._baseline)
        latest = latest_version(self._agent) if self._agent else None
        version = await self._make_version(latest, current)
        number, reached = number_of(version), 0
        try:
            await self._open_for_verification()
            await verify.verify(self._service, self._operation, number, self._role_wait)
            *steps, _all = plan(self._baseline, number, self._inputs["rollout"]["steps"])
            for step in steps:
                reached = step[number]
                await self._route(step)
                self._operation.tell(f"version {number} gets {reached}% of the traffic")
                await self._hold(number)
            reached = 100
            await self._send_all_to(version)
        except DeploymentError as error:
            failure = RolloutFailed(reached, error) if reached and self._baseline else error
            failure.afterwards += await self._go_back(version, reached, failed=not isinstance(error, Interrupted))
            raise failure from None
        return version

    async def _hold(self, number: str) -> None:
        """Waits at a step; the version must stay active and, if `rollout.check` says so, be verified again."""
        rollout = self._inputs["rollout"]
        wait = Wait(float(rollout["hold"]), first_interval=_LOOK_INTERVAL, longest_interval=_LOOK_INTERVAL)
        await wait.pause()
        version = await poll_until(
            lambda found: not _is_serving(found), lambda: self._service.find_version(self._name, number), wait
        )
        if version is None:
            raise VersionDisappeared(self._name, number)
        if not _is_serving(version):
            reason = version.get("error") or {}
            code = reason.get("code") or str(version.get("status"))
            raise VersionFailed(self._name, number, code, reason.get("message") or "it was active before")
        if rollout["check"] == "verify":
            await verify.verify(self._service, self._operation, number, self._role_wait)

    async def _go_back(self, version: AgentVersion, reached: int, *, failed: bool) -> list[str]:
        """Undoes a rollout that ended at `reached` percent; returns what is true afterwards, never raises.

        A version that did not fail, but was interrupted, is kept for the next run.
        """
        if not self._baseline:
            return []  # the agent's last version is never deleted while the agent is to live on
        number, before = number_of(version), _in_words(self._baseline)
        serves = _serving(self._baseline)
        if reached:
            try:  # sent in any case: a step that failed may have taken effect
                await self._patch({"agent_endpoint": traffic.selector(self._baseline)})
            except DeploymentError as error:
                return [
                    f"the traffic could not be set back to {before} ({error.first_line})",
                    f"version {number} is kept, because it may still get {reached}% of the traffic",
                    "`pulumi up --refresh` puts it right",
                ]
            serves = f"traffic is back to {before}"
        is_kept = number in self._recorded.versions.kept or number in self._baseline
        if is_kept or not failed or Mark.of(version) != self._operation.mark:
            return [serves, f"version {number} is kept", TRIES_AGAIN]
        return [serves, *await self._delete_failed(number)]

    async def _delete_failed(self, number: str) -> list[str]:
        next_run = "the next `pulumi up` verifies it again, or deletes it if the definition has changed"
        try:
            await self._delete_version(number)
        except Conflict:
            return [f"version {number} still has active sessions and is kept", next_run]
        except DeploymentError as error:
            return [f"version {number} could not be deleted ({error.first_line})", next_run]
        return [f"version {number} is deleted", TRIES_AGAIN]

    async def _open_for_verification(self) -> None:
        wanted = self._inputs["verify"]
        if wanted["kind"] != "request":
            return
        present = endpoint.open_protocols(self._agent) if self._agent else ["responses"]
        if wanted["protocol"] not in present:
            await self._patch({"agent_endpoint": {"protocol_configuration": {wanted["protocol"]: {}}}})

    async def _send_all_to(self, goal: AgentVersion) -> None:
        """The end of every run: all traffic, and the endpoint as the program sets it."""
        number = number_of(goal)
        moves = self._agent is None or traffic.weights(self._agent) != {number: 100}
        patch = endpoint.patch_for(self._inputs, self._agent or {}, self._recorded.protocols)
        await self._route({number: 100}, patch)
        if moves:
            self._operation.tell(f"version {number} serves")
        elif patch:
            self._operation.tell("the endpoint is updated")

    async def _route(self, shares: Weights, patch: AgentPatch | None = None) -> None:
        """Sets the traffic, unless it is so already; `patch` is sent along."""
        patch = patch or {}
        if self._agent is None or traffic.weights(self._agent) != shares:
            patch["agent_endpoint"] = {**patch.get("agent_endpoint", {}), **traffic.selector(shares)}
        if patch:
            await self._patch(patch)

    async def _patch(self, patch: AgentPatch) -> None:
        self._agent = await once_allowed(
            lambda: self._service.change_agent(self._name, patch), self._role_wait, self._operation.tell
        )

    async def _refuse_if_full(self) -> None:
        newest_one = str(latest_version(self._agent or {}).get("version") or "")
        if not newest_one.isdigit() or int(newest_one) < MAX_ACTIVE:
            return
        listed = await self._service.list_versions(self._name)
        active = [version for version in listed if version.get("status") != FAILED]
        if len(listed) >= MAX_VERSIONS:
            raise TooManyVersions(self._name, f"{len(listed)} versions", str(MAX_VERSIONS))
        if len(active) >= MAX_ACTIVE:
            raise TooManyVersions(self._name, f"{len(active)} active versions", str(MAX_ACTIVE))

    async def _delete_old_versions(self, goal: AgentVersion) -> Versions:
        """Deletes the versions past `keep_versions`, and those that interrupted runs left."""
        serving = number_of(goal)
        if serving == "1" and not self._recorded.traffic:
            return Versions([serving], serving)
        listed = await self._service.list_versions(self._name)
        if serving not in map(number_of, listed):  # a wrong answer: an agent that serves has versions
            listed = await self._service.list_versions(self._name)
        before = self._recorded.versions.kept
        if self._recorded.history is History.UNKNOWN:
            before = created_before(serving, listed, None if self._inputs.get("adopt") else self._operation.mark)
        before = list(dict.fromkeys([*self._baseline, *before]))
        present = [number_of(version) for version in listed]
        keep = to_keep(serving, before, present, int(self._inputs["keep_versions"]))
        own = [number_of(version) for version in with_mark_of(self._operation.mark, listed)]
        if Mark.of(goal) != self._operation.mark:
            keep = list(dict.fromkeys([*keep, *own[:1]]))  # its mark says that the agent is this stack's
        obsolete = [number for number in own if number not in keep]
        pending = await retire(obsolete, self._delete_version, self._operation.tell)
        return Versions(keep, newest([number for number in present if number not in obsolete], serving), pending)

    async def _delete_version(self, number: str) -> None:
        """Active sessions of others raise `Conflict`, unless `force_delete`."""
        force = bool(self._inputs.get("force_delete"))
        try:
            await self._service.delete_version(self._name, number, force=force)
        except Conflict:
            await verify.end_session(self._service, self._name, number)  # perhaps one that an interrupted run left
            await self._service.delete_version(self._name, number, force=force)


async def servable(service: AgentService, agent: str, number: str, others: list[str]) -> AgentVersion:
    """A version that traffic can be sent to. Raises `NotServable`, which suggests `others`."""
    version = await find_settled(service, agent, number)
    if version is not None and version.get("status") == ACTIVE:
        return version
    reason = "does not exist" if version is None else f"is '{version.get('status')}'"
    raise NotServable(agent, number, reason, others)


def _is_serving(version: AgentVersion | None) -> bool:
    """An active version was seen to show `creating` once more."""
    return version is not None and version.get("status") in (ACTIVE, CREATING)


def _in_words(shares: Weights) -> str:
    return " and ".join(f"{share}% for version {version}" for version, share in shares.items())


def _serving(shares: Weights) -> str:
    if len(shares) > 1:
        return f"the traffic stays at {_in_words(shares)}"
    return f"version {traffic.most_served(shares)} serves as before"


def _of_finished_rollouts(recorded: RecordedAgent) -> Weights:
    """The recorded traffic without the shares of a rollout that was interrupted (a refresh records them)."""
    if recorded.history is History.UNKNOWN:
        return recorded.traffic
    return {number: share for number, share in recorded.traffic.items() if number in recorded.versions.kept}
