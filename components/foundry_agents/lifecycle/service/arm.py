"""Requests to Azure Resource Manager, in the cloud that azure-native uses.

`ARM_METADATA_HOSTNAME` and `ARM_ENVIRONMENT` are azure-native's own settings; without them it is the public cloud.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from .answers import JsonObject
from .json_http import JsonClient

# Endpoint of Resource Manager by the cloud's name. Source: sovereign-cloud documentation of Azure.
_CLOUDS = {
    "public": "https://management.azure.com",
    "usgovernment": "https://management.usgovcloudapi.net",
    "china": "https://management.chinacloudapi.cn",
}


@dataclass(frozen=True)
class Cloud:
    """The endpoint of Resource Manager, and the audience of its tokens."""

    endpoint: str
    audience: str


class ResourceManager:
    """Resource Manager. `guard` is called before every request that writes."""

    def __init__(self, client: JsonClient, guard: Callable[[], None] = lambda: None) -> None:
        self._client = client
        self._guard = guard

    async def get(self, arm_id: str, api_version: str, **query: str) -> JsonObject:
        """Reads one resource or list by its ARM id. Raises `ServiceError`, and `KeyError` for an unexpected answer."""
        url, headers = await self._target(arm_id)
        return await self._client.get(url, query={"api-version": api_version, **query}, headers=headers)

    async def patch(self, arm_id: str, api_version: str, body: JsonObject) -> None:
        """Changes a resource. The change may go on after the answer. Raises as `get` does."""
        url, headers = await self._target(arm_id)
        self._guard()
        await self._client.patch(url, body, query={"api-version": api_version}, headers=headers)

    async def _target(self, arm_id: str) -> tuple[str, dict[str, str]]:
        cloud = await self._cloud()
        token = await self._client.token(f"{cloud.audience.rstrip('/')}/.default")
        return f"{cloud.endpoint.rstrip('/')}{arm_id}", {"Authorization": f"Bearer {token}"}

    async def _cloud(self) -> Cloud:
        host = os.environ.get("ARM_METADATA_HOSTNAME")
        if host:
            base = host if "://" in host else f"https://{host}"
            found = await self._client.get(f"{base}/metadata/endpoints?api-version=2022-09-01")
            return Cloud(str(found["resourceManager"]), str(found["authentication"]["audiences"][0]))
        name = os.environ.get("ARM_ENVIRONMENT") or os.environ.get("AZURE_ENVIRONMENT") or "public"
        endpoint = _CLOUDS.get(name.lower(), _CLOUDS["public"])
        return Cloud(endpoint, endpoint)
