"""What a state records is read, whatever release wrote it."""

import asyncio
from typing import Any

import pytest

from foundry_agents.lifecycle.resource.agent import AGENT
from foundry_agents.lifecycle.resource.state import recorded_agent, recorded_toolbox, with_current_names
from foundry_agents.lifecycle.resource.toolbox import compare
from foundry_agents.lifecycle.rollout.state import History
from foundry_agents.lifecycle.service.agents import AgentService

INPUTS = {
    "agent_name": "a",
    "project_endpoint": "https://x.services.ai.azure.com/api/projects/p",
    "image": "r.io/a:v1",
    "owner": "o/p/s",
    "logical_name": "a",
}
OF_0_1 = {"version": "2", "versions": ["2", "1"], "latest_version": "2", "retiring": [], "made_outside": []}


def not_connected() -> AgentService:
    raise AssertionError("nothing needs the service")


def changed(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return asyncio.run(AGENT.diff(not_connected, old, new)).changed


def test_an_agent_in_a_state_of_0_1_shows_no_change() -> None:
    assert changed({**INPUTS, **OF_0_1}, INPUTS) == []


@pytest.mark.parametrize(
    ("earlier", "name"), [("retiring", "versions_pending_deletion"), ("made_outside", "unmanaged_versions")]
)
def test_an_earlier_name_of_an_output_is_read_as_its_name_of_today(earlier: str, name: str) -> None:
    assert changed({**INPUTS, **OF_0_1, earlier: ["1"]}, INPUTS) == [name]


def test_versions_that_a_state_of_0_1_waits_to_delete_are_known() -> None:
    recorded = recorded_agent(with_current_names({**INPUTS, **OF_0_1, "retiring": ["1"], "made_outside": ["3"]}))
    assert recorded.versions.pending_deletion == ["1"] and recorded.versions.unmanaged == ["3"]


def test_a_toolbox_in_a_state_of_0_1_shows_what_was_made_outside() -> None:
    box = {"toolbox_name": "b", "project_endpoint": INPUTS["project_endpoint"], "tools": []}
    assert compare(with_current_names({**box, "made_outside": []}), box).changed == []
    assert compare(with_current_names({**box, "made_outside": ["2"]}), box).changed == ["unmanaged_versions"]


@pytest.mark.parametrize(
    ("versions", "history"),
    [(None, History.UNKNOWN), ([], History.EMPTY), (["1"], History.RECORDED)],
)
def test_what_a_state_says_of_the_versions_before(versions: list[str] | None, history: History) -> None:
    assert recorded_toolbox({"versions": versions}).history is history


def test_only_what_has_nothing_but_a_name_is_imported() -> None:
    assert recorded_toolbox({}).is_imported
    assert not recorded_toolbox({"latest_version": "3"}).is_imported
    assert not recorded_toolbox({"versions": []}).is_imported
