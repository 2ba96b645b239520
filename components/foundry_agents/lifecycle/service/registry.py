"""Reading a manifest from an Azure container registry, as the deployer.

Source of the exchange: the authentication protocol of Azure Container Registry, recorded from its command line and
azcontainerregistry.
"""

from __future__ import annotations

from ..errors.exceptions import NotFound
from ..inputs.image import ImageReference
from .answers import JsonObject
from .json_http import JsonClient

_SCOPE = "https://containerregistry.azure.net/.default"
_MANIFESTS = (
    "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
)


class ContainerRegistry:
    """Azure container registries, read-only."""

    def __init__(self, client: JsonClient) -> None:
        self._client = client

    async def platforms(self, image: ImageReference) -> list[str] | None:
        """The platforms that the image is built for, such as `linux/amd64`; None if the image does not exist.

        Raises `ServiceError` if the deployer may not read it, and `KeyError` for an unexpected answer.
        """
        token = await self._pull_token(image)
        try:
            manifest = await self._read(image, token, f"manifests/{image.digest or image.tag or 'latest'}")
        except NotFound:
            return None
        if "manifests" in manifest:
            return [_platform(entry.get("platform") or {}) for entry in manifest["manifests"]]
        return [_platform(await self._read(image, token, f"blobs/{manifest['config']['digest']}"))]

    async def _read(self, image: ImageReference, token: str, path: str) -> JsonObject:
        return await self._client.get(
            f"https://{image.host}/v2/{image.repository}/{path}",
            headers={"Accept": _MANIFESTS, "Authorization": f"Bearer {token}"},
        )

    async def _pull_token(self, image: ImageReference) -> str:
        refresh = await self._client.post_form(
            f"https://{image.host}/oauth2/exchange",
            {"grant_type": "access_token", "service": image.host, "access_token": await self._client.token(_SCOPE)},
        )
        access = await self._client.post_form(
            f"https://{image.host}/oauth2/token",
            {
                "grant_type": "refresh_token",
                "service": image.host,
                "scope": f"repository:{image.repository}:pull",
                "refresh_token": refresh["refresh_token"],
            },
        )
        return str(access["access_token"])


def _platform(facts: JsonObject) -> str:
    return f"{facts.get('os', '?')}/{facts.get('architecture', '?')}"
