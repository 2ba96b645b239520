"""Verifying that a version starts, and answers as expected, before it gets traffic."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from ..errors.exceptions import AccessDenied, Conflict, DeploymentError, NotVerified, ServiceError
from ..service.answers import ACTIVE, AgentSession, JsonObject
from ..service.waiting import Wait, poll_until
from .operation import AgentOperation

if TYPE_CHECKING:
    from ..service.agents import AgentService

# The session has one id per version, so that the next run finds and ends one that an interrupted run left.
_SESSION = "pulumi-verify-{}"
_LOG_LINES, _LOG_SECONDS = 20, 3.0
_NOT_READY_YET = {0, 408, 424, 429}
_NOT_READY_CODE, _FAILED_CODE = "agent_version_not_ready", "agent_version_failed"
_LONGEST_TEXT = 400


async def verify(service: AgentService, operation: AgentOperation, version: str) -> None:
    """Opens a session on the version, and sends it the request of the input `verify`. Raises `NotVerified`.

    A failure that may be temporary (not ready, throttled, a server error) is retried until the timeout.
    """
    wanted = operation.inputs["verify"]
    if wanted["kind"] == "off":
        return
    verification = _Verification(service, operation, version)
    try:
        await verification.start()
        if wanted["kind"] == "request":
            await verification.request()
    except AccessDenied:
        raise
    except ServiceError as error:
        said = f"{error.code}: {error.message}" if error.code else error.message
        raise await verification.failed(f"does not start: {said}", error.code) from None
    finally:
        await end_session(service, operation.name, version)
    what = "starts" if wanted["kind"] == "start" else "starts and answers"
    operation.tell(f"version {version} is verified: it {what} ({verification.wait.elapsed:.0f} s)")


async def end_session(service: AgentService, agent: str, version: str) -> None:
    """Ends the session of a verification, if there is one. If that fails, it ends when it is idle."""
    for _attempt in range(2):
        with suppress(DeploymentError):
            await service.delete_session(agent, session_of(version))
            return


def session_of(version: str) -> str:
    """The id of the session that verifies this version."""
    return _SESSION.format(version)


class _Verification:
    def __init__(self, service: AgentService, operation: AgentOperation, version: str) -> None:
        self._service, self._agent, self._version = service, operation.name, version
        self._wanted = operation.inputs["verify"]
        self._session = session_of(version)
        self.wait = Wait(float(self._wanted["timeout"]))

    async def start(self) -> None:
        """Opens the session, and waits until it is ready."""
        session = await poll_until(lambda found: not isinstance(found, ServiceError), self._open, self.wait)
        if isinstance(session, ServiceError):
            raise await self._not_ready() if _exists(session) else session
        if not _is_ready(session):
            await self.wait.pause()
            session = await poll_until(_is_ready, self._find_session, self.wait)
        if not _is_ready(session):
            raise await self._not_ready()

    async def _open(self) -> AgentSession | ServiceError:
        try:
            return await self._service.open_session(self._agent, self._version, self._session)
        except ServiceError as error:
            if not _exists(error) and not _is_temporary(error.status, error.code):
                raise
            # One that exists was left by an interrupted run, or by a request whose answer was lost.
            if not self.wait.is_over:
                await self._service.delete_session(self._agent, self._session)
            return error

    async def _find_session(self) -> AgentSession:
        return await self._service.find_session(self._agent, self._session) or {}

    async def request(self) -> None:
        """Sends the request, and compares the answer with what is expected."""
        expected, expected_text = int(self._wanted["expected_status"]), self._wanted.get("expected_text")
        status, text = await poll_until(
            lambda answer: answer[0] == expected or not _is_temporary(answer[0], _code(answer[1])),
            self._ask,
            self.wait,
        )
        if status != expected:
            reason = f"returned HTTP {status}, expected {expected}: {_shortened(text)}"
        elif _failed_inside(text):
            reason = f"reported a failure: {_shortened(text)}"
        elif expected_text and expected_text not in text:
            reason = f"returned an answer without `{expected_text}`: {_shortened(text)}"
        else:
            return
        raise await self.failed(reason, _code(text))

    async def _ask(self) -> tuple[int, str]:
        wanted = self._wanted
        body = wanted["body"] if "body" in wanted else {"input": wanted["prompt"]}
        try:
            return await self._service.invoke(self._agent, wanted["protocol"], self._session, body)
        except ServiceError as error:  # no answer
            return error.status, str(error)

    async def _not_ready(self) -> NotVerified:
        reason = f"does not start: its session is not ready after {self.wait.seconds:.0f} s"
        return await self.failed(reason, "session_not_ready")

    async def failed(self, reason: str, code: str) -> NotVerified:
        """The error, with the last lines of the container's log."""
        log = await self._service.last_log_lines(
            self._agent, self._version, self._session, count=_LOG_LINES, seconds=_LOG_SECONDS
        )
        return NotVerified(self._agent, self._version, reason, code, log)


def _is_ready(session: AgentSession | ServiceError) -> bool:
    """An answer without a status is not one that says that it is not ready."""
    return not isinstance(session, ServiceError) and session.get("status") in (None, ACTIVE)


def _exists(error: ServiceError) -> bool:
    """Whether a session of that id exists already."""
    return isinstance(error, Conflict) and error.code != _FAILED_CODE


def _is_temporary(status: int, code: str) -> bool:
    return status in _NOT_READY_YET or status >= 500 or code == _NOT_READY_CODE


def _json(text: str) -> JsonObject:
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
    return line if len(line) <= _LONGEST_TEXT else f"{line[:_LONGEST_TEXT]}…"
