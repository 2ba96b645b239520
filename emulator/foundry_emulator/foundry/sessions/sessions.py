"""Sessions of agents.

Source: recordings of Azure.AI.Projects (TestSessionCRUD) and azure-ai-agents (Java), 2026-04 to 2026-07.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from foundry_emulator.foundry import errors
from foundry_emulator.foundry.call import Call
from foundry_emulator.foundry.sessions import sandbox
from foundry_emulator.foundry.state import Agent, Session, Version
from foundry_emulator.foundry.wire import shape
from foundry_emulator.foundry.wire.answer import Answer
from foundry_emulator.foundry.wire.paging import page

LIFETIME_SECONDS = 30 * 24 * 3600
# Grammar inferred: the length limit is that of azure-ai-agentserver-responses.
_OWN_ID = re.compile(r"[A-Za-z0-9_.-]{1,128}")


async def create(call: Call) -> Answer:
    """201 without Location. The process of the version is started, unless it runs already."""
    agent = call.agent()
    check_enabled(agent)
    body = await call.body() if await call.request.body() else {}
    version = _wanted_version(agent, body)
    sandbox.check_usable(call, version)
    session_id = body.get("agent_session_id")
    if session_id is None:
        session_id = secrets.token_hex(25)
    elif not _OWN_ID.fullmatch(shape.text(session_id, "/agent_session_id")):
        raise errors.invalid("agent_session_id", "The session id is not valid.")
    present = agent.sessions.get(session_id)
    if present is not None and not present.deleted:
        raise errors.session_exists(session_id)
    session = add(call, agent, version, session_id)
    await call.plane.clock.sleep(call.plane.settings.session_create_seconds)
    if call.plane.settings.session_starts_container:
        await sandbox.running_port(call, agent, session)
    return Answer(201, session_body(call, session))


async def get(call: Call) -> Answer:
    _, session = find(call)
    return Answer(200, session_body(call, session))


async def list_(call: Call) -> Answer:
    agent = call.agent()
    shown = call.plane.settings.list_deleted_sessions
    sessions = [one for one in agent.sessions.values() if shown or not one.deleted]
    body = page(
        call.query,
        sessions,
        lambda one: one.session_id,
        lambda one: session_body(call, one),
        order="asc",
        object_=False,
    )
    return Answer(200, body)


async def delete(call: Call) -> Answer:
    """204; a second time 404 (setting `delete_deleted_session`). The id may be used again."""
    agent = call.agent()
    session = agent.sessions.get(call.path("session"))
    if session is None:
        raise errors.session_missing(call.path("session"))
    if session.deleted and call.plane.settings.delete_deleted_session == "404":
        raise errors.session_missing(session.session_id)
    session.deleted = True
    sandbox.end_if_unused(call, agent, session.version)
    return Answer(204, None)


async def stop(call: Call) -> Answer:
    """The session becomes idle; the next call wakes it. One that is idle already: setting `stop_idle_session`."""
    agent, session = find(call)
    if session.status(call.now) == "idle" and call.plane.settings.stop_idle_session == 409:
        raise errors.session_already_stopped(session.session_id)
    session.stopped_at = call.now
    sandbox.end_if_unused(call, agent, session.version)
    return Answer(204, None)


def check_enabled(agent: Agent) -> None:
    """Raises ServiceError for a disabled agent: its endpoint takes neither sessions nor calls.

    Source: azure-rest-api-specs PR 43919; calls that already run end as usual.
    """
    if not agent.enabled:
        raise errors.agent_disabled(agent.name)


def add(call: Call, agent: Agent, version: Version, session_id: str) -> Session:
    session = Session(
        session_id=session_id,
        version=version.version,
        created_at=call.now,
        last_accessed_at=call.now,
        idle_after=sandbox.idle_seconds(call, version),
    )
    agent.sessions[session_id] = session
    return session


def bind(call: Call, agent: Agent, session: Session, version: Version) -> None:
    """Binds a session to another version. Its files stay, its container does not."""
    if session.version == version.version:
        return
    before, after = (sandbox.place_of(call, agent, number) for number in (session.version, version.version))
    call.plane.agents.move_session(before, after, session.session_id)
    session.version, session.values = version.version, ""
    session.idle_after = sandbox.idle_seconds(call, version)


def find(call: Call) -> tuple[Agent, Session]:
    """The session that the path names, unless it is deleted. Raises ServiceError."""
    agent = call.agent()
    session = agent.sessions.get(call.path("session"))
    if session is None or session.deleted:
        raise errors.session_missing(call.path("session"))
    return agent, session


def session_body(call: Call, session: Session) -> dict[str, Any]:
    status = session.status(call.now)
    body: dict[str, Any] = {
        "agent_session_id": session.session_id,
        "version_indicator": {"type": "version_ref", "agent_version": session.version},
        "status": status,
        "created_at": int(session.created_at),
        "last_accessed_at": int(session.last_accessed_at),
        "expires_at": int(session.last_accessed_at) + LIFETIME_SECONDS,
    }
    if status == "idle":
        stopped = session.stopped_at or session.last_accessed_at + session.idle_after
        body["stopped_at"] = int(stopped)
    if session.failure:
        # No recording shows a session that failed; the shape is that of a version's error.
        body["error"] = {"code": "session_not_ready", "message": session.failure}
    return body


def _wanted_version(agent: Agent, body: dict[str, Any]) -> Version:
    path = "/version_indicator"
    indicator = shape.mapping(shape.required(body, "version_indicator", ""), path)
    kind = shape.text(shape.required(indicator, "type", path), f"{path}/type")
    if kind != "version_ref":
        raise errors.invalid("version_indicator.type", f"Version indicator type '{kind}' is not supported.")
    number = shape.text(shape.required(indicator, "agent_version", path), f"{path}/agent_version")
    if number not in agent.versions:
        raise errors.version_missing(agent.name, number)
    return agent.versions[number]
