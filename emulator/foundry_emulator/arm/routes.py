"""Where Azure Resource Manager listens."""

from starlette.routing import Route

from foundry_emulator.arm.gateway import handle
from foundry_emulator.arm.metadata import endpoints
from foundry_emulator.world import World

_METHODS = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"]


def routes(world: World) -> list[Route]:
    """One door for every resource; what lies behind it is `table.py`."""
    del world
    return [
        Route("/metadata/endpoints", endpoints),
        Route("/subscriptions", handle, methods=_METHODS),
        Route("/subscriptions/{path:path}", handle, methods=_METHODS),
        Route("/providers/{path:path}", handle, methods=_METHODS),
    ]
