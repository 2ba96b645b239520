"""Plain HTTPS requests for JSON, to services that have no SDK here."""

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

    async def patch(self, url: str, body: JsonObject, *, query: Mapping[str, str], headers: Mapping[str, str]) -> None:
        """Sends a JSON object, once. The answer is not read: it may be empty. Raises `NotFound` and `ServiceError`."""
        await self._answer(HttpRequest("PATCH", url, params={**query}, headers={**headers}, json=body), retries=0)

    async def post_form(self, url: str, form: Mapping[str, str]) -> JsonObject:
        """Posts a form; returns the JSON object of the answer. Raises `ServiceError`."""
        return await self._send(HttpRequest("POST", url, data={**form}))

    async def _send(self, request: HttpRequest) -> JsonObject:
        response = await self._answer(request, retries=_RETRIES)
        try:
            return dict(response.json())
        except (AzureError, ValueError, TypeError) as error:
            raise ServiceError(_tried(request), 0, "", str(error)) from None

    async def _answer(self, request: HttpRequest, *, retries: int) -> AsyncHttpResponse:
        client: AsyncPipelineClient[HttpRequest, AsyncHttpResponse] = AsyncPipelineClient(
            "", policies=[AsyncRetryPolicy(retry_total=retries)], transport=self._transport
        )
        try:
            with interruptible():
                response = await client.send_request(request)
            response.raise_for_status()
            return response
        except HttpResponseError as error:
            raise _as_service_error(_tried(request), error) from None
        except AzureError as error:
            raise ServiceError(_tried(request), 0, "", str(error)) from None
        finally:
            if self._transport is None:  # one that was passed in stays its owner's
                await client.close()


def _tried(request: HttpRequest) -> str:
    return f"{request.method} {request.url.partition('?')[0]}"


def _as_service_error(tried: str, error: HttpResponseError) -> ServiceError:
    kind = NotFound if error.status_code == 404 else ServiceError
    said = error.error  # if the body is an error as Azure's services send it
    code, message = (said.code or "", said.message or "") if said is not None else ("", "")
    return kind(tried, error.status_code or 0, code, message or error.message)
