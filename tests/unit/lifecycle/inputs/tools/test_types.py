"""The check of tools: every mistake is named with its place and its cure, and nothing else."""

from typing import Any

import pytest
from azure.ai.projects import models

from foundry_agents.lifecycle.errors.input_issue import Issues
from foundry_agents.lifecycle.inputs import agent as definition
from foundry_agents.lifecycle.inputs import agent_toolbox
from foundry_agents.lifecycle.inputs import toolbox as toolbox_definition
from foundry_agents.lifecycle.inputs.tools import types as tools
from foundry_agents.lifecycle.inputs.unknown import UNKNOWN

MCP = {"type": "mcp", "server_label": "docs", "server_url": "https://example.com/mcp"}
API = {"name": "orders", "spec": {"openapi": "3.0.0", "paths": {}}, "auth": {"type": "anonymous"}}
INDEX = {"project_connection_id": "search", "index_name": "lamps"}
GITHUB = "ghp_" + "a1B2" * 9
GOOD: dict[str, dict[str, Any]] = {
    "code_interpreter": {
        "container": {"type": "auto", "memory_limit": "4g", "file_ids": ["f1"], "network_policy": {"type": "disabled"}},
        "allowed_callers": ["direct"],
    },
    "file_search": {
        "vector_store_ids": ["vs_1"],
        "max_num_results": 5,
        "ranking_options": {"ranker": "auto", "score_threshold": 0.5},
        "filters": {"type": "eq", "key": "team", "value": "x"},
    },
    "mcp": {
        "server_label": "docs",
        "server_url": "https://example.com/mcp",
        "project_connection_id": "docs-key",
        "server_description": "manuals",
        "headers": {"X-Team": "lamps"},
        "allowed_tools": {"tool_names": ["search"], "read_only": True},
        "require_approval": {"never": {"tool_names": ["search"]}},
        "defer_loading": False,
    },
    "web_search": {
        "external_web_access": False,
        "filters": {"allowed_domains": ["example.com"]},
        "user_location": {"type": "approximate", "country": "SE"},
        "search_context_size": "low",
        "custom_search_configuration": {"project_connection_id": "bing", "instance_name": "mine"},
    },
    "openapi": {
        "openapi": {
            **API,
            "auth": {"type": "managed_identity", "security_scheme": {"audience": "https://example.com"}},
            "default_params": ["v"],
        }
    },
    "azure_ai_search": {
        "azure_ai_search": {
            "indexes": [{**INDEX, "query_type": "vector", "top_k": 3}, {"index_asset_id": "a/versions/1"}]
        }
    },
    "a2a": {"base_url": "https://example.com", "a2a_version": "1.0", "send_credentials_for_agent_card": True},
    "toolbox_search": {},
}


def checked(*given: Any) -> tuple[Any, Issues]:
    findings = Issues()
    return tools.check(list(given), "tools", findings), findings


def paths(*given: Any) -> list[str]:
    return [problem.path for problem in checked(*given)[1].problems]


def test_the_types_are_those_of_the_sdk() -> None:
    assert set(tools.TYPES) == {kind.value for kind in models.ToolboxToolType}
    assert set(GOOD) == set(tools.TOOLS)


@pytest.mark.parametrize("kind", tools.TOOLS)
def test_the_keys_are_those_of_the_sdk(kind: str) -> None:
    model = models.ToolboxTool.__mapping__[kind]
    theirs = {*models.ToolboxTool.__annotations__, *model.__annotations__} - {"__mapping__"}
    secret = {"authorization"} if kind == "mcp" else set()
    assert {"type", *(key.name for key in (*tools.COMMON_KEYS, *tools.TOOLS[kind]))} == theirs - secret


@pytest.mark.parametrize("kind", GOOD)
def test_all_keys_of_a_type_pass_as_they_are_and_again(kind: str) -> None:
    tool = {"type": kind, "description": "d", "tool_configs": {"*": {"pin": True}}, **GOOD[kind]}
    found, findings = checked(tool)
    assert findings.problems == [] and findings.warnings == []
    assert {key: found[0][key] for key in tool} == tool
    assert checked(*found)[0] == found


def test_a_word_alone_is_a_tool_of_that_type() -> None:
    found, findings = checked("code_interpreter", "web_search")
    assert findings.problems == []
    assert found == [
        {"type": "code_interpreter", "name": "code_interpreter"},
        {"type": "web_search", "name": "web_search"},
    ]


def test_what_the_sdk_has_besides_passes_with_a_warning() -> None:
    found, findings = checked({"type": "browser_automation", "browser_automation": {"connection": {}}})
    assert findings.problems == [] and [warning.path for warning in findings.warnings] == ["tools[0]"]
    assert found[0]["browser_automation"] == {"connection": {}}


@pytest.mark.parametrize(
    ("tool", "cure"),
    [
        ("code_interpeter", "did you mean `code_interpreter`?"),
        ({"type": "filesearch"}, "did you mean `file_search`?"),
        ({"type": "zzz"}, "use code_interpreter, "),
        ({}, "use code_interpreter, "),
    ],
)
def test_an_unknown_type_is_refused_with_the_nearest(tool: Any, cure: str) -> None:
    (problem,) = checked(tool)[1].problems
    assert problem.path == ("tools[0]" if isinstance(tool, str) else "tools[0].type") and problem.cure.startswith(cure)


@pytest.mark.parametrize(
    ("tool", "path"),
    [
        (5, ""),
        (None, ""),
        ({"type": "code_interpreter", "contaner": "c"}, ".contaner"),
        ({"type": "code_interpreter", "container": {"memory_limit": "4g"}}, ".container.type"),
        ({"type": "code_interpreter", "container": {"type": "auto", "memory_limit": "2g"}}, ".container.memory_limit"),
        ({"type": "code_interpreter", "name": ""}, ".name"),
        ({"type": "code_interpreter", "tool_configs": {"x": {"pinned": True}}}, ".tool_configs.x.pinned"),
        ({"type": "file_search", "vector_store_ids": "vs_1"}, ".vector_store_ids"),
        ({"type": "file_search", "vector_store_ids": []}, ".vector_store_ids"),
        ({"type": "file_search", "vector_store_ids": [1]}, ".vector_store_ids[0]"),
        ({"type": "file_search", "vector_store_ids": ["v"], "max_num_results": 51}, ".max_num_results"),
        ({"type": "file_search", "ranking_options": {"score_threshold": 2}}, ".ranking_options.score_threshold"),
        ({"type": "mcp", "server_url": "https://x.example"}, ".server_label"),
        ({"type": "mcp", "server_label": "docs"}, ".server_url"),
        ({**MCP, "server_label": "a.b"}, ".server_label"),
        ({**MCP, "server_url": "example.com/mcp"}, ".server_url"),
        ({**MCP, "connector_id": "connector_dropox"}, ".connector_id"),
        ({**MCP, "require_approval": "sometimes"}, ".require_approval"),
        ({**MCP, "require_approval": {"never": ["search"]}}, ".require_approval.never"),
        ({**MCP, "allowed_tools": "search"}, ".allowed_tools"),
        ({**MCP, "headers": {"X-Team": 5}}, ".headers.X-Team"),
        ({"type": "web_search", "search_context_size": "huge"}, ".search_context_size"),
        ({"type": "web_search", "user_location": {"country": "SE"}}, ".user_location.type"),
        ({"type": "openapi"}, ".openapi"),
        ({"type": "openapi", "openapi": {**API, "auth": {"type": "none"}}}, ".openapi.auth.type"),
        (
            {"type": "openapi", "openapi": {**API, "auth": {"type": "managed_identity"}}},
            ".openapi.auth.security_scheme",
        ),
        ({"type": "openapi", "openapi": {**API, "spec": "openapi.json"}}, ".openapi.spec"),
        ({"type": "azure_ai_search", "azure_ai_search": {"indexes": []}}, ".azure_ai_search.indexes"),
        (
            {"type": "azure_ai_search", "azure_ai_search": {"indexes": [{"index_name": "x"}]}},
            ".azure_ai_search.indexes[0].project_connection_id",
        ),
        ({"type": "a2a"}, ".base_url"),
        ({"type": "a2a", "base_url": "https://x.example", "a2a_version": "0.3"}, ".a2a_version"),
    ],
)
def test_what_is_wrong_is_refused_where_it_is_wrong(tool: Any, path: str) -> None:
    assert paths(tool) == [f"tools[0]{path}"]


def test_tools_that_are_no_list_are_refused() -> None:
    findings = Issues()
    tools.check("code_interpreter", "tools", findings)
    assert [problem.path for problem in findings.problems] == ["tools"]


def test_every_mistake_is_found_at_once() -> None:
    assert paths("cod_interpreter", {"type": "mcp"}, {"type": "file_search", "max_num_results": 0}) == [
        "tools[0]",
        "tools[1].server_label",
        "tools[1].server_url",
        "tools[2].max_num_results",
    ]


# --- Identifiers


def test_an_api_is_called_by_the_name_of_its_definition() -> None:
    found, findings = checked({"type": "openapi", "openapi": API})
    assert findings.problems == [] and found[0]["name"] == "orders"


def test_two_tools_of_a_type_need_names() -> None:
    assert paths("code_interpreter", "code_interpreter") == ["tools[0].name", "tools[1].name"]
    assert paths("code_interpreter", {"type": "code_interpreter", "name": "python"}) == []
    assert paths("code_interpreter", {"type": "web_search", "name": "code_interpreter"}) == ["tools[0].name"]


def test_no_two_tools_have_the_same_identifier() -> None:
    assert paths(MCP, MCP) == ["tools[1].server_label"]
    assert paths(MCP, {"type": "web_search", "name": "docs"}) == ["tools[1].name"]


# --- Credentials


@pytest.mark.parametrize(
    ("extra", "path"),
    [
        ({"authorization": "x"}, ".authorization"),
        ({"headers": {"Authorization": "Bearer x"}}, ".headers.Authorization"),
        ({"headers": {"x-api-key": UNKNOWN}}, ".headers.x-api-key"),
        ({"headers": {"X-Anything": GITHUB}}, ".headers.X-Anything"),
        ({"server_url": "https://me:secret-word@example.com/mcp"}, ".server_url"),
        ({"description": f"use {GITHUB}"}, ".description"),
    ],
)
def test_a_credential_is_refused_and_never_shown(extra: dict[str, Any], path: str) -> None:
    (problem,) = checked({**MCP, **extra})[1].problems
    assert problem.path == f"tools[0]{path}" and "project_connection_id" in problem.cure
    assert GITHUB not in str(problem) and "secret-word" not in str(problem)


def test_a_header_that_only_sounds_secret_is_a_warning() -> None:
    _, findings = checked({**MCP, "headers": {"X-Team-Token": "lamps"}})
    assert findings.problems == [] and [one.path for one in findings.warnings] == ["tools[0].headers.X-Team-Token"]


def test_an_example_in_the_description_of_an_api_is_a_warning() -> None:
    _, findings = checked({"type": "openapi", "openapi": {**API, "spec": {"example": GITHUB}}})
    assert findings.problems == [] and [one.path for one in findings.warnings] == ["tools[0].openapi.spec.example"]


# --- What is not known yet


@pytest.mark.parametrize("kind", GOOD)
def test_what_is_not_known_yet_is_never_wrong(kind: str) -> None:
    assert paths(UNKNOWN, {"type": UNKNOWN}, {"type": kind, **dict.fromkeys(GOOD[kind], UNKNOWN)}) == []


# --- Toolboxes and agents


def test_a_toolbox_needs_a_name_an_endpoint_and_tools() -> None:
    assert [one.path for one in toolbox_definition.check({}).problems] == ["toolbox_name", "project_endpoint", "tools"]
    empty = {"toolbox_name": "a", "project_endpoint": "https://x.example/api/projects/p", "tools": []}
    assert [one.path for one in toolbox_definition.check(empty).problems] == ["tools"]
    wrong = {**empty, "tools": ["mcp"], "toolbox_name": "a.b", "metadata": {"pulumi-definition": "x"}, "tool": 1}
    assert {one.path for one in toolbox_definition.check(wrong).problems} == {
        "tool",
        "toolbox_name",
        "tools[0].server_label",
        "tools[0].server_url",
        "metadata.pulumi-definition",
    }


def test_the_variable_of_the_toolbox_is_not_the_users() -> None:
    agent = {
        "agent_name": "a",
        "project_endpoint": "https://x.example/api/projects/p",
        "image": "r.io/a:v1",
        "environment_variables": {agent_toolbox.VARIABLE: "x"},
    }
    assert definition.check(agent).problems == []
    assert definition.check({**agent, "tools": []}).problems == []
    (problem,) = definition.check({**agent, "tools": ["code_interpreter"]}).problems
    assert problem.path == "environment_variables.TOOLBOX_MCP_ENDPOINT" and "set by `tools`" in problem.reason


def test_the_toolbox_of_an_agent_with_a_long_name_has_a_name_of_its_own() -> None:
    assert agent_toolbox.toolbox_name("echo") == "echo-tools"
    one, other = (agent_toolbox.toolbox_name("a" * 62 + end) for end in "bc")
    assert one != other and len(one) == 63 and one.endswith("-tools")
