"""The data plane: what the operations on projects work with."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from foundry_emulator.arm.cognitive_services.view import Projects
from foundry_emulator.arm.credentials import Credentials
from foundry_emulator.arm.resources import Resources
from foundry_emulator.arm.rights import Rights
from foundry_emulator.foundry.removal import Removal
from foundry_emulator.foundry.state import FoundryState
from foundry_emulator.foundry.traffic import TrafficSplit
from foundry_emulator.host.clock import Clock
from foundry_emulator.host.settings import Settings
from foundry_emulator.identity.state import Directory
from foundry_emulator.identity.tokens import Tokens
from foundry_emulator.registry.pull import ImagePull
from foundry_emulator.runner.pool import AgentPool


@dataclass(frozen=True)
class DataPlane:
    """The Foundry data plane of all projects."""

    state: FoundryState
    directory: Directory
    tokens: Tokens
    clock: Clock
    settings: Settings
    base_url: str
    """`https://localhost:PORT`."""
    ca_bundle: Path
    """Certificate authorities that calls to other servers trust."""
    resources: Resources
    rights: Rights
    projects: Projects
    credentials: Credentials
    images: ImagePull
    agents: AgentPool
    removal: Removal
    traffic: TrafficSplit = field(default_factory=TrafficSplit)
