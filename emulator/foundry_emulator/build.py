"""Builds the parts of one local Azure. The only place that knows them all."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from starlette.applications import Starlette

from foundry_emulator.arm import removal as arm_removal
from foundry_emulator.arm.cognitive_services.view import Projects
from foundry_emulator.arm.credentials import Credentials
from foundry_emulator.arm.identities import Identities
from foundry_emulator.arm.operations import Operations
from foundry_emulator.arm.plane import Arm
from foundry_emulator.arm.resource_types import PROJECT
from foundry_emulator.arm.resources import Resources
from foundry_emulator.arm.rights import Rights
from foundry_emulator.arm.routes import routes as arm_routes
from foundry_emulator.arm.state import Resource
from foundry_emulator.foundry.plane import DataPlane
from foundry_emulator.foundry.removal import Removal
from foundry_emulator.foundry.routes import routes as data_plane_routes
from foundry_emulator.host import certificates
from foundry_emulator.host.clock import Clock
from foundry_emulator.host.connections import Connections
from foundry_emulator.host.control import Control
from foundry_emulator.host.faults import Faults
from foundry_emulator.host.home import AZURE, IDENTITY, Home
from foundry_emulator.host.observe import Observer
from foundry_emulator.host.ports import Ports
from foundry_emulator.host.requests_log import Plane, RequestLog
from foundry_emulator.host.servers import Servers
from foundry_emulator.host.settings import Settings
from foundry_emulator.host.state_file import StateFile
from foundry_emulator.identity.routes import Identity
from foundry_emulator.identity.tokens import Tokens
from foundry_emulator.registry.hosting import RegistryHosting
from foundry_emulator.registry.pull import ImagePull
from foundry_emulator.registry.registries import Registries
from foundry_emulator.registry.rights import RegistryRights
from foundry_emulator.runner.pool import AgentPool
from foundry_emulator.state import State
from foundry_emulator.vault.hosting import VaultHosting
from foundry_emulator.vault.rights import VaultRights
from foundry_emulator.vault.vaults import Vaults


@dataclass(frozen=True)
class Emulator:
    """One local Azure, ready to serve."""

    state_file: StateFile
    servers: Servers
    agents: AgentPool
    registries: RegistryHosting
    vaults: VaultHosting
    main: Starlette
    """What answers on the main port: Resource Manager, login, data plane and control API."""
    managed_identity: Starlette
    """What answers on the port of the managed identity endpoint."""

    async def start(self) -> None:
        """Opens the two ports that every local Azure has, and those of its registries and vaults."""
        await self.servers.open(AZURE, self.main, _plane_of)
        await self.servers.open(IDENTITY, self.managed_identity, lambda _path: "identity", tls=False)
        await self._follow_state()

    async def load(self, raw: bytes) -> None:
        """Replaces the state. Raises pydantic's ValidationError, and then changes nothing."""
        state = self.state_file.parse(raw)
        await self.agents.stop_all()
        self.state_file.fill(state)
        await self._follow_state()

    async def stop(self) -> None:
        """Stops the agents, closes all servers and saves the state."""
        await self.agents.stop_all()
        await self.servers.close_all()
        self.state_file.save()

    async def _follow_state(self) -> None:
        await self.registries.follow_state()
        await self.vaults.follow_state()


def build(home: Home, settings: Settings) -> Emulator:
    """A local Azure with the state that is saved in its folder.

    Raises PortTaken, and pydantic's ValidationError for a saved state of another format.
    """
    state, clock = State(), Clock(settings)
    state_file = StateFile(home.state, state)
    state_file.load()
    tokens = Tokens(_signing_key(home), clock, state.directory)
    log, faults, connections = RequestLog(), Faults(), Connections()
    observer = Observer(log, faults, connections, caller=tokens.display_name, answered=state_file.changed)
    servers = Servers(Ports(home), certificates.prepare(home), observer, connections)
    base_url = f"https://localhost:{servers.reserve(AZURE)}"
    identity_url = f"http://127.0.0.1:{servers.reserve(IDENTITY)}/identity/token"

    resources = Resources(state.arm, clock, state.directory)
    rights = Rights(state.arm, clock, settings)
    registries = Registries(state.registries, resources, RegistryRights(rights, settings), tokens, clock)
    registry_hosting = RegistryHosting(servers, registries)
    vaults = Vaults(
        state.vaults, resources, VaultRights(rights), tokens, clock, f"{base_url}/{state.directory.tenant_id}"
    )
    vault_hosting = VaultHosting(servers, vaults)
    credentials = Credentials(resources, vault_hosting)
    arm = Arm(
        state=state.arm,
        directory=state.directory,
        tokens=tokens,
        clock=clock,
        settings=settings,
        base_url=base_url,
        resources=resources,
        rights=rights,
        identities=Identities(state.arm, clock, state.directory),
        operations=Operations(state.arm, clock, base_url),
        credentials=credentials,
        registries=registry_hosting,
        vaults=vault_hosting,
    )
    agents = AgentPool(home, settings, identity_url)
    data_plane = DataPlane(
        state=state.foundry,
        directory=state.directory,
        tokens=tokens,
        clock=clock,
        settings=settings,
        base_url=base_url,
        ca_bundle=home.ca_bundle,
        resources=resources,
        rights=rights,
        projects=Projects(resources, clock),
        credentials=credentials,
        images=ImagePull(registries, registry_hosting.at),
        agents=agents,
        removal=Removal(state.foundry, state.directory, agents, clock, settings),
    )
    _connect_removals(arm, data_plane)
    identity = Identity(tokens, state.directory, base_url)
    main = Starlette()
    emulator = Emulator(
        state_file=state_file,
        servers=servers,
        agents=agents,
        registries=registry_hosting,
        vaults=vault_hosting,
        main=main,
        managed_identity=Starlette(routes=identity.managed_identity_routes()),
    )
    control = Control(
        home=home.root,
        base_url=base_url,
        settings=settings,
        log=log,
        faults=faults,
        dump_state=state_file.dump,
        load_state=emulator.load,
        processes=agents.overview,
    )
    main.router.routes.extend(
        [*control.routes(), *identity.login_routes(), *data_plane_routes(data_plane), *arm_routes(arm)]
    )
    main.router.redirect_slashes = False  # Azure does not redirect
    return emulator


def _connect_removals(arm: Arm, data_plane: DataPlane) -> None:
    arm_removal.register_hooks(arm)

    async def project(removed: Resource) -> None:
        data_plane.removal.project(*removed.name.split("/"))

    arm.resources.on_removal(PROJECT, project)


def _plane_of(path: str) -> Plane:
    """Which plane a request on the main port is for."""
    if path.startswith("/_emulator"):
        return "control"
    if path.startswith("/accounts/"):
        return "data"
    return "identity" if "/oauth2/" in path or "/.well-known/" in path else "arm"


def _signing_key(home: Home) -> bytes:
    """Signs access tokens. Chosen once per home."""
    path = home.keys / "token-key"
    if not path.exists():
        certificates.write_private(path, secrets.token_hex(32).encode())
    return path.read_bytes()
