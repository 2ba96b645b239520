"""What the container registries work with."""

from __future__ import annotations

from dataclasses import dataclass

from foundry_emulator.arm.resources import Resources
from foundry_emulator.arm.state import Resource
from foundry_emulator.host.clock import Clock
from foundry_emulator.identity.tokens import Tokens
from foundry_emulator.registry.rights import RegistryRights
from foundry_emulator.registry.state import RegistriesState


@dataclass(frozen=True)
class Registries:
    """The registries of all subscriptions and their content."""

    state: RegistriesState
    resources: Resources
    rights: RegistryRights
    tokens: Tokens
    clock: Clock

    def resource(self, name: str) -> Resource | None:
        """The ARM resource of a registry. None while it does not exist."""
        content = self.state.registries.get(name.lower())
        return self.resources.find(content.arm_id) if content else None
