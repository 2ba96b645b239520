"""The application on the main port: ARM, login, data plane and control API."""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette

from foundry_emulator import arm, control, registry, vault
from foundry_emulator.foundry.routes import routes as data_plane_routes
from foundry_emulator.home import AZURE, IDENTITY
from foundry_emulator.identity import endpoint
from foundry_emulator.state import State
from foundry_emulator.world import World

SAVE_EVERY_SECONDS = 0.5


def main_app(world: World) -> Starlette:
    async def load(state: State) -> None:
        await stop_parts(world)
        world.state = state
        await start_parts(world)
        world.changed()

    app = Starlette(
        routes=[
            *control.routes(load),
            *endpoint.routes(world),
            *data_plane_routes(world),
            *arm.routes(world),
        ]
    )
    app.router.redirect_slashes = False  # Azure does not redirect
    return app


async def open_ports(world: World) -> None:
    """Opens the two ports that every local Azure has, and those that its state asks for."""
    main_port = await world.servers.open(AZURE, main_app(world))
    world.base_url = f"https://localhost:{main_port}"
    identity_port = await world.servers.open(IDENTITY, Starlette(routes=endpoint.managed_identity_routes()))
    world.identity_url = f"http://127.0.0.1:{identity_port}/identity/token"
    await start_parts(world)


async def start_parts(world: World) -> None:
    await arm.start(world)
    await registry.start(world)
    await vault.start(world)


async def stop_parts(world: World) -> None:
    await world.agents.stop_all()
    await registry.stop(world)
    await vault.stop(world)
    await arm.stop(world)


def load_state(world: World) -> None:
    """What an earlier run saved, if it did. Raises pydantic's ValidationError for a file that is not ours."""
    if world.home.state.exists():
        world.state = State.model_validate_json(world.home.state.read_bytes())


def save_state(world: World) -> None:
    world.unsaved = False
    temporary = world.home.state.with_suffix(".new")
    temporary.write_text(world.state.model_dump_json(indent=1))
    temporary.replace(world.home.state)


async def keep_saved(world: World) -> None:
    """Saves what changed, at most twice a second, for ever."""
    while True:
        await asyncio.sleep(SAVE_EVERY_SECONDS)
        if world.unsaved:
            save_state(world)
