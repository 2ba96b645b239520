"""Toolboxes under Pulumi's mocks: on their own, and made by an agent's `tools`."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockMonitor

from foundry_agents import AgentEnvironment, HostedAgent, Toolbox
from foundry_agents.lifecycle.service.roles import FOUNDRY_USER

from .conftest import ENDPOINT

Deploy = Callable[..., Any]
TOOLS: list[Any] = ["code_interpreter", {"type": "mcp", "server_label": "docs", "server_url": "https://x.example/mcp"}]
VARIABLE = "TOOLBOX_MCP_ENDPOINT"
CONTENT = "${project_endpoint}/toolboxes/echo-tools/mcp?api-version=v1"


def environment(**agent: Any) -> Callable[[], dict[str, Any]]:
    def program() -> dict[str, Any]:
        args = {"location": "swedencentral", "agents": {"echo": {"image": "echo:v1.0", **agent}}}
        made = AgentEnvironment("agents", args)  # type: ignore[call-overload]
        return {"agents": made.agents}

    return program


@pytest.mark.parametrize("preview", [True, False])
def test_the_tools_of_an_agent_make_a_toolbox_beside_it(deploy: Deploy, preview: bool) -> None:
    registered, _ = deploy(environment(tools=TOOLS, environment_variables={"A": "b"}), preview=preview)
    (toolbox,) = registered.of(":Toolbox")
    (agent,) = registered.of(":HostedAgent")
    assert (toolbox.name, toolbox.inputs["toolboxName"]) == ("agents-echo-tools", "echo-tools")
    assert toolbox.inputs["tools"] == TOOLS and toolbox.inputs["logicalName"] == "agents-echo-tools"
    assert toolbox.inputs["owner"] == "acme/agent-environment/dev"
    assert agent.inputs["environmentVariables"] == {"A": "b", VARIABLE: CONTENT}
    assert "tools" not in agent.inputs
    if not preview:
        assert toolbox.inputs["projectEndpoint"] == ENDPOINT
    names = [resource.name for resource in registered.resources]
    assert names.index("agents-echo-tools") < names.index("agents-echo")


@pytest.mark.parametrize("mode", ["managed", "external"])
def test_an_agent_with_tools_may_use_them(deploy: Deploy, mode: str) -> None:
    def program() -> dict[str, Any]:
        agents = {"echo": {"image": "echo:v1.0", "tools": TOOLS}, "other": {"image": "echo:v1.0"}}
        args: Any = {"location": "swedencentral", "agents": agents, "role_assignments": mode}
        AgentEnvironment("agents", args)
        return {}

    registered, _ = deploy(program)
    grants = [one for one in registered.of(":RoleAssignment") if one.name.endswith("-tools-user")]
    assert [one.name for one in grants] == ([] if mode == "external" else ["agents-echo-tools-user"])
    if grants:
        assert grants[0].inputs["principalId"] == "p" and grants[0].inputs["principalType"] == "ServicePrincipal"
        assert grants[0].inputs["scope"].endswith("/projects/p")
        assert grants[0].inputs["roleDefinitionId"].endswith(FOUNDRY_USER)


@pytest.mark.parametrize("agent", [{}, {"tools": []}, {"tools": None}])
def test_no_tools_make_no_toolbox(deploy: Deploy, agent: dict[str, Any]) -> None:
    registered, _ = deploy(environment(**agent))
    assert registered.of(":Toolbox") == []
    assert "environmentVariables" not in registered.one(":HostedAgent")


def test_wrong_tools_are_refused_with_all_other_mistakes(deploy: Deploy) -> None:
    wrong = environment(tools=["code_interpeter", {"type": "mcp"}], cpu=7, environment_variables={VARIABLE: "x"})
    with pytest.raises(pulumi.RunError) as refused:
        deploy(wrong)
    said = str(refused.value)
    for path in ("tools[0]", "tools[1].server_label", "cpu", f"environment_variables.{VARIABLE}"):
        assert f"agents.echo.{path}: " in said


def test_a_secret_does_not_take_the_variable_of_the_toolbox(deploy: Deploy) -> None:
    with pytest.raises(pulumi.RunError, match=rf"agents\.echo\.secret_environment_variables\.{VARIABLE}: is set by"):
        deploy(environment(tools=TOOLS, secret_environment_variables={VARIABLE: "x"}))


def alone(**args: Any) -> Callable[[], dict[str, Any]]:
    def program() -> dict[str, Any]:
        own = {"agent_name": "echo", "project_endpoint": ENDPOINT, "image": "r.io/echo:v1", "tools": TOOLS, **args}
        HostedAgent("mine", own)  # type: ignore[call-overload]
        return {}

    return program


def test_an_agent_on_its_own_makes_its_toolbox_too(deploy: Deploy) -> None:
    registered, _ = deploy(alone(keep_versions=3, owner="me", adopt=True))
    toolbox = registered.one(":Toolbox")
    assert toolbox["toolboxName"] == "echo-tools" and toolbox["projectEndpoint"] == ENDPOINT
    assert (toolbox["keepVersions"], toolbox["owner"], toolbox["adopt"]) == (3, "me", True)
    assert registered.one(":HostedAgent")["environmentVariables"] == {VARIABLE: CONTENT}


def test_names_variables_and_tools_may_be_outputs(deploy: Deploy) -> None:
    def program() -> dict[str, Any]:
        own: Any = {
            "agent_name": pulumi.Output.from_input("echo"),
            "project_endpoint": ENDPOINT,
            "image": "r.io/echo:v1",
            "tools": pulumi.Output.from_input(TOOLS),
            "environment_variables": pulumi.Output.from_input({"A": "b"}),
        }
        HostedAgent("mine", own)
        return {}

    registered, _ = deploy(program)
    assert registered.one(":Toolbox")["toolboxName"] == "echo-tools"
    assert registered.one(":Toolbox")["tools"] == TOOLS
    assert registered.one(":HostedAgent")["environmentVariables"] == {"A": "b", VARIABLE: CONTENT}


def test_an_agent_on_its_own_does_not_hide_its_toolbox(deploy: Deploy) -> None:
    with pytest.raises(pulumi.RunError, match=rf"environment_variables\.{VARIABLE}: is set by `tools`"):
        deploy(alone(environment_variables={VARIABLE: "x"}))


def test_a_toolbox_is_a_resource_of_its_own(deploy: Deploy) -> None:
    def program() -> dict[str, Any]:
        args: Any = {"toolbox_name": "shared", "project_endpoint": ENDPOINT, "tools": TOOLS, "description": "all"}
        made = Toolbox("shared", args)
        return {"endpoint": made.mcp_endpoint, "version": made.version, "name": made.toolbox_name}

    registered, outputs = deploy(program)
    (toolbox,) = registered.of(":Toolbox")
    assert toolbox.typ == "pulumi-python:dynamic/foundry-agents:Toolbox"
    assert outputs == {"endpoint": f"{ENDPOINT}/toolboxes/shared/mcp?api-version=v1", "version": "1", "name": "shared"}


AGENT_TYPE = "pulumi-python:dynamic/foundry-agents:HostedAgent"


def test_an_agent_with_tools_is_renamed_and_moved_with_its_toolbox(
    deploy: Deploy, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = {}
    register: Any = MockMonitor.RegisterResource

    def registered(monitor: MockMonitor, request: Any) -> Any:
        requests[request.name] = request
        return register(monitor, request)

    def program() -> dict[str, Any]:
        parent = pulumi.ComponentResource("test:index:Team", "team")
        aliases: list[Any] = [
            pulumi.Alias(name="old"),
            pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE),
            pulumi.Alias(type_=AGENT_TYPE),
            f"urn:pulumi:dev::p::test:index:Team${AGENT_TYPE}::older",
            pulumi.Output.from_input(pulumi.Alias(name="oldest")),
        ]
        args: Any = {"agent_name": "echo", "project_endpoint": ENDPOINT, "image": "r.io/echo:v1", "tools": TOOLS}
        HostedAgent("mine", args, pulumi.ResourceOptions(parent=parent, aliases=aliases, deleted_with=parent))
        return {}

    monkeypatch.setattr(MockMonitor, "RegisterResource", registered)
    deploy(program)
    agent, toolbox = requests["mine"], requests["mine-tools"]
    assert toolbox.parent == agent.parent != "" and toolbox.deletedWith == agent.deletedWith != ""
    named, moved, typed, urn, output = toolbox.aliases
    assert (named.spec.name, output.spec.name) == ("old-tools", "oldest-tools")
    assert moved.spec == agent.aliases[1].spec
    assert typed.spec.type == AGENT_TYPE.replace("HostedAgent", "Toolbox")
    assert urn.urn == f"urn:pulumi:dev::p::test:index:Team${AGENT_TYPE}::older-tools".replace("HostedAgent", "Toolbox")


def test_warnings_are_said_in_previews(deploy: Deploy, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda text, *_: said.append(text))
    deploy(alone(tools=["file_search"], image=f"r.io/echo@sha256:{'a' * 64}"), preview=True)
    assert said == ["tools[0]: searches no vector store; set vector_store_ids"]
