"""Who may read, write, list, delete, recover and purge the secrets of a vault.

Source: learn.microsoft.com "Provide access to Key Vault with Azure role-based access control", built-in roles.
"""

from __future__ import annotations

from typing import Literal

from foundry_emulator.arm.rights import Rights
from foundry_emulator.arm.state import Resource

Action = Literal["get", "set", "list", "delete", "recover", "purge"]

_SECRETS = "Microsoft.KeyVault/vaults/secrets"
_DATA_ACTIONS: dict[Action, str] = {
    "get": f"{_SECRETS}/getSecret/action",
    "set": f"{_SECRETS}/setSecret/action",
    "list": f"{_SECRETS}/readMetadata/action",
    "delete": f"{_SECRETS}/delete",
    "recover": f"{_SECRETS}/recover/action",
    "purge": f"{_SECRETS}/purge/action",
}


def data_action(action: Action) -> str:
    return _DATA_ACTIONS[action]


def by_role(vault: Resource) -> bool:
    """Whether role assignments decide. If not, the access policies of the vault do."""
    return bool(vault.properties.get("enableRbacAuthorization"))


class VaultRights:
    """What role assignments, or the vault's access policies, allow."""

    def __init__(self, rights: Rights) -> None:
        self._rights = rights

    def may(self, vault: Resource, principal_id: str, action: Action) -> bool:
        """Whether the principal may do that with the vault's secrets."""
        if by_role(vault):
            return self._rights.has_data_action(principal_id, _DATA_ACTIONS[action], vault.id)
        return any(
            policy.get("objectId", "").lower() == principal_id.lower()
            and {action, "all"} & {one.lower() for one in (policy.get("permissions") or {}).get("secrets") or []}
            for policy in vault.properties.get("accessPolicies") or []
        )
