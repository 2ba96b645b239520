"""The schema is complete: whatever an SDK shows is described, typed and has its default."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

import foundry_agents
from foundry_agents.lifecycle.inputs import agent
from foundry_agents.lifecycle.inputs.schema import OnChange, names_of
from tools.docs.provider_schema.package import schema

SCHEMA = schema()
AGENT = SCHEMA["resources"]["foundry-agents:index:HostedAgent"]
ENVIRONMENT = SCHEMA["resources"]["foundry-agents:index:AgentEnvironment"]


def properties() -> Iterator[tuple[str, dict[str, Any]]]:
    maps = {"config": SCHEMA["config"]["variables"]}
    for token, one in SCHEMA["resources"].items():
        maps[f"{token} in"], maps[f"{token} out"] = one["inputProperties"], one["properties"]
    for token, one in SCHEMA["types"].items():
        maps[token] = one.get("properties", {})
    for token, one in SCHEMA["functions"].items():
        maps[f"{token} in"], maps[f"{token} out"] = one["inputs"]["properties"], one["outputs"]["properties"]
    yield from ((f"{place}.{name}", spec) for place, found in maps.items() for name, spec in found.items())


def test_every_resource_and_component_of_the_package_is_in_it() -> None:
    classes = {name for name in foundry_agents.__all__ if isinstance(getattr(foundry_agents, name), type)}
    public = {name for name in classes if not name.endswith("Args")}
    assert public == {token.rpartition(":")[2] for token in SCHEMA["resources"]}
    assert {token.rpartition(":")[2] for token in SCHEMA["functions"]} == {"getAgent", "listVersions", "getToolbox"}


@pytest.mark.parametrize(("place", "spec"), [*properties()], ids=[place for place, _ in properties()])
def test_a_property_is_described_in_the_names_of_the_schema(place: str, spec: dict[str, Any]) -> None:
    assert spec.get("description"), place
    assert not re.search(r"`[a-z]+_[a-z_]+`", spec["description"]), spec["description"]


def test_every_reference_leads_somewhere() -> None:
    references = re.findall(r"'\$ref': '#/types/([^']+)'", str(SCHEMA))
    assert set(references) == {*SCHEMA["types"]}


def test_an_agent_has_every_input_but_tools_with_its_default_its_enumeration_and_what_a_change_does() -> None:
    inputs = AGENT["inputProperties"]
    assert {*inputs} >= {"agentName", "environmentVariables", "containerProtocolVersions"} and "tools" not in inputs
    assert inputs["keepVersions"]["default"] == 2 and inputs["keepVersions"]["type"] == "integer"
    replacing = {name for name, spec in inputs.items() if spec.get("willReplaceOnChanges")}
    assert replacing == {"agentName", "projectEndpoint"} and len(names_of(agent.FIELDS, OnChange.REPLACE)) == 2
    assert inputs["containerProtocolVersions"]["deprecationMessage"] == "Use `protocolVersions`."
    assert AGENT["requiredInputs"] == ["agentName", "image"]  # the provider can be configured with the endpoint
    kinds = SCHEMA["types"]["foundry-agents:index:VerifyKind"]["enum"]
    assert [kind["value"] for kind in kinds] == ["start", "request", "off"]


def test_a_default_that_depends_on_other_inputs_is_left_to_the_provider() -> None:
    verify = SCHEMA["types"]["foundry-agents:index:Verify"]["properties"]
    assert "default" not in verify["kind"], "an SDK would send it beside the prompt of a request"
    assert "default" not in ENVIRONMENT["inputProperties"]["registrySku"], "and this beside an existing registry"


def test_secrets_are_secret() -> None:
    secret = {place.split(":")[-1] for place, spec in properties() if spec.get("secret")}
    assert secret == {
        "AgentSecrets in.secretEnvironmentVariables",
        "EnvironmentAgent.secretEnvironmentVariables",
        "config.clientSecret",
    }


def test_the_outputs_of_an_environment_are_typed() -> None:
    assert ENVIRONMENT["properties"]["agents"]["additionalProperties"] == {
        "$ref": "#/types/foundry-agents:index:AgentOutputs"
    }
