"""The log of a session's container as server-sent events.

Source: recordings of Azure.AI.Projects (TestSessionLogs); limits: azure-rest-api-specs (30 minutes,
2 minutes of silence).
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime, timezone
from typing import Any

from starlette.responses import Response, StreamingResponse

from foundry_emulator.foundry import errors
from foundry_emulator.foundry.call import Call
from foundry_emulator.foundry.sessions import sandbox
from foundry_emulator.foundry.state import Agent, Session
from foundry_emulator.foundry.wire.answer import common_headers

LONGEST_SECONDS, LONGEST_SILENCE_SECONDS, NOTICE_SECONDS = 1800.0, 120.0, 60.0


async def stream(call: Call) -> Response:
    agent, version = call.version()
    session = agent.sessions.get(call.path("session"))
    if session is None or session.deleted or session.version != version.version:
        raise errors.session_missing(call.path("session"))
    headers = {
        **common_headers(call.project.location, call.request_id),
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store, no-cache",
        "pragma": "no-cache",
        "content-encoding": "identity",
    }
    return StreamingResponse(_frames(call, agent, session), headers=headers)


async def _frames(call: Call, agent: Agent, session: Session) -> AsyncIterator[bytes]:
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
    yield _status(clock.now(), "Connecting to the container...")
    seen, connected, started, silent = 0, False, clock.now(), 0.0
    while clock.now() < started + clock.scaled(LONGEST_SECONDS) and silent < LONGEST_SILENCE_SECONDS:
        for line in log.after(seen):
            seen = line.number
            yield _line(line.time, line.stream, line.message)
        if not connected:
            connected = True
            yield _status(clock.now(), "Successfully connected to container")
        if await log.wait_for_news(clock.scaled(NOTICE_SECONDS)):
            silent = 0.0
            continue
        silent += NOTICE_SECONDS
        yield _status(clock.now(), "No logs since last 60 seconds")


def _status(moment: float, message: str) -> bytes:
    return _line(moment, "status", message)


def _line(moment: float, stream_name: str, message: str) -> bytes:
    return _frame({"timestamp": _time(moment), "stream": stream_name, "message": message})


def _frame(data: dict[str, Any]) -> bytes:
    return f"event: log\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def _time(moment: float) -> str:
    utc = datetime.fromtimestamp(moment, timezone.utc)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")
