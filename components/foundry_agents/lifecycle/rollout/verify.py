"""Proving that a version starts, and answers as it should, before it gets traffic."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ..errors.exceptions import AccessDenied, AgentError, Conflict, NotVerified, ServiceError
from ..service.agents import AgentService
from ..service.waiting import Wait
from .change import Change

# Sessions of ours have one id per version, so that the next run finds and ends what a killed one left.
_SESSION = "pulumi-verify-{}"
_LOG_LINES, _LOG_SECONDS = 20, 3.0
_NOT_READY_YET = {0, 408, 424, 429}
_ACTIVE = "active"


async def prove(service: AgentService, change: Change, version: str) -> None:
    """Opens a session on the version, and asks it what `verify` says. Raises `NotVerified`.

    A refusal that may pass (not ready, throttled, a server's error) is tried again until the time is over.
    """
    wanted = change.inputs["verify"]
    if wanted["kind"] == "off":
        return
    wait = Wait(float(wanted["timeout"]))
    session = session_of(version)
    try:
        await _started(service, change, version, session, wait)
        if wanted["kind"] == "request":
            await _answered(service, change, version, session, wait)
    except AccessDenied:
        raise
    except ServiceError as error:
        raise await _not_verified(service, change, version, f"does not start: {_said(error)}", error.code) from None
    finally:
        await end(service, change.agent, version)
    what = "starts" if wanted["kind"] == "start" else "starts and answers"
    change.tell(f"version {version} is verified: it {what} ({wait.elapsed:.0f} s)")


async def end(service: AgentService, agent: str, version: str) -> None:
    """Ends the session of a verification, if there is one. What cannot be ended now ends when it is idle."""
    for _attempt in range(2):
        with suppress(AgentError):
            await service.delete_session(agent, session_of(version))
            return


def session_of(version: str) -> str:
    """The id of the session that verifies this version."""
    return _SESSION.format(version)


async def _started(service: AgentService, change: Change, version: str, session: str, wait: Wait) -> None:
    while True:
        try:
            found = await service.open_session(change.agent, version, session)
            break
        except ServiceError as error:
            # What is there already was left by a killed run, or by a request whose answer did not come.
            is_there = isinstance(error, Conflict) and error.code != "agent_version_failed"
            if is_there and wait.is_over:
                raise await _not_ready(service, change, version, wait) from None
            if wait.is_over or not (is_there or _may_pass(error)):
                raise
            await service.delete_session(change.agent, session)
            await wait.pause()
    while found and found.get("status") not in (None, _ACTIVE):
        if wait.is_over:
            raise await _not_ready(service, change, version, wait)
        await wait.pause()
        found = await service.find_session(change.agent, session) or {}


async def _not_ready(service: AgentService, change: Change, version: str, wait: Wait) -> NotVerified:
    reason = f"does not start: its session is not ready after {wait.seconds:.0f} s"
    return await _not_verified(service, change, version, reason, "session_not_ready")


async def _answered(service: AgentService, change: Change, version: str, session: str, wait: Wait) -> None:
    wanted = change.inputs["verify"]
    body = wanted["body"] if "body" in wanted else {"input": wanted["prompt"]}
    expected = int(wanted["expected_status"])
    while True:
        try:
            status, text = await service.invoke(change.agent, wanted["protocol"], session, body)
        except ServiceError as error:  # no answer
            status, text = error.status, str(error)
        code = _code(text)
        passing = status != expected and (_is_not_ready(status) or code == "agent_version_not_ready")
        if not passing or wait.is_over:
            break
        await wait.pause()
    if status != expected:
        reason = f"answers HTTP {status} in place of {expected}: {_shortened(text)}"
    elif _failed_inside(text):
        reason = f"answers that it failed: {_shortened(text)}"
    elif wanted.get("expected_text") and wanted["expected_text"] not in text:
        reason = f"its answer does not contain `{wanted['expected_text']}`: {_shortened(text)}"
    else:
        return
    raise await _not_verified(service, change, version, reason, code)


async def _not_verified(service: AgentService, change: Change, version: str, reason: str, code: str) -> NotVerified:
    log = await service.last_log_lines(
        change.agent, version, session_of(version), count=_LOG_LINES, seconds=_LOG_SECONDS
    )
    return NotVerified(change.agent, version, reason, code, log)


def _may_pass(error: ServiceError) -> bool:
    return _is_not_ready(error.status) or error.code == "agent_version_not_ready"


def _is_not_ready(status: int) -> bool:
    return status in _NOT_READY_YET or status >= 500


def _said(error: ServiceError) -> str:
    return f"{error.code}: {error.message}" if error.code else error.message


def _json(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _code(text: str) -> str:
    error = _json(text).get("error")
    return str(error.get("code") or "") if isinstance(error, dict) else ""


def _failed_inside(text: str) -> bool:
    """An answer of 200 can say that the container failed. Source: smoke tests of a community runbook."""
    return _json(text).get("status") == "failed"


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 400 else f"{line[:400]}…"
