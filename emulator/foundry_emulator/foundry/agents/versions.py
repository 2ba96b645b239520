"""Versions of agents: create, read, list, delete.

Source of status codes, numbering and deduplication: recordings of azure-ai-projects and
Azure.AI.Projects, 2026-02 to 2026-07; azure-ai-docs deploy-hosted-agent-code.md.
"""

from __future__ import annotations

import uuid
from typing import Any

from foundry_emulator.arm.locations import normalized
from foundry_emulator.foundry import errors
from foundry_emulator.foundry.agents import definition as rules
from foundry_emulator.foundry.agents import provisioning
from foundry_emulator.foundry.agents.bodies import version_body
from foundry_emulator.foundry.agents.endpoint import AT_LATEST, default_endpoint, rules_of
from foundry_emulator.foundry.call import Call
from foundry_emulator.foundry.state import Agent, Version
from foundry_emulator.foundry.wire import metadata as metadata_rules
from foundry_emulator.foundry.wire import shape
from foundry_emulator.foundry.wire.answer import Answer
from foundry_emulator.foundry.wire.paging import page
from foundry_emulator.foundry.wire.regions import REGIONS


async def create(call: Call) -> Answer:
    """`POST /agents/{name}/versions`: 200, also when the agent is new; 200 with the existing version
    when nothing changed."""
    body = await sent_version(call)
    began = call.now
    agent, version = await add_version(call, call.path("agent"), body)
    # A new version is shown as it was created, however long the call took.
    return Answer(200, version_body(agent, version, max(version.created_at, began)))


async def get(call: Call) -> Answer:
    """One version; `@latest` is the newest one, whatever its status."""
    agent, version = _newest(call) if call.path("version") == AT_LATEST else call.version()
    body = version_body(agent, version, call.now)
    if call.plane.settings.status_flickers and body["status"] in ("active", "failed"):
        version.reads_when_settled += 1
        if version.reads_when_settled == 2:
            body["status"] = "creating"
            body.pop("error", None)
    return Answer(200, body)


async def list_(call: Call) -> Answer:
    """Newest first. An agent that does not exist has an empty page, not a 404: the clean-up of the
    .NET tests lists versions of missing agents."""
    agent = call.agents.get(call.path("agent"))
    drafts = call.flag("include_drafts")
    versions = [v for v in agent.versions.values() if drafts or not v.draft] if agent else []
    stale = call.plane.settings.stale_list_status

    def body(version: Version) -> dict[str, Any]:
        assert agent is not None
        return version_body(agent, version, call.now, stale=stale)

    name = call.path("agent")
    return Answer(200, page(call.query, versions, lambda v: f"{name}:{v.version}", body, order="desc"))


async def delete(call: Call) -> Answer:
    """Synchronous: the next GET is a 404. 409 with active sessions, unless `force=true`."""
    agent, version = call.version()
    settings = call.plane.settings
    if not call.flag("force") and has_active_sessions(agent, call.now, version.version):
        raise errors.active_sessions()
    selected = any(rule["agent_version"] == version.version for rule in rules_of(agent))
    if selected and settings.delete_selected_version != "allowed":
        raise errors.version_selected(agent.name, version.version, int(settings.delete_selected_version))
    if settings.asynchronous_delete:
        version.gone_at = version.gone_at or call.plane.clock.after(settings.delete_seconds)
    else:
        call.plane.removal.version(call.key, agent, version.version)
    body = {
        "object": "agent.version.deleted",
        "name": agent.name,
        "version": version.version,
        "deleted": True,
    }
    return Answer(200, body)


def _newest(call: Call) -> tuple[Agent, Version]:
    agent = call.agent()
    if not agent.versions:
        raise errors.version_missing(agent.name, AT_LATEST)
    return agent, next(reversed(agent.versions.values()))


def has_active_sessions(agent: Agent, now: float, version: str | None = None) -> bool:
    return any(
        session.status(now) == "active" and version in (None, session.version) for session in agent.sessions.values()
    )


async def sent_version(call: Call) -> dict[str, Any]:
    """The JSON that was sent. Raises ServiceError for code, which clients send as a form with a zip file."""
    if call.request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise errors.no_code()
    return await call.body()


async def add_version(call: Call, name: str, body: dict[str, Any]) -> tuple[Agent, Version]:
    """The version that the body asks for: a new one, or the one that is the same. Raises ServiceError."""
    settings = call.plane.settings
    rules.check_agent_name(name)
    metadata = metadata_rules.check(body.get("metadata"))
    description = shape.text(body.get("description") or "", "/description")
    draft = shape.boolean(body.get("draft", False), "/draft")
    if draft and settings.draft_versions == "403":
        raise errors.preview_feature("Draft agents", "DraftAgents")
    accepted = rules.check(shape.required(body, "definition", ""), settings)
    if settings.region_check and normalized(call.project.location) not in REGIONS:
        raise errors.region()
    fingerprint = rules.fingerprint(accepted, metadata, settings)
    same = _same(call, name, fingerprint)
    if same is not None:
        return same
    # The agent exists from here on, as in Azure: a client that does not wait for the answer still finds it.
    agent = call.agents.get(name) or _new_agent(call, name, body)
    if agent.gone_at is not None:
        raise errors.ServiceError(409, "conflict", f"Agent '{name}' is being deleted")
    if agent.next_number > settings.max_versions:
        raise errors.too_many(f"Agent '{name}' has reached the limit of {settings.max_versions} versions.")
    active = sum(version.status(call.now) in ("creating", "active") for version in agent.versions.values())
    if active >= settings.max_active_versions:
        raise errors.too_many(
            f"Agent '{name}' has reached the limit of {settings.max_active_versions} active versions."
        )
    outcome = provisioning.begin(call, accepted)
    version = Version(
        version=str(agent.next_number),
        created_at=call.now,
        description=description,
        metadata=metadata,
        definition=accepted,
        fingerprint=fingerprint,
        settled_at=outcome.settled_at,
        error=outcome.error,
        image_digest=outcome.image_digest,
    )
    agent.next_number += 1
    agent.versions[version.version] = version
    await call.plane.clock.sleep(settings.create_version_seconds)
    return agent, version


def _same(call: Call, name: str, fingerprint: str) -> tuple[Agent, Version] | None:
    settings = call.plane.settings
    agent = call.agents.get(name)
    if agent is None or settings.dedupe == "off":
        return None
    newest_first = list(reversed(agent.versions.values()))
    compared = newest_first[:1] if settings.dedupe == "latest" else newest_first
    for version in compared:
        usable = version.error is None or settings.dedupe_failed
        if version.fingerprint == fingerprint and usable and version.gone_at is None:
            return agent, version
    return None


def _new_agent(call: Call, name: str, body: dict[str, Any]) -> Agent:
    if call.plane.state.count_agents(call.project.account) >= call.plane.settings.max_agents:
        limit = call.plane.settings.max_agents
        raise errors.too_many(f"The account has reached the limit of {limit} hosted agents.")
    guid = str(uuid.uuid4())
    blueprint = shape.mapping(body.get("blueprint_reference") or {}, "/blueprint_reference")
    agent = Agent(
        name=name,
        guid=guid,
        principal_id=call.plane.directory.add_agent_identity(name).object_id,
        blueprint_principal_id=str(uuid.uuid4()),
        blueprint_client_id=str(uuid.uuid4()),
        blueprint_id=str(blueprint.get("blueprint_id") or f"{name}-{guid[:5]}"),
        created_at=call.now,
        endpoint=default_endpoint(),
    )
    call.agents[name] = agent
    return agent
