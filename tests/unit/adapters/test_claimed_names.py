"""Two resources of one program that are the same agent or toolbox are refused, also where values are outputs."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from foundry_agents import AgentEnvironment, HostedAgent, Toolbox

from ..conftest import ENDPOINT, SUBSCRIPTION

Deploy = Callable[..., Any]
PROJECT = f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a/projects/p"


def agent(name: str, **args: Any) -> HostedAgent:
    given: Any = {"agent_name": "echo", "project_endpoint": ENDPOINT, "image": "r.io/echo:v1", **args}
    return HostedAgent(name, given)


def toolbox(name: str, **args: Any) -> Toolbox:
    given: Any = {"toolbox_name": "echo-tools", "project_endpoint": ENDPOINT, "tools": ["web_search"], **args}
    return Toolbox(name, given)


def one_output_twice() -> dict[str, Any]:
    """In a preview, the id of what is not created yet is not known."""
    shared = pulumi.CustomResource("test:index:Project", "project", {}).id
    agent("a", project_endpoint=shared)
    agent("b", project_endpoint=shared)
    return {}


def two_known_outputs() -> dict[str, Any]:
    agent("a", project_endpoint=pulumi.Output.from_input(ENDPOINT))
    agent("b", agent_name=pulumi.Output.from_input("echo"))
    return {}


def two_agents() -> dict[str, Any]:
    agent("a")
    agent("b")
    return {}


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("program", [two_agents, one_output_twice, two_known_outputs])
def test_two_resources_with_one_agent_are_refused_and_both_named(
    deploy: Deploy, program: Callable[[], dict[str, Any]], *, preview: bool
) -> None:
    with pytest.raises(pulumi.RunError, match="HostedAgent 'b': agent_name: HostedAgent 'a' is the agent"):
        deploy(program, preview=preview)


def test_two_resources_with_one_toolbox_are_refused_and_both_named(deploy: Deploy) -> None:
    def program() -> dict[str, Any]:
        agent("a", tools=["web_search"])
        toolbox("b")
        return {}

    with pytest.raises(
        pulumi.RunError, match="Toolbox 'b': toolbox_name: Toolbox 'a-tools' is the toolbox `echo-tools`"
    ):
        deploy(program, preview=True)


def test_an_agent_of_an_environment_and_one_beside_it_are_refused(deploy: Deploy) -> None:
    def program() -> dict[str, Any]:
        agents = {"echo": {"image": "echo:v1.0"}}
        args: Any = {"location": "swedencentral", "existing_project": PROJECT, "agents": agents}
        AgentEnvironment("agents", args)
        agent("mine")
        return {}

    with pytest.raises(pulumi.RunError, match="HostedAgent 'mine': agent_name: HostedAgent 'agents-echo' is the agent"):
        deploy(program, preview=True)


def test_other_projects_names_and_kinds_are_fine(deploy: Deploy) -> None:
    def program() -> dict[str, Any]:
        agent("a")
        agent("b", project_endpoint=ENDPOINT.replace("acc.", "other."))
        agent("c", project_endpoint=pulumi.Output.from_input(ENDPOINT.replace("acc.", "third.")))
        agent("d", agent_name="other")
        toolbox("e", toolbox_name="echo")
        return {}

    registered, _ = deploy(program, preview=True)
    assert len(registered.of(":HostedAgent")) == 4


def test_the_next_program_of_the_process_may_have_the_same_agent(deploy: Deploy) -> None:
    for _ in range(2):
        deploy(lambda: {"version": agent("a").version})
