"""Where the credentials of connections are kept: with the platform, or in the customer's own key vault.

Source: MicrosoftDocs/azure-ai-docs set-up-key-vault-connection. How the platform names the secrets in that vault,
and with what it refuses a connection that it may not store, is not documented.
"""

import json
import uuid
from typing import Any

from foundry_emulator.arm import errors, store
from foundry_emulator.arm.cognitive_services.names import CONNECTION, PROJECT_CONNECTION
from foundry_emulator.arm.ids import key
from foundry_emulator.arm.state import Resource
from foundry_emulator.vault import content, rights
from foundry_emulator.vault.problems import VaultProblem
from foundry_emulator.vault.state import VaultContent
from foundry_emulator.world import World

KEY_VAULT = "AzureKeyVault"
IN_VAULT = "credentialsInVault"
"""The property of a connection that says in which vault its credentials are."""
_NAMES = uuid.UUID("0d4a3f0c-9c58-5b0e-8f3a-6b2e57a1c0de")


class Unavailable(Exception):
    """The credentials of a connection cannot be read."""


def keep(world: World, account: Resource, connection: Resource, credentials: Any) -> None:
    """Stores what the caller sent. Raises ArmError where the key vault does not take it."""
    vault_id = vault_of(world, account)
    if vault_id is None or not credentials:
        connection.properties["credentials"] = credentials
        return
    resource, vault = _opened(world, vault_id)
    if resource is None or vault is None:
        raise errors.ArmError(400, "ValidationError", f"The key vault {vault_id} of the connection does not exist.")
    caller = _principal(account)
    if not rights.may(world, resource, caller, "set"):
        raise errors.ArmError(
            403,
            "Forbidden",
            f"The key vault {vault_id} refused to store the credentials: the caller '{caller}' is not authorized to "
            f"perform action '{rights.data_action('set')}' (ForbiddenByRbac).",
        )
    name = _secret_name(connection)
    if name in vault.deleted:
        content.recover(vault, name)
    content.put(vault, name, json.dumps(credentials), world.clock.now(), content_type="application/json")
    connection.properties.pop("credentials", None)
    connection.properties[IN_VAULT] = vault_id


def read(world: World, account: Resource, connection: Resource) -> dict[str, Any]:
    """The credentials, as the platform itself reads them. Raises Unavailable."""
    vault_id = connection.properties.get(IN_VAULT)
    if vault_id is None:
        return connection.properties.get("credentials") or {}
    resource, vault = _opened(world, vault_id)
    if resource is None or vault is None:
        raise Unavailable(f"the key vault {vault_id} does not exist")
    if not rights.may(world, resource, _principal(account), "get"):
        raise Unavailable(f"'{_principal(account)}' may not read the secrets of {vault_id}")
    try:
        _, version = content.find(vault, _secret_name(connection))
    except VaultProblem as problem:
        raise Unavailable(problem.message) from problem
    found: dict[str, Any] = json.loads(version.value)
    return found


async def forget(world: World, connection: Resource) -> None:
    """A connection was deleted: its secret goes too."""
    resource, vault = _opened(world, connection.properties.get(IN_VAULT) or "")
    name = _secret_name(connection)
    if resource is not None and vault is not None and name in vault.secrets:
        days = resource.properties["softDeleteRetentionInDays"]
        content.delete(vault, name, world.clock.now(), world.clock.scaled(days * 86400))


def vault_of(world: World, account: Resource) -> str | None:
    """The id of the key vault that the account is connected to; None where it has none."""
    found = [one for one in store.of_type(world, CONNECTION, account.id) if one.properties["category"] == KEY_VAULT]
    return vault_named_by(found[0].properties) if found else None


def vault_named_by(properties: dict[str, Any]) -> str:
    """The vault that a key vault connection is to."""
    return str((properties.get("metadata") or {}).get("ResourceId") or properties.get("target") or "")


def _opened(world: World, vault_id: str) -> tuple[Resource | None, VaultContent | None]:
    resource = store.find(world, vault_id) if vault_id else None
    return resource, world.state.vaults.vaults.get(resource.name.lower()) if resource else None


def _principal(account: Resource) -> str:
    return str((account.identity or {}).get("principalId") or "")


def _secret_name(connection: Resource) -> str:
    return str(uuid.uuid5(_NAMES, key(connection.id)))


store.on_removal(CONNECTION, forget)
store.on_removal(PROJECT_CONNECTION, forget)
