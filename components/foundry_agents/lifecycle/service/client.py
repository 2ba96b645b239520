"""The data plane of a Foundry project: the one place that sends requests to it.

It calls `azure.ai.projects.aio` and handles what that SDK leaves to its callers: success codes that it does not
expect (201, 202, 204), empty bodies, requests that are worth repeating, and errors in their several shapes. Answers are
plain dictionaries (`answers`), since the service returns more than the SDK's models declare.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

from azure.ai.projects.aio import AIProjectClient
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import (
    ClientAuthenticationError,
    DecodeError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.core.pipeline import PipelineContext, PipelineResponse
from azure.core.pipeline.policies import AsyncRetryPolicy
from azure.core.pipeline.transport import AsyncHttpTransport
from azure.core.rest import AsyncHttpResponse, HttpRequest
from typing_extensions import Self

from ..errors.catalogue import AGENT_DISABLED
from ..errors.exceptions import AccessDenied, Conflict, NotFound, ProjectNotFound, ServiceError
from .waiting import READ_TIMEOUT, interruptible

T = TypeVar("T")
Transport = AsyncHttpTransport[HttpRequest, AsyncHttpResponse]
Answer = TypeVar("Answer")
"""A TypedDict of `answers`."""

_ATTEMPTS = 5
_CONNECT_TIMEOUT = 20
# Seconds after which a request is not repeated any more, and the longest pause that the service may ask for.
_LONGEST, _LONGEST_PAUSE = 180.0, 60.0
# A 403 for another reason than a role, which no waiting cures.
_NOT_A_ROLE = {"PublicAccessDisabled", AGENT_DISABLED}
# Only the status is documented: the code may be another one.
_AGENT_DISABLED = re.compile(r"\bagent\b.*\bdisabled\b", re.IGNORECASE)
# A repeated create is harmless: the service answers an unchanged definition with the version that is there.
_WORTH_REPEATING = {408, 429, 500, 502, 503, 504}
_CONCURRENT_CHANGE = {"conflict", "precondition_failed"}
_ACCEPTED = {200, 201, 202, 204}
_RETRY_POLICY = AsyncRetryPolicy()

# The SDK logs a traceback when a gateway returns a page instead of JSON. Python prints it if there is no handler; the
# error that follows says everything.
logging.getLogger("azure").addHandler(logging.NullHandler())


class DataPlane:
    """The connection to one project. Use it as an asynchronous context manager, or `close` it.

    `read_timeout` is how many seconds of silence end a request. `first_pause` is how many seconds pass before a request
    is repeated; each further pause is twice as long. `guard` is called before every request; what it raises keeps the
    request from being sent.
    `transport` sends the requests, as in all clients of the Azure SDK; the default is azure-core's.
    """

    def __init__(
        self,
        project_endpoint: str,
        credential: AsyncTokenCredential,
        *,
        read_timeout: float = READ_TIMEOUT,
        first_pause: float = 0.5,
        guard: Callable[[], None] = lambda: None,
        transport: Transport | None = None,
    ) -> None:
        self.client = AIProjectClient(
            project_endpoint,
            credential,
            read_timeout=read_timeout,
            connection_timeout=_CONNECT_TIMEOUT,
            retry_total=0,  # repeated here, by one rule for all methods
            transport=transport,
        )
        self.project_endpoint = project_endpoint
        self.credential = credential
        self.transport = transport
        self._first_pause = first_pause
        self._guard = guard

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections; the credential stays its owner's."""
        await self.client.close()

    async def write(
        self,
        tried: str,
        kind: type[Answer],
        request: Callable[[], Awaitable[object]],
        *,
        repeat_conflicts: bool = True,
    ) -> Answer:
        """An operation of the SDK that writes. The answer may be empty. Raises `ServiceError`."""
        return await self.attempt(tried, lambda: _answer(kind, request), repeat_conflicts=repeat_conflicts)

    async def read(self, tried: str, kind: type[Answer], request: Callable[[], Awaitable[object]]) -> Answer | None:
        """An operation of the SDK that reads; None if what it reads definitely does not exist.

        An empty answer is asked for again. A missing project raises `ProjectNotFound`; raises `ServiceError`.
        """

        async def not_empty() -> Answer:
            answer = await _answer(kind, request)
            if not answer:
                raise ServiceResponseError("the answer is empty")
            return answer

        return await _or_none(self.attempt(tried, not_empty))

    async def list(self, tried: str, kind: type[Answer], request: Callable[[], AsyncIterable[object]]) -> list[Answer]:
        """All items of a list; none if what they belong to does not exist. Raises as `read` does."""

        async def collect() -> list[Answer]:
            return [_plain(kind, item) async for item in request()]

        return await _or_none(self.attempt(tried, collect)) or []

    async def attempt(self, tried: str, request: Callable[[], Awaitable[T]], *, repeat_conflicts: bool = True) -> T:
        """A request, repeated where that is harmless and may help. Raises `ServiceError`."""
        clock = asyncio.get_running_loop().time
        pause, began = self._first_pause, clock()
        for attempt in range(1, _ATTEMPTS + 1):
            self._guard()
            try:
                with interruptible():
                    return await request()
            except (HttpResponseError, ServiceRequestError, ServiceResponseError, json.JSONDecodeError) as error:
                problem = _as_service_error(tried, error)
                repeatable = problem.status in _WORTH_REPEATING or problem.status == 0
                if repeat_conflicts and problem.code in _CONCURRENT_CHANGE:
                    repeatable = True
                if not repeatable or attempt == _ATTEMPTS or clock() - began > _LONGEST:
                    raise problem from None
                with interruptible():
                    await asyncio.sleep(max(pause, _retry_after(error)))
                pause *= 2
        raise AssertionError("the loop above returns or raises")

    async def delete(
        self,
        tried: str,
        what: str,
        request: Callable[[], Awaitable[object]],
        find: Callable[[], Awaitable[object | None]],
        *,
        repeat_conflicts: bool = True,
    ) -> None:
        """Deletes `what`, if it exists. Raises `NotFound` if the service denies that it exists but still returns it."""
        deleted = await _or_none(self.write(tried, dict, request, repeat_conflicts=repeat_conflicts))
        if deleted is None and await find() is not None:
            message = f"the service reports that the {what} does not exist, but still returns it"
            raise NotFound(tried, 404, "not_found", message)

    async def send(self, tried: str, request: HttpRequest) -> tuple[int, str]:
        """A request that the SDK has no operation for, once: its status and text, whatever they are."""
        with interruptible():
            async with self.stream(tried, request) as response:
                try:
                    content = await response.read()
                except (DecodeError, ServiceResponseError) as error:
                    raise ServiceError(tried, 0, "", f"the service's answer broke off ({error})") from None
                return response.status_code, content.decode(errors="replace")

    @asynccontextmanager
    async def stream(self, tried: str, request: HttpRequest) -> AsyncIterator[AsyncHttpResponse]:
        """The same, with the answer as it comes."""
        self._guard()
        try:
            response = await self.client.send_request(request, stream=True)
        except (HttpResponseError, ServiceRequestError, ServiceResponseError) as error:
            raise _as_service_error(tried, error) from None
        try:
            yield response
        finally:
            await response.close()


async def _or_none(call: Awaitable[Answer]) -> Answer | None:
    """The answer, or None if what is asked for definitely does not exist, in a project that does."""
    try:
        return await call
    except ProjectNotFound:
        raise
    except NotFound:
        return None


async def _answer(kind: type[Answer], request: Callable[[], Awaitable[object]]) -> Answer:
    try:
        return _plain(kind, await request())
    except HttpResponseError as error:
        if error.status_code in _ACCEPTED:
            return _plain(kind, _body(error))
        raise
    except (json.JSONDecodeError, DecodeError):
        return _plain(kind, None)  # a success without a body


def _plain(_kind: type[Answer], answer: Any) -> Answer:
    """An SDK model as plain data, with the keys that the model does not declare."""
    plain = answer.as_dict() if hasattr(answer, "as_dict") else answer
    return cast(Answer, dict(plain or {}))


def _body(error: HttpResponseError) -> dict[str, Any]:
    """The JSON body of a response that the SDK raises; empty if it has none."""
    try:
        body = json.loads(error.response.text()) if error.response is not None else None
    except (json.JSONDecodeError, UnicodeDecodeError):
        body = None
    return body if isinstance(body, dict) else {}


def _as_service_error(tried: str, error: Exception) -> ServiceError:
    if not isinstance(error, HttpResponseError):
        return ServiceError(tried, 0, "", f"no answer from the service ({error})")
    status = error.status_code or 0
    code, message = _code_and_message(error)
    if isinstance(error, ClientAuthenticationError) and not status:  # no token could be had
        status, code = 401, "Unauthorized"
    if status == 403 and "access is disabled" in message:
        code = "PublicAccessDisabled"
    elif status == 403 and _AGENT_DISABLED.search(message):
        code = AGENT_DISABLED
    return _kind(status, code, message)(tried, status, code, message)


def _kind(status: int, code: str, message: str) -> type[ServiceError]:
    if status == 404 and code:  # one without is a gateway's, which knows nothing of what the service has
        return ProjectNotFound if code == "ResourceNotFound" or "Subdomain" in message else NotFound
    if status in (401, 403):
        lacks_role = code == "PermissionDenied" or (status == 403 and code not in _NOT_A_ROLE)
        return AccessDenied if lacks_role else ServiceError
    return Conflict if status in (409, 412) else ServiceError


def _code_and_message(error: HttpResponseError) -> tuple[str, str]:
    detail = _body(error).get("error")
    if isinstance(detail, dict):
        return str(detail.get("code") or ""), _with_properties(str(detail.get("message") or ""), detail)
    if error.response is not None:  # the page of a gateway, or nothing
        return "", f"HTTP {error.status_code} {error.reason or ''}".rstrip() + ", without the service's own error"
    return "", error.message or str(error)


def _with_properties(message: str, error: dict[str, Any]) -> str:
    """The message with the properties that are wrong, which an `invalid_payload` has in `param` or in its details."""
    details = error.get("details")
    found = [error, *(details if isinstance(details, list) else [])]
    wrong = [
        f"{one['param']}: {one['message']}" if one is not error and one.get("message") else str(one["param"])
        for one in found
        if isinstance(one, dict) and one.get("param")
    ]
    return f"{message} ({'; '.join(wrong)})" if wrong else message


def _retry_after(error: Exception) -> float:
    """Seconds that the service asks to wait, at most `_LONGEST_PAUSE`; 0 if it does not ask."""
    if not isinstance(error, HttpResponseError) or error.response is None:
        return 0.0
    answered: PipelineResponse[Any, Any] = PipelineResponse(
        error.response.request, error.response, PipelineContext(None)
    )
    try:
        wanted = _RETRY_POLICY.get_retry_after(answered) or 0.0
    except (ValueError, TypeError):  # neither seconds nor a date
        return 0.0
    return min(max(wanted, 0.0), _LONGEST_PAUSE)
