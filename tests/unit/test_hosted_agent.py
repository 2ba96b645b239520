"""A program checks an agent once: in `HostedAgent`, or in the component around it."""

from collections.abc import Callable
from typing import Any, cast

import pulumi
import pytest

from foundry_agents import HostedAgent, HostedAgentArgs, Toolbox
from foundry_agents.adapters.arguments import CheckedArgs
from foundry_agents.lifecycle.errors.input_issue import InputIssue

from .conftest import ENDPOINT

Deploy = Callable[..., Any]
MOVING: Any = {"agent_name": "echo", "project_endpoint": ENDPOINT, "image": "echo:v1.0"}


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The resource and the text of every warning."""
    found: list[tuple[str, str]] = []

    def warn(text: str, resource: pulumi.Resource, *_more: Any) -> None:
        found.append((resource._name, text))

    monkeypatch.setattr(pulumi.log, "warn", warn)
    return found


def test_a_preview_warns_once(deploy: Deploy, logged: list[tuple[str, str]]) -> None:
    def program() -> dict[str, Any]:
        HostedAgent("a", MOVING)
        return {}

    deploy(program, preview=True)
    ((name, text),) = logged
    assert name == "a" and text.startswith("image: `echo:v1.0` is a tag, which can move")
    deploy(program)
    assert len(logged) == 1  # an update follows its preview


def test_checked_arguments_are_not_checked_again(deploy: Deploy, logged: list[tuple[str, str]]) -> None:
    warnings = [InputIssue("image", "is a tag", "use a digest"), InputIssue("tools[0]", "is new", "wait")]
    tools = [{"type": "shell", "name": "sh"}]  # a check would warn of this type

    def program() -> dict[str, Any]:
        HostedAgent("a", cast(HostedAgentArgs, CheckedArgs({**MOVING, "tools": tools}, warnings)))
        return {}

    deploy(program, preview=True)
    assert sorted(logged) == [("a", "image: is a tag; use a digest"), ("a-tools", "tools[0]: is new; wait")]


@pytest.mark.parametrize("resource", [HostedAgent, Toolbox])
def test_custom_timeouts_are_refused(deploy: Deploy, resource: Any) -> None:
    def program() -> dict[str, Any]:
        resource("a", MOVING, pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="5m")))
        return {}

    with pytest.raises(pulumi.RunError, match=f"{resource.__name__} 'a': the option `custom_timeouts` has no effect"):
        deploy(program)


def test_the_program_tells_the_provider_which_inputs_are_literals(deploy: Deploy) -> None:
    def program() -> dict[str, Any]:
        variables = {"LOG_LEVEL": "info", "TOKEN": pulumi.Output.secret("x")}
        HostedAgent("a", cast(HostedAgentArgs, {**MOVING, "environment_variables": variables, "description": "d"}))
        HostedAgent("b", cast(HostedAgentArgs, {**MOVING, "agent_name": "other"}))
        return {}

    registered, _outputs = deploy(program)
    given = {resource.name: resource.inputs.get("plainInputs") for resource in registered.of("HostedAgent")}
    assert given == {"a": ["environment_variables.LOG_LEVEL", "description"], "b": None}


@pytest.mark.parametrize("resource", [HostedAgent, Toolbox])
def test_a_dynamic_resource_cannot_be_looked_up(deploy: Deploy, resource: Any) -> None:
    def program() -> dict[str, Any]:
        resource.get("a", f"{ENDPOINT}/agents/echo")
        return {}

    with pytest.raises(pulumi.RunError, match="cannot be looked up; call `use_first_class_resources"):
        deploy(program)
