"""Everything the local Azure remembers, in one place that can be saved and loaded."""

from pydantic import BaseModel, Field

from foundry_emulator.arm.state import ArmState
from foundry_emulator.foundry.state import FoundryState
from foundry_emulator.identity.state import Directory
from foundry_emulator.registry.state import RegistriesState
from foundry_emulator.vault.state import VaultsState


class State(BaseModel):
    """Saved with `model_dump_json()`, loaded with `model_validate_json()`."""

    directory: Directory = Field(default_factory=Directory)
    arm: ArmState = Field(default_factory=ArmState)
    registries: RegistriesState = Field(default_factory=RegistriesState)
    vaults: VaultsState = Field(default_factory=VaultsState)
    foundry: FoundryState = Field(default_factory=FoundryState)
