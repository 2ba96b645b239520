"""The credentials of connections. They are stored by the platform, or in the customer's own key vault.

Source: MicrosoftDocs/azure-ai-docs set-up-key-vault-connection. How the platform names the secrets in that vault,
and with what it refuses a connection that it may not store, is not documented.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from foundry_emulator.arm import errors
from foundry_emulator.arm.data_planes import SecretUnavailable, VaultServers
from foundry_emulator.arm.ids import key
from foundry_emulator.arm.resource_types import CONNECTION
from foundry_emulator.arm.resources import Resources
from foundry_emulator.arm.state import Resource

KEY_VAULT = "AzureKeyVault"
IN_VAULT = "credentialsInVault"
"""The property of a connection that says in which vault its credentials are."""
_NAMES = uuid.UUID("0d4a3f0c-9c58-5b0e-8f3a-6b2e57a1c0de")


class Unavailable(Exception):
    """The credentials of a connection cannot be read. Says why."""


class Credentials:
    """Stores and reads the credentials of connections, as the platform itself does."""

    def __init__(self, resources: Resources, vaults: VaultServers) -> None:
        self._resources = resources
        self._vaults = vaults

    def keep(self, account: Resource, connection: Resource, credentials: Any) -> None:
        """Stores what the caller sent. Raises ArmError if the key vault refuses it."""
        vault_id = self._vault_of(account)
        if vault_id is None or not credentials:
            connection.properties["credentials"] = credentials
            return
        vault = self._resources.find(vault_id)
        if vault is None:
            raise errors.ArmError(400, "ValidationError", f"The key vault {vault_id} of the connection does not exist.")
        try:
            self._vaults.put_secret(vault, _principal(account), _secret_name(connection), json.dumps(credentials))
        except SecretUnavailable as problem:
            message = f"The key vault {vault_id} refused to store the credentials: {problem}"
            raise errors.ArmError(403, "Forbidden", message) from problem
        connection.properties.pop("credentials", None)
        connection.properties[IN_VAULT] = vault_id

    def read(self, account: Resource, connection: Resource) -> dict[str, Any]:
        """The credentials. Raises Unavailable."""
        vault_id = connection.properties.get(IN_VAULT)
        if vault_id is None:
            return connection.properties.get("credentials") or {}
        vault = self._resources.find(vault_id)
        if vault is None:
            raise Unavailable(f"The key vault {vault_id} does not exist.")
        try:
            found: dict[str, Any] = json.loads(
                self._vaults.get_secret(vault, _principal(account), _secret_name(connection))
            )
        except SecretUnavailable as problem:
            raise Unavailable(str(problem)) from problem
        return found

    async def forget(self, connection: Resource) -> None:
        """Deletes the secret of a deleted connection."""
        vault_id = connection.properties.get(IN_VAULT)
        vault = self._resources.find(vault_id) if vault_id else None
        if vault is not None:
            self._vaults.delete_secret(vault, _secret_name(connection))

    def _vault_of(self, account: Resource) -> str | None:
        """The id of the key vault that the account is connected to. None without one."""
        connections = self._resources.of_type(CONNECTION, account.id)
        found = [one for one in connections if one.properties["category"] == KEY_VAULT]
        return vault_named_by(found[0].properties) if found else None


def vault_named_by(properties: dict[str, Any]) -> str:
    """The id of the vault that a key vault connection names."""
    return str((properties.get("metadata") or {}).get("ResourceId") or properties.get("target") or "")


def _principal(account: Resource) -> str:
    return str((account.identity or {}).get("principalId") or "")


def _secret_name(connection: Resource) -> str:
    return str(uuid.uuid5(_NAMES, key(connection.id)))
