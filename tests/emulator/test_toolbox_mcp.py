"""Toolboxes as MCP servers, through a real MCP client over TLS: what is offered to whom, and what the tools do."""

import io
import itertools
import json
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
import uvicorn
from azure.ai.projects import AIProjectClient
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.shared.exceptions import MCPError
from mcp_types import METHOD_NOT_FOUND, ToolAnnotations
from openai import NotFoundError
from starlette.types import ASGIApp, Receive, Scope, Send

from foundry_emulator.identity.state import NOBODY_OBJECT_ID, READER_OBJECT_ID
from foundry_emulator.testing import FOUNDRY_USER, LocalAzure, Project

_NUMBERS = itertools.count(1)
CODE = {"type": "code_interpreter"}


@pytest.fixture
def name() -> str:
    return f"toolbox-{next(_NUMBERS)}"


@pytest.fixture
def make(azure: LocalAzure, project: Project) -> Any:
    """`make(name, tool, …)`: a version with these tools; returns its number."""

    def made(name: str, *tools: dict[str, Any]) -> str:
        answer = azure.data("POST", f"{project.endpoint}/toolboxes/{name}/versions", {"tools": list(tools)})
        assert answer.status == 200, answer.raw
        return str(answer.body["version"])

    return made


@pytest.fixture
def connect(azure: LocalAzure, project: Project) -> Any:
    """`async with connect(name) as client`: an MCP client; `version` and `identity` choose."""

    @asynccontextmanager
    async def connected(name: str, version: str = "", identity: str = "deployer") -> AsyncIterator[Client]:
        path = f"{name}/versions/{version}" if version else name
        headers = {"Authorization": f"Bearer {azure.token('https://ai.azure.com', identity)}"}
        trust = ssl.create_default_context(cafile=str(azure.home.ca))
        async with (
            httpx2.AsyncClient(headers=headers, verify=trust, trust_env=False, timeout=30) as http,
            Client(
                streamable_http_client(f"{project.endpoint}/toolboxes/{path}/mcp?api-version=v1", http_client=http)
            ) as client,
        ):
            yield client

    return connected


async def _names(client: Client) -> list[str]:
    return [tool.name for tool in (await client.list_tools()).tools]


async def _said(client: Client, tool: str, /, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    text = "\n".join(one.text for one in result.content if one.type == "text")
    assert not result.is_error, text
    return text


async def _refused(client: Client, tool: str, /, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return "\n".join(one.text for one in result.content if one.type == "text")


# --- Another MCP server -----------------------------------------------------------------------------------


@dataclass
class Library:
    """A small real MCP server. It lets in who sends the `key`, where one is set."""

    url: str = ""
    key: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)

    def guarded(self, app: ASGIApp) -> ASGIApp:
        async def guard(scope: Scope, receive: Receive, send: Send) -> None:
            headers = {key.decode(): value.decode() for key, value in scope.get("headers", [])}
            if scope["type"] == "http":
                self.asked.append(headers)
            if self.key and scope["type"] == "http" and headers.get("x-key") != self.key:
                await send({"type": "http.response.start", "status": 401, "headers": []})
                await send({"type": "http.response.body", "body": b""})
                return
            await app(scope, receive, send)

        return guard


@pytest.fixture
def library() -> Iterator[Library]:
    server = MCPServer("library")

    @server.tool(annotations=ToolAnnotations(read_only_hint=True))
    def lookup(words: str) -> str:
        """Looks something up."""
        return f"about {words}: yes"

    @server.tool()
    def forget(words: str) -> str:
        """Forgets something."""
        raise ToolError(f"{words} cannot be forgotten")

    library = Library()
    app = library.guarded(server.streamable_http_app())
    web = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None))
    thread = threading.Thread(target=web.run, daemon=True)
    thread.start()
    while not web.started:
        time.sleep(0.01)
    library.url = f"http://127.0.0.1:{web.servers[0].sockets[0].getsockname()[1]}/mcp"
    yield library
    web.should_exit = True
    thread.join(5)


# --- Endpoints --------------------------------------------------------------------------------------------


async def test_the_endpoint_serves_the_default_version_and_each_version_has_its_own(
    make: Any, connect: Any, name: str, azure: LocalAzure, project: Project
) -> None:
    make(name, CODE)
    make(name, {"type": "web_search"})
    async with connect(name) as client:
        assert await _names(client) == ["code_interpreter"]
    async with connect(name, version="2") as client:
        assert await _names(client) == ["web_search"]
    azure.data("PATCH", f"{project.endpoint}/toolboxes/{name}", {"default_version": "2"})
    async with connect(name) as client:
        assert await _names(client) == ["web_search"]


def test_plain_posts_work_without_a_handshake_and_are_answered_with_json(
    make: Any, azure: LocalAzure, project: Project, name: str
) -> None:
    make(name, CODE)
    url = f"{project.endpoint}/toolboxes/{name}/mcp"
    listed = azure.data("POST", url, {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}})
    assert listed.status == 200
    assert listed.headers["content-type"].startswith("application/json")
    assert "mcp-session-id" not in listed.headers
    assert len(listed.headers["x-request-id"]) == 32
    tool = listed.body["result"]["tools"][0]
    assert tool["name"] == "code_interpreter"
    assert list(tool["inputSchema"]["properties"]) == ["code"]
    assert tool["_meta"]["tool_configuration"] == {"type": "code_interpreter", "require_approval": "never"}
    asked = {"name": "code_interpreter", "arguments": {"code": "print(6*7)"}}
    called = azure.data("POST", url, {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": asked})
    assert called.body["result"]["content"] == [{"type": "text", "text": "42"}]
    assert not called.body["result"].get("isError")


@pytest.mark.parametrize("method", ["prompts/list", "ping"])
def test_prompts_and_ping_are_not_supported(
    make: Any, azure: LocalAzure, project: Project, name: str, method: str
) -> None:
    make(name, CODE)
    answer = azure.data(
        "POST", f"{project.endpoint}/toolboxes/{name}/mcp", {"jsonrpc": "2.0", "id": 1, "method": method}
    )
    assert answer.body["error"]["code"] == METHOD_NOT_FOUND


def test_there_is_no_session_to_listen_to(make: Any, azure: LocalAzure, project: Project, name: str) -> None:
    make(name, CODE)
    for method in ("GET", "DELETE"):
        assert azure.data(method, f"{project.endpoint}/toolboxes/{name}/mcp").status == 405


def test_the_endpoint_wants_a_token_for_foundry_an_api_version_and_a_toolbox(
    make: Any, azure: LocalAzure, project: Project, name: str
) -> None:
    make(name, CODE)
    url = f"{project.endpoint}/toolboxes/{name}/mcp"
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert azure.http("POST", f"{url}?api-version=v1", body).status == 401
    for resource, status in (("https://management.azure.com", 401), ("https://ai.azure.com", 200)):
        headers = {"Authorization": f"Bearer {azure.token(resource)}"}
        assert azure.http("POST", f"{url}?api-version=v1", body, headers).status == status
    assert azure.http("POST", url, body, headers).status == 400
    for path in ("nowhere/mcp", f"{name}/versions/9/mcp"):
        answer = azure.data("POST", f"{project.endpoint}/toolboxes/{path}", body)
        assert (answer.status, answer.body["error"]["code"]) == (404, "not_found")


# --- Who is offered what ----------------------------------------------------------------------------------


async def test_who_has_no_role_finds_no_tools_and_can_call_none(
    make: Any, connect: Any, azure: LocalAzure, project: Project, name: str
) -> None:
    make(name, CODE)
    async with connect(name, identity="nobody") as client:
        assert await _names(client) == []
        with pytest.raises(MCPError, match="Unknown tool: code_interpreter"):
            await client.call_tool("code_interpreter", {"code": "1"})
    azure.grant(FOUNDRY_USER, NOBODY_OBJECT_ID, project.arm_id)
    async with connect(name, identity="nobody") as client:
        assert await _names(client) == ["code_interpreter"]
        assert await _said(client, "code_interpreter", code="1 + 1") == "2"


async def test_a_role_counts_only_after_it_had_time_to_spread(
    make: Any, connect: Any, azure: LocalAzure, project: Project, name: str
) -> None:
    make(name, CODE)
    azure.settings(role_propagation_seconds=3600)
    azure.grant(FOUNDRY_USER, READER_OBJECT_ID, project.arm_id)
    async with connect(name, identity="reader") as client:
        assert await _names(client) == []
    azure.settings(role_propagation_seconds=0)
    async with connect(name, identity="reader") as client:
        assert await _names(client) == ["code_interpreter"]


async def test_an_agent_of_the_project_needs_a_role_unless_the_setting_says_otherwise(
    make: Any, connect: Any, azure: LocalAzure, deploy: Any, name: str
) -> None:
    make(name, CODE)
    agent = deploy("user-of-tools").instance_identity.principal_id
    async with connect(name, identity=agent) as client:
        assert await _names(client) == []
    azure.settings(toolbox_use="agents")
    async with connect(name, identity=agent) as client:
        assert await _names(client) == ["code_interpreter"]


async def test_built_in_tools_may_come_later_than_their_toolbox(
    make: Any, connect: Any, azure: LocalAzure, name: str, library: Library
) -> None:
    azure.settings(builtin_tools_seconds=3600)
    make(name, CODE, {"type": "mcp", "server_label": "library", "server_url": library.url})
    async with connect(name) as client:
        assert await _names(client) == ["library.lookup", "library.forget"]
        with pytest.raises(MCPError, match="Unknown tool"):
            await client.call_tool("code_interpreter", {"code": "1"})
    azure.settings(builtin_tools_seconds=0)
    async with connect(name) as client:
        assert await _names(client) == ["code_interpreter", "library.lookup", "library.forget"]


async def test_tools_are_named_as_the_definition_wants(make: Any, connect: Any, name: str) -> None:
    make(
        name,
        {"type": "code_interpreter", "name": "python", "description": "Calculates."},
        {"type": "openapi", "name": "api", "openapi": {"name": "weather"}},
        {"type": "a2a", "name": "colleague", "a2a_version": "1.0"},
        {"type": "azure_ai_search", "azure_ai_search": {"indexes": []}},
    )
    async with connect(name) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert list(tools) == ["python", "api", "colleague", "azure_ai_search"]
    assert tools["python"].description == "Calculates."


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ({"type": "web_search"}, {"search_query": "news"}),
        ({"type": "azure_ai_search", "azure_ai_search": {"indexes": []}}, {"query": "news"}),
        ({"type": "openapi", "openapi": {"name": "weather"}, "name": "openapi"}, {}),
        ({"type": "a2a", "a2a_version": "1.0"}, {"message": {"parts": []}}),
    ],
)
async def test_what_needs_azure_is_listed_and_says_so_when_it_is_called(
    make: Any, connect: Any, name: str, tool: dict[str, Any], arguments: dict[str, Any]
) -> None:
    make(name, tool)
    async with connect(name) as client:
        assert await _names(client) == [tool["type"]]
        assert "needs Azure" in await _refused(client, tool["type"], **arguments)


# --- code_interpreter -------------------------------------------------------------------------------------


async def test_the_code_interpreter_calculates(make: Any, connect: Any, name: str) -> None:
    make(name, CODE)
    async with connect(name) as client:
        assert await _said(client, "code_interpreter", code="print(2 ** 100)") == str(2**100)
        assert await _said(client, "code_interpreter", code="import math\nmath.comb(5, 2)") == "10"
        assert await _said(client, "code_interpreter", code="x = 1") == "(no output)"
        assert "ZeroDivisionError" in await _refused(client, "code_interpreter", code="1 / 0")
        assert "SyntaxError" in await _refused(client, "code_interpreter", code="1 +")
        assert "'code'" in await _refused(client, "code_interpreter", program="1")


async def test_the_code_interpreter_starts_in_an_empty_folder_and_forgets(make: Any, connect: Any, name: str) -> None:
    make(name, CODE)
    async with connect(name) as client:
        assert await _said(client, "code_interpreter", code="open('a', 'w').write('b')\nopen('a').read()") == "'b'"
        assert await _said(client, "code_interpreter", code="import os\nos.listdir('.')") == "[]"


async def test_the_code_interpreter_has_none_of_the_environment_and_of_the_users_files(
    make: Any, connect: Any, azure: LocalAzure, name: str
) -> None:
    make(name, CODE)
    async with connect(name) as client:
        seen = await _said(client, "code_interpreter", code="import os\nsorted(os.environ)")
        assert seen == "['HOME', 'LANG', 'PATH', 'TMPDIR']"
        for code in (
            f"open({str(azure.home.state)!r}).read()",
            f"open({str(azure.home.root / 'new')!r}, 'w')",
            "import os\nos.listdir('/')",
            "open('../../etc/passwd')",
        ):
            assert "has no access to" in await _refused(client, "code_interpreter", code=code)


async def test_the_code_interpreter_is_limited_in_time(make: Any, connect: Any, azure: LocalAzure, name: str) -> None:
    azure.settings(code_interpreter_seconds=0.5)
    make(name, CODE)
    async with connect(name) as client:
        for code in ("while True: pass", "import time\ntime.sleep(60)"):
            assert "ran for more than 0.5 s" in await _refused(client, "code_interpreter", code=code)


async def test_the_code_interpreter_is_limited_in_memory_and_output(
    make: Any, connect: Any, azure: LocalAzure, name: str
) -> None:
    azure.settings(code_interpreter_megabytes=128)
    make(name, CODE)
    async with connect(name) as client:
        assert "MemoryError" in await _refused(client, "code_interpreter", code="len(bytearray(200 * 1024 * 1024))")
        big = "open('big', 'wb').write(bytes(20 * 1024 * 1024))"
        assert "File too large" in await _refused(client, "code_interpreter", code=big)
        assert len(await _said(client, "code_interpreter", code="print('x' * 1000000)")) < 70_000


@pytest.mark.parametrize(
    "code",
    [
        "import socket\nsocket.create_connection(('127.0.0.1', {port}))",
        "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:{port}')",
        "import socket\nsocket.getaddrinfo('example.com', 443)",
        "import _socket\n_socket.socket(2, 1)",
        "import subprocess\nsubprocess.run(['true'])",
        "import os\nos.system('true')",
        "import os\nos.fork()",
        "import ctypes\nctypes.CDLL(None)",
    ],
)
async def test_the_code_interpreter_has_no_network_and_no_other_processes(
    make: Any, connect: Any, name: str, library: Library, code: str
) -> None:
    make(name, CODE)
    async with connect(name) as client:
        port = library.url.split(":")[2].split("/")[0]
        assert "There is no " in await _refused(client, "code_interpreter", code=code.replace("{port}", port))
    assert library.asked == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these filters")
def test_the_kernel_refuses_sockets_even_to_who_gets_around_python() -> None:
    code = (
        "import socket; from foundry_emulator.runner import confined; confined._refuse_sockets()\n"
        "try: socket.socket()\n"
        "except PermissionError: print('refused')\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout == b"refused\n"


# --- file_search ------------------------------------------------------------------------------------------

_MANUAL = b"""The device starts when the green button is pressed.

If the red lamp blinks, the battery is empty: charge it for three hours.

"""
_RECIPE = b"Pancakes: flour, milk, eggs. Bake them until they are golden."


async def test_file_search_finds_passages_of_uploaded_texts(
    make: Any, connect: Any, client: AIProjectClient, name: str
) -> None:
    with client.get_openai_client() as openai:
        store = openai.vector_stores.create(name="manuals")
        for filename, content in (("manual.md", _MANUAL * 5), ("recipe.md", _RECIPE)):
            file = openai.files.create(file=(filename, io.BytesIO(content)), purpose="assistants")
            attached = openai.vector_stores.files.create_and_poll(vector_store_id=store.id, file_id=file.id)
            assert attached.status == "completed"
        assert openai.vector_stores.retrieve(store.id).file_counts.completed == 2
        best = next(iter(openai.vector_stores.search(store.id, query="red lamp"))).filename
    assert best == "manual.md"
    make(name, {"type": "file_search", "vector_store_ids": [store.id], "max_num_results": 1})
    async with connect(name) as tools:
        found = await _said(tools, "file_search", queries=["why does the lamp blink"])
        assert found.startswith("manual.md (score 0.")
        assert "charge it for three hours" in found
        assert "golden" in await _said(tools, "file_search", queries=["pancakes with eggs"])
        assert await _said(tools, "file_search", queries=["xylophone"]) == "Nothing was found."
        assert "'queries'" in await _refused(tools, "file_search", queries="lamp")


async def test_file_search_in_no_store_finds_nothing_and_in_a_missing_one_says_so(
    make: Any, connect: Any, name: str
) -> None:
    make(name, {"type": "file_search"})
    async with connect(name) as tools:
        assert await _said(tools, "file_search", queries=["lamp"]) == "Nothing was found."
    version = make(name, {"type": "file_search", "vector_store_ids": ["vs_gone"]})
    async with connect(name, version=version) as tools:
        assert "vs_gone" in await _refused(tools, "file_search", queries=["lamp"])


def test_files_and_stores_are_listed_read_and_deleted(client: AIProjectClient) -> None:
    with client.get_openai_client() as openai:
        file = openai.files.create(file=("a.txt", io.BytesIO(b"apples")), purpose="assistants")
        store = openai.vector_stores.create(name="s", file_ids=[file.id], metadata={"k": "v"})
        assert openai.files.content(file.id).read() == b"apples"
        assert openai.files.retrieve(file.id).filename == "a.txt"
        assert file.id in [one.id for one in openai.files.list(purpose="assistants")]
        assert store.id in [one.id for one in openai.vector_stores.list()]
        assert [one.id for one in openai.vector_stores.files.list(store.id)] == [file.id]
        assert openai.vector_stores.files.delete(file.id, vector_store_id=store.id).deleted
        assert openai.vector_stores.delete(store.id).deleted
        assert openai.files.delete(file.id).deleted
        with pytest.raises(NotFoundError):
            openai.files.retrieve(file.id)
        with pytest.raises(NotFoundError):
            openai.vector_stores.retrieve(store.id)


async def test_files_of_the_definition_lie_in_the_folder_of_the_code(
    make: Any, connect: Any, client: AIProjectClient, name: str
) -> None:
    with client.get_openai_client() as openai:
        file = openai.files.create(file=("data.csv", io.BytesIO(b"1,2,3")), purpose="assistants")
    make(name, {"type": "code_interpreter", "container": {"type": "auto", "file_ids": [file.id]}})
    async with connect(name) as tools:
        assert await _said(tools, "code_interpreter", code="sum(map(int, open('data.csv').read().split(',')))") == "6"


# --- mcp --------------------------------------------------------------------------------------------------


async def test_another_server_is_asked_through_the_toolbox(
    make: Any, connect: Any, name: str, library: Library
) -> None:
    make(name, {"type": "mcp", "server_label": "library", "server_url": library.url, "require_approval": "never"})
    async with connect(name) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert list(tools) == ["library.lookup", "library.forget"]
        assert tools["library.lookup"].description == "Looks something up."
        assert list(tools["library.lookup"].input_schema["properties"]) == ["words"]
        assert tools["library.lookup"].meta is not None
        assert tools["library.lookup"].meta["tool_configuration"] == {
            "type": "mcp",
            "require_approval": "never",
            "server_label": "library",
            "server_url": library.url,
        }
        assert await _said(client, "library.lookup", words="bees") == "about bees: yes"
        assert "bees cannot be forgotten" in await _refused(client, "library.forget", words="bees")
        with pytest.raises(MCPError, match=r"Unknown tool: library\.burn"):
            await client.call_tool("library.burn", {})


@pytest.mark.parametrize("allowed", [["lookup"], {"tool_names": ["lookup"]}, {"read_only": True}])
async def test_only_allowed_tools_are_offered(
    make: Any, connect: Any, name: str, library: Library, allowed: Any
) -> None:
    make(name, {"type": "mcp", "server_label": "l", "server_url": library.url, "allowed_tools": allowed})
    async with connect(name) as client:
        assert await _names(client) == ["l.lookup"]
        with pytest.raises(MCPError, match="Unknown tool"):
            await client.call_tool("l.forget", {"words": "bees"})


async def test_approval_is_told_for_each_tool_and_enforced_for_none(
    make: Any, connect: Any, name: str, library: Library
) -> None:
    approval = {"never": {"tool_names": ["lookup"]}}
    make(name, {"type": "mcp", "server_label": "l", "server_url": library.url, "require_approval": approval})
    make(f"{name}-b", {"type": "mcp", "server_label": "l", "server_url": library.url, "require_approval": "always"})
    async with connect(name) as client:
        wanted = [(tool.meta or {})["tool_configuration"] for tool in (await client.list_tools()).tools]
        assert [one["require_approval"] for one in wanted] == ["never", "always"]
    async with connect(f"{name}-b") as client:
        assert "yes" in await _said(client, "l.lookup", words="bees")


async def test_the_other_separator_can_be_set(
    make: Any, connect: Any, azure: LocalAzure, name: str, library: Library
) -> None:
    azure.settings(tool_name_separator="___")
    make(name, {"type": "mcp", "server_label": "l", "server_url": library.url})
    async with connect(name) as client:
        assert await _names(client) == ["l___lookup", "l___forget"]
        assert "yes" in await _said(client, "l___lookup", words="bees")


async def test_a_server_that_does_not_answer_has_no_tools_and_the_others_stay(
    make: Any, connect: Any, name: str, azure: LocalAzure
) -> None:
    make(name, CODE, {"type": "mcp", "server_label": "gone", "server_url": "http://127.0.0.1:9/mcp"})
    async with connect(name) as client:
        assert await _names(client) == ["code_interpreter"]
        assert "The MCP server 'gone' cannot be used" in await _refused(client, "gone.lookup", words="bees")
    assert f"toolbox {name}: MCP server gone has no tools" in azure.home.log.read_text()


async def test_a_server_that_does_not_let_in_has_no_tools_and_takes_headers(
    make: Any, connect: Any, name: str, library: Library
) -> None:
    library.key = "open-sesame"
    tool = {"type": "mcp", "server_label": "l", "server_url": library.url}
    make(name, tool)
    async with connect(name) as client:
        assert await _names(client) == []
    version = make(name, {**tool, "headers": {"x-key": "open-sesame"}})
    async with connect(name, version=version) as client:
        assert await _names(client) == ["l.lookup", "l.forget"]


async def test_credentials_for_a_server_come_from_a_connection_of_the_project(
    make: Any, connect: Any, azure: LocalAzure, project: Project, library: Library
) -> None:
    library.key, name = "open-sesame", "with-connection"
    connection = {"category": "CustomKeys", "authType": "CustomKeys", "target": library.url}
    body = {"properties": {**connection, "credentials": {"keys": {"x-key": "open-sesame"}}}}
    made = azure.arm("PUT", f"{project.arm_id}/connections/library?api-version=2025-06-01", body)
    assert made.status == 200, made.raw
    tool = {"type": "mcp", "server_label": "l", "server_url": library.url}
    make(name, {**tool, "project_connection_id": "library"})
    async with connect(name) as client:
        assert "yes" in await _said(client, "l.lookup", words="bees")


async def test_the_token_of_the_caller_is_not_passed_on(make: Any, connect: Any, name: str, library: Library) -> None:
    make(name, {"type": "mcp", "server_label": "l", "server_url": library.url})
    async with connect(name) as client:
        await _said(client, "l.lookup", words="bees")
    assert library.asked
    assert not [headers for headers in library.asked if "authorization" in headers]


# --- Tool search ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["toolbox_search", "toolbox_search_preview"])
async def test_with_tool_search_tools_are_found_instead_of_listed(
    make: Any, connect: Any, name: str, library: Library, kind: str
) -> None:
    pinned = {"forget": {"pin": True}}
    make(
        name,
        {"type": kind},
        {"type": "code_interpreter", "name": "code"},
        {"type": "mcp", "server_label": "l", "server_url": library.url, "tool_configs": pinned},
    )
    async with connect(name) as client:
        assert await _names(client) == ["tool_search", "call_tool", "l.forget"]
        found = json.loads(await _said(client, "tool_search", query="look something up"))
        assert found[0]["name"] == "l.lookup"
        assert list(found[0]["inputSchema"]["properties"]) == ["words"]
        assert "yes" in await _said(client, "call_tool", name="l.lookup", arguments={"words": "bees"})
        assert await _said(client, "call_tool", name="code", arguments={"code": "1 + 1"}) == "2"
        assert "'name'" in await _refused(client, "call_tool", name="call_tool")
