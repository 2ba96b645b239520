"""The servers of the registries: opened when one is created or loaded, closed when it is deleted."""

from __future__ import annotations

from foundry_emulator.host import names
from foundry_emulator.host.requests_log import Plane
from foundry_emulator.host.servers import Servers
from foundry_emulator.registry.app import registry_app
from foundry_emulator.registry.registries import Registries
from foundry_emulator.registry.state import RegistryContent


class RegistryHosting:
    """Serves each registry on a port of its own. Implements `arm.data_planes.RegistryServers`."""

    def __init__(self, servers: Servers, registries: Registries) -> None:
        self._servers = servers
        self._registries = registries
        self._open: set[str] = set()

    def login_server(self, name: str) -> str:
        """`localhost:PORT`: where the registry of that name answers."""
        return f"localhost:{self._servers.port(names.registry_server(name))}"

    def at(self, login_server: str) -> str | None:
        """The name of the registry that answers there, also under `azurecr.io`. None if there is none."""
        wanted = login_server.lower()
        name = names.label_of(wanted, names.REGISTRIES)
        if name in self._registries.state.registries:
            return name
        return next(
            (name for name in self._registries.state.registries if self.login_server(name) == wanted),
            None,
        )

    async def open(self, name: str, arm_id: str) -> None:
        """Serves a new, empty registry."""
        self._registries.state.registries[name.lower()] = RegistryContent(arm_id=arm_id)
        await self._serve(name.lower())

    async def remove(self, name: str) -> None:
        """Drops the content of a deleted registry. It keeps its port."""
        self._registries.state.registries.pop(name.lower(), None)
        await self._close(name.lower())

    async def follow_state(self) -> None:
        """Opens every registry of the state, and closes all others."""
        for name in self._open - set(self._registries.state.registries):
            await self._close(name)
        for name in self._registries.state.registries:
            await self._serve(name)

    async def _serve(self, name: str) -> None:
        self._open.add(name)
        await self._servers.open(names.registry_server(name), registry_app(self._registries, name), _plane_of)

    async def _close(self, name: str) -> None:
        self._open.discard(name)
        await self._servers.close(names.registry_server(name))


def _plane_of(_path: str) -> Plane:
    return "registry"
