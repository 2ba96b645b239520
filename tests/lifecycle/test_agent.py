"""The life of one agent, as the service sees it."""

from typing import Any

import pytest

from foundry_agents.lifecycle.errors.exceptions import (
    AccessDenied,
    DeploymentError,
    NotActiveInTime,
    OwnershipConflict,
    ServiceError,
    VersionFailed,
)
from foundry_agents.lifecycle.rollout import agent
from foundry_agents.lifecycle.rollout.state import History, RecordedAgent, Versions
from foundry_agents.lifecycle.service.answers import NewAgentVersion
from foundry_agents.lifecycle.service.mark import Mark, with_mark

from .conftest import OURS, Agent

OTHERS = Mark("acme/other/dev", "agents-echo")


async def test_create_makes_one_version_and_pins_the_traffic_to_it(echo: Agent) -> None:
    state = await echo.create()
    assert echo.writes() == ["POST /versions", "PATCH /"]
    assert echo.rules() == [("1", 100)] and echo.versions() == ["1"]
    assert (state.version, state.status) == ("1", "active")
    assert state.image == f"{echo.project.login_server}/echo:v1" and state.principal_id
    assert state.endpoints["responses"].startswith(f"{echo.project.endpoint}/agents/{echo.name}/endpoint/")


async def test_create_says_what_happens_in_a_line_per_change(echo: Agent) -> None:
    await echo.create()
    assert echo.told[0] == f"{echo.name}: version 1 is created; waiting for it to become active"
    assert echo.told[1].startswith(f"{echo.name}: version 1 is active (")
    assert echo.told[2:] == [f"{echo.name}: version 1 serves"]


async def test_an_unchanged_update_writes_nothing(echo: Agent) -> None:
    await echo.create()
    echo.writes()
    assert (await echo.update()).version == "1"
    assert echo.writes() == []


async def test_an_update_moves_the_traffic_when_the_new_version_is_active(echo: Agent) -> None:
    await echo.create()
    echo.writes()
    assert (await echo.update(image="echo:v2")).version == "2"
    assert echo.writes() == ["POST /versions", "PATCH /"]
    assert echo.rules() == [("2", 100)] and echo.versions() == ["2", "1"]


async def test_traffic_that_follows_latest_is_pinned_before_a_version_is_made(echo: Agent) -> None:
    await echo.create()
    await echo.set_traffic({"@latest": 100})
    echo.writes()
    await echo.update(image="echo:v2")
    assert echo.writes() == ["PATCH /", "POST /versions", "PATCH /"]


async def test_versions_past_the_kept_ones_are_retired_oldest_first(echo: Agent) -> None:
    await echo.create()
    for tag in range(2, 5):
        await echo.update(image=f"echo:v{tag}", keep_versions=3)
    assert echo.versions() == ["4", "3", "2"]
    await echo.update(image="echo:v4", keep_versions=1)
    assert echo.versions() == ["4"]


async def test_versions_that_we_did_not_make_are_never_retired(echo: Agent) -> None:
    await echo.create()
    by_hand = echo.change(image="echo:v5").body
    await echo.service.create_version(echo.name, by_hand | {"metadata": {}})
    await echo.update(image="echo:v2", keep_versions=1)
    assert echo.versions() == ["3", "2"]


async def test_a_failed_update_leaves_the_old_version_serving(echo: Agent) -> None:
    await echo.create()
    with pytest.raises(VersionFailed, match="ImageError"):
        await echo.update(image="echo:v99")
    assert echo.rules() == [("1", 100)] and echo.versions() == ["1"]
    await echo.update(image="echo:v2")
    assert echo.rules() == [("3", 100)]


async def test_an_image_that_is_nowhere_is_told_in_one_sentence(echo: Agent) -> None:
    missing = f"{echo.project.login_server}/nowhere:v1"
    with pytest.raises(VersionFailed, match=f"push {missing}, then run `pulumi up` again"):
        await echo.create(image="nowhere:v1", role_propagation_timeout=60)
    assert echo.shown() is None


async def test_a_failed_create_leaves_nothing(echo: Agent) -> None:
    with pytest.raises(VersionFailed, match="ImageError"):
        await echo.create(image="ghcr.io/nobody/nothing:v1", role_propagation_timeout=600)
    assert echo.shown() is None


async def test_a_version_that_never_becomes_active_ends_at_the_deadline(echo: Agent) -> None:
    echo.azure.settings(provisioning_seconds=100_000)
    with pytest.raises(NotActiveInTime, match="still 'creating' after 1 s"):
        await echo.create(active_timeout=1)
    assert echo.shown() is None


async def test_an_agent_of_another_stack_is_refused(echo: Agent) -> None:
    await echo.create(OTHERS)
    with pytest.raises(OwnershipConflict, match="is managed by acme/other/dev/agents-echo"):
        await echo.create()
    with pytest.raises(OwnershipConflict):
        await echo.update(image="echo:v2")
    assert echo.versions() == ["1"]


async def test_an_agent_that_bears_no_mark_is_refused_at_create(echo: Agent) -> None:
    body = echo.change().body
    await echo.service.create_version(echo.name, {**body, "metadata": {}})
    with pytest.raises(OwnershipConflict, match="is not managed by any stack"):
        await echo.create()


async def test_a_create_that_was_cut_short_is_continued(echo: Agent) -> None:
    await echo.service.create_version(echo.name, echo.change().body)
    state = await echo.create()
    assert state.version == "1" and echo.versions() == ["1"] and echo.rules() == [("1", 100)]


async def test_an_update_of_an_agent_that_is_gone_makes_it_anew(echo: Agent) -> None:
    await echo.create()
    await echo.service.delete_agent(echo.name)
    assert (await echo.update()).version == "1"
    assert echo.rules() == [("1", 100)]


async def test_reading_tells_gone_from_there(echo: Agent) -> None:
    assert await agent.read(echo.service, echo.name, OURS, echo.recorded) is None
    await echo.create()
    found = await agent.read(echo.service, echo.name, OURS, echo.recorded)
    assert found is not None and found.state.version == "1"


async def test_delete_removes_the_agent_and_is_repeatable(echo: Agent) -> None:
    await echo.create()
    await echo.delete()
    assert echo.shown() is None
    await echo.delete()


async def test_delete_leaves_an_agent_that_is_anothers_by_now(echo: Agent) -> None:
    await echo.create(OTHERS)
    await echo.delete()
    assert echo.shown() is not None
    assert "not deleted" in echo.told[-1]


async def test_protocols_beyond_responses_are_opened(echo: Agent) -> None:
    state = await echo.create(protocol_versions=["responses", "invocations"])
    shown = echo.shown()
    assert shown is not None
    assert set(shown["agent_endpoint"]["protocol_configuration"]) == {"responses", "invocations"}
    assert set(state.endpoints) == {"responses", "invocations"}


DENIED = {
    "kind": "status",
    "status": 403,
    "body": {"error": {"code": "UserError", "message": "Identity(object id: x) does not have permissions"}},
}


async def test_a_role_that_does_not_work_yet_is_waited_for(echo: Agent) -> None:
    echo.azure.fault(plane="data", path=f"/agents/{echo.name}$", times=2, action=DENIED)
    await echo.create(role_propagation_timeout=60)
    assert any("waiting for the deployer's role" in line for line in echo.told)


async def test_a_role_that_never_works_is_told_with_its_cure(echo: Agent) -> None:
    echo.azure.fault(plane="data", path=f"/agents/{echo.name}$", times=None, action=DENIED)
    with pytest.raises(AccessDenied, match="Foundry User"):
        await echo.create(role_propagation_timeout=0)


async def test_a_failed_create_tells_its_own_reason_even_if_cleaning_up_fails_too(echo: Agent) -> None:
    echo.azure.fault(plane="data", method="DELETE", times=None, action={"kind": "status", "status": 500})
    with pytest.raises(VersionFailed, match="does not exist in its registry"):
        await echo.create(image="echo:v99")


async def test_a_create_whose_traffic_cannot_be_set_leaves_nothing(echo: Agent) -> None:
    echo.azure.fault(plane="data", method="PATCH", times=None, action={"kind": "status", "status": 500})
    with pytest.raises(ServiceError, match="changing the endpoint"):
        await echo.create()
    assert echo.shown() is None


async def test_traffic_moved_by_hand_is_put_right_before_a_new_version(echo: Agent) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    await echo.set_traffic({"1": 100})
    echo.writes()
    await echo.update(image="echo:v2")
    assert echo.writes() == ["PATCH /"] and echo.rules() == [("2", 100)]


async def test_a_recorded_version_that_is_gone_is_no_obstacle(echo: Agent) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    echo.recorded = RecordedAgent(History.RECORDED, Versions(["77", "1"]), traffic={"77": 100})
    await echo.update(image="echo:v3")
    assert echo.rules() == [("3", 100)] and echo.versions() == ["3", "2"]


async def test_what_was_adopted_stays_ours_whichever_of_its_versions_serves(echo: Agent) -> None:
    await echo.service.create_version(echo.name, echo.change().body | {"metadata": {}})
    await echo.service.create_version(echo.name, {**echo.change(OTHERS, image="echo:v2").body})
    await echo.until_active("2")
    await echo.create(image="echo:v2", adopt=True)
    assert (await echo.update(image="echo:v2", serve_version="1")).version == "1"
    await echo.refresh()
    assert (await echo.update(image="echo:v2")).version == "3"
    await echo.delete()
    assert echo.shown() is None


async def test_a_look_takes_nothing_over(echo: Agent) -> None:
    await echo.create()
    await echo.service.create_version(echo.name, echo.change(OTHERS, image="echo:v2").body)
    await echo.until_active("2")
    await echo.set_traffic({"2": 100})
    await echo.refresh()
    with pytest.raises(OwnershipConflict):
        await echo.update()
    await echo.delete()
    assert echo.shown() is not None


async def test_a_changed_description_arrives(echo: Agent) -> None:
    await echo.create(description="Sums up")
    state = await echo.update(description="Counts")
    version = await echo.service.find_version(echo.name, state.version)
    assert state.version == "2" and version is not None and version["description"] == "Counts"
    await echo.update()
    echo.writes()
    await echo.update()
    assert echo.writes() == []


@pytest.mark.parametrize("theirs", [None, OTHERS])
async def test_a_version_that_somebody_made_meanwhile_is_not_taken_for_ours(echo: Agent, theirs: Mark | None) -> None:
    await echo.create()
    body = echo.change(image="echo:v2").body
    metadata = {} if theirs is None else with_mark({}, theirs)
    await _made_behind_our_back(echo, body | {"metadata": metadata})
    with pytest.raises(DeploymentError, match=r"created version 2 of agent .*; run `pulumi up` again"):
        await echo.update(image="echo:v3")
    assert echo.rules() == [("1", 100)] and echo.versions() == ["2", "1"]


async def test_an_agent_that_somebody_made_meanwhile_is_left_alone(echo: Agent) -> None:
    await _made_behind_our_back(echo, echo.change().body | {"metadata": {}})
    with pytest.raises(DeploymentError, match="something that sets no mark created version 1"):
        await echo.create()
    assert echo.versions() == ["1"]


async def test_an_older_version_of_another_image_is_no_answer(echo: Agent) -> None:
    await echo.create()
    echo.azure.fault(
        method="POST", path="/versions$", action={"kind": "status", "status": 200, "body": echo.shown_version("1")}
    )
    with pytest.raises(DeploymentError, match=r"returned version 1 .* has the image .*echo:v1 instead of .*echo:v2"):
        await echo.update(image="echo:v2")
    assert echo.rules() == [("1", 100)]


async def _made_behind_our_back(echo: Agent, body: NewAgentVersion) -> None:
    """Between the look at an agent and its create, whose answer is empty, a version is made by somebody else."""
    create = echo.service.client.agents.create_version

    async def late(name: str, _body: Any) -> Any:
        echo.service.client.agents.create_version = create  # type: ignore[method-assign]
        await create(name, {**body})
        await echo.until_active("2" if len(echo.versions()) == 2 else "1")
        return None

    echo.service.client.agents.create_version = late  # type: ignore[assignment, method-assign]
