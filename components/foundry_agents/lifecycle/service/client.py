"""The data plane of a Foundry project: the one place that knows how to ask it.

It calls `azure.ai.projects.aio` and takes care of what that SDK leaves to its callers: success codes it
does not expect (201, 202, 204), empty bodies, requests worth repeating, and errors in their own shapes.
Answers are plain dictionaries, since the service says more than the SDK's models declare (the reason
why a version failed is one such thing).
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from azure.ai.projects.aio import AIProjectClient
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import (
    ClientAuthenticationError,
    DecodeError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.core.rest import AsyncHttpResponse, HttpRequest
from typing_extensions import Self

from ..errors.exceptions import AccessDenied, Conflict, NotFound, ProjectNotFound, ServiceError

Answer = dict[str, Any]
T = TypeVar("T")

_ATTEMPTS = 5
_CONNECT_TIMEOUT = 20
# Seconds after which a request is not repeated any more, and the longest pause that the service may ask for.
_LONGEST, _LONGEST_PAUSE = 180.0, 60.0
# A repeated create is harmless: the service answers an unchanged definition with the version that is there.
_WORTH_REPEATING = {408, 429, 500, 502, 503, 504}
_CONCURRENT_CHANGE = {"conflict", "precondition_failed"}
_ACCEPTED = {200, 201, 202, 204}

# The SDK logs a traceback when a gateway answers with a page in place of JSON. Without a handler of anybody's, Python
# would print that; the error that follows says all of it.
logging.getLogger("azure").addHandler(logging.NullHandler())


class DataPlane:
    """The connection to one project. Use it as an asynchronous context manager, or `close` it.

    `read_timeout` is how many seconds of silence end a request; the first create of an agent in a virtual network
    was seen to take more than 30. `first_pause` is how many seconds pass before a request is repeated; each further
    pause is twice as long. `guard` is called before every request; what it raises keeps the request from being sent.
    """

    def __init__(
        self,
        project_endpoint: str,
        credential: AsyncTokenCredential,
        *,
        read_timeout: float = 120,
        first_pause: float = 0.5,
        guard: Callable[[], None] = lambda: None,
    ) -> None:
        self.client = AIProjectClient(
            project_endpoint,
            credential,
            read_timeout=read_timeout,
            connection_timeout=_CONNECT_TIMEOUT,
            retry_total=0,  # repeated here, by one rule for all methods
        )
        self.project_endpoint = project_endpoint
        self.credential = credential
        self._first_pause = first_pause
        self._guard = guard

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections; the credential stays its owner's."""
        await self.client.close()

    async def call(
        self, tried: str, request: Callable[[], Awaitable[Any]], *, repeat_conflicts: bool = True, reads: bool = False
    ) -> Answer:
        """One operation of the SDK. Raises `ServiceError`.

        The answer of a write may be empty; one that `reads` is asked for again.
        """

        async def once() -> Answer:
            answer = await answered()
            if reads and not answer:
                raise ServiceResponseError("the answer is empty")
            return answer

        async def answered() -> Answer:
            try:
                return plain(await request())
            except HttpResponseError as error:
                if error.status_code in _ACCEPTED:
                    return _accepted(error)
                raise
            except (json.JSONDecodeError, DecodeError):
                return {}  # a success without a body

        return await self.attempt(tried, once, repeat_conflicts=repeat_conflicts)

    async def attempt(self, tried: str, request: Callable[[], Awaitable[T]], *, repeat_conflicts: bool = True) -> T:
        """A request, repeated where that is harmless and may help. Raises `ServiceError`."""
        loop = asyncio.get_running_loop()
        pause, began = self._first_pause, loop.time()
        for attempt in range(1, _ATTEMPTS + 1):
            self._guard()
            try:
                return await request()
            except (HttpResponseError, ServiceRequestError, ServiceResponseError, json.JSONDecodeError) as error:
                problem = _as_service_error(tried, error)
                repeatable = problem.status in _WORTH_REPEATING or problem.status == 0
                if repeat_conflicts and problem.code in _CONCURRENT_CHANGE:
                    repeatable = True
                if not repeatable or attempt == _ATTEMPTS or loop.time() - began > _LONGEST:
                    raise problem from None
                await asyncio.sleep(max(pause, _retry_after(error)))
                pause *= 2
        raise AssertionError("the loop above returns or raises")

    async def delete(
        self,
        tried: str,
        what: str,
        request: Callable[[], Awaitable[Any]],
        find: Callable[[], Awaitable[Answer | None]],
        *,
        repeat_conflicts: bool = True,
    ) -> None:
        """Deletes `what`; one that is gone already is fine. Raises `NotFound` if it is denied, and yet found."""
        deleted = await or_none(self.call(tried, request, repeat_conflicts=repeat_conflicts))
        if deleted is None and await find() is not None:
            raise NotFound(tried, 404, "not_found", f"the service says that there is no such {what}, and shows it")

    async def send(self, tried: str, request: HttpRequest) -> tuple[int, str]:
        """A request that the SDK has no operation for, once: its status and text, whatever they are."""
        async with self.stream(tried, request) as response:
            try:
                content = await response.read()
            except (DecodeError, ServiceResponseError) as error:  # it ended before its end
                raise ServiceError(tried, 0, "", f"no whole answer from the service ({error})") from None
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


async def or_none(call: Awaitable[Answer]) -> Answer | None:
    """What is asked for, or None if it definitely is not there. A missing project raises `ProjectNotFound`."""
    try:
        return await call
    except ProjectNotFound:
        raise
    except NotFound:
        return None


def plain(answer: Any) -> Answer:
    """An SDK model as plain data, with the keys that the model does not declare."""
    if answer is None:
        return {}
    return dict(answer.as_dict()) if hasattr(answer, "as_dict") else dict(answer)


def _accepted(error: HttpResponseError) -> Answer:
    """The body of a success whose status the SDK does not expect."""
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
    return _kind(status, code, message)(tried, status, code, message)


def _kind(status: int, code: str, message: str) -> type[ServiceError]:
    if status == 404 and code:  # one without is a gateway's, which knows nothing of what the service has
        return ProjectNotFound if code == "ResourceNotFound" or "Subdomain" in message else NotFound
    if status in (401, 403):
        lacks_role = code == "PermissionDenied" or (status == 403 and code != "PublicAccessDisabled")
        return AccessDenied if lacks_role else ServiceError
    return Conflict if status in (409, 412) else ServiceError


def _code_and_message(error: HttpResponseError) -> tuple[str, str]:
    try:
        body = json.loads(error.response.text()) if error.response is not None else {}
    except (json.JSONDecodeError, UnicodeDecodeError):
        body = {}
    detail = body.get("error") if isinstance(body, dict) else None
    if isinstance(detail, dict):
        return str(detail.get("code") or ""), str(detail.get("message") or "")
    if error.response is not None:  # the page of a gateway, or nothing
        return "", f"HTTP {error.status_code} {error.reason or ''}".rstrip() + ", not in the service's own words"
    return "", error.message or str(error)


def _retry_after(error: Exception) -> float:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        wanted = float(headers.get("Retry-After", 0))
    except ValueError:
        return 0.0
    return min(wanted, _LONGEST_PAUSE) if wanted > 0 else 0.0
