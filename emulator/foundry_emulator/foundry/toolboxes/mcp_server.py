"""A toolbox version as MCP server: streamable HTTP, without sessions, every answer as JSON.

Source: microsoft/GitHub-Copilot-for-Azure, skill microsoft-foundry (plain POST, no handshake needed, no session
id); clients of Microsoft count on "method not found" for `ping` and `prompts/list`.
"""

from __future__ import annotations

from typing import Any

import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from foundry_emulator.foundry.call import Call
from foundry_emulator.foundry.state import Toolbox, ToolboxVersion
from foundry_emulator.foundry.toolboxes.catalog import Catalog, UnknownTool
from foundry_emulator.foundry.wire.answer import common_headers


class McpExchange(Response):
    """One request to the MCP server of a toolbox version, and its answer."""

    def __init__(self, call: Call, toolbox: Toolbox, version: ToolboxVersion) -> None:
        super().__init__()
        self._server = _server(Catalog(call, toolbox, version), toolbox, version)
        self._common = common_headers(call.project.location, call.request_id)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        manager = StreamableHTTPSessionManager(self._server, json_response=True, stateless=True)
        async with manager.run():
            await manager.handle_request(_accepting(scope), receive, self._with_headers(send))

    def _with_headers(self, send: Send) -> Send:
        added = [(name.encode(), value.encode()) for name, value in self._common.items()]

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *added]
            await send(message)

        return sending


def _accepting(scope: Scope) -> Scope:
    """A client that names no media type takes JSON."""
    if any(name == b"accept" for name, _ in scope["headers"]):
        return scope
    return {**scope, "headers": [*scope["headers"], (b"accept", b"application/json")]}


def _server(catalog: Catalog, toolbox: Toolbox, version: ToolboxVersion) -> Server[Any]:
    async def list_tools(_context: Any, _params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=await catalog.listed())

    async def call_tool(_context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            return await catalog.call(params.name, params.arguments or {})
        except UnknownTool as unknown:
            raise MCPError(types.INVALID_PARAMS, f"Unknown tool: {unknown}") from unknown

    async def ping(_context: Any, _params: types.RequestParams | None) -> types.EmptyResult:
        raise MCPError(types.METHOD_NOT_FOUND, "Method not found: ping")

    return Server(
        toolbox.name,
        version=version.version,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_ping=ping,
    )
