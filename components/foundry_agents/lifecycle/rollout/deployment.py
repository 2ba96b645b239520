"""Bringing an agent to its inputs: the version that is wanted, the proof of it, and its traffic.

Whatever fails on the way, traffic goes back to what the state records, and the version that failed is
deleted. What a killed run left is either taken up (it is what is wanted now) or cleared away.
"""

from __future__ import annotations

from typing import Any

from ..errors.exceptions import AgentError, Conflict, NotServable, RolloutFailed, TooManyVersions, VersionFailed
from ..service import agent_body as wire
from ..service import endpoint, traffic
from ..service.agents import AgentService
from ..service.answers import Answer, latest_version
from ..service.mark import Mark
from ..service.traffic import Weights
from ..service.waiting import Wait
from . import ownership
from . import verify as proof
from .change import AgentState, Change, Recorded
from .new_version import ACTIVE, CREATING, FAILED, find_settled, make_active_version
from .plan import plan
from .retirement import Kept, listed_by, made_before, newest, number_of, retire, to_keep

# Source: azure-ai-docs limits-quotas-regions.md.
MAX_ACTIVE, MAX_VERSIONS = 100, 1000
_LOOK_INTERVAL = 10.0


class Deployment:
    """One run for one agent. `existing` is the agent as it was found, None if there was none."""

    def __init__(
        self, service: AgentService, change: Change, existing: Answer | None, recorded: Recorded, patience: Wait
    ) -> None:
        self._service, self._change, self._recorded, self._patience = service, change, recorded, patience
        self._agent = existing
        self._baseline: Weights = {}

    async def run(self) -> AgentState:
        """Does what is missing; gives back what is there then."""
        self._baseline = await self._what_served()
        serving = traffic.most_served(self._baseline)
        current = await self._service.find_version(self._change.agent, serving) if serving else None
        pinned = self._change.inputs.get("serve_version")
        if pinned:
            goal = await self._servable(str(pinned))
            await self._send_all_to(goal)
        elif current is not None and wire.is_what_we_want(current, self._change.body):
            goal = current
            await self._send_all_to(goal)
        else:
            goal = await self._roll_out(current)
        kept = await self._clear_away(number_of(goal))
        agent = self._agent or {}
        taken_from = ownership.taken_from(latest_version(agent), self._change.mark, self._recorded.adopted_from)
        return AgentState.of(self._service, agent, goal, kept, taken_from)

    async def _what_served(self) -> Weights:
        """What the state records as serving, as far as it still can; nothing where nothing was finished."""
        if self._agent is None or not self._recorded.traffic or self._recorded.versions == []:
            return {}
        for shares in (_finished(self._recorded), traffic.served(self._agent)):
            active = {version: share for version, share in shares.items() if await self._is_active(version)}
            if active:
                return active if sum(active.values()) == 100 else {traffic.most_served(active): 100}
        return {}

    async def _is_active(self, version: str) -> bool:
        found = await find_settled(self._service, self._change.agent, version)
        return found is not None and found.get("status") == ACTIVE

    async def _servable(self, number: str) -> Answer:
        version = await find_settled(self._service, self._change.agent, number) if self._agent else None
        if version is not None and version.get("status") == ACTIVE:
            return version
        reason = "does not exist" if version is None else f"is '{version.get('status')}'"
        raise NotServable(self._change.agent, number, reason, self._recorded.versions or [])

    async def _roll_out(self, current: Answer | None) -> Answer:
        """Makes the version, proves it, and moves the traffic to it step by step."""
        await self._refuse_if_full()
        if self._baseline:
            await self._route(self._baseline)
        latest = latest_version(self._agent) if self._agent else None
        made = await make_active_version(self._service, self._change, self._patience, latest, current)
        number, wanted, reached = number_of(made), self._change.inputs["rollout"], 0
        try:
            await self._open_for_verification()
            await proof.prove(self._service, self._change, number)
            *steps, _all = plan(self._baseline, number, wanted["steps"])
            for step in steps:
                reached = step[number]
                await self._route(step)
                self._change.tell(f"version {number} gets {reached} % of the traffic")
                await self._hold(number)
            reached = 100
            await self._send_all_to(made)
        except AgentError as error:
            afterwards = await self._go_back(made, moved=reached > 0)
            raise (RolloutFailed(reached, error, afterwards) if reached and self._baseline else error) from None
        return made

    async def _hold(self, number: str) -> None:
        """Waits at a step; the version must stay active and, if so wished, be proved again."""
        wanted = self._change.inputs["rollout"]
        wait = Wait(float(wanted["hold"]), first_interval=_LOOK_INTERVAL, longest_interval=_LOOK_INTERVAL)
        while True:
            await wait.pause()
            version = await self._service.find_version(self._change.agent, number)
            status = str(version.get("status")) if version else "deleted"
            if status not in (ACTIVE, CREATING):  # a version that is active was seen to show `creating` once more
                reason = (version or {}).get("error") or {}
                code = str(reason.get("code") or status)
                raise VersionFailed(
                    self._change.agent, number, code, str(reason.get("message") or "it was active before")
                )
            if wait.is_over:
                break
        if wanted["check"] == "verify":
            await proof.prove(self._service, self._change, number)

    async def _go_back(self, made: Answer, *, moved: bool) -> str:
        """Undoes a rollout that failed; says what is there now. The reason of the failure is what counts."""
        if not self._baseline:
            return ""  # the agent's last version is never deleted while the agent is to live on
        number = number_of(made)
        shares = " and ".join(f"{share} % to version {version}" for version, share in self._baseline.items())
        try:
            if moved:  # said again in any case: a step that failed may have taken effect
                await self._patch({"agent_endpoint": traffic.selector(self._baseline)})
            is_kept = number in (self._recorded.versions or []) or number in self._baseline
            if is_kept or Mark.of(made) != self._change.mark:
                return f"traffic goes {shares} again"
            await self._delete_version(number)
        except Conflict:
            return f"traffic goes {shares} again; version {number} still has sessions, and the next up deletes it"
        except AgentError as error:
            return f"going back to {shares} failed too ({error}); run up again"
        return f"traffic goes {shares} again, and version {number} is deleted"

    async def _open_for_verification(self) -> None:
        wanted = self._change.inputs["verify"]
        if wanted["kind"] != "request":
            return
        present = endpoint.open_protocols(self._agent) if self._agent else ["responses"]
        if wanted["protocol"] not in present:
            await self._patch({"agent_endpoint": {"protocol_configuration": {wanted["protocol"]: {}}}})

    async def _send_all_to(self, goal: Answer) -> None:
        """The end of every run: all traffic, and the endpoint as the program names it."""
        number = number_of(goal)
        moves = self._agent is None or traffic.weights(self._agent) != {number: 100}
        patch = endpoint.change_of(self._change.inputs, self._agent or {}, self._recorded.protocols)
        await self._route({number: 100}, patch)
        if moves:
            self._change.tell(f"version {number} serves")
        elif patch:
            self._change.tell("endpoint is changed")

    async def _route(self, shares: Weights, patch: dict[str, Any] | None = None) -> None:
        """Sets the traffic, unless it is so already; `patch` is sent along."""
        patch = dict(patch or {})
        if self._agent is None or traffic.weights(self._agent) != shares:
            patch["agent_endpoint"] = {**patch.get("agent_endpoint", {}), **traffic.selector(shares)}
        if patch:
            await self._patch(patch)

    async def _patch(self, patch: dict[str, Any]) -> None:
        self._agent = await self._service.change_agent(self._change.agent, patch)

    async def _refuse_if_full(self) -> None:
        newest_one = str(latest_version(self._agent or {}).get("version") or "")
        if not newest_one.isdigit() or int(newest_one) < MAX_ACTIVE:
            return
        listed = await self._service.list_versions(self._change.agent)
        active = [version for version in listed if version.get("status") != FAILED]
        if len(listed) >= MAX_VERSIONS:
            raise TooManyVersions(self._change.agent, f"{len(listed)} versions", str(MAX_VERSIONS))
        if len(active) >= MAX_ACTIVE:
            raise TooManyVersions(self._change.agent, f"{len(active)} active versions", str(MAX_ACTIVE))

    async def _clear_away(self, serving: str) -> Kept:
        """Deletes what is past `keep_versions`, and what killed runs left."""
        if serving == "1" and not self._recorded.traffic:
            return Kept([serving], [], serving)
        listed = await self._service.list_versions(self._change.agent)
        if serving not in map(number_of, listed):  # a wrong answer: an agent that serves has versions
            listed = await self._service.list_versions(self._change.agent)
        recorded = self._recorded.versions
        if recorded is None:
            made_by = None if self._change.inputs.get("adopt") else self._change.mark
            recorded = made_before(serving, listed, made_by)
        recorded = list(dict.fromkeys([*self._baseline, *recorded]))
        present = [number_of(version) for version in listed]
        keep = to_keep(serving, recorded, present, int(self._change.inputs["keep_versions"]))
        ours = [number_of(version) for version in listed_by(listed, self._change.mark)]
        needless = [number for number in ours if number not in keep]
        retiring = await retire(needless, self._delete_version, self._change.tell)
        return Kept(keep, retiring, newest([number for number in present if number not in needless], serving))

    async def _delete_version(self, number: str) -> None:
        """Sessions of others are in the way (`Conflict`), unless `force_delete`."""
        try:
            await self._service.delete_version(self._change.agent, number, force=self._force)
        except Conflict:
            await proof.end(self._service, self._change.agent, number)  # perhaps one that a killed run left
            await self._service.delete_version(self._change.agent, number, force=self._force)

    @property
    def _force(self) -> bool:
        return bool(self._change.inputs.get("force_delete"))


def _finished(recorded: Recorded) -> Weights:
    """The traffic in the state, without shares that a rollout which was cut short gave (a refresh records them)."""
    known = recorded.versions
    return {number: share for number, share in recorded.traffic.items() if known is None or number in known}
