"""The toolbox as the agent sees it: an MCP server behind the endpoint in `TOOLBOX_MCP_ENDPOINT`.

ToolboxError    the toolbox cannot be used, or has no such tool; the message is for the user
"""

import os
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from azure.identity.aio import DefaultAzureCredential
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp_types import Tool

ENDPOINT = "TOOLBOX_MCP_ENDPOINT"
SCOPE = "https://ai.azure.com/.default"
SECONDS = 120
NOTHING_OFFERED = (
    "The toolbox offers this agent no tools. Either it is new (built-in tools come some seconds later), or the "
    "agent's identity has no role on the project: it needs Foundry User."
)
# Between the label of a server and the name of its tool; Microsoft documents both.
_SEPARATORS = (".", "___")


class ToolboxError(Exception):
    """The toolbox cannot be used, or has no such tool; the message is for the user."""


class Tools:
    """What the toolbox offers this agent."""

    def __init__(self, client: Client, offered: list[Tool]) -> None:
        self._client = client
        self._offered = offered

    def names(self) -> list[str]:
        return [tool.name for tool in self._offered]

    def of_type(self, kind: str) -> Tool:
        """A built-in tool: its definition may have given it any name. Raises ToolboxError."""
        for tool in self._offered:
            configuration = (tool.meta or {}).get("tool_configuration") or {}
            if kind in (configuration.get("type"), tool.name):
                return tool
        raise self._missing(f"tool of type {kind}")

    def of_server(self, server: str) -> Tool:
        """The tool of that name, or the first one of the server with that label. Raises ToolboxError."""
        for tool in self._offered:
            if tool.name == server or tool.name.startswith(tuple(server + one for one in _SEPARATORS)):
                return tool
        raise self._missing(f"tool of an MCP server {server}")

    async def call(self, tool: Tool, arguments: dict[str, object]) -> str:
        """What the tool says. Raises ToolboxError."""
        result = await self._client.call_tool(tool.name, arguments)
        text = "\n".join(one.text for one in result.content if one.type == "text")
        if result.is_error:
            raise ToolboxError(f"{tool.name} says: {text}")
        return text

    def _missing(self, what: str) -> ToolboxError:
        if not self._offered:
            return ToolboxError(NOTHING_OFFERED)
        return ToolboxError(f"the toolbox offers no {what}, only {', '.join(self.names())}.")


@asynccontextmanager
async def connected() -> AsyncIterator[Tools]:
    """The tools, as long as the connection is open. Raises ToolboxError."""
    endpoint = os.environ.get(ENDPOINT)
    if not endpoint:
        raise ToolboxError(f"this agent has no toolbox, the environment variable {ENDPOINT} is not set.")
    try:
        async with (
            DefaultAzureCredential() as credential,
            httpx2.AsyncClient(
                auth=_Bearer(credential),
                verify=ssl.create_default_context(),
                timeout=SECONDS,
                event_hooks={"response": [_check]},
            ) as http,
            Client(streamable_http_client(endpoint, http_client=http), read_timeout_seconds=SECONDS) as client,
        ):
            yield Tools(client, (await client.list_tools()).tools)
    except Exception as problem:
        raise _explained(problem, endpoint) from problem


def text_argument(tool: Tool) -> str:
    """The argument that takes what the user said. Raises ToolboxError."""
    properties = tool.input_schema.get("properties") or {}
    texts = [name for name, schema in properties.items() if schema.get("type") == "string"]
    required = [name for name in texts if name in (tool.input_schema.get("required") or [])]
    if not texts:
        raise ToolboxError(f"{tool.name} takes no text.")
    return (required or texts)[0]


class _Bearer(httpx2.Auth):
    """A token for each request; the credential keeps them as long as they are valid."""

    def __init__(self, credential: DefaultAzureCredential) -> None:
        self._credential = credential

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        token = await self._credential.get_token(SCOPE)
        request.headers["Authorization"] = f"Bearer {token.token}"
        yield request


async def _check(response: httpx2.Response) -> None:
    """The MCP client would hide why the endpoint refuses."""
    if response.status_code in (400, 401, 403, 404) and "application/json" in response.headers.get("content-type", ""):
        await response.aread()
        error = response.json().get("error") or {}
        if isinstance(error.get("code"), str):  # an error of the service; those of MCP have numbers
            raise ToolboxError(f"{response.status_code} {error['code']}: {error.get('message', '')}")


def _explained(problem: BaseException, endpoint: str) -> ToolboxError:
    # The MCP client works in task groups: what goes wrong in there comes out in groups of groups.
    while getattr(problem, "exceptions", None):
        problem = problem.exceptions[0]
    if isinstance(problem, ToolboxError):
        return problem
    if isinstance(problem, MCPError):
        return ToolboxError(f"the toolbox refuses: {problem}")
    return ToolboxError(f"the toolbox at {endpoint} does not answer: {problem or type(problem).__name__}")
