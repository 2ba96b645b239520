"""Toolboxes: read, list, choose the default version, delete; and the MCP endpoints that each of them has.

Source: recordings of Azure.AI.Projects (TestToolboxesCRUD) and azure-ai-projects (sample_toolboxes_crud),
2026-04 to 2026-07.
"""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from foundry_emulator.foundry import errors
from foundry_emulator.foundry.call import Call
from foundry_emulator.foundry.state import Toolbox, ToolboxVersion
from foundry_emulator.foundry.toolboxes.versions import HEADERS, find, find_toolbox, listed, version_body
from foundry_emulator.foundry.wire import shape
from foundry_emulator.foundry.wire.answer import Answer


async def get(call: Call) -> Answer:
    return Answer(200, _body(call, find_toolbox(call)), HEADERS)


async def list_(call: Call) -> Answer:
    """Newest first."""
    toolboxes = list(call.toolboxes.values())
    return Answer(200, listed(call, toolboxes, lambda one: one.id, lambda one: _body(call, one)), HEADERS)


async def update(call: Call) -> Answer:
    """`PATCH` of `default_version`, which takes effect immediately."""
    toolbox = find_toolbox(call)
    body = await call.body()
    wanted = shape.text(shape.required(body, "default_version", ""), "/default_version")
    if wanted not in toolbox.versions:
        raise errors.toolbox_version_missing(toolbox.name, wanted)
    toolbox.default_version = wanted
    toolbox.updated_at = call.now
    return Answer(200, _body(call, toolbox), HEADERS)


async def delete(call: Call) -> Answer:
    """Deletes all versions. A new toolbox of that name gets another id and version "1"."""
    del call.toolboxes[find_toolbox(call).name]
    return Answer(204, None, HEADERS)


async def serve_default(call: Call) -> Response:
    """`…/toolboxes/{name}/mcp`: the default version as an MCP server."""
    toolbox = find_toolbox(call)
    return _served(call, toolbox, toolbox.versions[toolbox.default_version])


async def serve_version(call: Call) -> Response:
    """`…/toolboxes/{name}/versions/{version}/mcp`: this version as an MCP server."""
    return _served(call, *find(call))


async def no_stream(call: Call) -> Response:  # noqa: ARG001 (handlers look the same)
    """The endpoints keep no session, so there is none to listen to and none to end."""
    return Response(status_code=405, headers={"allow": "POST"})


def _served(call: Call, toolbox: Toolbox, version: ToolboxVersion) -> Response:
    from foundry_emulator.foundry.toolboxes.mcp_server import McpExchange  # noqa: PLC0415 (mcp takes half a second)

    return McpExchange(call, toolbox, version)


def _body(call: Call, toolbox: Toolbox) -> dict[str, Any]:
    body: dict[str, Any] = {"object": "toolbox", "id": toolbox.id, "name": toolbox.name}
    if call.plane.settings.toolbox_shows_latest:
        body["updated_at"] = int(toolbox.updated_at)
        newest = next(reversed(toolbox.versions.values()))
        body["versions"] = {"latest": version_body(toolbox, newest)}
    return {**body, "default_version": toolbox.default_version}
