"""Why an image could not be pulled: a look into the registry, where the deployer may look.

Source of the exchange: Azure Container Registry's authentication protocol (recorded traffic of its
command line and of azcontainerregistry).
"""

from __future__ import annotations

import json
from typing import Any

from azure.core import AsyncPipelineClient
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import AzureError
from azure.core.pipeline.policies import AsyncRetryPolicy
from azure.core.rest import HttpRequest

from . import image_reference

_SCOPE = "https://containerregistry.azure.net/.default"
_AZURE_REGISTRIES = (".azurecr.io", ".azurecr.cn", ".azurecr.us")
_MANIFESTS = (
    "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
)


async def explain(credential: AsyncTokenCredential, image: str, registry: str) -> str:
    """What is wrong with the image and what to do, in a sentence; empty if the look shows nothing."""
    if await is_certainly_missing(credential, image, registry):
        return f"{image} is not in its registry: push {image}, then run up again"
    return ""


async def is_certainly_missing(credential: AsyncTokenCredential, image: str, registry: str) -> bool:
    """Whether the registry says that it has no such image. False where the deployer may not look."""
    reference = image_reference.parse(image)
    if reference.host != registry and not reference.host.endswith(_AZURE_REGISTRIES):
        return False  # a token of the deployer's is for Azure's registries only
    async with _client(reference.host) as client:
        try:
            status = await _manifest_status(client, credential, reference)
        except (AzureError, json.JSONDecodeError, KeyError):
            return False
    return status == 404


async def _manifest_status(
    client: AsyncPipelineClient[Any, Any],
    credential: AsyncTokenCredential,
    reference: image_reference.ImageReference,
) -> int:
    aad = await credential.get_token(_SCOPE)
    refresh = await _post(
        client,
        f"https://{reference.host}/oauth2/exchange",
        {"grant_type": "access_token", "service": reference.host, "access_token": aad.token},
    )
    access = await _post(
        client,
        f"https://{reference.host}/oauth2/token",
        {
            "grant_type": "refresh_token",
            "service": reference.host,
            "scope": f"repository:{reference.repository}:pull",
            "refresh_token": refresh["refresh_token"],
        },
    )
    response = await client.send_request(
        HttpRequest(
            "GET",
            f"https://{reference.host}/v2/{reference.repository}/manifests/{reference.digest or reference.tag or 'latest'}",
            headers={"Accept": _MANIFESTS, "Authorization": f"Bearer {access['access_token']}"},
        )
    )
    return int(response.status_code)


async def _post(client: AsyncPipelineClient[Any, Any], url: str, form: dict[str, str]) -> dict[str, Any]:
    response = await client.send_request(HttpRequest("POST", url, data=form))
    response.raise_for_status()
    return dict(response.json())


def _client(host: str) -> AsyncPipelineClient[Any, Any]:
    return AsyncPipelineClient(f"https://{host}", policies=[AsyncRetryPolicy(retry_total=2)])
