"""The servers of the registries: opened when one is made or loaded, closed when it goes."""

from foundry_emulator.arm.state import Resource
from foundry_emulator.registry.app import registry_app
from foundry_emulator.registry.state import RegistryContent
from foundry_emulator.world import World


def login_server(world: World, name: str) -> str:
    """`localhost:PORT`: where the registry of that name answers."""
    return f"localhost:{world.servers.port(_server(name))}"


async def open_registry(world: World, name: str, arm_id: str) -> None:
    """A registry was made: it is empty and it answers."""
    world.state.registries.registries[name.lower()] = RegistryContent(arm_id=arm_id)
    await world.servers.open(_server(name), registry_app(name.lower()))


async def registry_removed(world: World, registry: Resource) -> None:
    """A registry was deleted: its content goes, its port stays its own."""
    world.state.registries.registries.pop(registry.name.lower(), None)
    await world.servers.close(_server(registry.name))


async def start(world: World) -> None:
    """Open every registry of the state."""
    for name in world.state.registries.registries:
        await world.servers.open(_server(name), registry_app(name))


async def stop(world: World) -> None:
    """Close every registry of the state."""
    for name in world.state.registries.registries:
        await world.servers.close(_server(name))


def _server(name: str) -> str:
    return f"registry-{name.lower()}"
