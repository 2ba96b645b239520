"""Where Azure Resource Manager listens."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from foundry_emulator.arm.gateway import Gateway
from foundry_emulator.arm.metadata import endpoints
from foundry_emulator.arm.plane import Arm

_METHODS = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS"]


def routes(arm: Arm) -> list[Route]:
    """One route for every path that no other part serves: Resource Manager answers them all with JSON. The operations
    are in `table.py`."""
    gateway = Gateway(arm)

    async def metadata(_request: Request) -> Response:
        return JSONResponse(endpoints(arm.base_url))

    return [
        Route("/metadata/endpoints", metadata),
        Route("/{path:path}", gateway.handle, methods=_METHODS),
    ]
