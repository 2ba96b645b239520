"""Toolboxes and their versions through the official client: what is created, numbered, chosen, deleted."""

import itertools
import re
from typing import Any

import pytest
from azure.ai.projects import AIProjectClient
from azure.ai.projects.models import (
    A2AToolboxTool,
    AISearchIndexResource,
    AzureAISearchToolboxTool,
    AzureAISearchToolResource,
    CodeInterpreterToolboxTool,
    FileSearchToolboxTool,
    MCPToolboxTool,
    OpenApiAnonymousAuthDetails,
    OpenApiFunctionDefinition,
    OpenApiToolboxTool,
    ToolboxVersionObject,
    WebSearchToolboxTool,
)
from azure.core.exceptions import ResourceNotFoundError

from foundry_emulator.identity.state import NOBODY_OBJECT_ID
from foundry_emulator.testing import FOUNDRY_USER, LocalAzure, Project

_NUMBERS = itertools.count(1)


@pytest.fixture
def name() -> str:
    """With `_` and capitals, which the service takes."""
    return f"My_toolbox-{next(_NUMBERS)}"


def _create(client: AIProjectClient, name: str, **changes: Any) -> ToolboxVersionObject:
    tools = changes.pop("tools", None) or [CodeInterpreterToolboxTool()]
    return client.toolboxes.create_version(name, tools=tools, **changes)


def test_create_answers_200_with_the_keys_in_the_order_of_the_service(
    azure: LocalAzure, project: Project, name: str
) -> None:
    tool = {"type": "mcp", "server_label": "docs", "server_url": "https://example.com/mcp", "require_approval": "never"}
    url = f"{project.endpoint}/toolboxes/{name}/versions"
    answer = azure.data("POST", url, {"description": "d", "tools": [tool], "unknown": 1})
    assert answer.status == 200
    assert answer.headers["api-supported-versions"] == "1.0"
    assert list(answer.body) == [
        "metadata",
        "object",
        "id",
        "name",
        "version",
        "description",
        "created_at",
        "tools",
    ]
    assert re.fullmatch(r"toolbox_[0-9a-f]{40}:1", answer.body["id"])
    assert (answer.body["object"], answer.body["version"]) == ("toolbox.version", "1")
    assert (answer.body["metadata"], answer.body["description"]) == ({}, "d")
    assert answer.body["tools"] == [tool]
    assert isinstance(answer.body["created_at"], int)


def test_a_toolbox_shows_its_default_version_and_nothing_of_the_others(
    azure: LocalAzure, project: Project, client: AIProjectClient, name: str
) -> None:
    version = _create(client, name)
    answer = azure.data("GET", f"{project.endpoint}/toolboxes/{name}")
    assert answer.status == 200
    toolbox_id = version.id.removesuffix(":1")
    assert answer.body == {"object": "toolbox", "id": toolbox_id, "name": name, "default_version": "1"}


def test_a_toolbox_may_show_its_latest_version_as_newer_clients_declare(
    azure: LocalAzure, client: AIProjectClient, name: str
) -> None:
    azure.settings(toolbox_shows_latest=True)
    _create(client, name)
    _create(client, name, description="second")
    toolbox = client.toolboxes.get(name)
    assert toolbox.default_version == "1"
    assert toolbox.versions.latest.description == "second"
    assert toolbox.updated_at >= toolbox.versions.latest.created_at


def test_the_same_tools_give_another_version_and_only_the_first_is_the_default(
    client: AIProjectClient, name: str
) -> None:
    assert _create(client, name).version == "1"
    assert _create(client, name).version == "2"
    assert client.toolboxes.get(name).default_version == "1"


def test_the_default_version_is_chosen_and_can_be_chosen_back(client: AIProjectClient, name: str) -> None:
    for _ in range(2):
        _create(client, name)
    assert client.toolboxes.update(name, default_version="2").default_version == "2"
    assert client.toolboxes.get(name).default_version == "2"
    assert client.toolboxes.update(name, default_version="1").default_version == "1"


def test_a_version_that_does_not_exist_cannot_be_the_default(client: AIProjectClient, name: str, refused: Any) -> None:
    _create(client, name)
    with refused() as caught:
        client.toolboxes.update(name, default_version="7")
    assert caught.code == "not_found"
    assert client.toolboxes.get(name).default_version == "1"


@pytest.mark.parametrize("status", [400, 409])
def test_the_default_version_is_not_deleted(
    azure: LocalAzure, client: AIProjectClient, name: str, refused: Any, status: int
) -> None:
    azure.settings(delete_default_version=str(status))
    for _ in range(2):
        _create(client, name)
    with refused() as caught:
        client.toolboxes.delete_version(name, "1")
    assert (caught.status, caught.code) == (status, {400: "invalid_payload", 409: "conflict"}[status])
    client.toolboxes.update(name, default_version="2")
    client.toolboxes.delete_version(name, "1")
    assert [one.version for one in client.toolboxes.list_versions(name)] == ["2"]


def test_deletes_answer_204_without_a_body(
    azure: LocalAzure, project: Project, client: AIProjectClient, name: str
) -> None:
    for _ in range(2):
        _create(client, name)
    url = f"{project.endpoint}/toolboxes/{name}"
    for path in (f"{url}/versions/2", url):
        answer = azure.data("DELETE", path)
        assert (answer.status, answer.raw) == (204, b"")
        assert "content-type" not in answer.headers


def test_numbers_are_not_reused_while_the_toolbox_lives(client: AIProjectClient, name: str) -> None:
    for _ in range(2):
        _create(client, name)
    client.toolboxes.delete_version(name, "2")
    assert _create(client, name).version == "3"


def test_a_deleted_toolbox_is_gone_with_all_versions_and_starts_anew(
    azure: LocalAzure, project: Project, client: AIProjectClient, name: str, refused: Any
) -> None:
    before = _create(client, name)
    client.toolboxes.delete(name)
    with refused() as caught:
        client.toolboxes.get(name)
    assert (caught.status, caught.code) == (404, "not_found")
    assert re.fullmatch(rf"Toolbox '{name}' not found \[Request ID: [0-9a-f]{{32}}\]", caught.message)
    assert azure.data("GET", f"{project.endpoint}/toolboxes/{name}/versions").status == 404
    for again in (lambda: client.toolboxes.delete(name), lambda: client.toolboxes.get_version(name, "1")):
        with pytest.raises(ResourceNotFoundError):
            again()
    after = _create(client, name)
    assert after.version == "1"
    assert after.id != before.id


def test_versions_are_listed_newest_first_in_pages(
    azure: LocalAzure, project: Project, client: AIProjectClient, name: str
) -> None:
    for _ in range(5):
        _create(client, name)
    listed = client.toolboxes.list_versions(name, limit=2)
    assert [one.version for one in listed] == ["5", "4", "3", "2", "1"]
    assert [one.version for one in client.toolboxes.list_versions(name, order="asc", limit=3)] == list("12345")
    url = f"{project.endpoint}/toolboxes/{name}/versions"
    first = azure.data("GET", f"{url}?limit=2").body
    assert (first["object"], first["has_more"]) == ("list", True)
    assert (first["first_id"], first["last_id"]) == (first["data"][0]["id"], first["data"][1]["id"])
    last_id = azure.data("GET", f"{url}?limit=5").body["last_id"]
    empty = azure.data("GET", f"{url}?after={last_id.replace(':', '%3A')}").body
    assert empty == {"first_id": "", "last_id": "", "data": [], "has_more": False, "object": "list"}


def test_toolboxes_are_listed_newest_first_by_their_ids(
    azure: LocalAzure, project: Project, client: AIProjectClient, name: str
) -> None:
    ids = [_create(client, f"{name}-{letter}").id.removesuffix(":1") for letter in "ab"]
    assert [one.name for one in client.toolboxes.list(limit=1)][:2] == [f"{name}-b", f"{name}-a"]
    body = azure.data("GET", f"{project.endpoint}/toolboxes?limit=2").body
    assert [body["first_id"], body["last_id"]] == [ids[1], ids[0]]


def test_all_types_of_tools_are_taken_and_echoed(client: AIProjectClient, name: str) -> None:
    index = AISearchIndexResource(index_name="i", project_connection_id="c")
    spec = {"openapi": "3.0.0", "info": {"title": "t", "version": "1"}, "paths": {}}
    function = OpenApiFunctionDefinition(name="api", spec=spec, auth=OpenApiAnonymousAuthDetails())
    tools = [
        CodeInterpreterToolboxTool(name="code"),
        FileSearchToolboxTool(name="files", vector_store_ids=["vs_1"]),
        WebSearchToolboxTool(name="web"),
        MCPToolboxTool(server_label="docs", server_url="https://example.com/mcp", allowed_tools=["a"]),
        AzureAISearchToolboxTool(name="index", azure_ai_search=AzureAISearchToolResource(indexes=[index])),
        OpenApiToolboxTool(name="api", openapi=function),
        A2AToolboxTool(name="agent", base_url="https://example.com", a2a_version="1.0"),
    ]
    _create(client, name, tools=tools, metadata={"k": "v"})
    stored = client.toolboxes.get_version(name, "1")
    assert [tool.as_dict() for tool in stored.tools] == [tool.as_dict() for tool in tools]
    assert stored.metadata == {"k": "v"}


def test_a_tool_type_that_is_not_enabled_is_named_with_its_place(
    azure: LocalAzure, project: Project, client: AIProjectClient, name: str, refused: Any
) -> None:
    url = f"{project.endpoint}/toolboxes/{name}/versions"
    error = azure.data("POST", url, {"tools": [{"type": "teleport"}]}).body["error"]
    assert (error["code"], error["param"]) == ("invalid_payload", "tools[0].type")
    assert error["type"] == "invalid_request_error"
    assert error["message"].startswith("Tool type 'teleport' is not enabled for this subscription. [Request ID: ")
    azure.settings(disabled_tool_types=["web_search"])
    with refused() as caught:
        _create(client, name, tools=[WebSearchToolboxTool()])
    assert caught.status == 400
    with pytest.raises(ResourceNotFoundError):
        client.toolboxes.get(name)


def test_a_second_tool_without_identifier_is_refused(
    azure: LocalAzure, client: AIProjectClient, name: str, refused: Any
) -> None:
    unnamed = [CodeInterpreterToolboxTool(), WebSearchToolboxTool()]
    with refused() as caught:
        _create(client, name, tools=unnamed)
    assert (caught.status, caught.code) == (400, "invalid_payload")
    assert caught.message.startswith("Multiple tools without identifiers found")
    _create(client, name, tools=[CodeInterpreterToolboxTool(), WebSearchToolboxTool(name="web")])
    azure.settings(unnamed_tools="one_per_type")
    _create(client, name, tools=unnamed)
    with refused() as caught:
        _create(client, name, tools=[WebSearchToolboxTool(), WebSearchToolboxTool()])
    assert caught.status == 400


def test_two_servers_with_one_label_are_refused(client: AIProjectClient, name: str, refused: Any) -> None:
    with refused() as caught:
        _create(client, name, tools=[MCPToolboxTool(server_label="a", server_url="https://example.com")] * 2)
    assert "'a'" in caught.message


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"tools": "code_interpreter"},
        {"tools": [{}]},
        {"tools": ["code_interpreter"]},
        {"tools": [{"type": "mcp", "server_url": "https://example.com"}]},
        {"tools": [{"type": "mcp", "server_label": "a"}]},
        {"tools": [{"type": "openapi"}]},
        {"tools": [], "metadata": {"k": 1}},
        {"tools": [], "description": 7},
    ],
)
def test_what_is_not_a_toolbox_is_an_invalid_payload(
    azure: LocalAzure, project: Project, name: str, body: dict[str, Any]
) -> None:
    answer = azure.data("POST", f"{project.endpoint}/toolboxes/{name}/versions", body)
    assert (answer.status, answer.body["error"]["code"]) == (400, "invalid_payload")
    assert azure.data("GET", f"{project.endpoint}/toolboxes/{name}").status == 404


def test_file_search_without_stores_is_taken_or_refused(
    azure: LocalAzure, client: AIProjectClient, name: str, refused: Any
) -> None:
    _create(client, name, tools=[FileSearchToolboxTool()])
    azure.settings(file_search_without_stores="400")
    with refused() as caught:
        _create(client, name, tools=[FileSearchToolboxTool(vector_store_ids=[])])
    assert caught.code == "invalid_payload"


def test_roles_count_as_for_agents(azure: LocalAzure, project: Project, client: AIProjectClient, name: str) -> None:
    _create(client, name)
    url = f"{project.endpoint}/toolboxes/{name}"
    for method, path, action in (
        ("GET", url, "read"),
        ("POST", f"{url}/versions", "write"),
        ("PATCH", url, "write"),
        ("DELETE", url, "delete"),
    ):
        answer = azure.data(method, path, {}, identity="reader")
        assert (answer.status, answer.body["error"]["code"]) == (403, "UserError")
        assert f"agents/{action}" in answer.body["error"]["message"]
    azure.grant(FOUNDRY_USER, NOBODY_OBJECT_ID, project.arm_id)
    assert azure.data("GET", url, identity="nobody").status == 200


def test_another_success_status_can_be_set(azure: LocalAzure, project: Project, name: str) -> None:
    azure.settings(answer_status={"create_toolbox_version": 201, "delete_toolbox": 200})
    url = f"{project.endpoint}/toolboxes/{name}"
    assert azure.data("POST", f"{url}/versions", {"tools": []}).status == 201
    assert azure.data("DELETE", url).status == 200


def test_what_is_there_survives_stop_and_start(
    azure: LocalAzure, project: Project, client: AIProjectClient, name: str
) -> None:
    before = _create(client, name, description="kept", metadata={"k": "v"})
    _create(client, name)
    client.toolboxes.update(name, default_version="2")
    azure.stop()
    azure.start_again()
    assert client.toolboxes.get_version(name, "1").as_dict() == before.as_dict()
    assert client.toolboxes.get(name).default_version == "2"


def test_deleting_the_project_takes_its_toolboxes(azure: LocalAzure) -> None:
    other = azure.make_project(project="p7")
    assert azure.data("POST", f"{other.endpoint}/toolboxes/a/versions", {"tools": []}).status == 200
    assert azure.arm("DELETE", f"{other.arm_id}?api-version=2025-06-01").status == 200
    again = azure.make_project(project="p7")
    assert azure.data("GET", f"{again.endpoint}/toolboxes/a").status == 404
