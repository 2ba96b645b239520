"""Every place that names the inputs names the same ones."""

from dataclasses import fields
from typing import Any

from foundry_agents import (
    AgentArgs,
    AgentEnvironmentArgs,
    HostedAgentArgs,
    ProtocolVersionArgs,
    TelemetryAuthArgs,
    TelemetryEndpointArgs,
    Toolbox,
    ToolboxArgs,
)
from foundry_agents.environment.agents_check import AGENT_KEYS, ENVIRONMENT_KEYS
from foundry_agents.environment.inputs import ARGUMENT_NAMES, ARGUMENTS
from foundry_agents.lifecycle import HostedAgentDefinition
from foundry_agents.lifecycle.inputs import agent_toolbox
from foundry_agents.lifecycle.inputs import toolbox as toolbox_definition
from foundry_agents.lifecycle.inputs.agent import EARLIER_NAMES, FIELD_NAMES, FIELDS
from foundry_agents.lifecycle.inputs.schema import Field
from foundry_agents.lifecycle.resource.toolbox import TOOLBOX


def parts(of: tuple[Field, ...], name: str) -> tuple[Field, ...]:
    (found,) = [field.parts for field in of if field.name == name]
    return found


def names(of: tuple[Field, ...]) -> set[str]:
    return {field.name for field in of}


def required(arguments: Any) -> set[str]:
    return set(arguments.__required_keys__)


def test_the_arguments_of_the_resource_are_the_checked_inputs() -> None:
    assert set(HostedAgentArgs.__annotations__) == {*FIELD_NAMES, *EARLIER_NAMES}
    assert required(HostedAgentArgs) == {field.name for field in FIELDS if field.required}


def test_the_arguments_of_an_agent_in_an_environment_are_the_checked_ones() -> None:
    assert set(AgentArgs.__annotations__) == {*AGENT_KEYS, *EARLIER_NAMES} - {*ENVIRONMENT_KEYS}


def test_the_parts_of_arguments_are_the_documented_ones() -> None:
    collector = parts(FIELDS, "telemetry_endpoints")
    for arguments, documented in (
        (ProtocolVersionArgs, parts(FIELDS, "protocol_versions")),
        (TelemetryEndpointArgs, collector),
        (TelemetryAuthArgs, parts(collector, "auth")),
    ):
        assert set(arguments.__annotations__) == names(documented)
        assert required(arguments) == {field.name for field in documented if field.required}


def test_the_arguments_of_a_toolbox_are_the_checked_inputs() -> None:
    assert set(ToolboxArgs.__annotations__) == set(toolbox_definition.FIELD_NAMES)
    assert required(ToolboxArgs) == {field.name for field in toolbox_definition.FIELDS if field.required}
    assert set(Toolbox.__annotations__) == {"toolbox_name", "owner", *TOOLBOX.outputs}


def test_an_agent_and_its_toolbox_share_inputs_of_the_same_name() -> None:
    assert set(agent_toolbox.SHARED_INPUTS) <= {*FIELD_NAMES} & {*toolbox_definition.FIELD_NAMES}


def test_a_definition_in_a_script_has_the_same_names() -> None:
    given_to_others = {"agent_name", "project_endpoint", "owner"}  # of `deploy` and of `HostedAgents`
    defined = {field.name for field in fields(HostedAgentDefinition)}
    assert defined | given_to_others == {*FIELD_NAMES, *EARLIER_NAMES}


def test_the_arguments_of_an_environment_are_the_declared_ones() -> None:
    assert set(AgentEnvironmentArgs.__annotations__) == set(ARGUMENT_NAMES)
    assert required(AgentEnvironmentArgs) == {item.name for item in ARGUMENTS if item.required}
