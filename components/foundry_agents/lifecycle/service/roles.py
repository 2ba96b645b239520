"""Azure's built-in roles that a project or a deployer is assigned, and who has them. Source: Azure built-in roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .arm import ResourceManager

ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
REPOSITORY_READER = "b93aa761-3e63-49ed-ac28-beffa264f7ac"
FOUNDRY_USER = "53ca6127-db72-4b80-b1b0-d745d6d5456d"
"""Foundry User was called Azure AI User."""
KEY_VAULT_SECRETS_OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"

PULLING = {
    ACR_PULL: "AcrPull",
    "8311e382-0749-4cb8-b61a-304f252e45ec": "AcrPush",
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
}
"""The roles that allow pulling from a registry without repository permissions, by ID."""
READING_REPOSITORIES = {
    REPOSITORY_READER: "Container Registry Repository Reader",
    "2a1e307c-b015-4ebd-883e-5b7698a07328": "Container Registry Repository Writer",
    "2efddaa5-3f1f-4df3-97df-af3f13818f4c": "Container Registry Repository Contributor",
}
"""The roles that allow pulling from a registry with them."""
_USING_FOUNDRY = {
    FOUNDRY_USER: "Foundry User",
    "eadc314b-1a2d-4efa-be10-5d325db5065e": "Foundry Project Manager",
    "c883944f-8b7b-4483-af10-35834be79c4a": "Foundry Owner",
    "a97b65f3-24c7-4388-baec-2e87135dc908": "Cognitive Services User",
}
_WRITING_SECRETS = {
    KEY_VAULT_SECRETS_OFFICER: "Key Vault Secrets Officer",
    "00482a5a-887f-4fb3-b363-3b7fe8e74483": "Key Vault Administrator",
}
_GROUPS = (PULLING, READING_REPOSITORIES, _USING_FOUNDRY, _WRITING_SECRETS)


def name_of(role: str) -> str:
    """The name of a built-in role; its ID if it is none of these."""
    return next((group[role] for group in _GROUPS if role in group), role)


def az_command(role: str, scope: str, principal_id: str, principal_type: str | None) -> str:
    """The command that creates a role assignment."""
    kind = f" --assignee-principal-type {principal_type}" if principal_type else ""
    return f"az role assignment create --assignee-object-id {principal_id}{kind} --role {role} --scope {scope}"


async def has_role(arm: ResourceManager, role: str, scope: str, principal_id: str, *, is_group: bool) -> bool:
    """Whether a principal has a role at a scope or above it, or one that allows the same.

    Roles through groups count. Raises `ServiceError`, such as `NotFound` if the scope does not exist.
    """
    # Resource Manager resolves the groups of users and service principals, but not those of groups.
    wanted = f"principalId eq '{principal_id}'" if is_group else f"assignedTo('{principal_id}')"
    found = await arm.get(
        f"{scope}/providers/Microsoft.Authorization/roleAssignments", "2022-04-01", **{"$filter": wanted}
    )
    sufficient = next((group for group in _GROUPS if role in group), {role: role})
    granted = [item["properties"] for item in found.get("value") or []]
    return any(
        role_of(one["roleDefinitionId"]) in sufficient and _is_at_or_above(one["scope"], scope) for one in granted
    )


def role_of(role_definition_id: str) -> str:
    """The ID of the role in the ARM ID of its definition."""
    return role_definition_id.rsplit("/", 1)[-1].lower()


def _is_at_or_above(granted: str, scope: str) -> bool:
    return f"{scope}/".lower().startswith(f"{granted.rstrip('/')}/".lower())
