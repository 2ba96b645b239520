"""Whether the platform could pull an image: everything that the real pull needs, and which part is missing.

Source: MicrosoftDocs/azure-ai-docs (permissions of hosted agents, ARM-audience policy) and its issue 759.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from foundry_emulator.arm.state import Resource
from foundry_emulator.registry import content, rights
from foundry_emulator.registry.errors import RegistryError
from foundry_emulator.registry.registries import Registries
from foundry_emulator.registry.state import Manifest, RegistryContent

Cause = Literal["reference", "registry", "identity", "policy", "role", "repository", "manifest", "platform"]

_REFERENCE = re.compile(r"(?P<host>[^/]+)/(?P<name>[^:@]+)(:(?P<tag>[^@/]+))?(@(?P<digest>sha256:[0-9a-f]{64}))?")


@dataclass(frozen=True)
class ManifestInfo:
    """The image that would run: the manifest for linux/amd64, and the digest that the reference names."""

    registry: str
    repository: str
    digest: str
    platform_digest: str


@dataclass(frozen=True)
class PullProblem:
    """Why an image cannot be pulled. The service does not tell; tests and logs may."""

    cause: Cause
    message: str


class ImagePull:
    """Checks whether the platform could pull an image."""

    def __init__(self, registries: Registries, registry_at: Callable[[str], str | None]) -> None:
        """`registry_at` tells which registry answers at a login server."""
        self._registries = registries
        self._registry_at = registry_at

    def check(self, principal_id: str | None, image_reference: str) -> PullProblem | ManifestInfo:
        """Pulls as the given identity would: policy, role, manifest and platform, in that order."""
        parsed = _REFERENCE.fullmatch(image_reference)
        if parsed is None:
            return PullProblem("reference", f"'{image_reference}' is not an image reference")
        name = self._registry_at(parsed["host"])
        resource = self._registries.resource(name) if name else None
        if name is None or resource is None:
            return PullProblem("registry", f"no registry answers at '{parsed['host']}'")
        refused = self._refused(resource, principal_id)
        return refused or _image(self._registries.state.registries[name], name, parsed)

    def _refused(self, registry: Resource, principal_id: str | None) -> PullProblem | None:
        if rights.anonymous(registry, "pull"):
            return None
        if principal_id is None:
            return PullProblem("identity", "the project has no identity")
        if not rights.takes_arm_tokens(registry):
            return PullProblem("policy", f"'{registry.name}' does not accept tokens meant for Resource Manager")
        if not self._registries.rights.may(registry, principal_id, "pull"):
            return PullProblem("role", f"'{principal_id}' may not pull from '{registry.name}'")
        return None


def _image(registry: RegistryContent, name: str, parsed: re.Match[str]) -> PullProblem | ManifestInfo:
    repository = parsed["name"]
    if repository not in registry.repositories:
        return PullProblem("repository", f"'{name}' has no repository '{repository}'")
    reference = parsed["digest"] or parsed["tag"] or "latest"
    try:
        found = content.manifest(registry, repository, reference)
    except RegistryError as problem:
        return PullProblem("manifest", problem.message)
    runnable = _for_linux_amd64(registry, repository, found)
    if runnable is None:
        return PullProblem("platform", f"'{repository}' has no image for linux/amd64 under '{reference}'")
    return ManifestInfo(name, repository, found.digest, runnable.digest)


def _for_linux_amd64(registry: RegistryContent, repository: str, manifest: Manifest) -> Manifest | None:
    parsed = json.loads(manifest.body)
    if manifest.media_type not in content.INDEX_TYPES:
        config = parsed.get("config", {}).get("digest", "")
        return manifest if config in registry.blobs and _fits(_json(content.blob(registry, config))) else None
    for part in parsed.get("manifests", []):
        held = registry.repositories[repository].manifests.get(part["digest"])
        if held is not None and _fits(part.get("platform", {})):
            return held
    return None


def _json(blob: bytes) -> Any:
    try:
        return json.loads(blob)
    except ValueError:
        return None


def _fits(platform: Any) -> bool:
    if not isinstance(platform, dict):
        return False
    return platform.get("os") == "linux" and platform.get("architecture") == "amd64"
