"""The control API, for tests and for `foundry-emulator`: `/_emulator/...`, on 127.0.0.1 only, without a token."""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from foundry_emulator.host.faults import PRESETS, Fault, Faults
from foundry_emulator.host.requests_log import RequestLog
from foundry_emulator.host.settings import Settings


@dataclass(frozen=True)
class Control:
    """What the control API reads and changes."""

    home: Path
    base_url: str
    settings: Settings
    log: RequestLog
    faults: Faults
    dump_state: Callable[[], str]
    """The whole state as JSON."""
    load_state: Callable[[bytes], Awaitable[None]]
    """Replaces the state. Raises pydantic's ValidationError, and then changes nothing."""
    processes: Callable[[], list[dict[str, Any]]]
    """The agent processes that run."""

    def routes(self) -> list[Route]:
        return [
            Route("/_emulator/health", self.health),
            Route("/_emulator/settings", self.get_settings, methods=["GET"]),
            Route("/_emulator/settings", self.patch_settings, methods=["PATCH"]),
            Route("/_emulator/requests", self.get_requests, methods=["GET"]),
            Route("/_emulator/requests", self.delete_requests, methods=["DELETE"]),
            Route("/_emulator/faults", self.get_faults, methods=["GET"]),
            Route("/_emulator/faults", self.post_fault, methods=["POST"]),
            Route("/_emulator/faults", self.delete_faults, methods=["DELETE"]),
            Route("/_emulator/state", self.get_state, methods=["GET"]),
            Route("/_emulator/state", self.put_state, methods=["PUT"]),
            Route("/_emulator/processes", self.get_processes),
        ]

    async def health(self, _request: Request) -> Response:
        return JSONResponse({"pid": os.getpid(), "home": str(self.home), "base_url": self.base_url})

    async def get_settings(self, _request: Request) -> Response:
        return JSONResponse(self.settings.model_dump())

    async def patch_settings(self, request: Request) -> Response:
        """All of the given settings change, or none."""
        try:
            wanted = Settings.model_validate({**self.settings.model_dump(), **await request.json()})
        except ValidationError as problem:
            return _invalid(problem)
        for name in Settings.model_fields:
            setattr(self.settings, name, getattr(wanted, name))
        return JSONResponse(self.settings.model_dump())

    async def get_requests(self, request: Request) -> Response:
        """The log, oldest first. Query: plane, method, path (a regular expression, searched)."""
        query = request.query_params
        found = [
            entry.model_dump()
            for entry in self.log.entries()
            if query.get("plane", entry.plane) == entry.plane
            and query.get("method", entry.method).upper() == entry.method
            and re.search(query.get("path", ""), entry.path)
        ]
        return JSONResponse(found)

    async def delete_requests(self, _request: Request) -> Response:
        self.log.clear()
        return Response(status_code=204)

    async def get_faults(self, _request: Request) -> Response:
        return JSONResponse([fault.model_dump() for fault in self.faults.all()])

    async def post_fault(self, request: Request) -> Response:
        given: dict[str, Any] = await request.json()
        preset = given.pop("preset", None)
        if preset is not None and preset not in PRESETS:
            message = f"Unknown preset '{preset}'. Use one of: {', '.join(PRESETS)}."
            return JSONResponse({"error": message}, status_code=400)
        try:
            fault = Fault.model_validate({**PRESETS.get(preset, {}), **given})
        except ValidationError as problem:
            return _invalid(problem)
        return JSONResponse(self.faults.add(fault).model_dump(), status_code=201)

    async def delete_faults(self, _request: Request) -> Response:
        self.faults.clear()
        return Response(status_code=204)

    async def get_state(self, _request: Request) -> Response:
        return Response(self.dump_state(), media_type="application/json")

    async def put_state(self, request: Request) -> Response:
        try:
            await self.load_state(await request.body())
        except ValidationError as problem:
            return _invalid(problem)
        return Response(status_code=204)

    async def get_processes(self, _request: Request) -> Response:
        return JSONResponse(self.processes())


def _invalid(problem: ValidationError) -> Response:
    reasons = [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in problem.errors()]
    return JSONResponse({"error": "; ".join(reasons)}, status_code=400)
