"""What Resource Manager needs from the data planes of the resources that it manages.

Registries and vaults have servers of their own; their packages implement these protocols.
"""

from __future__ import annotations

from typing import Protocol

from foundry_emulator.arm.state import Resource


class SecretUnavailable(Exception):
    """A vault does not store or return a secret. Says why."""


class RegistryServers(Protocol):
    """The data planes of the container registries."""

    def login_server(self, name: str) -> str:
        """Where the registry of that name answers, as `host:port`."""

    async def open(self, name: str, arm_id: str) -> None:
        """Serves a new, empty registry."""

    async def remove(self, name: str) -> None:
        """Drops the content of a deleted registry."""


class VaultServers(Protocol):
    """The data planes of the key vaults."""

    def uri(self, name: str) -> str:
        """Where the vault of that name answers, with a slash at the end."""

    async def open(self, name: str, arm_id: str) -> None:
        """Serves a new vault, or a recovered one with what was in it."""

    async def close(self, name: str) -> None:
        """Stops serving a soft-deleted vault; its content stays."""

    def forget(self, name: str) -> None:
        """Drops the content of a purged vault."""

    def put_secret(self, vault: Resource, principal_id: str, name: str, value: str) -> None:
        """Stores a secret as that principal. Raises SecretUnavailable."""

    def get_secret(self, vault: Resource, principal_id: str, name: str) -> str:
        """The current value, read as that principal. Raises SecretUnavailable."""

    def delete_secret(self, vault: Resource, name: str) -> None:
        """Soft-deletes a secret, if it exists."""
