"""The servers of the vaults: opened when one is made, recovered or loaded, closed when it goes."""

from foundry_emulator.arm import store
from foundry_emulator.vault.app import vault_app
from foundry_emulator.vault.state import VaultContent
from foundry_emulator.world import World


def vault_uri(world: World, name: str) -> str:
    """`https://127.0.0.1:PORT/`: where the vault of that name answers.

    By address, not as localhost: the official client takes a challenge only from a host below the domain that
    the challenge names, and localhost has no domain above it (see `vault.app.audience`).
    """
    return f"https://127.0.0.1:{world.servers.port(_server(name))}/"


async def open_vault(world: World, name: str, arm_id: str) -> None:
    """A vault was made, or came back with what was in it."""
    world.state.vaults.vaults.setdefault(name.lower(), VaultContent(arm_id=arm_id))
    await world.servers.open(_server(name), vault_app(name.lower()))


async def close_vault(world: World, name: str) -> None:
    """A vault was deleted: its content stays until it is purged."""
    await world.servers.close(_server(name))


def forget_content(world: World, name: str) -> None:
    """A vault was purged."""
    world.state.vaults.vaults.pop(name.lower(), None)


async def start(world: World) -> None:
    """Open every vault that is not deleted."""
    for name, content in world.state.vaults.vaults.items():
        if store.find(world, content.arm_id) is not None:
            await world.servers.open(_server(name), vault_app(name))


async def stop(world: World) -> None:
    """Close every vault of the state."""
    for name in world.state.vaults.vaults:
        await world.servers.close(_server(name))


def _server(name: str) -> str:
    return f"vault-{name.lower()}"
