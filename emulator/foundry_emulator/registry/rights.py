"""Who may do what in a registry, by the way in which the registry reads role assignments.

Source: learn.microsoft.com "Azure Container Registry Entra permissions and role assignments overview".
"""

from dataclasses import dataclass
from typing import Literal

from foundry_emulator import access
from foundry_emulator.arm import store
from foundry_emulator.arm.state import Resource
from foundry_emulator.world import World

Action = Literal["pull", "push", "delete", "metadata_read", "metadata_write", "catalog"]
ABAC = "AbacRepositoryPermissions"
_REGISTRY = "Microsoft.ContainerRegistry/registries"


@dataclass(frozen=True)
class _Rights:
    legacy: str
    abac: str


_TABLE: dict[Action, _Rights] = {
    "pull": _Rights(f"{_REGISTRY}/pull/read", f"{_REGISTRY}/repositories/content/read"),
    "push": _Rights(f"{_REGISTRY}/push/write", f"{_REGISTRY}/repositories/content/write"),
    "delete": _Rights(f"{_REGISTRY}/artifacts/delete", f"{_REGISTRY}/repositories/content/delete"),
    "metadata_read": _Rights(f"{_REGISTRY}/pull/read", f"{_REGISTRY}/repositories/metadata/read"),
    "metadata_write": _Rights(f"{_REGISTRY}/push/write", f"{_REGISTRY}/repositories/metadata/write"),
    "catalog": _Rights(f"{_REGISTRY}/pull/read", f"{_REGISTRY}/catalog/read"),
}


def resource_of(world: World, name: str) -> Resource | None:
    """The ARM resource of a registry; None while it does not exist."""
    content = world.state.registries.registries.get(name.lower())
    return store.find(world, content.arm_id) if content else None


def may(world: World, registry: Resource, principal_id: str, action: Action) -> bool:
    """Whether the principal may do that in the registry."""
    rights = _TABLE[action]
    if registry.properties.get("roleAssignmentMode") == ABAC:
        return access.has_data_action(world, principal_id, rights.abac, registry.id)
    if access.has_action(world, principal_id, rights.legacy, registry.id):
        return True
    by_repository_role = world.settings.repository_roles_on_legacy_registry
    return by_repository_role and access.has_data_action(world, principal_id, rights.abac, registry.id)


def takes_arm_tokens(registry: Resource) -> bool:
    """Whether tokens meant for Resource Manager may be exchanged: the policy that image pulls need."""
    policy = registry.properties.get("policies", {}).get("azureADAuthenticationAsArmPolicy", {})
    return bool(policy.get("status", "enabled") == "enabled")


def anonymous(registry: Resource, action: Action) -> bool:
    """Whether nobody in particular may do that."""
    return bool(registry.properties.get("anonymousPullEnabled")) and action in ("pull", "metadata_read")
