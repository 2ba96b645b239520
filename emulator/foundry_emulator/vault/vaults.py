"""What the key vaults work with."""

from __future__ import annotations

from dataclasses import dataclass

from foundry_emulator.arm.resources import Resources
from foundry_emulator.host.clock import Clock
from foundry_emulator.identity.tokens import Tokens
from foundry_emulator.vault.rights import VaultRights
from foundry_emulator.vault.state import VaultsState


@dataclass(frozen=True)
class Vaults:
    """The vaults of all subscriptions and their secrets."""

    state: VaultsState
    resources: Resources
    rights: VaultRights
    tokens: Tokens
    clock: Clock
    login_url: str
    """Where callers get their tokens: `https://localhost:PORT/TENANT`."""
