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
from foundry_emulator.foundry.routes import by_host
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
        await self.servers.open(AZURE, by_host(self.main), _plane_of)
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
    host = _host(home, settings)
    arm_state, directory, clock = host.state.arm, host.state.directory, host.clock
    resources, rights = Resources(arm_state, clock, directory), Rights(arm_state, clock, settings)
    registries = Registries(host.state.registries, resources, RegistryRights(rights, settings), host.tokens, clock)
    registry_hosting = RegistryHosting(host.servers, registries)
    login_url = f"{host.base_url}/{directory.tenant_id}"
    vaults = Vaults(host.state.vaults, resources, VaultRights(rights), host.tokens, clock, login_url)
    vault_hosting = VaultHosting(host.servers, vaults)
    arm = _arm(host, resources, rights, registry_hosting, vault_hosting)
    agents = AgentPool(home, settings, host.identity_url)
    data_plane = _data_plane(host, arm, ImagePull(registries, registry_hosting.at), agents)
    _connect_removals(arm, data_plane)
    return _emulator(host, arm, data_plane, registry_hosting, vault_hosting)


@dataclass(frozen=True)
class _Host:
    """What carries the services."""

    home: Home
    settings: Settings
    state: State
    state_file: StateFile
    clock: Clock
    tokens: Tokens
    log: RequestLog
    faults: Faults
    servers: Servers
    base_url: str
    identity_url: str


def _host(home: Home, settings: Settings) -> _Host:
    state, clock = State(), Clock(settings)
    state_file = StateFile(home.state, state)
    state_file.load()
    tokens = Tokens(_signing_key(home), clock, state.directory)
    log, faults, connections = RequestLog(), Faults(), Connections()
    observer = Observer(log, faults, connections, caller=tokens.display_name, answered=state_file.changed)
    servers = Servers(Ports(home), certificates.prepare(home), observer, connections)
    return _Host(
        home=home,
        settings=settings,
        state=state,
        state_file=state_file,
        clock=clock,
        tokens=tokens,
        log=log,
        faults=faults,
        servers=servers,
        base_url=f"https://localhost:{servers.reserve(AZURE)}",
        identity_url=f"http://127.0.0.1:{servers.reserve(IDENTITY)}/identity/token",
    )


def _arm(host: _Host, resources: Resources, rights: Rights, registries: RegistryHosting, vaults: VaultHosting) -> Arm:
    state, directory = host.state.arm, host.state.directory
    return Arm(
        state=state,
        directory=directory,
        tokens=host.tokens,
        clock=host.clock,
        settings=host.settings,
        base_url=host.base_url,
        resources=resources,
        rights=rights,
        identities=Identities(state, host.clock, directory),
        operations=Operations(state, host.clock, host.base_url),
        credentials=Credentials(resources, vaults),
        registries=registries,
        vaults=vaults,
    )


def _data_plane(host: _Host, arm: Arm, images: ImagePull, agents: AgentPool) -> DataPlane:
    state, directory = host.state.foundry, host.state.directory
    return DataPlane(
        state=state,
        directory=directory,
        tokens=host.tokens,
        clock=host.clock,
        settings=host.settings,
        base_url=host.base_url,
        ca_bundle=host.home.ca_bundle,
        resources=arm.resources,
        rights=arm.rights,
        projects=Projects(arm.resources, host.clock),
        credentials=arm.credentials,
        images=images,
        agents=agents,
        removal=Removal(state, directory, agents, host.clock, host.settings),
    )


def _emulator(
    host: _Host, arm: Arm, data_plane: DataPlane, registries: RegistryHosting, vaults: VaultHosting
) -> Emulator:
    identity = Identity(host.tokens, host.state.directory, host.base_url)
    main = Starlette(routes=[*identity.login_routes(), *data_plane_routes(data_plane), *arm_routes(arm)])
    main.router.redirect_slashes = False  # Azure does not redirect
    emulator = Emulator(
        state_file=host.state_file,
        servers=host.servers,
        agents=data_plane.agents,
        registries=registries,
        vaults=vaults,
        main=main,
        managed_identity=Starlette(routes=identity.managed_identity_routes()),
    )
    control = Control(
        home=host.home.root,
        base_url=host.base_url,
        settings=host.settings,
        log=host.log,
        faults=host.faults,
        dump_state=host.state_file.dump,
        load_state=emulator.load,
        processes=data_plane.agents.overview,
    )
    main.router.routes[:0] = control.routes()  # before Resource Manager, which answers every path
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
    if path.startswith(("/accounts/", "/api/projects/")):
        return "data"
    return "identity" if "/oauth2/" in path or "/.well-known/" in path else "arm"


def _signing_key(home: Home) -> bytes:
    """Signs access tokens. Chosen once per home."""
    path = home.keys / "token-key"
    if not path.exists():
        certificates.write_private(path, secrets.token_hex(32).encode())
    return path.read_bytes()
