"""The wire's boundary: the transport of azure-core, which hands a request to a service in this process.

Everything above it is the real thing: the SDK, its policies, and our code.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from azure.core.exceptions import IncompleteReadError, ServiceRequestError, ServiceResponseTimeoutError
from azure.core.pipeline.transport import AsyncHttpTransport
from azure.core.rest import AsyncHttpResponse, HttpRequest
from azure.core.rest._http_response_impl_async import AsyncHttpResponseImpl
from multidict import CIMultiDict
from typing_extensions import Self


@dataclass(frozen=True)
class Request:
    """What is asked. `path` is the one below the project, decoded; `body` is JSON."""

    method: str
    host: str
    path: str
    query: dict[str, str]
    body: Any
    at: float
    """Seconds since the test began."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Answer:
    """What is answered: `body` is JSON, or text or bytes as they are; None is an empty one."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"
    truncated: bool = False
    """The connection ends in the middle of the body."""
    stays_open: float = 0
    """Seconds until it ends after the body, as a log does that is followed."""

    @property
    def content(self) -> bytes:
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return text.encode()


class ConnectionLost(Exception):
    """The connection ends without an answer."""


class Silence(Exception):
    """Nothing comes until the client has waited long enough."""


Service = Callable[[Request], Awaitable[Answer]]


class MemoryTransport(AsyncHttpTransport[HttpRequest, AsyncHttpResponse]):
    """Raises what the transport of aiohttp raises when a connection breaks."""

    def __init__(self, service: Service, clock: Callable[[], float], read_timeout: float) -> None:
        self._service, self._clock, self._read_timeout = service, clock, read_timeout

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc: object) -> None: ...

    async def send(self, request: HttpRequest, *, stream: bool = False, **_options: Any) -> AsyncHttpResponse:
        try:
            answer = await self._service(self._read(request))
        except ConnectionLost as error:
            raise ServiceRequestError(error, error=error) from error
        except Silence as error:
            await self.sleep(self._read_timeout)
            raise ServiceResponseTimeoutError(error, error=error) from error
        response = _Response(request, answer)
        if not stream:
            await response.read()
        return response

    def _read(self, request: HttpRequest) -> Request:
        url = urlsplit(request.url)
        content = request.content
        if isinstance(content, bytes):
            content = content.decode()
        return Request(
            method=request.method,
            host=url.netloc,
            path=unquote(url.path),
            query=dict(parse_qsl(url.query)),
            body=json.loads(content) if isinstance(content, str) and content.startswith(("{", "[")) else None,
            at=self._clock(),
        )


class _Response(AsyncHttpResponseImpl):
    def __init__(self, request: HttpRequest, answer: Answer) -> None:
        headers = {**answer.headers, **({"Content-Type": answer.content_type} if answer.content else {})}
        super().__init__(
            request=request,
            internal_response=_Connection(),
            status_code=answer.status,
            reason="",
            content_type=headers.get("Content-Type"),
            headers=CIMultiDict(headers),
            stream_download_generator=lambda **_options: _chunks(answer),
        )


class _Connection:
    async def close(self) -> None: ...


async def _chunks(answer: Answer) -> AsyncIterator[bytes]:
    content = answer.content
    if answer.truncated:
        yield content[: len(content) // 2]
        error = ConnectionError("the answer is not whole")
        raise IncompleteReadError(error, error=error)
    yield content
    await asyncio.sleep(answer.stays_open)
