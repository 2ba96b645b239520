"""Calls to agents through their own endpoint.

Sources: recordings of azure-ai-projects (sample_agent_endpoint) and Azure.AI.Projects, 2026-05 to
2026-07; azure-ai-agentserver-core 2.2.0 for what the container gets.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse

from foundry_emulator.foundry import errors
from foundry_emulator.foundry.agents import definition as rules
from foundry_emulator.foundry.agents import endpoint
from foundry_emulator.foundry.call import Call
from foundry_emulator.foundry.sessions import sandbox, sessions
from foundry_emulator.foundry.state import Agent, Conversation, Session, Version
from foundry_emulator.foundry.stores import conversations
from foundry_emulator.runner import forward
from foundry_emulator.runner.pool import Place

# Of the answer of a container, what belongs to its connection and not to the answer.
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}
_PASSED_ON = ("accept", "content-type", "traceparent", "tracestate", "user-agent", "x-ms-client-request-id")
_REFUSED_PROTOCOL_VERSIONS = ("v1",)
# The container is known by the call id from this protocol version on.
_CALL_ID_SINCE = "2.0.0"


async def responses(call: Call) -> Response:
    """`…/endpoint/protocols/openai/responses`, also below `openai/v1`.

    A call that names no session goes to that of its conversation. azd sends `session_id`, the SDK
    `agent_session_id`. Source: Azure/azure-dev#7866 and #8500.
    """
    body = await call.body()
    given = body.get("agent_session_id") or body.get("session_id")
    wanted = given if isinstance(given, str) else None
    conversation = _conversation(call, body)
    if conversation is not None and wanted is None:
        wanted = _session_of(call.agent(), conversation)
    target = await _target(call, "responses", wanted)
    if conversation is not None:
        conversation.session_id = target.session.session_id
    body["agent_session_id"] = target.session.session_id
    body["agent_reference"] = target.reference
    reply = await target.send("POST", "/responses", json.dumps(body).encode())
    if (reply.header("content-type") or "").startswith("application/json"):
        return await target.completed(reply)
    return target.stream(reply)


async def stored_response(call: Call) -> Response:
    """`…/openai/responses/{id}`: sent to the version that gets the traffic, or to that of the given session."""
    body = await call.request.body()
    target = await _target(call, "responses", call.query.get("agent_session_id"))
    path = f"/responses/{call.path('rest')}"
    return target.stream(await target.send(call.request.method, path, body))


async def invocations(call: Call) -> Response:
    """`…/endpoint/protocols/invocations`: any body; the session is a query parameter."""
    body = await call.request.body()
    target = await _target(call, "invocations", call.query.get("agent_session_id"))
    rest = call.request.path_params.get("rest")
    path = f"/invocations/{rest}" if rest else "/invocations"
    return target.stream(await target.send(call.request.method, path, body))


class _Target:
    """The process that answers, and the session that it answers in."""

    def __init__(self, call: Call, agent: Agent, session: Session, port: int) -> None:
        self._call = call
        self._agent = agent
        self.session = session
        self._port = port
        self._place: Place = sandbox.place_of_session(call, agent, session)

    @property
    def reference(self) -> dict[str, str]:
        return {"type": "agent_reference", "name": self._agent.name, "version": self.session.version}

    async def send(self, method: str, path: str, body: bytes) -> forward.Reply:
        """Raises ServiceError when the process does not answer."""
        query = {key: value for key, value in self._call.query.items() if key != "api-version"}
        target = f"{path}?{urlencode(query)}" if query else path
        pool, session = self._call.plane.agents, self.session
        pool.begin_call(self._place, session.session_id)
        session.begin_call(self._call.now)
        try:
            reply = await forward.send(self._port, method, target, self._request_headers(), body)
        except forward.Unreachable as problem:
            self._end_call()
            raise errors.bad_gateway("SandboxIdle", "The sandbox did not answer.") from problem
        reply.body = self._counted(reply.body)
        return reply

    async def completed(self, reply: forward.Reply) -> Response:
        """A whole JSON answer, with the references that the gateway knows and the container may not."""
        try:
            raw = b"".join([chunk async for chunk in reply.body])
        except forward.Unreachable as problem:
            raise errors.bad_gateway("ProxyError", "The sandbox did not finish its answer.") from problem
        headers = {**self._response_headers(reply), "content-type": "application/json"}
        return Response(self._filled(raw), status_code=reply.status, headers=headers)

    def stream(self, reply: forward.Reply) -> Response:
        """Passes the answer on while it comes."""
        return StreamingResponse(reply.body, status_code=reply.status, headers=self._response_headers(reply))

    def _filled(self, raw: bytes) -> bytes:
        try:
            answer = json.loads(raw)
        except ValueError:
            return raw
        if not isinstance(answer, dict) or answer.get("object") != "response":
            return raw
        for item in answer.get("output") or []:
            if isinstance(item, dict):
                item["response_id"] = item.get("response_id") or answer.get("id")
                item["agent_reference"] = self.reference
        answer["agent_reference"] = self.reference
        answer["agent_session_id"] = self.session.session_id
        return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()

    def _request_headers(self) -> list[tuple[str, str]]:
        given = self._call.request.headers
        headers = [(name, given[name]) for name in _PASSED_ON if name in given]
        headers += [(name, value) for name, value in given.items() if name.startswith("x-client-")]
        headers += [
            ("x-request-id", self._call.request_id),
            ("x-agent-session-id", self.session.session_id),
            ("x-agent-user-id", self._call.principal.object_id),
        ]
        version = self._agent.versions[self.session.version]
        if _CALL_ID_SINCE in rules.protocols_of(version.definition).values():
            headers.append(("x-agent-foundry-call-id", uuid.uuid4().hex))
        return headers

    def _response_headers(self, reply: forward.Reply) -> dict[str, str]:
        headers = {name: value for name, value in reply.headers if name not in _HOP_BY_HOP}
        request_id = self._call.request_id
        headers["x-agent-session-id"] = self.session.session_id
        headers["x-request-id"] = f"{request_id},{request_id}"  # the service has it twice
        headers.setdefault("apim-request-id", str(uuid.uuid4()))
        return headers

    async def _counted(self, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        try:
            async for chunk in body:
                yield chunk
        finally:
            self._end_call()

    def _end_call(self) -> None:
        self.session.end_call(self._call.now)
        self._call.plane.agents.end_call(self._place, self.session.session_id)


async def _target(call: Call, protocol: str, session_id: str | None) -> _Target:
    """Chooses the version, finds or makes the session, starts the process. Raises ServiceError.

    An active session keeps its version. One that is idle is bound to the version that gets the traffic (setting
    `idle_session_version`).
    """
    agent = call.agent()
    sessions.check_enabled(agent)
    if protocol not in agent.endpoint["protocol_configuration"]:
        raise errors.protocol_not_enabled(protocol)
    session = _session(call, agent, session_id)
    kept = session if session and not _may_move(call, session) else None
    version = agent.versions[kept.version] if kept else _version(call, agent)
    sandbox.check_usable(call, version)
    _check_protocol(version, protocol)
    if session is None:
        session = sessions.add(call, agent, version, session_id or secrets.token_hex(32)[:63])
        await call.plane.clock.sleep(call.plane.settings.session_create_seconds)
    sessions.bind(call, agent, session, version)
    session.last_accessed_at = call.now
    port = await sandbox.running_port(call, agent, session)
    return _Target(call, agent, session, port)


def _conversation(call: Call, body: dict[str, Any]) -> Conversation | None:
    """The conversation that the body names. Raises ServiceError for one that the agent does not have."""
    wanted = conversations.id_in(body)
    return None if wanted is None else conversations.find(call.agent().conversations, wanted)


def _session_of(agent: Agent, conversation: Conversation) -> str | None:
    """The session of the conversation, unless it is gone."""
    session = agent.sessions.get(conversation.session_id or "")
    return None if session is None or session.deleted else session.session_id


def _session(call: Call, agent: Agent, session_id: str | None) -> Session | None:
    """The session of that id, which keeps its version; None if one must be created."""
    if session_id is None:
        return None
    session = agent.sessions.get(session_id)
    if session is not None and not session.deleted:
        return session
    if session is not None or call.plane.settings.unknown_session == "404":
        raise errors.session_missing(session_id)
    return None


def _may_move(call: Call, session: Session) -> bool:
    """The first call of a session goes to the version that it was opened on, however late it comes."""
    asleep = session.status(call.now) == "idle" and (session.used or session.stopped)
    return asleep and call.plane.settings.idle_session_version == "serving"


def _version(call: Call, agent: Agent) -> Version:
    number = call.plane.traffic.next_version(call.key, agent)
    if number == endpoint.AT_LATEST:
        version = endpoint.latest(agent, call.now, call.plane.settings)
    else:
        version = agent.versions.get(number)
    if version is None:
        raise errors.version_missing(agent.name, number)
    return version


def _check_protocol(version: Version, protocol: str) -> None:
    spoken: dict[str, Any] = {**rules.protocols_of(version.definition)}
    if spoken.get(protocol) in _REFUSED_PROTOCOL_VERSIONS:
        raise errors.protocol_refused(protocol, spoken[protocol])
