"""Every place that names the inputs names the same ones."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml

from foundry_agents import (
    AgentArgs,
    AgentEnvironmentArgs,
    HostedAgentArgs,
    ProtocolVersionArgs,
    TelemetryAuthArgs,
    TelemetryEndpointArgs,
)
from foundry_agents.environment_check import _AGENT_KEYS, ENVIRONMENT_KEYS
from foundry_agents.lifecycle import HostedAgentDefinition
from foundry_agents.lifecycle.definition import EARLIER_NAMES, FIELD_NAMES, FIELDS, Field
from foundry_agents.stack_config import SECRETS

PROGRAM = Path(__file__).parents[2] / "Pulumi.yaml"


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
    assert set(AgentArgs.__annotations__) == {*_AGENT_KEYS, *EARLIER_NAMES}


def test_the_parts_of_arguments_are_the_documented_ones() -> None:
    collector = parts(FIELDS, "telemetry_endpoints")
    for arguments, documented in (
        (ProtocolVersionArgs, parts(FIELDS, "protocol_versions")),
        (TelemetryEndpointArgs, collector),
        (TelemetryAuthArgs, parts(collector, "auth")),
    ):
        assert set(arguments.__annotations__) == names(documented)
        assert required(arguments) == {field.name for field in documented if field.required}


def test_a_definition_in_a_script_has_the_same_names() -> None:
    given_to_others = {"agent_name", "project_endpoint", "owner"}  # of `deploy` and of `HostedAgents`
    defined = {field.name for field in fields(HostedAgentDefinition)}
    assert defined | given_to_others == {*FIELD_NAMES, *EARLIER_NAMES}


def test_the_keys_of_the_stack_configuration_are_the_arguments_of_the_environment() -> None:
    declared = yaml.safe_load(PROGRAM.read_text())["config"]
    assert set(AgentEnvironmentArgs.__annotations__) == set(ENVIRONMENT_KEYS)
    assert set(declared) - {SECRETS} == set(ENVIRONMENT_KEYS)
