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

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from . import image_pull, image_reference, protocols, wire
from .errors import (
    AccessDenied,
    AgentError,
    Conflict,
    NotActiveInTime,
    NotOurs,
    ProjectNotFound,
    VersionFailed,
)
from .metadata import Mark
from .service import AgentService, Answer, latest_version
from .waiting import Report, Wait

T = TypeVar("T")

ACTIVE, FAILED = "active", "failed"
FOLLOWS_LATEST = "@latest"


@dataclass(frozen=True)
class AgentState:
    """An agent as it is on the service."""

    version: str
    status: str
    image: str
    principal_id: str
    client_id: str
    agent_guid: str
    endpoints: dict[str, str]

    @classmethod
    def of(cls, service: AgentService, version: Answer) -> AgentState:
        """Reads it from the version that serves."""
        definition = version.get("definition") or {}
        identity = version.get("instance_identity") or {}
        spoken = definition.get("protocol_versions") or definition.get("container_protocol_versions") or []
        container = definition.get("container_configuration") or definition
        return cls(
            version=str(version["version"]),
            status=str(version.get("status") or ""),
            image=str(container.get("image") or ""),
            principal_id=str(identity.get("principal_id") or ""),
            client_id=str(identity.get("client_id") or ""),
            agent_guid=str(version.get("agent_guid") or ""),
            endpoints={
                record["protocol"]: protocols.url(service.project_endpoint, version["name"], record["protocol"])
                for record in spoken
            },
        )


@dataclass(frozen=True)
class Change:
    """One create or update: the wanted inputs (checked), whose agent it is, and who is told."""

    inputs: Mapping[str, Any]
    mark: Mark
    report: Report

    @property
    def agent(self) -> str:
        """Name of the agent."""
        return str(self.inputs["agent_name"])

    @property
    def body(self) -> dict[str, Any]:
        """The version that is wanted, as the service takes it."""
        return wire.version_body(self.inputs, self.mark)

    def tell(self, line: str) -> None:
        """Reports one line about this agent."""
        self.report(f"{self.agent}: {line}")


async def create(service: AgentService, change: Change) -> AgentState:
    """Makes the agent. One that is there already is continued if it has our mark, else refused."""
    patience = _patience(change)
    existing = await _once_allowed(change, patience, lambda: service.find_agent(change.agent))
    if existing is not None:
        _refuse_if_not_ours(existing, change, unmarked_is_ours=False)
        return await _roll_out(service, change, existing, serving=_served(existing), patience=patience)
    try:
        version = await _make_active_version(service, change, patience, None, None)
        await _route(service, change, version)
    except AgentError:
        with suppress(AgentError):  # Pulumi records nothing of a create that failed; its reason is what counts
            await delete(service, change.agent, change.mark, change.report)
        raise
    return AgentState.of(service, version)


async def update(service: AgentService, change: Change, recorded_version: str) -> AgentState:
    """Brings the agent to its inputs; `recorded_version` is what the last run left serving."""
    patience = _patience(change)
    existing = await _once_allowed(change, patience, lambda: service.find_agent(change.agent))
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
        version = await service.find_version(agent, _served(existing) or recorded_version)
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
    current = await _first_active(service, change.agent, [serving, _served(existing)])
    if current is not None:
        serving = str(current["version"])
        if wire.is_what_we_want(current, change.body):
            if _served(existing) != serving:
                await _route(service, change, current)
            await _retire(service, change, serving)
            return AgentState.of(service, current)
        if _served(existing) != serving or _follows_latest(existing):
            await _pin(service, change, serving)
    version = await _make_active_version(service, change, patience, latest_version(existing), current)
    await _route(service, change, version)
    await _retire(service, change, str(version["version"]))
    return AgentState.of(service, version)


async def _first_active(service: AgentService, agent: str, numbers: list[str]) -> Answer | None:
    """The first of these versions that can serve: what the state records, else what the service shows."""
    for number in dict.fromkeys(filter(None, numbers)):
        version = await service.find_version(agent, number)
        if version is not None and version.get("status") == ACTIVE:
            return version
    return None


async def _make_active_version(
    service: AgentService, change: Change, patience: Wait, latest: Answer | None, current: Answer | None
) -> Answer:
    """Makes versions until one is active, and deletes those that failed on the way.

    More than one is made only while a role assignment may not work yet: a failed version never heals.
    """
    older = _number(latest) if latest else 0
    failed: list[str] = []
    while True:
        made = await _once_allowed(change, patience, lambda: service.create_version(change.agent, change.body))
        number = str(made["version"])
        if made.get("status") == FAILED and (number in failed or _number(made) <= older):
            # The service does not answer with a version that failed; should it, that one is in the way.
            await service.delete_version(change.agent, number)
            failed = [other for other in failed if other != number]
            continue
        try:
            version = await _until_active(service, change, made)
        except (VersionFailed, NotActiveInTime) as error:
            if _number(made) > older:
                failed.append(number)
            if not patience.is_over and _may_heal(change, error, current):
                change.tell(f"version {number} could not pull its image, perhaps for want of a role; trying again")
                await patience.pause()
                continue
            if latest is not None:
                with suppress(AgentError):
                    await _delete_all(service, change, failed)
            raise
        await _delete_all(service, change, failed)
        return version


async def _until_active(service: AgentService, change: Change, made: Answer) -> Answer:
    number = str(made["version"])
    wait = Wait(float(change.inputs["active_timeout"]))
    version: Answer | None = made
    told = False
    while version is not None:
        status = version.get("status")
        if status == ACTIVE:
            change.tell(f"version {number} is active" + (f" ({wait.elapsed:.0f} s)" if told else ""))
            return version
        if status == FAILED:
            raise await _failure(service, change, version)
        if wait.is_over:
            raise NotActiveInTime(change.agent, number, wait.seconds, str(status))
        if not told:
            change.tell(f"version {number} is made, waiting for it to become active")
            told = True
        await wait.pause()
        version = await service.find_version(change.agent, number)
    raise VersionFailed(change.agent, number, "deleted", "something else deleted it meanwhile; run up again")


async def _failure(service: AgentService, change: Change, version: Answer) -> VersionFailed:
    reason = version.get("error") or {}
    code = str(reason.get("code") or "unknown")
    finding = image_pull.Finding("", may_heal=False)
    if code == "ImageError":
        finding = await image_pull.explain(service.credential, _pull(change))
    message = str(reason.get("message") or "no reason given")
    return VersionFailed(change.agent, str(version["version"]), code, message, finding.text, may_heal=finding.may_heal)


def _may_heal(change: Change, error: AgentError, current: Answer | None) -> bool:
    """Whether the failure may be a pull role that does not work yet."""
    if not isinstance(error, VersionFailed) or not error.may_heal:
        return False
    # Where an image of the same registry serves, pulling has worked before.
    return current is None or _host_of(current) != _pull(change).reference.host


def _pull(change: Change) -> image_pull.Pull:
    return image_pull.Pull(
        image_reference.parse(wire.full_image(change.inputs)),
        registry=str(change.inputs.get("registry") or ""),
        registry_id=str(change.inputs.get("registry_id") or ""),
        principal_id=str(change.inputs.get("pull_principal_id") or ""),
    )


async def _delete_all(service: AgentService, change: Change, numbers: list[str]) -> None:
    for number in numbers:
        await service.delete_version(change.agent, number)


async def _pin(service: AgentService, change: Change, number: str) -> None:
    """Keeps all traffic on one version, whatever is made next."""
    await service.change_endpoint(change.agent, {"version_selector": _all_to(number)})


async def _route(service: AgentService, change: Change, version: Answer) -> None:
    """Sends all traffic to one version, and opens the endpoint for the protocols it speaks."""
    number = str(version["version"])
    endpoint: dict[str, Any] = {"version_selector": _all_to(number)}
    spoken = [record["protocol"] for record in change.inputs["protocol_versions"]]
    if spoken != ["responses"]:
        endpoint["protocol_configuration"] = {protocol: {} for protocol in spoken}
    await service.change_endpoint(change.agent, endpoint)
    change.tell(f"version {number} serves")


def _all_to(number: str) -> dict[str, Any]:
    rule = {"type": "FixedRatio", "agent_version": number, "traffic_percentage": 100}
    return {"version_selection_rules": [rule]}


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


def served_versions(existing: Answer) -> set[str]:
    """The versions that get traffic."""
    if _follows_latest(existing):
        return {str(latest_version(existing).get("version"))}
    return {str(rule.get("agent_version")) for rule in _rules(existing)}


def _rules(existing: Answer) -> list[dict[str, Any]]:
    endpoint = existing.get("agent_endpoint") or {}
    return list((endpoint.get("version_selector") or {}).get("version_selection_rules") or [])


def _follows_latest(existing: Answer) -> bool:
    return any(rule.get("agent_version") == FOLLOWS_LATEST for rule in _rules(existing)) or not _rules(existing)


def _served(existing: Answer) -> str:
    """The version that gets the most traffic."""
    rules = _rules(existing)
    if _follows_latest(existing):
        return str(latest_version(existing).get("version") or "")
    return str(max(rules, key=lambda rule: float(rule.get("traffic_percentage") or 0)).get("agent_version"))


def _patience(change: Change) -> Wait:
    """How long role assignments may take to work, from now."""
    return Wait(float(change.inputs["role_propagation_timeout"]), first_interval=1.0, longest_interval=30.0)


async def _once_allowed(change: Change, patience: Wait, request: Callable[[], Awaitable[T]]) -> T:
    """Repeats a request that is refused for want of a role, while the role may not work yet."""
    told = False
    while True:
        try:
            return await request()
        except AccessDenied as error:
            if patience.is_over:
                raise
            if not told:
                change.tell(f"waiting for the deployer's role to work ({error.code or error.status})")
                told = True
            await patience.pause()


def _number(version: Answer) -> int:
    """Its place in the order; a draft has none."""
    number = str(version["version"])
    return int(number) if number.isdigit() else 0


def _host_of(version: Answer) -> str:
    image = ((version.get("definition") or {}).get("container_configuration") or {}).get("image") or ""
    return image.partition("/")[0] if image else ""
