"""Who may pull, push, delete and list in a registry, in both of its role assignment modes.

Source: learn.microsoft.com "Azure Container Registry Entra permissions and role assignments overview".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from foundry_emulator.arm.rights import Rights
from foundry_emulator.arm.state import Resource
from foundry_emulator.host.settings import Settings

Action = Literal["pull", "push", "delete", "metadata_read", "metadata_write", "catalog"]
ABAC = "AbacRepositoryPermissions"
_REGISTRY = "Microsoft.ContainerRegistry/registries"


@dataclass(frozen=True)
class _Actions:
    legacy: str
    abac: str


_TABLE: dict[Action, _Actions] = {
    "pull": _Actions(f"{_REGISTRY}/pull/read", f"{_REGISTRY}/repositories/content/read"),
    "push": _Actions(f"{_REGISTRY}/push/write", f"{_REGISTRY}/repositories/content/write"),
    "delete": _Actions(f"{_REGISTRY}/artifacts/delete", f"{_REGISTRY}/repositories/content/delete"),
    "metadata_read": _Actions(f"{_REGISTRY}/pull/read", f"{_REGISTRY}/repositories/metadata/read"),
    "metadata_write": _Actions(f"{_REGISTRY}/push/write", f"{_REGISTRY}/repositories/metadata/write"),
    "catalog": _Actions(f"{_REGISTRY}/pull/read", f"{_REGISTRY}/catalog/read"),
}


class RegistryRights:
    """What the role assignments allow in registries."""

    def __init__(self, rights: Rights, settings: Settings) -> None:
        self._rights = rights
        self._settings = settings

    def may(self, registry: Resource, principal_id: str, action: Action) -> bool:
        """Whether the principal may do that in the registry."""
        wanted = _TABLE[action]
        if registry.properties.get("roleAssignmentMode") == ABAC:
            return self._rights.has_data_action(principal_id, wanted.abac, registry.id)
        if self._rights.has_action(principal_id, wanted.legacy, registry.id):
            return True
        by_repository_role = self._settings.repository_roles_on_legacy_registry
        return by_repository_role and self._rights.has_data_action(principal_id, wanted.abac, registry.id)


def takes_arm_tokens(registry: Resource) -> bool:
    """Whether the registry exchanges tokens meant for Resource Manager: the policy that image pulls need."""
    policy = registry.properties.get("policies", {}).get("azureADAuthenticationAsArmPolicy", {})
    return bool(policy.get("status", "enabled") == "enabled")


def anonymous(registry: Resource, action: Action) -> bool:
    """Whether callers without a token may do that."""
    return bool(registry.properties.get("anonymousPullEnabled")) and action in ("pull", "metadata_read")
