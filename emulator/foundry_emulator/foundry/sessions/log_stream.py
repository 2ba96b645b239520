"""The log of a session's container as server-sent events.

Source: recordings of Azure.AI.Projects (TestSessionLogs); limits: azure-rest-api-specs (30 minutes, 2 minutes of
silence); the path without a version and the parameters: Azure/azure-dev, extension azure.ai.agents.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from starlette.responses import Response, StreamingResponse

from foundry_emulator.foundry import errors
from foundry_emulator.foundry.call import Call
from foundry_emulator.foundry.sessions import sandbox, sessions
from foundry_emulator.foundry.state import Agent, Session
from foundry_emulator.foundry.wire.answer import common_headers

LONGEST_SECONDS, LONGEST_SILENCE_SECONDS, NOTICE_SECONDS = 1800.0, 120.0, 60.0
LONGEST_TAIL = 300
_STREAMS = {"": ("status", "stdout", "stderr"), "console": ("stdout", "stderr"), "system": ("status",)}


async def stream(call: Call) -> Response:
    """The lines of the session, then those that come. The path names the version, or does not.

    Parameters, all optional: `tail` (1 to 300, how many of the lines so far), `kind` (`console` for what the container
    writes, `system` for its events) and `follow=false` (end after the lines so far).
    """
    agent, session = _found(call)
    tail, kind = _tail(call), _kind(call)
    headers = {
        **common_headers(call.project.location, call.request_id),
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store, no-cache",
        "pragma": "no-cache",
        "content-encoding": "identity",
    }
    return StreamingResponse(_frames(call, agent, session, _Wanted(tail, kind)), headers=headers)


@dataclass(frozen=True)
class _Wanted:
    tail: int | None
    streams: tuple[str, ...]


def _found(call: Call) -> tuple[Agent, Session]:
    if "version" not in call.request.path_params:
        return sessions.find(call)
    agent, version = call.version()
    session = agent.sessions.get(call.path("session"))
    if session is None or session.deleted or session.version != version.version:
        raise errors.session_missing(call.path("session"))
    return agent, session


def _tail(call: Call) -> int | None:
    text = call.query.get("tail")
    if text is None:
        return None
    if not text.isdigit() or not 1 <= int(text) <= LONGEST_TAIL:
        raise errors.invalid("tail", f"The tail must be between 1 and {LONGEST_TAIL}.")
    return int(text)


def _kind(call: Call) -> tuple[str, ...]:
    kind = call.query.get("kind", "")
    if kind not in _STREAMS:
        raise errors.invalid("kind", "The kind must be 'console' or 'system'.")
    return _STREAMS[kind]


async def _frames(call: Call, agent: Agent, session: Session, wanted: _Wanted) -> AsyncIterator[bytes]:
    clock = call.plane.clock
    log = call.plane.agents.log(sandbox.place_of(call, agent, session.version))
    yield _frame(
        {
            "timestamp": _time(clock.now()),
            "session_id": session.session_id,
            "session_state": "Running" if session.status(clock.now()) == "active" else "Idle",
            "agent": agent.name,
            "generated_at": _time(clock.now()),
            "last_accessed": _time(session.last_accessed_at),
        }
    )
    for frame in _event(clock.now(), "Connecting to the container...", wanted):
        yield frame
    known = log.of(session.session_id)
    seen = known[-1].number if known else 0
    shown = [line for line in known if line.stream in wanted.streams]
    for line in shown[-wanted.tail :] if wanted.tail else shown:
        yield _line(line.time, line.stream, line.message)
    for frame in _event(clock.now(), "Successfully connected to container", wanted):
        yield frame
    if call.query.get("follow", "").lower() == "false":
        return
    started = heard = noticed = clock.now()
    longest, longest_silence, notice = map(clock.scaled, (LONGEST_SECONDS, LONGEST_SILENCE_SECONDS, NOTICE_SECONDS))
    while clock.now() < min(started + longest, heard + longest_silence):
        await log.wait_for_news(max(noticed + notice - clock.now(), 0))
        for line in log.of(session.session_id, after=seen):
            seen, heard, noticed = line.number, clock.now(), clock.now()
            if line.stream in wanted.streams:
                yield _line(line.time, line.stream, line.message)
        if clock.now() >= noticed + notice:
            noticed = clock.now()
            for frame in _event(noticed, "No logs since last 60 seconds", wanted):
                yield frame


def _event(moment: float, message: str, wanted: _Wanted) -> list[bytes]:
    return [_line(moment, "status", message)] if "status" in wanted.streams else []


def _line(moment: float, stream_name: str, message: str) -> bytes:
    return _frame({"timestamp": _time(moment), "stream": stream_name, "message": message})


def _frame(data: dict[str, Any]) -> bytes:
    return f"event: log\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def _time(moment: float) -> str:
    utc = datetime.fromtimestamp(moment, timezone.utc)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")
