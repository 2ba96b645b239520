"""The first-class provider, under the real engine: what a dynamic resource cannot do, and moving from one to the other."""

import json
import os
from typing import Any

import pytest

from .conftest import CHECKOUT, Stack

CANARY = "canary-81f0c2d6"
SWITCH = "from foundry_agents import use_first_class_resources\nuse_first_class_resources()\n"


@pytest.fixture
def first_class(running: Stack) -> Stack:
    """The stack with its agents up as dynamic resources, and a program that has chosen first-class ones."""
    with_plugin(running)
    program = running.folder / "__main__.py"
    program.write_text(f"{SWITCH}{program.read_text()}")
    return running


def with_plugin(stack: Stack) -> None:
    """The engine finds the plugin on the PATH."""
    stack.environment["PATH"] = f"{CHECKOUT / '.venv' / 'bin'}{os.pathsep}{stack.environment['PATH']}"


def resources(stack: Stack, kind: str) -> list[dict[str, Any]]:
    """The resources of a type in the state."""
    exported = json.loads(stack.pulumi("stack", "export").output)
    return [one for one in exported["deployment"]["resources"] if one["type"] == kind]


def test_a_stack_moves_to_first_class_resources_and_no_agent_changes(first_class: Stack) -> None:
    stack = first_class
    assert stack.preview() == {}
    stack.writes()
    stack.up()
    assert stack.writes() == []
    assert resources(stack, "pulumi-python:dynamic/foundry-agents:HostedAgent") == []
    assert len(resources(stack, "foundry-agents:index:HostedAgent")) == 2


def test_the_mode_of_a_registry_moves_too(stack: Stack) -> None:
    with_plugin(stack)
    stack.configure(lambda config: config.update(agents={}, repository_permissions=True))
    stack.up()
    program = stack.folder / "__main__.py"
    program.write_text(f"{SWITCH}{program.read_text()}")
    assert stack.preview() == {}
    stack.up()
    assert len(resources(stack, "foundry-agents:index:RegistryMode")) == 1
    stack.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    stack.pulumi("destroy", "--yes", "--skip-preview")


OTHER_LANGUAGE = """
import pulumi

secret = pulumi.Config().require_secret("secret")


class Environment(pulumi.ComponentResource):
    def __init__(self, name, props):
        outputs = {"projectEndpoint": None, "registry": None}
        super().__init__("foundry-agents:index:AgentEnvironment", name, {**outputs, **props}, remote=True)


class Agent(pulumi.CustomResource):
    def __init__(self, name, props, opts=None):
        outputs = dict.fromkeys(["version", "principalId", "imageReference"])
        super().__init__("foundry-agents:index:HostedAgent", name, {**outputs, **props}, opts)


environment = Environment(
    "agents",
    {
        "location": "swedencentral",
        "agents": {
            "echo": {
                "image": "echo:v1.0",
                "environmentVariables": {"some_name": "kept"},
                "secretEnvironmentVariables": {"API_KEY": secret},
                "tools": [{"type": "web_search"}],
            },
        },
    },
)
alone = Agent(
    "alone",
    {
        "agentName": "alone",
        "projectEndpoint": environment.projectEndpoint,
        "registry": environment.registry,
        "image": pulumi.Config().require("image"),
        "environmentVariables": {"TOKEN": secret, "LOG_LEVEL": "info"},
        "protocolVersions": [{"protocol": "responses"}],
    },
)
pulumi.export("registry", environment.registry)
pulumi.export("project_endpoint", environment.projectEndpoint)
pulumi.export("principal", alone.principalId)
pulumi.export("agents", environment.agents)
"""


def test_a_program_in_another_language_has_components_and_resources(stack: Stack) -> None:
    """The whole life, as a generated SDK registers it: with the names of the schema, and without our classes."""
    with_plugin(stack)
    (stack.folder / "__main__.py").write_text(OTHER_LANGUAGE)
    stack.pulumi("config", "set", "image", "echo:v1.0")
    stack.pulumi("config", "set", "--secret", "secret", CANARY)
    stack.up("--exclude", "**HostedAgent**")
    stack.push("echo:v1.0", "echo:v1.1")
    assert "alone: version 1 serves" in stack.up().output, "on the row of the agent"
    assert stack.preview() == {}
    before = stack.outputs()
    assert before["agents"]["echo"]["previousVersion"] == "", "by the names of the schema"
    echo = stack.agent("echo")
    assert echo is not None
    variables = echo["versions"]["latest"]["definition"]["environment_variables"]
    assert variables["some_name"] == "kept" and variables["API_KEY"].startswith("${{connections.")

    stack.pulumi("config", "set", "image", "echo:v1.1")
    shown = stack.pulumi("preview", "--diff").output
    assert '~ image: "echo:v1.0" => "echo:v1.1"' in shown and "alone gets a new version" in shown
    stack.up()
    assert stack.serving("alone") == "2" and stack.outputs()["principal"] == before["principal"]

    stack.pulumi("refresh", "--yes")
    assert stack.preview() == {}
    assert CANARY not in stack.pulumi("stack", "export").output
    stack.pulumi("destroy", "--yes")
    assert stack.agent("alone") is None
