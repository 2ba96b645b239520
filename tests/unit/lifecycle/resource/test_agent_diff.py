"""What counts as a change of an agent."""

from foundry_agents.lifecycle.inputs.unknown import UNKNOWN
from foundry_agents.lifecycle.resource.agent import AGENT
from foundry_agents.lifecycle.resource.agent_diff import diff

OLD = {
    "agent_name": "a",
    "project_endpoint": "https://x/api/projects/p",
    "image": "a:v1",
    "registry": "r.io",
    "environment_variables": {"A": "1"},
    "keep_versions": 2,
    "active_timeout": 900,
    "owner": "o/p/s",
    "version": "3",
}


def test_nothing_changed_is_no_change() -> None:
    assert diff(OLD, dict(OLD)).changed == []


def test_what_does_not_reach_the_service_is_no_change() -> None:
    news = {
        **OLD,
        "active_timeout": 5,
        "role_propagation_timeout": 1,
        "owner": "z",
        "allow_mutable_tag": True,
    }
    assert diff(OLD, news).changed == []


def test_a_changed_definition_is_an_update() -> None:
    difference = diff(OLD, {**OLD, "image": "a:v2"})
    assert difference.changed == ["image"] and difference.replaces == []


def test_a_removed_input_is_an_update() -> None:
    news = {key: value for key, value in OLD.items() if key != "environment_variables"}
    assert diff(OLD, news).changed == ["environment_variables"]


def test_name_and_endpoint_replace() -> None:
    assert diff(OLD, {**OLD, "agent_name": "b"}).replaces == ["agent_name"]
    assert diff(OLD, {**OLD, "project_endpoint": "https://y/api/projects/p"}).replaces == ["project_endpoint"]


def test_where_it_is_and_who_pulls_are_taken_as_unchanged_while_they_are_not_known() -> None:
    news = {**OLD, "project_endpoint": UNKNOWN, "registry": UNKNOWN, "registry_id": UNKNOWN}
    assert diff(OLD, {**news, "pull_principal_id": UNKNOWN}).changed == []


def test_everything_else_that_is_not_known_yet_is_a_possible_change() -> None:
    assert diff(OLD, {**OLD, "image": UNKNOWN}).changed == ["image"]
    assert diff(OLD, {**OLD, "environment_variables": {"A": UNKNOWN}}).changed == ["environment_variables"]
    assert diff(OLD, {**OLD, "environment_variables": UNKNOWN}).changed == ["environment_variables"]


def test_a_placeholder_that_the_service_filled_in_is_no_change() -> None:
    old = {**OLD, "environment_variables": {"URL": "https://x/api/projects/p/y"}}
    news = {**OLD, "environment_variables": {"URL": "${project_endpoint}/y"}}
    assert diff(old, news).changed == [] and diff(old, {**news, "project_endpoint": UNKNOWN}).changed == []
    assert diff(news, news).changed == []


def test_a_change_beside_an_unknown_value_is_seen() -> None:
    news = {**OLD, "environment_variables": {"A": UNKNOWN, "B": "new"}, "registry": UNKNOWN, "image": "a:v2"}
    assert {*diff(OLD, news).changed} == {"image", "environment_variables"}


def test_the_id_is_the_import_id() -> None:
    assert AGENT.resource_id(OLD) == "https://x/api/projects/p/agents/a"
