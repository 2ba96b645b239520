"""A rollout, a rollback, a retirement and drift, as a user sees them through Pulumi."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from .conftest import Stack, set_image

Change = Callable[[dict[str, Any]], None]
AGENT = "data-processor"


def inputs(**changes: Any) -> Change:
    """Sets inputs of the agent; None removes one."""

    def change(config: dict[str, Any]) -> None:
        agent = config["agents"][AGENT]
        agent.update(changes)
        config["agents"][AGENT] = {key: value for key, value in agent.items() if value is not None}

    return change


def shown(stack: Stack) -> dict[str, Any]:
    return dict(stack.outputs()["agents"][AGENT])


def versions(stack: Stack) -> list[str]:
    answer = stack.azure.data("GET", f"{stack.project_endpoint}/agents/{AGENT}/versions?limit=100")
    return [item["version"] for item in answer.body["data"]]


def patch(stack: Stack, body: dict[str, Any]) -> None:
    answer = stack.azure.data("PATCH", f"{stack.project_endpoint}/agents/{AGENT}", body)
    assert answer.status == 200, answer.raw


def move_traffic(stack: Stack, **weights: int) -> None:
    rules = [
        {"type": "FixedRatio", "agent_version": number.strip("v"), "traffic_percentage": percent}
        for number, percent in weights.items()
    ]
    patch(stack, {"agent_endpoint": {"version_selector": {"version_selection_rules": rules}}})


def test_a_rollout_is_gradual_and_told_line_by_line_and_goes_back_in_one_up(running: Stack) -> None:
    running.configure(inputs(image="data-processor:v1.1", rollout={"steps": [10, 50], "hold": 1}))
    preview, updating, update = running.pulumi("up", "--yes").output.partition("Updating (")
    assert updating
    sentence = "data-processor gets a new version; version 1 serves until that one is verified"
    assert sentence in preview and sentence not in update
    assert "/data-processor:v1.0` → `" in preview
    assert "data-processor: traffic: 10% for 1 s, then 50%, then all" in preview
    lines = [line.split(f"{AGENT}: ")[1] for line in update.splitlines() if f"{AGENT}: version" in line]
    expected = (
        "is created",
        "is active",
        "is verified",
        "gets 10%",
        "is verified",
        "gets 50%",
        "is verified",
        "serves",
    )
    assert len(lines) == len(expected), lines
    assert all(part in line for part, line in zip(expected, lines, strict=True)), lines
    assert (shown(running)["version"], shown(running)["previous_version"]) == ("2", "1")

    running.configure(inputs(serve_version="1"))
    running.writes()
    assert "serveVersion" in running.up("--diff").output
    assert [line.split("/")[0] for line in running.writes()] == ["PATCH "]
    assert running.serving(AGENT) == "1" and versions(running) == ["2", "1"]

    running.configure(inputs(serve_version="77"))
    output = running.pulumi("preview", fails=True).output
    assert "serve_version: version 77 of agent 'data-processor' does not exist; set one that can serve: 1, 2" in output


def test_what_was_changed_by_hand_is_shown_by_a_refresh_and_put_right_by_the_next_up(running: Stack) -> None:
    """One drift of each kind that Pulumi shows in its own way; all others: `tests/rollout/test_drift.py`."""
    running.configure(inputs(image="data-processor:v1.1", authorization_schemes=["Entra"]))
    running.up()
    move_traffic(running, v1=100)
    patch(running, {"agent_endpoint": {"authorization_schemes": [{"type": "Entra"}, {"type": "BotService"}]}})
    output = running.pulumi("refresh", "--yes", "--diff", "--skip-preview").output
    assert "traffic" in output and "data-processor:v1.0" in output and "BotService" in output
    assert running.up().steps == {"agents-data-processor": "update"}
    agent = running.agent(AGENT)
    assert agent is not None and running.serving(AGENT) == "2" and versions(running) == ["2", "1"]
    assert [scheme["type"] for scheme in agent["agent_endpoint"]["authorization_schemes"]] == ["Entra"]

    by_hand = {**agent["versions"]["latest"]["definition"], "cpu": "0.5", "memory": "1Gi"}
    url = f"{running.project_endpoint}/agents/{AGENT}/versions"
    assert running.azure.data("POST", url, {"definition": by_hand}).status == 200
    assert running.azure.data("DELETE", f"{url}/2?force=true").status == 200
    output = running.pulumi("refresh", "--yes", "--diff", "--skip-preview").output
    assert "unmanagedVersions" in output and "missing" in output
    running.up()
    assert running.serving(AGENT) == "4"


def test_a_service_that_does_not_answer_is_not_read_as_gone(running: Stack) -> None:
    page = {"kind": "status", "status": 404, "body": "<html>Not Found</html>"}
    running.azure.fault(plane="data", path="/agents/", times=None, action=page)
    output = running.pulumi("refresh", "--yes", "--skip-preview", fails=True).output
    assert "reading agent 'echo': HTTP 404 Not Found, without the service's own error" in output
    running.azure.clear_faults()
    running.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")


def test_an_existing_agent_is_taken_over_only_with_adopt_and_gets_a_version_with_the_mark(running: Stack) -> None:
    urn = "urn:pulumi:local::agent-environment::foundry-agents:index:AgentEnvironment$pulumi-python:dynamic/"
    running.pulumi("state", "delete", "--yes", f"{urn}foundry-agents:HostedAgent::agents-{AGENT}")
    running.configure(inputs(owner="somebody/else"))
    told = "is managed by organization/agent-environment/local/agents-data-processor, not by somebody/else"
    assert told in running.up(fails=True).output
    running.configure(inputs(adopt=True))
    running.writes()
    running.up()
    assert sum(write.startswith("POST") and write.endswith("/versions") for write in running.writes()) == 1
    assert running.serving(AGENT) == shown(running)["version"] == "2"
    newest = (running.agent(AGENT) or {})["versions"]["latest"]
    assert newest["metadata"]["pulumi-owner"] == "somebody/else"
    running.configure(set_image("data-processor:v1.1"))
    running.up()
    assert running.serving(AGENT) == "3"
    state = json.loads(running.pulumi("stack", "export").output)["deployment"]["resources"]
    (mine,) = [resource for resource in state if resource["urn"].endswith(f"agents-{AGENT}")]
    assert mine["outputs"]["adoptedFrom"] == ""


PROGRAM = """
import pulumi
from foundry_agents import AgentEnvironment, HostedAgent, environment_from_config

environment = AgentEnvironment("agents", environment_from_config(pulumi.Config()))
pulumi.export("registry", environment.registry)
pulumi.export("project_endpoint", environment.project_endpoint)
for name, options in {options}.items():
    HostedAgent(
        name,
        {{
            "agent_name": name,
            "project_endpoint": environment.project_endpoint,
            "registry": environment.registry,
            "image": "echo:v1.0",
        }},
        pulumi.ResourceOptions(depends_on=[environment], **options),
    )
"""


@pytest.fixture
def program(running: Stack) -> Callable[[dict[str, dict[str, bool]]], None]:
    def use(options: dict[str, dict[str, bool]]) -> None:
        (running.folder / "__main__.py").write_text(PROGRAM.format(options=options))

    return use


def test_retain_on_delete_and_protect_work_as_everywhere(
    running: Stack, program: Callable[[dict[str, dict[str, bool]]], None]
) -> None:
    program({"kept": {"retain_on_delete": True}, "guarded": {"protect": True}})
    running.up()
    program({"guarded": {"protect": True}})
    running.up()
    assert running.agent("kept") is not None
    program({})
    assert "protect" in running.up(fails=True).output
    assert running.agent("guarded") is not None
