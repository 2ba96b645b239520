"""Verifying that a version starts, and answers as expected, before it gets traffic."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from ..errors.catalogue import AGENT_DISABLED
from ..errors.exceptions import AccessDenied, Conflict, DeploymentError, NotVerified, ServiceError
from ..service.answers import ACTIVE, ENDED, AgentSession, JsonObject
from ..service.waiting import Wait, once_allowed, poll_until
from .operation import AgentOperation

if TYPE_CHECKING:
    from ..service.agents import AgentService

# The session has one id per version, so that the next run finds and ends one that an interrupted run left.
_SESSION = "pulumi-verify-{}"
_LOG_LINES, _LOG_SECONDS = 20, 3.0
_NOT_READY = 424
_NOT_READY_YET = {0, 408, _NOT_READY, 429}
_NOT_READY_CODE, _FAILED_CODE = "agent_version_not_ready", "agent_version_failed"
_LONGEST_TEXT = 400


async def verify(service: AgentService, operation: AgentOperation, version: str, role_wait: Wait) -> None:
    """Opens a session on the version, and sends it the request of the input `verify`. Raises `NotVerified`.

    A failure that may be temporary (not ready, throttled, a server error) is retried until the timeout; a container
    whose session fails is started once more.
    """
    wanted = operation.inputs["verify"]
    if wanted["kind"] == "off":
        return
    verification = _Verification(service, operation, version, role_wait)
    try:
        await verification.start()
        if wanted["kind"] == "request":
            await verification.request()
    except AccessDenied:
        raise
    except ServiceError as error:
        if error.code == AGENT_DISABLED:
            raise  # it says nothing about the version
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
    def __init__(self, service: AgentService, operation: AgentOperation, version: str, role_wait: Wait) -> None:
        self._service, self._operation, self._version = service, operation, version
        self._agent, self._wanted = operation.name, operation.inputs["verify"]
        self._session = session_of(version)
        self._role_wait = role_wait
        self._failed_starts = 0
        self._told = False
        self.wait = Wait(float(self._wanted["timeout"]))

    async def start(self) -> None:
        """Opens the session, and waits until it is ready."""
        while True:
            session = await self._started()
            if _is_ready(session):
                return
            if isinstance(session, ServiceError):
                raise await self._not_ready() if _exists(session) else session
            if not _has_ended(session):
                raise await self._not_ready()
            self._failed_starts += 1
            if self._has_failed_for_good:
                raise await self._ended(session)
            await self._service.delete_session(self._agent, self._session)

    async def _started(self) -> AgentSession | ServiceError:
        """The session once it is ready or has ended, or what it is at the deadline; empty if it does not exist."""
        session = await poll_until(lambda found: not isinstance(found, ServiceError), self._open, self.wait)
        if isinstance(session, ServiceError) or _is_ready(session) or session.get("status") in ENDED:
            return session
        await self.wait.pause()
        return await poll_until(lambda found: _is_ready(found) or _has_ended(found), self._find_session, self.wait)

    async def _open(self) -> AgentSession | ServiceError:
        try:
            return await once_allowed(
                lambda: self._service.open_session(self._agent, self._version, self._session),
                self._role_wait,
                self._operation.tell,
            )
        except ServiceError as error:
            if not _exists(error) and not _is_temporary(error.status, error.code):
                raise
            if error.status == _NOT_READY and _has_ended(session := await self._find_session()) and session:
                return session
            self._tell_why_it_waits(error.code or f"HTTP {error.status}")
            # One that exists was left by an interrupted run, or by a request whose answer was lost.
            if not self.wait.is_over:
                await self._service.delete_session(self._agent, self._session)
            return error

    async def _find_session(self) -> AgentSession:
        return await self._service.find_session(self._agent, self._session) or {}

    @property
    def _has_failed_for_good(self) -> bool:
        """One failed start may be the platform's; a second one is the container's."""
        return self._failed_starts > 1 or self.wait.is_over

    def _tell_why_it_waits(self, reason: str) -> None:
        if not self._told:
            self._told = True
            self._operation.tell(f"waiting for version {self._version} to start ({reason})")

    async def request(self) -> None:
        """Sends the request, and compares the answer with what is expected."""
        expected, expected_text = int(self._wanted["expected_status"]), self._wanted.get("expected_text")
        status, text = await poll_until(
            lambda answer: (
                answer[0] == expected
                or not _is_temporary(answer[0], _code(answer[1]))
                or (self._failed_starts > 0 and self._has_failed_for_good)
            ),
            self._ask,
            self.wait,
        )
        if status == _NOT_READY and _has_ended(session := await self._find_session()):
            raise await self._ended(session)
        if status != expected:
            reason = f"returned HTTP {status}, expected {expected}: {_shortened(text)}"
        elif _failed_inside(text):
            reason = f"reported a failure: {_shortened(text)}"
        elif expected_text and expected_text not in text:
            # The text may be secret, and is in plain text here.
            reason = f"returned an answer that does not contain `verify.expected_text`: {_shortened(text)}"
        else:
            return
        raise await self.failed(reason, _code(text))

    async def _ask(self) -> tuple[int, str]:
        wanted = self._wanted
        body = wanted["body"] if "body" in wanted else {"input": wanted["prompt"]}
        try:
            status, text = await self._service.invoke(self._agent, wanted["protocol"], self._session, body)
            if status == _NOT_READY and _has_ended(await self._find_session()):
                self._failed_starts += 1
            return status, text
        except ServiceError as error:  # no answer
            return error.status, str(error)

    async def _not_ready(self) -> NotVerified:
        reason = f"does not start: its session is not ready after {self.wait.seconds:.0f} s"
        return await self.failed(reason, "session_not_ready")

    async def _ended(self, session: AgentSession) -> NotVerified:
        reason = session.get("error") or {}
        status = session.get("status")
        why = reason.get("message") or (f"its session is '{status}'" if status else "its session no longer exists")
        return await self.failed(f"does not start: {why}", reason.get("code") or "session_not_ready")

    async def failed(self, reason: str, code: str) -> NotVerified:
        """The error, with the last lines of the container's log."""
        log = await self._service.last_log_lines(
            self._agent, self._version, self._session, count=_LOG_LINES, seconds=_LOG_SECONDS
        )
        return NotVerified(self._agent, self._version, reason, code, log)


def _is_ready(session: AgentSession | ServiceError) -> bool:
    return not isinstance(session, ServiceError) and session.get("status") == ACTIVE


def _has_ended(session: AgentSession) -> bool:
    """Whether it does not become ready any more. One that does not exist is empty."""
    return not session or session.get("status") in ENDED


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
