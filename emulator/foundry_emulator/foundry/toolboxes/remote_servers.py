"""Other MCP servers behind a toolbox: their tools are listed as its own, and calls are passed on.

Source: MicrosoftDocs/azure-ai-docs toolbox (credentials come from the connection that `project_connection_id`
names; a server that does not let the caller in has no tools in the list).
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx2
import mcp_types as types
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from foundry_emulator.arm.credentials import Unavailable as CredentialsUnavailable
from foundry_emulator.foundry import connections
from foundry_emulator.foundry.call import Call

LIST_SECONDS, CALL_SECONDS = 10.0, 100.0
"""Real seconds."""
_PAGES = 50


class Unavailable(Exception):
    """The server does not answer as an MCP server. Says why."""


async def tools_of(call: Call, config: dict[str, Any]) -> list[types.Tool]:
    """The tools of the server, those that the toolbox allows. Raises Unavailable."""
    async with _connected(call, config, LIST_SECONDS) as client:
        return await _allowed(client, config)


async def call_tool(
    call: Call, config: dict[str, Any], name: str, arguments: dict[str, Any]
) -> types.CallToolResult | None:
    """The server's answer; None if it has no such tool, or not for this toolbox. Raises Unavailable."""
    async with _connected(call, config, CALL_SECONDS) as client:
        if name not in (tool.name for tool in await _allowed(client, config)):
            return None
        return await client.call_tool(name, arguments)


async def _allowed(client: Client, config: dict[str, Any]) -> list[types.Tool]:
    tools: list[types.Tool] = []
    cursor: str | None = None
    for _ in range(_PAGES):
        page = await client.list_tools(cursor=cursor)
        tools += page.tools
        cursor = page.next_cursor
        if cursor is None:
            break
    return [tool for tool in tools if _is_allowed(tool, config.get("allowed_tools"))]


def _is_allowed(tool: types.Tool, allowed: Any) -> bool:
    """`allowed` is a list of names, or a filter by names and by whether a tool only reads."""
    if isinstance(allowed, list):
        return tool.name in allowed
    if not isinstance(allowed, dict):
        return True
    names, read_only = allowed.get("tool_names"), allowed.get("read_only")
    reads = bool(tool.annotations and tool.annotations.read_only_hint)
    return (names is None or tool.name in names) and (read_only is None or reads == read_only)


@asynccontextmanager
async def _connected(call: Call, config: dict[str, Any], seconds: float) -> AsyncIterator[Client]:
    url = config.get("server_url")
    if not url:
        raise Unavailable("The local Azure only reaches servers with a server_url.")
    try:
        async with (
            _http_client(call, str(url), _headers(call, config), seconds) as http,
            Client(streamable_http_client(str(url), http_client=http), read_timeout_seconds=seconds) as client,
        ):
            yield client
    except Exception as problem:
        cause = _innermost(problem)
        if not isinstance(cause, (MCPError, httpx2.HTTPError, OSError, asyncio.TimeoutError)):
            raise
        raise Unavailable(str(cause) or type(cause).__name__) from problem


def _innermost(problem: BaseException) -> BaseException:
    # The client works in task groups: their exceptions arrive in nested groups.
    while getattr(problem, "exceptions", None):
        problem = problem.exceptions[0]  # type: ignore[attr-defined]
    return problem


def _http_client(call: Call, url: str, headers: dict[str, str], seconds: float) -> httpx2.AsyncClient:
    local = urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")
    return httpx2.AsyncClient(
        headers=headers,
        timeout=seconds,
        trust_env=not local,  # no proxy for local servers
        verify=ssl.create_default_context(cafile=str(call.plane.ca_bundle)),
    )


def _headers(call: Call, config: dict[str, Any]) -> dict[str, str]:
    """What the definition says, and on top of it what the connection has."""
    headers = {str(name): str(value) for name, value in (config.get("headers") or {}).items()}
    if config.get("authorization"):
        headers["Authorization"] = f"Bearer {config['authorization']}"
    if config.get("project_connection_id"):
        headers.update(_credentials(call, str(config["project_connection_id"])))
    return headers


def _credentials(call: Call, named: str) -> dict[str, str]:
    """Headers from a connection with custom keys. `named` is its name or its id. Raises Unavailable."""
    known = connections.known(call)
    found = next((one for one in known if named.lower() in (one.name.lower(), one.id.lower())), None)
    if found is None:
        raise Unavailable(f"The project has no connection {named}.")
    try:
        keys = connections.credentials(call, found)
    except CredentialsUnavailable as problem:
        raise Unavailable(f"The credentials of connection {named} cannot be read. {problem}") from problem
    is_custom = found.properties.get("authType") == "CustomKeys"
    return {str(name): str(value) for name, value in keys.items()} if is_custom else {}
