"""The inputs of a component: outputs and secrets where they are."""

from typing import Any

import pulumi
import pytest
from google.protobuf.struct_pb2 import Struct

from foundry_agents.adapters.plugin import package
from foundry_agents.adapters.plugin.codec import OUTPUT, SECRET, SIGNATURE, UNKNOWN_TEXT
from foundry_agents.adapters.plugin.construct_inputs import construct_inputs

PROPERTIES = package.schema()["resources"]["foundry-agents:index:AgentEnvironment"]["inputProperties"]
URN = "urn:pulumi:s::p::t::n"


def read(inputs: dict[str, Any], dependencies: dict[str, list[str]] | None = None) -> dict[str, Any]:
    made = Struct()
    made.update(inputs)
    return construct_inputs(made, dependencies or {}, PROPERTIES)


async def known(output: Any) -> tuple[Any, bool, bool]:
    """The value of an output, whether it is known, and whether it is secret."""
    assert isinstance(output, pulumi.Output)
    return await output.future(with_unknowns=True), await output.is_known(), await output.is_secret()


def secret(value: Any) -> dict[str, Any]:
    return {SIGNATURE: SECRET, "value": value}


def secret_output(value: Any) -> dict[str, Any]:
    return {SIGNATURE: OUTPUT, "value": value, "secret": True, "dependencies": []}


async def test_plain_values_stay_plain_and_nulls_are_not_set() -> None:
    assert read({"location": "x", "agents": {"a": {"image": "i:v1"}}, "tags": None}) == {
        "location": "x",
        "agents": {"a": {"image": "i:v1"}},
    }


async def test_a_secret_stays_in_its_place_so_that_a_component_can_iterate() -> None:
    variables = {"PLAIN": "1", "TOKEN": secret("s")}
    agent = read({"agents": {"a": {"image": "i:v1", "environmentVariables": variables}}})["agents"]["a"]
    assert agent["image"] == "i:v1"
    assert await known(agent["environmentVariables"]["TOKEN"]) == ("s", True, True)


async def test_a_map_that_is_secret_as_a_whole_is_still_a_map_where_the_program_must_know_it() -> None:
    agents = read({"agents": secret({"a": {"image": "i:v1"}})})["agents"]
    assert await known(agents["a"]["image"]) == ("i:v1", True, True)


@pytest.mark.parametrize("hidden", [secret, secret_output])
async def test_a_secret_map_of_secrets_keeps_its_names(hidden: Any) -> None:
    """Java sends it so: its SDK takes no map with outputs as values."""
    agents = read({"agents": {"a": {"secretEnvironmentVariables": hidden({"API_KEY": "s"})}}})["agents"]
    assert await known(agents["a"]["secretEnvironmentVariables"]["API_KEY"]) == ("s", True, True)


@pytest.mark.parametrize("hidden", [secret, secret_output])
async def test_an_agent_that_is_an_output_keeps_its_properties(hidden: Any) -> None:
    agent = read({"agents": {"a": hidden({"image": "i:v1", "tools": ["code_interpreter"]})}})["agents"]["a"]
    assert await known(agent["image"]) == ("i:v1", True, True)
    assert await known(agent["tools"]) == (["code_interpreter"], True, True)


async def test_another_map_that_is_secret_as_a_whole_is_an_output() -> None:
    assert await known(read({"tags": secret({"team": "support"})})["tags"]) == ({"team": "support"}, True, True)


async def test_an_output_has_its_value_and_dependencies() -> None:
    found = read({"location": {SIGNATURE: OUTPUT, "value": "x", "secret": True, "dependencies": [URN]}})["location"]
    assert await known(found) == ("x", True, True)
    assert [await one.urn.future() for one in await found.resources()] == [URN]
    unknown = read({"location": UNKNOWN_TEXT})["location"]
    assert (await known(unknown))[1:] == (False, False)


async def test_dependencies_of_engines_without_outputs_are_kept() -> None:
    found = read({"location": "x"}, {"location": [URN]})["location"]
    assert [await one.urn.future() for one in await found.resources()] == [URN]


@pytest.mark.parametrize("value", [[secret("a")], {"deep": [secret("a")]}])
async def test_unknown_inputs_are_read_as_they_are(value: Any) -> None:
    assert "other" in read({"other": value})
