"""Azure Resource Manager: one module per resource provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.routing import Route

    from foundry_emulator.world import World


def routes(world: World) -> list[Route]:
    """What answers on the main port."""
    # Not at the top: the state of this package is loaded before the handlers, which need the whole state.
    from foundry_emulator.arm.routes import routes as all_routes  # noqa: PLC0415

    return all_routes(world)


async def start(world: World) -> None:
    """Nothing runs in the background: what takes time is decided from timestamps."""
    del world


async def stop(world: World) -> None:
    """Nothing to stop."""
    del world
