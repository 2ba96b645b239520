"""Reading a manifest from an Azure container registry, as the deployer.

Source of the exchange: the authentication protocol of Azure Container Registry, as its command line and
azcontainerregistry were recorded to use it.
"""

from __future__ import annotations

from typing import Any

from azure.core import AsyncPipelineClient
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.pipeline.policies import AsyncRetryPolicy
from azure.core.rest import HttpRequest

from ..inputs.image import ImageReference

_SCOPE = "https://containerregistry.azure.net/.default"
_AZURE_REGISTRIES = (".azurecr.io", ".azurecr.cn", ".azurecr.us")
_MANIFESTS = (
    "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
)


def is_azure(host: str, registry: str) -> bool:
    """Whether the host is the environment's registry or another of Azure's: a deployer's token goes nowhere else."""
    return host == registry or host.endswith(_AZURE_REGISTRIES)


async def platforms(credential: AsyncTokenCredential, reference: ImageReference) -> list[str] | None:
    """The platforms that the image is built for, such as `linux/amd64`; None if there is no such image.

    Raises `azure.core.exceptions.AzureError` where the deployer may not look, `KeyError` and `ValueError` where the
    answer is not a registry's.
    """
    async with _client() as client:
        token = await _pull_token(client, credential, reference)
        manifest = await _read(client, reference, token, f"manifests/{reference.digest or reference.tag or 'latest'}")
        if manifest is None:
            return None
        if "manifests" in manifest:
            return [_platform(entry.get("platform") or {}) for entry in manifest["manifests"]]
        config = await _read(client, reference, token, f"blobs/{manifest['config']['digest']}")
        return [_platform(config or {})]


def _platform(facts: dict[str, Any]) -> str:
    return f"{facts.get('os', '?')}/{facts.get('architecture', '?')}"


async def _pull_token(
    client: AsyncPipelineClient[Any, Any], credential: AsyncTokenCredential, reference: ImageReference
) -> str:
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
    return str(access["access_token"])


async def _read(
    client: AsyncPipelineClient[Any, Any], reference: ImageReference, token: str, path: str
) -> dict[str, Any] | None:
    response = await client.send_request(
        HttpRequest(
            "GET",
            f"https://{reference.host}/v2/{reference.repository}/{path}",
            headers={"Accept": _MANIFESTS, "Authorization": f"Bearer {token}"},
        )
    )
    if response.status_code == 404:
        return None
    response.raise_for_status()
    return dict(response.json())


async def _post(client: AsyncPipelineClient[Any, Any], url: str, form: dict[str, str]) -> dict[str, Any]:
    response = await client.send_request(HttpRequest("POST", url, data=form))
    response.raise_for_status()
    return dict(response.json())


def _client() -> AsyncPipelineClient[Any, Any]:
    return AsyncPipelineClient("", policies=[AsyncRetryPolicy(retry_total=2)])
