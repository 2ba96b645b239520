"""Plain HTTPS requests for JSON, to services that this package only reads from."""

from __future__ import annotations

from collections.abc import Mapping

from azure.core import AsyncPipelineClient
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.pipeline.policies import AsyncRetryPolicy
from azure.core.pipeline.transport import AsyncHttpTransport
from azure.core.rest import AsyncHttpResponse, HttpRequest

from ..errors.exceptions import NotFound, ServiceError
from .answers import JsonObject
from .waiting import interruptible

_RETRIES = 2


class JsonClient:
    """Sends requests whose answers are JSON. `transport` is azure-core's by default."""

    def __init__(
        self,
        credential: AsyncTokenCredential,
        transport: AsyncHttpTransport[HttpRequest, AsyncHttpResponse] | None = None,
    ) -> None:
        self._credential = credential
        self._transport = transport

    async def token(self, scope: str) -> str:
        """An access token. Raises `ServiceError`."""
        try:
            with interruptible():
                return (await self._credential.get_token(scope)).token
        except AzureError as error:
            raise ServiceError(f"requesting a token for {scope}", 0, "", str(error)) from None

    async def get(
        self, url: str, *, query: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> JsonObject:
        """Reads a JSON object. Raises `NotFound` and `ServiceError`."""
        return await self._send(HttpRequest("GET", url, params={**(query or {})}, headers={**(headers or {})}))

    async def post_form(self, url: str, form: Mapping[str, str]) -> JsonObject:
        """Posts a form; returns the JSON object of the answer. Raises `ServiceError`."""
        return await self._send(HttpRequest("POST", url, data={**form}))

    async def _send(self, request: HttpRequest) -> JsonObject:
        tried = f"{request.method} {request.url.partition('?')[0]}"
        client: AsyncPipelineClient[HttpRequest, AsyncHttpResponse] = AsyncPipelineClient(
            "", policies=[AsyncRetryPolicy(retry_total=_RETRIES)], transport=self._transport
        )
        try:
            with interruptible():
                response = await client.send_request(request)
            response.raise_for_status()
            return dict(response.json())
        except HttpResponseError as error:
            kind = NotFound if error.status_code == 404 else ServiceError
            raise kind(tried, error.status_code or 0, "", error.message) from None
        except (AzureError, ValueError, TypeError) as error:
            raise ServiceError(tried, 0, "", str(error)) from None
        finally:
            if self._transport is None:  # one that was passed in stays its owner's
                await client.close()
