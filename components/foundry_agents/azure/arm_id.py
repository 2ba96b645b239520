"""ARM ids: how the things that exist already are named in the configuration."""

import re
from typing import NamedTuple


class ProjectId(NamedTuple):
    """The parts of the ARM id of a Foundry project."""

    subscription: str
    resource_group: str
    account: str
    project: str


class RegistryId(NamedTuple):
    """The parts of the ARM id of a container registry."""

    subscription: str
    resource_group: str
    registry: str


class VaultId(NamedTuple):
    """The parts of the ARM id of a key vault."""

    subscription: str
    resource_group: str
    vault: str


_GROUP = r"/subscriptions/([^/\s]+)/resourceGroups/([^/\s]+)"
_PROJECT = re.compile(
    rf"{_GROUP}/providers/Microsoft\.CognitiveServices/accounts/([^/\s]+)/projects/([^/\s]+)", re.IGNORECASE
)
_VAULT = re.compile(rf"{_GROUP}/providers/Microsoft\.KeyVault/vaults/([^/\s]+)", re.IGNORECASE)
_REGISTRY = re.compile(rf"{_GROUP}/providers/Microsoft\.ContainerRegistry/registries/([^/\s]+)", re.IGNORECASE)


def parse_project_id(text: str) -> ProjectId:
    """Splits the id of a project. Raises `ValueError`."""
    match = _PROJECT.fullmatch(text)
    if match is None:
        raise ValueError(
            f"`{text}` is not the ARM id of a Foundry project: "
            "/subscriptions/…/resourceGroups/…/providers/Microsoft.CognitiveServices/accounts/…/projects/…"
        )
    return ProjectId(*match.groups())


def parse_registry_id(text: str) -> RegistryId:
    """Splits the id of a registry. Raises `ValueError`."""
    match = _REGISTRY.fullmatch(text)
    if match is None:
        raise ValueError(
            f"`{text}` is not the ARM id of a container registry: "
            "/subscriptions/…/resourceGroups/…/providers/Microsoft.ContainerRegistry/registries/…"
        )
    return RegistryId(*match.groups())


def parse_vault_id(text: str) -> VaultId:
    """Splits the id of a key vault. Raises `ValueError`."""
    match = _VAULT.fullmatch(text)
    if match is None:
        raise ValueError(
            f"`{text}` is not the ARM id of a key vault: "
            "/subscriptions/…/resourceGroups/…/providers/Microsoft.KeyVault/vaults/…"
        )
    return VaultId(*match.groups())
