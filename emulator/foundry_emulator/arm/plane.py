"""The control plane: what the operations of Resource Manager work with."""

from __future__ import annotations

from dataclasses import dataclass

from foundry_emulator.arm.credentials import Credentials
from foundry_emulator.arm.data_planes import RegistryServers, VaultServers
from foundry_emulator.arm.identities import Identities
from foundry_emulator.arm.operations import Operations
from foundry_emulator.arm.resources import Resources
from foundry_emulator.arm.rights import Rights
from foundry_emulator.arm.state import ArmState
from foundry_emulator.host.clock import Clock
from foundry_emulator.host.settings import Settings
from foundry_emulator.identity.state import Directory
from foundry_emulator.identity.tokens import Tokens


@dataclass(frozen=True)
class Arm:
    """Azure Resource Manager of all subscriptions."""

    state: ArmState
    directory: Directory
    tokens: Tokens
    clock: Clock
    settings: Settings
    base_url: str
    """`https://localhost:PORT`."""
    resources: Resources
    rights: Rights
    identities: Identities
    operations: Operations
    credentials: Credentials
    registries: RegistryServers
    vaults: VaultServers
