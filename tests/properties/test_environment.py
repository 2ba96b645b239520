"""The check of an environment's arguments, over everything that may be written."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn, SearchStrategy

from foundry_agents.azure.regions import HOSTED_AGENT_REGIONS
from foundry_agents.environment.check import check_environment
from foundry_agents.environment.inputs import ARGUMENT_NAMES
from foundry_agents.lifecycle.inputs.unknown import UNKNOWN

from . import bad, garbage, good
from .run_size import examples

GIVEN_BY_ENVIRONMENT = ("agent_name", "project_endpoint", "registry", "registry_id", "pull_principal_id")


def agent_of(inputs: dict[str, Any]) -> dict[str, Any]:
    """What of an agent's inputs is written in an environment."""
    return {key: value for key, value in inputs.items() if key not in GIVEN_BY_ENVIRONMENT}


_group = "/subscriptions/0d1f3a5c-7b9e-4d2f-8a6c-1e3b5d7f9a01/resourceGroups/rg/providers"
deployers = st.lists(
    st.fixed_dictionaries(
        {
            "principal_id": st.uuids().map(str),
            "principal_type": st.sampled_from(["User", "Group", "ServicePrincipal"]),
        }
    ),
    max_size=3,
    unique_by=lambda deployer: deployer["principal_id"],
)
tag_names = st.text(st.characters(codec="utf-8", exclude_characters="<>%&\\?/\0"), min_size=1, max_size=30)
tags = st.dictionaries(tag_names, good.text, max_size=3)
environments: SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "location": st.sampled_from(sorted(HOSTED_AGENT_REGIONS)) | st.just("mars"),
        "agents": st.dictionaries(good.agent_names, good.definitions().map(agent_of), max_size=2),
    },
    optional={
        "resource_group": st.sampled_from(["rg", "rg-(ä)", "12345", "a.b", "a" * 90]),
        "account_name": st.sampled_from(["ac", "acc-1", "a" * 64]),
        "project_name": st.sampled_from(["pro", "pro-1", "p" * 32]),
        "registry_name": st.sampled_from(["agents", "12345", "R" * 50]),
        "registry_sku": st.sampled_from(["Basic", "Standard", "Premium"]),
        "repository_permissions": st.booleans(),
        "capability_host": st.sampled_from(["managed", "existing", "none"]),
        "deployers": deployers,
        "role_assignments": st.sampled_from(["managed", "external"]),
        "tags": tags,
        "protect": st.booleans(),
    },
)

WRONG: dict[str, SearchStrategy[Any]] = {
    "location": bad.not_text | st.sampled_from(["", "Sweden Central", "sweden-central", "ä", "swedencentral\n"]),
    "agents": bad.not_a_list.filter(lambda value: not isinstance(value, dict)) | st.just([]),
    "resource_group": bad.not_text | st.sampled_from(["", "a.", "a b", "a/b", "a" * 91, "rg\n"]),
    "account_name": bad.not_text | st.sampled_from(["", "a", "-a", "a-", "a_b", "a" * 65, "ab\n"]),
    "project_name": bad.not_text | st.sampled_from(["", "ab", "-ab", "ab-", "a_b", "a" * 33, "abc\n"]),
    "registry_name": bad.not_text | st.sampled_from(["", "abcd", "a-bcd", "a" * 51, "abcde\n"]),
    "registry_sku": bad.not_text | st.sampled_from(["", "basic", "Free"]),
    "repository_permissions": bad.not_a_flag,
    "capability_host": bad.not_text | st.sampled_from(["", "Managed", "yes"]),
    "deployers": bad.not_a_list,
    "role_assignments": bad.not_text | st.sampled_from(["", "extern"]),
    "tags": bad.not_a_map | st.integers(51, 60).map(lambda count: {f"t{i}": "x" for i in range(count)}),
    "protect": bad.not_a_flag,
    "existing_resource_group": bad.not_text | st.sampled_from(["", "a.", "a b"]),
    "existing_project": bad.not_text
    | st.sampled_from(["", "my-project", f"{_group}/Microsoft.CognitiveServices/accounts/a"]),
    "existing_registry": bad.not_text
    | st.sampled_from(["", "r.azurecr.io", f"{_group}/Microsoft.ContainerRegistry/registries/"]),
}


@st.composite
def _wrong_deployers(draw: DrawFn) -> bad.Broken:
    right = draw(deployers.filter(bool))
    wrong, within = draw(
        st.sampled_from(
            [
                ("me", ""),
                (None, ""),
                ({**right[0], "principal_id": "me"}, ".principal_id"),
                ({**right[0], "principal_id": None}, ".principal_id"),
                (right[0], ".principal_id"),
                ({"principal_id": "0d1f3a5c-7b9e-4d2f-8a6c-1e3b5d7f9a01"}, ".principal_type"),
                (
                    {"principal_id": "0d1f3a5c-7b9e-4d2f-8a6c-1e3b5d7f9a01", "principal_type": "user"},
                    ".principal_type",
                ),
                (
                    {"principal_id": "0d1f3a5c-7b9e-4d2f-8a6c-1e3b5d7f9a01", "principal_type": "User", "name": "me"},
                    ".name",
                ),
            ]
        )
    )
    return {"deployers": [*right, wrong]}, f"deployers[{len(right)}]{within}"


@st.composite
def _wrong_tags(draw: DrawFn) -> bad.Broken:
    name, value = draw(
        st.tuples(st.sampled_from(["", "a/b", "<a>", "a?", "t" * 513]), good.text)
        | st.tuples(tag_names, bad.not_text | st.none() | bad.not_sendable | st.just("v" * 257))
    )
    return {"tags": {**draw(tags), name: value}}, bad.under("tags", name)


@st.composite
def _wrong_agents(draw: DrawFn) -> bad.Broken:
    name = draw(st.sampled_from(["", "-a", "a-", "a_b", "a.b", "a" * 64, "ä"]))
    agents = {"right": {"image": "a:v1"}, name: agent_of(draw(good.definitions()))}
    no_agent = draw(bad.not_a_map | st.none())
    wrong: list[bad.Broken] = [
        ({"agents": agents}, bad.under("agents", name)),
        ({"agents": {"right": {"image": "a:v1"}, "other": no_agent}}, "agents.other"),
        ({"agents": {"echo": {"image": "a:v1", "registry": "r.io"}}}, "agents.echo.registry"),
    ]
    return draw(st.sampled_from(wrong))


_PROJECT = f"{_group}/Microsoft.CognitiveServices/accounts/a/projects/p"
_REGISTRY = f"{_group}/Microsoft.ContainerRegistry/registries/r"
_not_both = st.sampled_from(
    [
        ({"account_name": "acc", "existing_project": _PROJECT}, "account_name"),
        ({"project_name": "pro", "existing_project": _PROJECT}, "project_name"),
        ({"registry_name": "agents", "existing_registry": _REGISTRY}, "registry_name"),
        ({"registry_sku": "Basic", "existing_registry": _REGISTRY}, "registry_sku"),
        ({"resource_group": "rg", "existing_resource_group": "rg"}, "resource_group"),
    ]
)

RULES: dict[str, SearchStrategy[bad.Broken]] = {
    "the parts of deployers": _wrong_deployers(),
    "the parts of tags": _wrong_tags(),
    "the name of an agent": _wrong_agents(),
    "made or existing": _not_both,
    "no other keys": st.sampled_from([({"locaton": "x"}, "locaton"), ({"secret s": {}}, '["secret s"]')]),
}
"""What makes an environment wrong in one place, and that place."""


def paths(args: dict[Any, Any]) -> set[str]:
    return {problem.path for problem in check_environment(args).problems}


@settings(max_examples=examples(50, 1_000))
@given(environments)
def test_what_is_right_is_accepted(args: dict[str, Any]) -> None:
    assert paths(args) == set()


@pytest.mark.parametrize("key", WRONG)
@settings(max_examples=examples(8, 50))
@given(data=st.data())
def test_a_wrong_argument_is_refused_where_it_is_wrong(key: str, data: DataObject) -> None:
    others = data.draw(environments)
    if key.startswith("existing_"):
        others = {name: others[name] for name in ("location", "agents")}
    assert paths({**others, key: data.draw(WRONG[key])}) == {key}


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=examples(15, 200))
@given(data=st.data())
def test_a_wrong_part_is_refused_where_it_is_wrong(rule: str, data: DataObject) -> None:
    change, path = data.draw(RULES[rule])
    assert paths({"location": "swedencentral", "agents": {}, **change}) == {path}


@settings(max_examples=examples(120, 3_000))
@given(data=st.data())
def test_a_wrong_agent_is_refused_where_it_is_wrong(data: DataObject) -> None:
    inputs, path = data.draw(bad.broken(data.draw(st.sampled_from(sorted(bad.RULES)))))
    agents = {"right": {"image": "a:v1"}, "echo": agent_of(inputs)}
    expected = set() if path in GIVEN_BY_ENVIRONMENT else {f"agents.echo{'' if path.startswith('[') else '.'}{path}"}
    assert paths({"location": "swedencentral", "agents": agents}) == expected


@settings(max_examples=examples(60, 2_000))
@given(data=st.data())
def test_what_is_not_known_yet_is_never_wrong(data: DataObject) -> None:
    args = data.draw(environments)
    assert paths(good.replaced(args, data.draw(st.sampled_from(good.places(args))), UNKNOWN)) == set()


@settings(max_examples=examples(120, 3_000))
@given(st.dictionaries(st.sampled_from(ARGUMENT_NAMES) | garbage.keys, garbage.anything))
def test_whatever_is_written_gets_a_verdict_that_can_be_printed(args: dict[Any, Any]) -> None:
    findings = check_environment(args)
    for finding in findings.problems + findings.warnings:
        assert str(finding).isprintable()


@settings(max_examples=examples(150, 3_000))
@given(data=st.data())
def test_garbage_in_one_place_gets_a_verdict(data: DataObject) -> None:
    args = data.draw(environments)
    check_environment(good.replaced(args, data.draw(st.sampled_from(good.places(args))), data.draw(garbage.anything)))
