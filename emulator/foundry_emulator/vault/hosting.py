"""The servers of the vaults: opened when one is created, recovered or loaded, closed when it is deleted."""

from __future__ import annotations

from foundry_emulator.arm.data_planes import SecretUnavailable
from foundry_emulator.arm.state import Resource
from foundry_emulator.host import names
from foundry_emulator.host.requests_log import Plane
from foundry_emulator.host.servers import Servers
from foundry_emulator.vault import content
from foundry_emulator.vault.app import vault_app
from foundry_emulator.vault.errors import VaultError
from foundry_emulator.vault.rights import Action, data_action
from foundry_emulator.vault.state import VaultContent
from foundry_emulator.vault.vaults import Vaults


class VaultHosting:
    """Serves each vault on a port of its own. Implements `arm.data_planes.VaultServers`."""

    def __init__(self, servers: Servers, vaults: Vaults) -> None:
        self._servers = servers
        self._vaults = vaults
        self._open: set[str] = set()

    def uri(self, name: str) -> str:
        """`https://127.0.0.1:PORT/`: where the vault of that name answers.

        By address, not as localhost: the official client accepts a challenge only from a host below the domain that
        the challenge names, and localhost has no domain above it (see `vault.app.audience`).
        """
        return f"https://127.0.0.1:{self._servers.port(names.vault_server(name))}/"

    async def open(self, name: str, arm_id: str) -> None:
        """Serves a new vault, or a recovered one with what was in it."""
        self._vaults.state.vaults.setdefault(name.lower(), VaultContent(arm_id=arm_id))
        await self._serve(name.lower())

    async def close(self, name: str) -> None:
        """Stops serving a soft-deleted vault. Its content stays until it is purged."""
        await self._close(name.lower())

    def forget(self, name: str) -> None:
        """Drops the content of a purged vault."""
        self._vaults.state.vaults.pop(name.lower(), None)

    async def follow_state(self) -> None:
        """Opens every vault of the state that is not deleted, and closes all others."""
        vaults, resources = self._vaults.state.vaults, self._vaults.resources
        wanted = [name for name, vault in vaults.items() if resources.find(vault.arm_id) is not None]
        for name in self._open - set(wanted):
            await self._close(name)
        for name in wanted:
            await self._serve(name)

    def put_secret(self, vault: Resource, principal_id: str, name: str, value: str) -> None:
        """Stores a secret as that principal. Raises SecretUnavailable."""
        held = self._allowed(vault, principal_id, "set")
        if name in held.deleted:
            content.recover(held, name)
        content.put(held, name, value, self._vaults.clock.now(), content_type="application/json")

    def get_secret(self, vault: Resource, principal_id: str, name: str) -> str:
        """The current value, read as that principal. Raises SecretUnavailable."""
        try:
            _, version = content.find(self._allowed(vault, principal_id, "get"), name)
        except VaultError as problem:
            raise SecretUnavailable(problem.message) from problem
        return version.value

    def delete_secret(self, vault: Resource, name: str) -> None:
        """Soft-deletes a secret, if it exists."""
        held = self._vaults.state.vaults.get(vault.name.lower())
        if held is not None and name in held.secrets:
            clock, days = self._vaults.clock, vault.properties["softDeleteRetentionInDays"]
            content.delete(held, name, clock.now(), clock.scaled(days * content.DAY))

    def _allowed(self, vault: Resource, principal_id: str, action: Action) -> VaultContent:
        held = self._vaults.state.vaults.get(vault.name.lower())
        if held is None:
            raise SecretUnavailable(f"The key vault {vault.id} does not exist.")
        if not self._vaults.rights.may(vault, principal_id, action):
            raise SecretUnavailable(
                f"The caller '{principal_id}' is not authorized to perform action '{data_action(action)}' on "
                f"{vault.id} (ForbiddenByRbac)."
            )
        return held

    async def _serve(self, name: str) -> None:
        self._open.add(name)
        await self._servers.open(names.vault_server(name), vault_app(self._vaults, name), _plane_of)

    async def _close(self, name: str) -> None:
        self._open.discard(name)
        await self._servers.close(names.vault_server(name))


def _plane_of(_path: str) -> Plane:
    return "vault"
