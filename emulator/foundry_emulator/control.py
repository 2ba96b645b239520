"""The control API, for tests and for `foundry-emulator`: `/_emulator/...`, on 127.0.0.1 only, no token."""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from foundry_emulator.faults import PRESETS, Fault
from foundry_emulator.settings import Settings
from foundry_emulator.state import State
from foundry_emulator.world import world_of


def routes(load: Callable[[State], Awaitable[None]]) -> list[Route]:
    """`load` puts another state in place of the present one."""

    async def put_state(request: Request) -> Response:
        try:
            state = State.model_validate_json(await request.body())
        except ValidationError as problem:
            return _invalid(problem)
        await load(state)
        return Response(status_code=204)

    return [
        Route("/_emulator/health", health),
        Route("/_emulator/settings", get_settings, methods=["GET"]),
        Route("/_emulator/settings", patch_settings, methods=["PATCH"]),
        Route("/_emulator/requests", get_requests, methods=["GET"]),
        Route("/_emulator/requests", delete_requests, methods=["DELETE"]),
        Route("/_emulator/faults", get_faults, methods=["GET"]),
        Route("/_emulator/faults", post_fault, methods=["POST"]),
        Route("/_emulator/faults", delete_faults, methods=["DELETE"]),
        Route("/_emulator/state", get_state, methods=["GET"]),
        Route("/_emulator/state", put_state, methods=["PUT"]),
        Route("/_emulator/processes", get_processes),
    ]


async def health(request: Request) -> Response:
    world = world_of(request)
    return JSONResponse({"pid": os.getpid(), "home": str(world.home.root), "base_url": world.base_url})


async def get_settings(request: Request) -> Response:
    return JSONResponse(world_of(request).settings.model_dump())


async def patch_settings(request: Request) -> Response:
    """All of the given settings change, or none."""
    world = world_of(request)
    try:
        wanted = Settings.model_validate({**world.settings.model_dump(), **await request.json()})
    except ValidationError as problem:
        return _invalid(problem)
    for name in Settings.model_fields:
        setattr(world.settings, name, getattr(wanted, name))
    return JSONResponse(world.settings.model_dump())


async def get_requests(request: Request) -> Response:
    """The log, oldest first. Query: plane, method, path (a regular expression, searched)."""
    query = request.query_params
    found = [
        entry.model_dump()
        for entry in world_of(request).log.entries()
        if query.get("plane", entry.plane) == entry.plane
        and query.get("method", entry.method).upper() == entry.method
        and re.search(query.get("path", ""), entry.path)
    ]
    return JSONResponse(found)


async def delete_requests(request: Request) -> Response:
    world_of(request).log.clear()
    return Response(status_code=204)


async def get_faults(request: Request) -> Response:
    return JSONResponse([fault.model_dump() for fault in world_of(request).faults.all()])


async def post_fault(request: Request) -> Response:
    given: dict[str, Any] = await request.json()
    preset = given.pop("preset", None)
    if preset is not None and preset not in PRESETS:
        message = f"No preset '{preset}'. There are: {', '.join(PRESETS)}"
        return JSONResponse({"error": message}, status_code=400)
    try:
        fault = Fault.model_validate({**PRESETS.get(preset, {}), **given})
    except ValidationError as problem:
        return _invalid(problem)
    return JSONResponse(world_of(request).faults.add(fault).model_dump(), status_code=201)


async def delete_faults(request: Request) -> Response:
    world_of(request).faults.clear()
    return Response(status_code=204)


async def get_state(request: Request) -> Response:
    return Response(world_of(request).state.model_dump_json(), media_type="application/json")


async def get_processes(request: Request) -> Response:
    """The agent processes that run."""
    return JSONResponse(world_of(request).agents.overview())


def _invalid(problem: ValidationError) -> Response:
    reasons = [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in problem.errors()]
    return JSONResponse({"error": "; ".join(reasons)}, status_code=400)
