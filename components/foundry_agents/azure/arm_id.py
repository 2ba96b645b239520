"""IDs of Azure Resource Manager (ARM): how users name the resources that exist already."""

import re
from typing import NamedTuple


class ProjectId(NamedTuple):
    """The parts of the ARM ID of a Foundry project."""

    subscription: str
    resource_group: str
    account: str
    project: str


class RegistryId(NamedTuple):
    """The parts of the ARM ID of a container registry."""

    subscription: str
    resource_group: str
    registry: str


class VaultId(NamedTuple):
    """The parts of the ARM ID of a key vault."""

    subscription: str
    resource_group: str
    vault: str


_GROUP = r"/subscriptions/([^/\s]+)/resourceGroups/([^/\s]+)"
PROJECT_ID = re.compile(
    rf"{_GROUP}/providers/Microsoft\.CognitiveServices/accounts/([^/\s]+)/projects/([^/\s]+)", re.IGNORECASE
)
VAULT_ID = re.compile(rf"{_GROUP}/providers/Microsoft\.KeyVault/vaults/([^/\s]+)", re.IGNORECASE)
REGISTRY_ID = re.compile(rf"{_GROUP}/providers/Microsoft\.ContainerRegistry/registries/([^/\s]+)", re.IGNORECASE)


def parse_project_id(text: str) -> ProjectId:
    """Splits the ARM ID of a project.

    :raises ValueError: if it is not one.
    """
    return ProjectId(
        *_parts(text, PROJECT_ID, "a Foundry project", "Microsoft.CognitiveServices/accounts/…/projects/…")
    )


def parse_registry_id(text: str) -> RegistryId:
    """Splits the ARM ID of a registry.

    :raises ValueError: if it is not one.
    """
    return RegistryId(*_parts(text, REGISTRY_ID, "a container registry", "Microsoft.ContainerRegistry/registries/…"))


def parse_vault_id(text: str) -> VaultId:
    """Splits the ARM ID of a key vault.

    :raises ValueError: if it is not one.
    """
    return VaultId(*_parts(text, VAULT_ID, "a key vault", "Microsoft.KeyVault/vaults/…"))


def _parts(text: str, form: re.Pattern[str], what: str, provider: str) -> tuple[str, ...]:
    match = form.fullmatch(text)
    if match is None:
        raise ValueError(
            f"`{text}` is not the ARM ID of {what}: /subscriptions/…/resourceGroups/…/providers/{provider}"
        )
    return match.groups()
