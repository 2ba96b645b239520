"""Changing an agent: a new version gets traffic when it is active and proved, step by step, and never before."""

import itertools
from typing import Any

import pytest

from foundry_agents.lifecycle.errors.exceptions import (
    DeploymentError,
    NotServable,
    OwnershipConflict,
    TooManyVersions,
    VersionFailed,
)
from foundry_agents.lifecycle.inputs import common
from foundry_agents.lifecycle.rollout import deployment

from .driver import OTHER_OWNER, AgentDriver
from .foundry import AT_LATEST, REGISTRY, ROLE_MISSING, Container
from .wire import Answer

STEPS = {"steps": [10, 50], "hold": 0}
PROVISIONING = ("ProvisioningError", "Agent version provisioning failed.")


async def test_an_unchanged_update_writes_nothing(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.writes()
    assert (await echo.update())["version"] == "1"
    assert echo.foundry.writes() == []


async def test_an_update_moves_the_traffic_when_the_new_version_is_active(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.writes()
    state = await echo.update(image="echo:v2")
    assert echo.traffic == {"2": 100} and echo.versions == ["2", "1"]
    assert echo.foundry.writes() == ["POST /versions", "PATCH /"]
    assert (state["versions"], state["previous_version"]) == (["2", "1"], "1")
    assert echo.told[-1] == "echo: version 2 serves"


async def test_traffic_that_follows_latest_is_pinned_before_a_version_is_made(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.pin("echo", {AT_LATEST: 100})
    echo.foundry.writes()
    await echo.update(image="echo:v2")
    assert echo.foundry.writes() == ["PATCH /", "POST /versions", "PATCH /"]


async def test_traffic_moves_step_by_step(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.requests.clear()
    await echo.update(image="echo:v2", rollout=STEPS)
    assert echo.routed() == [{"1": 90, "2": 10}, {"1": 50, "2": 50}, {"2": 100}]
    assert "echo: version 2 gets 10% of the traffic" in echo.told


async def test_each_step_is_held_as_long_as_the_program_says_and_the_version_is_looked_at(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.requests.clear()
    await echo.update(image="echo:v2", rollout={"steps": [10, 50], "hold": 300})
    patches = [request.at for request in echo.foundry.requests if request.method == "PATCH"]
    assert [round(later - earlier) for earlier, later in itertools.pairwise(patches)] == [300, 300]
    looks = [request for request in echo.foundry.requests if request.path.endswith("/versions/2")]
    assert 60 <= len(looks) <= 75


async def test_each_step_is_proved_again_unless_active_is_enough(echo: AgentDriver) -> None:
    await echo.create()
    for check, proofs in (("verify", 3), ("active", 1)):
        echo.foundry.requests.clear()
        await echo.update(image=f"echo:{check}", verify="start", rollout={**STEPS, "check": check})
        opened = [one for one in echo.foundry.requests if one.method == "POST" and one.path.endswith("/sessions")]
        assert len(opened) == proofs


async def test_traffic_moved_by_hand_is_put_right_without_a_new_version(echo: AgentDriver) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    echo.foundry.pin("echo", {"1": 100})
    echo.foundry.writes()
    await echo.update(image="echo:v2")
    assert echo.foundry.writes() == ["PATCH /"] and echo.traffic == {"2": 100}


async def test_traffic_moved_by_hand_is_put_right_before_a_new_version_is_made(echo: AgentDriver) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    echo.foundry.pin("echo", {"1": 100})
    echo.foundry.requests.clear()
    await echo.update(image="echo:v3", rollout=STEPS)
    assert echo.routed() == [{"2": 100}, {"2": 90, "3": 10}, {"2": 50, "3": 50}, {"3": 100}]


async def test_a_recorded_version_that_is_gone_is_no_obstacle(echo: AgentDriver) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    echo.state |= {"traffic": {"77": 100}, "version": "77", "versions": ["77", "1"]}
    echo.foundry.requests.clear()
    await echo.update(image="echo:v3", rollout=STEPS)
    assert echo.routed()[0] == {"2": 90, "3": 10}
    assert echo.versions == ["3", "2"]


async def test_traffic_is_not_pinned_to_a_recorded_version_that_failed_since(echo: AgentDriver) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    echo.there.versions["2"].error = PROVISIONING
    echo.foundry.pin("echo", {"1": 100})
    echo.foundry.requests.clear()
    await echo.update(image="echo:v3", rollout=STEPS)
    assert echo.routed()[0] == {"1": 90, "3": 10}


async def test_of_a_recorded_split_with_a_version_that_is_gone_the_rest_serves_alone(echo: AgentDriver) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    echo.state |= {"traffic": {"77": 60, "1": 40}, "versions": ["77", "1"]}
    echo.foundry.requests.clear()
    await echo.update(image="echo:v3")
    assert echo.routed() == [{"1": 100}, {"3": 100}]


async def test_an_agent_none_of_whose_versions_can_serve_gets_a_new_one_at_once(echo: AgentDriver) -> None:
    await echo.create()
    echo.there.versions["1"].error = PROVISIONING
    echo.foundry.requests.clear()
    await echo.update(image="echo:v2", rollout=STEPS)
    assert echo.routed() == [{"2": 100}]


async def test_an_active_version_that_shows_creating_once_still_counts_as_serving(echo: AgentDriver) -> None:
    await echo.create()
    echo.there.versions["1"].shown = ["creating"]
    echo.foundry.requests.clear()
    await echo.update(image="echo:v2", rollout=STEPS)
    assert echo.routed()[0] == {"1": 90, "2": 10}


# --- Agents that are gone


async def test_an_update_of_an_agent_that_is_gone_makes_it_again(echo: AgentDriver) -> None:
    await echo.create()
    del echo.foundry.agents["echo"]
    state = await echo.update()
    assert (state["version"], state["agent_guid"]) == ("1", "guid-2") and echo.traffic == {"1": 100}


async def test_an_agent_made_by_hand_in_the_place_of_ours_is_not_taken_over(echo: AgentDriver) -> None:
    await echo.create()
    del echo.foundry.agents["echo"]
    echo.foundry.make_version("echo", echo.body(marked=False))
    with pytest.raises(OwnershipConflict):
        await echo.update(image="echo:v2")
    assert echo.versions == ["1"]
    assert (await echo.update(image="echo:v2", adopt=True))["version"] == "2"


@pytest.mark.parametrize("refreshed", [False, True])
async def test_what_a_killed_run_made_for_an_agent_that_was_gone_is_proved(
    echo: AgentDriver, *, refreshed: bool
) -> None:
    await echo.create()
    del echo.foundry.agents["echo"]
    echo.foundry.containers["echo:bad"] = Container(starts=False)
    echo.foundry.make_version("echo", echo.body(image="echo:bad"))
    if refreshed:
        await echo.refresh()
    quick = {"kind": "start", "timeout": 2}
    with pytest.raises(DeploymentError):
        await echo.update(image="echo:bad", verify=quick)
    state = await echo.update(image="echo:v2", verify=quick)
    assert echo.traffic == {state["version"]: 100}


# --- Whose it is


async def test_an_update_of_an_agent_that_is_anothers_by_now_is_refused(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER))
    echo.foundry.writes()
    with pytest.raises(
        OwnershipConflict,
        match="agent 'echo' is managed by acme/other/dev/agents-echo, not by acme/agent-environment/dev/agents-echo",
    ):
        await echo.update(image="echo:v2")
    assert echo.foundry.writes() == []


async def test_an_update_of_ours_whose_newest_version_bears_no_mark_goes_on(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.make_version("echo", echo.body(marked=False, image="echo:hand"))
    await echo.update(image="echo:v2")
    assert echo.traffic == {"3": 100} and echo.versions == ["3", "2", "1"]


@pytest.mark.parametrize("theirs", [{"marked": False}, {"owner": OTHER_OWNER}])
async def test_a_version_that_somebody_made_meanwhile_is_not_taken_for_ours(
    echo: AgentDriver, theirs: dict[str, Any]
) -> None:
    await echo.create()
    foreign = echo.body(image="echo:v2", **theirs)
    echo.foundry.script.meanwhile("POST", "/versions$", lambda: echo.foundry.make_version("echo", foreign))
    echo.foundry.script.answer("POST", "/versions$", Answer(202))
    with pytest.raises(DeploymentError, match=r"version 2 of agent .* run `pulumi up` again"):
        await echo.update(image="echo:v3")
    assert echo.traffic == {"1": 100} and echo.versions == ["2", "1"]


async def test_an_older_version_of_another_image_is_no_answer(echo: AgentDriver) -> None:
    await echo.create()
    old = echo.there.versions["1"]
    shown = Answer(200, echo.foundry._version_body(echo.there, old))
    echo.foundry.script.answer("POST", "/versions$", shown)
    with pytest.raises(DeploymentError, match=rf"version 1 .*{REGISTRY}/echo:v1 .*{REGISTRY}/echo:v2"):
        await echo.update(image="echo:v2")
    assert echo.traffic == {"1": 100} and echo.versions == ["1"]


async def test_an_equal_version_that_the_service_answers_with_serves(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.make_version("echo", echo.body(image="echo:v2"))
    state = await echo.update(image="echo:v2")
    assert state["version"] == "2" and echo.versions == ["2", "1"] and echo.traffic == {"2": 100}


# --- `serve_version`


async def test_a_rollback_pins_a_version_and_makes_none(echo: AgentDriver) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    echo.foundry.writes()
    state = await echo.update(image="echo:v2", serve_version="1")
    assert echo.foundry.writes() == ["PATCH /"] and echo.traffic == {"1": 100}
    assert (state["version"], state["previous_version"], state["versions"]) == ("1", "2", ["1", "2"])
    assert (await echo.update(image="echo:v2"))["version"] == "2"
    assert echo.traffic == {"2": 100} and echo.versions == ["2", "1"]


async def test_a_version_that_does_not_exist_is_not_pinned(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.writes()
    with pytest.raises(NotServable, match=r"version 7 of agent 'echo' does not exist; .*: 1"):
        await echo.update(serve_version="7")
    assert echo.foundry.writes() == []


async def test_a_first_create_cannot_pin(echo: AgentDriver) -> None:
    with pytest.raises(NotServable, match="remove serve_version"):
        await echo.create(serve_version="1")
    assert echo.foundry.writes() == []


@pytest.mark.parametrize("status", ["failed", "deleting"])
async def test_a_version_that_is_not_active_is_not_pinned(echo: AgentDriver, status: str) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    echo.there.versions["1"].shown = [status] * 9
    echo.foundry.writes()
    with pytest.raises(NotServable, match=f"is '{status}'"):
        await echo.update(image="echo:v2", serve_version="1")
    assert echo.foundry.writes() == []


async def test_a_version_that_shows_creating_once_is_pinned(echo: AgentDriver) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    echo.there.versions["1"].shown = ["creating"]
    assert (await echo.update(image="echo:v2", serve_version="1"))["version"] == "1"


# --- Limits of the service


async def test_the_limit_of_active_versions_is_told_before_it_bites(echo: AgentDriver) -> None:
    await echo.create()
    for number in range(2, 101):
        echo.foundry.make_version("echo", echo.body(image=f"echo:w{number}"))
    echo.foundry.writes()
    with pytest.raises(TooManyVersions, match="100 active versions"):
        await echo.update(image="echo:next")
    assert echo.foundry.writes() == []


async def test_versions_that_failed_do_not_count_as_active(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.failures["echo:bad"] = PROVISIONING
    for _ in range(2, 101):
        echo.foundry.make_version("echo", echo.body(image="echo:bad"))
    assert (await echo.update(image="echo:next"))["version"] == "101"


async def test_versions_that_are_gone_do_not_count(echo: AgentDriver) -> None:
    await echo.create()
    echo.there.made = 150
    await echo.update(image="echo:v2")
    assert echo.versions == ["151", "1"]
    assert (await echo.update(image="echo:v3"))["version"] == "152"


async def test_the_limit_of_all_versions_counts_those_that_failed_too(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.failures["echo:bad"] = PROVISIONING
    echo.foundry.page_size = 1000
    for _ in range(2, 1001):
        echo.foundry.make_version("echo", echo.body(image="echo:bad"))
    with pytest.raises(TooManyVersions, match="1000 versions"):
        await echo.update(image="echo:next")


def test_the_limit_leaves_room_for_the_most_that_may_be_kept() -> None:
    assert common.MAX_KEEP_VERSIONS < deployment.MAX_ACTIVE


# --- Endpoint and description


async def test_the_endpoint_is_what_the_program_names_and_the_rest_is_left(echo: AgentDriver) -> None:
    card = {"version": "1.0", "description": "Sums up", "skills": [{"id": "sum", "name": "Sums up", "tags": ["a"]}]}
    whole = {"authorization_schemes": ["Entra", "BotService"], "agent_card": card}
    await echo.create(protocol_versions=["responses", "invocations"], **whole)
    assert [scheme["type"] for scheme in echo.there.schemes] == ["Entra", "BotService"]
    assert set(echo.there.protocols) == {"responses", "invocations"} and echo.there.card == card
    echo.foundry.writes()
    await echo.update(protocol_versions=["responses", "invocations"], **whole)
    assert echo.foundry.writes() == []
    await echo.update()
    assert set(echo.there.protocols) == {"responses"}
    assert [scheme["type"] for scheme in echo.there.schemes] == ["Entra", "BotService"] and echo.there.card == card


async def test_an_endpoint_that_alone_is_changed_is_told_as_such(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.writes()
    await echo.update(authorization_schemes=["BotService"])
    assert echo.foundry.writes() == ["PATCH /"] and "endpoint" in echo.told[-1]


async def test_a_changed_description_arrives(echo: AgentDriver) -> None:
    await echo.create(description="Sums up")
    state = await echo.update(description="Counts")
    assert state["version"] == "2" and echo.there.newest.body["description"] == "Counts"
    await echo.update()
    echo.foundry.writes()
    await echo.update()
    assert echo.foundry.writes() == []


async def test_a_role_that_does_not_work_yet_is_waited_for(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.script.answer("GET", "/echo$", ROLE_MISSING, times=3)
    await echo.update(image="echo:v2", role_propagation_timeout=600)
    assert echo.traffic == {"2": 100} and any("waiting for the deployer's role" in line for line in echo.told)


async def test_a_failed_update_leaves_the_old_version_serving(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.failures["echo:bad"] = PROVISIONING
    with pytest.raises(VersionFailed):
        await echo.update(image="echo:bad")
    assert echo.traffic == {"1": 100} and echo.versions == ["1"]
    await echo.update(image="echo:v2")
    assert echo.traffic == {"3": 100}
