"""What follows when a resource is removed, on its own or with its resource group."""

from foundry_emulator.arm import key_vault
from foundry_emulator.arm.cognitive_services import deleted_accounts
from foundry_emulator.arm.plane import Arm
from foundry_emulator.arm.resource_types import ACCOUNT, CONNECTION, PROJECT_CONNECTION, REGISTRY, VAULT
from foundry_emulator.arm.state import Resource


def register_hooks(arm: Arm) -> None:
    """Accounts and vaults are soft-deleted; registries and connections lose their content."""

    async def account(removed: Resource) -> None:
        deleted_accounts.remember(arm, removed)

    async def vault(removed: Resource) -> None:
        await key_vault.remember(arm, removed)

    async def registry(removed: Resource) -> None:
        await arm.registries.remove(removed.name)

    arm.resources.on_removal(ACCOUNT, account)
    arm.resources.on_removal(VAULT, vault)
    arm.resources.on_removal(REGISTRY, registry)
    arm.resources.on_removal(CONNECTION, arm.credentials.forget)
    arm.resources.on_removal(PROJECT_CONNECTION, arm.credentials.forget)
