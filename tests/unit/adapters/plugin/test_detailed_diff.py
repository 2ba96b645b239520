"""What differs, property by property."""

from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from foundry_agents.adapters.plugin.detailed_diff import detailed_diff
from foundry_agents.lifecycle.inputs.unknown import UNKNOWN

INPUTS = {"image", "environment_variables", "tools", "agent_name", "rollout"}


def shown(old: dict[str, Any], new: dict[str, Any], *changed: str, replaces: tuple[str, ...] = ()) -> dict[str, str]:
    found = detailed_diff(old, new, changed, replaces, INPUTS)
    return {path: provider_pb2.PropertyDiff.Kind.Name(one.kind).lower() for path, one in found.items()}


def test_one_variable_is_named_and_no_other() -> None:
    old = {"environmentVariables": {"A": "1", "B": "2", "GONE": "3"}}
    new = {"environmentVariables": {"A": "1", "B": "3", "NEW": "4", "dotted.key": "5"}}
    assert shown(old, new, "environment_variables") == {
        "environmentVariables.B": "update",
        "environmentVariables.GONE": "delete",
        "environmentVariables.NEW": "add",
        'environmentVariables["dotted.key"]': "add",
    }


def test_tools_are_compared_by_name() -> None:
    one, two, three = ({"name": name, "type": "t"} for name in ("one", "two", "three"))
    assert shown({"tools": [one, two]}, {"tools": [one, {**two, "type": "u"}]}, "tools") == {"tools[1].type": "update"}
    assert shown({"tools": [one, two]}, {"tools": [one, two, three]}, "tools") == {"tools[2]": "add"}
    assert shown({"tools": [one, two, three]}, {"tools": [one, three]}, "tools") == {"tools[1]": "delete"}
    assert shown({"tools": [one, two]}, {"tools": [one, three]}, "tools") == {"tools[1]": "update"}


def test_lists_without_names_are_compared_by_place() -> None:
    assert shown({"rollout": {"steps": [10, 50]}}, {"rollout": {"steps": [10, 60, 90]}}, "rollout") == {
        "rollout.steps[1]": "update",
        "rollout.steps[2]": "add",
    }


@pytest.mark.parametrize("kind", ["update_replace", "add_replace", "delete_replace"])
def test_a_replacement_is_shown_as_one(kind: str) -> None:
    old = {} if kind.startswith("add") else {"agentName": "a"}
    new = {} if kind.startswith("delete") else {"agentName": "b"}
    assert shown(old, new, "agent_name", replaces=("agent_name",)) == {"agentName": kind}


def test_an_unknown_value_is_a_change_and_an_output_that_is_unfinished_is_named() -> None:
    assert shown({"image": "a", "traffic": {"1": 90}}, {"image": UNKNOWN}, "image", "traffic") == {
        "image": "update",
        "traffic": "update",
    }
    found = detailed_diff({"traffic": {}}, {}, ["image", "traffic"], [], INPUTS)
    assert [one.inputDiff for one in found.values()] == [True, False]
