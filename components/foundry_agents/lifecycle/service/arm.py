"""Reading from Azure Resource Manager, in whatever cloud azure-native is told to use.

`ARM_METADATA_HOSTNAME` and `ARM_ENVIRONMENT` are azure-native's own settings; without them it is the public
cloud.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from azure.core import AsyncPipelineClient
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.pipeline.policies import AsyncRetryPolicy
from azure.core.rest import HttpRequest

# Endpoint of Resource Manager by the cloud's name. Source: sovereign-cloud documentation of Azure.
_CLOUDS = {
    "public": "https://management.azure.com",
    "usgovernment": "https://management.usgovcloudapi.net",
    "china": "https://management.chinacloudapi.cn",
}


@dataclass(frozen=True)
class Cloud:
    """Where Resource Manager is, and whom its tokens are for."""

    endpoint: str
    audience: str


class ResourceManager:
    """Resource Manager, read-only."""

    def __init__(self, credential: AsyncTokenCredential) -> None:
        self._credential = credential

    async def get(self, path: str, api_version: str, **query: str) -> dict[str, Any]:
        """Reads one resource or list by its ARM id. Raises `azure.core.exceptions.AzureError`."""
        async with _client() as client:
            cloud = await _cloud(client)
            token = await self._credential.get_token(f"{cloud.audience.rstrip('/')}/.default")
            request = HttpRequest(
                "GET",
                f"{cloud.endpoint.rstrip('/')}{path}",
                params={"api-version": api_version, **query},
                headers={"Authorization": f"Bearer {token.token}"},
            )
            return await _json(client, request)


async def _cloud(client: AsyncPipelineClient[Any, Any]) -> Cloud:
    host = os.environ.get("ARM_METADATA_HOSTNAME")
    if host:
        base = host if "://" in host else f"https://{host}"
        found = await _json(client, HttpRequest("GET", f"{base}/metadata/endpoints?api-version=2022-09-01"))
        return Cloud(str(found["resourceManager"]), str(found["authentication"]["audiences"][0]))
    name = os.environ.get("ARM_ENVIRONMENT") or os.environ.get("AZURE_ENVIRONMENT") or "public"
    endpoint = _CLOUDS.get(name.lower(), _CLOUDS["public"])
    return Cloud(endpoint, endpoint)


async def _json(client: AsyncPipelineClient[Any, Any], request: HttpRequest) -> dict[str, Any]:
    response = await client.send_request(request)
    response.raise_for_status()
    return dict(response.json())


def _client() -> AsyncPipelineClient[Any, Any]:
    return AsyncPipelineClient("", policies=[AsyncRetryPolicy(retry_total=2)])
