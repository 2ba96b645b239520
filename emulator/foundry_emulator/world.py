"""What every handler gets to work with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from foundry_emulator.clock import Clock
from foundry_emulator.faults import Faults
from foundry_emulator.foundry.traffic import TrafficSplit
from foundry_emulator.home import Home
from foundry_emulator.requests_log import RequestLog
from foundry_emulator.settings import Settings

# State is only named here: its parts belong to packages whose handlers import this module.
if TYPE_CHECKING:
    from starlette.requests import Request

    from foundry_emulator.runner.pool import AgentPool
    from foundry_emulator.server import Servers
    from foundry_emulator.state import State


@dataclass
class World:
    """One local Azure. `servers` and `agents` are set by `foundry_emulator.serve` before it answers."""

    home: Home
    settings: Settings
    state: State
    clock: Clock
    log: RequestLog = field(default_factory=RequestLog)
    faults: Faults = field(default_factory=Faults)
    base_url: str = ""
    """`https://localhost:PORT`, where ARM, login, data plane and control API answer."""
    identity_url: str = ""
    """The managed identity endpoint, in full."""
    signing_key: bytes = b""
    """Signs access tokens."""
    unsaved: bool = False
    traffic: TrafficSplit = field(default_factory=TrafficSplit)
    servers: Servers = field(init=False)
    agents: AgentPool = field(init=False)

    def changed(self) -> None:
        """The state is to be saved soon."""
        self.unsaved = True


def world_of(request: Request) -> World:
    world: World = request.app.state.world
    return world
