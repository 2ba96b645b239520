"""A subscription without servers: its state, its time and who may do what."""

from dataclasses import dataclass, field

import pytest

from foundry_emulator.arm.resources import Resources
from foundry_emulator.arm.rights import Rights
from foundry_emulator.arm.state import SUBSCRIPTION_ID, ArmState, RoleAssignment
from foundry_emulator.host.clock import Clock
from foundry_emulator.host.settings import Settings
from foundry_emulator.identity.state import Directory

SUBSCRIPTION = f"/subscriptions/{SUBSCRIPTION_ID}"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"
SOMEBODY = "11111111-1111-4111-8111-111111111111"


@dataclass
class Subscription:
    """Role assignments have no effect for their first 60 seconds."""

    settings: Settings = field(default_factory=lambda: Settings(time_scale=1, role_propagation_seconds=60))
    state: ArmState = field(default_factory=ArmState)
    directory: Directory = field(default_factory=Directory)

    def __post_init__(self) -> None:
        self.clock = Clock(self.settings)
        self.rights = Rights(self.state, self.clock, self.settings)
        self.resources = Resources(self.state, self.clock, self.directory)

    def grant(self, role: str, scope: str, *, age: float = 3600) -> None:
        """A role assignment of SOMEBODY that was created `age` seconds ago."""
        name = f"{role}-{scope}"
        self.state.role_assignments[name] = RoleAssignment(
            id=name,
            name=name,
            scope=scope,
            role_definition_id=f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}",
            principal_id=SOMEBODY,
            created_at=self.clock.now() - age,
        )


@pytest.fixture
def subscription() -> Subscription:
    return Subscription()
