"""Every change of an agent is proved, gradual and reversible."""

from typing import Any

import pytest

from foundry_agents.lifecycle.errors.exceptions import (
    NotServable,
    NotVerified,
    OwnershipConflict,
    RolloutFailed,
    TooManyVersions,
)
from foundry_agents.lifecycle.inputs import common
from foundry_agents.lifecycle.rollout import agent, deployment
from foundry_agents.lifecycle.rollout import verify as proof
from foundry_agents.lifecycle.service.mark import Mark

from .conftest import AGENT_COMMAND, OURS, Agent

STEPS = {"steps": [10, 50], "hold": 0}
QUICK = {"kind": "start", "timeout": 2}


@pytest.fixture(autouse=True)
def _broken_images(echo: Agent) -> None:
    """Images that are pulled and do not start."""
    for tag, start in (("crashes", "fails"), ("hangs", "never ready")):
        echo.azure.push(f"{echo.project.login_server}/echo:{tag}", AGENT_COMMAND, START=start)
    echo.azure.settings(agent_start_timeout=1)


async def test_a_version_is_proved_to_start_before_it_gets_traffic(echo: Agent) -> None:
    await echo.create(verify="start")
    session = f"/endpoint/sessions/{proof.session_of('1')}"
    assert echo.writes() == ["POST /versions", "POST /endpoint/sessions", f"DELETE {session}", "PATCH /"]
    assert any("version 1 is verified: it starts" in line for line in echo.told)
    assert echo.live_sessions() == []


@pytest.mark.parametrize("tag", ["crashes", "hangs"])
async def test_a_version_that_does_not_start_never_gets_traffic(echo: Agent, tag: str) -> None:
    await echo.create()
    with pytest.raises(NotVerified, match="does not start") as failure:
        await echo.update(image=f"echo:{tag}", verify=QUICK)
    assert echo.rules() == [("1", 100)] and echo.versions() == ["1"] and echo.live_sessions() == []
    if tag == "crashes":
        assert failure.value.log[-1] == "this agent does not start"


async def test_a_first_version_that_does_not_start_leaves_nothing(echo: Agent) -> None:
    with pytest.raises(NotVerified):
        await echo.create(image="echo:crashes", verify=QUICK)
    assert echo.shown() is None


async def test_a_request_is_sent_and_its_answer_compared(echo: Agent) -> None:
    await echo.create(verify={"kind": "request", "prompt": "hello", "expected_text": "1: hello"})
    with pytest.raises(NotVerified, match="an answer without `goodbye`"):
        await echo.update(image="echo:v2", verify={"kind": "request", "prompt": "hello", "expected_text": "goodbye"})
    assert echo.rules() == [("1", 100)] and echo.versions() == ["1"]


async def test_a_request_of_another_protocol_is_sent_through_an_endpoint_that_is_opened_for_it(echo: Agent) -> None:
    await echo.create(
        protocol_versions=["invocations"],
        verify={"kind": "request", "protocol": "invocations", "body": {"a": 1}, "expected_text": "FOUNDRY_AGENT_NAME"},
    )
    assert echo.rules() == [("1", 100)]


async def test_an_answer_that_says_it_failed_is_a_failure(echo: Agent) -> None:
    await echo.create()
    body = {"id": "caresp_1", "object": "response", "status": "failed", "error": {"code": "server_error"}}
    echo.azure.fault(path="openai/responses", action={"kind": "status", "status": 200, "body": body})
    with pytest.raises(NotVerified, match="reported a failure"):
        await echo.update(image="echo:v2", verify={"kind": "request", "prompt": "hello"})
    assert echo.rules() == [("1", 100)]


@pytest.mark.parametrize("status", [424, 429, 500, 503])
async def test_what_may_pass_is_tried_again(echo: Agent, status: int) -> None:
    echo.azure.fault(method="POST", path="/endpoint/sessions$", action={"kind": "status", "status": status})
    echo.azure.fault(method="POST", path="openai/responses", times=2, action={"kind": "status", "status": status})
    await echo.create(verify={"kind": "request", "prompt": "hello"})
    assert echo.rules() == [("1", 100)] and echo.live_sessions() == []


async def test_traffic_moves_step_by_step(echo: Agent) -> None:
    await echo.create()
    await echo.update(image="echo:v2", verify="start", rollout=STEPS)
    shares = [[(rule["agent_version"], rule["traffic_percentage"]) for rule in rules] for rules in echo.patched_rules()]
    assert shares == [[("1", 100)], [("1", 90), ("2", 10)], [("1", 50), ("2", 50)], [("2", 100)]]
    assert f"{echo.name}: version 2 gets 10% of the traffic" in echo.told
    assert echo.told[-1] == f"{echo.name}: version 2 serves"


async def test_a_rollout_that_fails_on_the_way_goes_back(echo: Agent) -> None:
    await echo.create()
    # The proofs before any traffic and at 10 % hold, the one at 50 % does not.
    echo.azure.fault(
        method="POST", path="/endpoint/sessions$", nth=3, times=None, action={"kind": "status", "status": 424}
    )
    with pytest.raises(RolloutFailed, match="stopped at 50%") as failure:
        await echo.update(image="echo:v2", verify=QUICK, rollout=STEPS)
    assert "traffic is back to 100% for version 1, and version 2 is deleted" in str(failure.value)
    assert echo.rules() == [("1", 100)] and echo.versions() == ["1"] and echo.live_sessions() == []


async def test_a_rollout_that_was_cut_short_goes_back_to_what_the_state_records(echo: Agent) -> None:
    await echo.create()
    await _cut_short(echo, {"1": 10, "2": 90})
    with pytest.raises(NotVerified):
        await echo.update(image="echo:crashes", verify=QUICK)
    assert echo.rules() == [("1", 100)]
    await echo.update()
    assert echo.rules() == [("1", 100)] and echo.versions() == ["1"]


async def test_a_rollback_pins_a_version_and_makes_none(echo: Agent) -> None:
    await echo.create()
    state = await echo.update(image="echo:v2")
    assert state.previous_version == "1"
    echo.writes()
    state = await echo.update(image="echo:v2", serve_version=state.previous_version)
    assert echo.writes() == ["PATCH /"] and echo.rules() == [("1", 100)]
    assert (state.version, state.previous_version, state.versions) == ("1", "2", ["1", "2"])
    assert (await echo.update(image="echo:v2")).version == "2"
    assert echo.rules() == [("2", 100)] and echo.versions() == ["2", "1"]


async def test_a_version_that_cannot_serve_is_not_pinned(echo: Agent) -> None:
    await echo.create()
    with pytest.raises(NotServable, match=r"version 7 of agent .* does not exist; set one that can serve: 1"):
        await echo.update(serve_version="7")
    with pytest.raises(NotServable, match="remove serve_version"):
        await echo.another().create(serve_version="1")
    assert echo.rules() == [("1", 100)]


async def test_a_pinned_version_is_never_retired(echo: Agent) -> None:
    await echo.create()
    for tag in ("v2", "v3"):
        await echo.update(image=f"echo:{tag}", keep_versions=3)
    await echo.update(image="echo:v3", serve_version="1", keep_versions=1)
    assert echo.rules() == [("1", 100)] and echo.versions() == ["1"]


async def test_sessions_defer_the_retirement_until_they_end(echo: Agent) -> None:
    await echo.create()
    await echo.service.open_session(echo.name, "1", "mine")
    state = await echo.update(image="echo:v2", keep_versions=1)
    assert state.versions_pending_deletion == ["1"] and echo.versions() == ["2", "1"]
    state = await echo.update(image="echo:v2", keep_versions=1)
    assert state.versions_pending_deletion == ["1"]
    await echo.service.delete_session(echo.name, "mine")
    state = await echo.update(image="echo:v2", keep_versions=1)
    assert state.versions_pending_deletion == [] and echo.versions() == ["2"]


async def test_force_delete_does_not_wait_for_sessions(echo: Agent) -> None:
    await echo.create()
    await echo.service.open_session(echo.name, "1", "mine")
    state = await echo.update(image="echo:v2", keep_versions=1, force_delete=True)
    assert state.versions_pending_deletion == [] and echo.versions() == ["2"]


async def test_the_limit_of_versions_is_told_before_it_bites(echo: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foundry_agents.lifecycle.rollout.deployment.MAX_ACTIVE", 2)
    await echo.create()
    await echo.update(image="echo:v2")
    echo.writes()
    with pytest.raises(TooManyVersions, match="2 active versions"):
        await echo.update(image="echo:v3")
    assert echo.writes() == []


async def test_the_endpoint_is_what_the_program_names_and_the_rest_is_left(echo: Agent) -> None:
    card = {"version": "1.0", "description": "Sums up", "skills": [{"id": "sum", "name": "Sums up", "tags": ["a"]}]}
    await echo.create(
        protocol_versions=["responses", "invocations"], authorization_schemes=["Entra", "BotService"], agent_card=card
    )
    shown = echo.endpoint()
    assert [scheme["type"] for scheme in shown["authorization_schemes"]] == ["Entra", "BotService"]
    echo.writes()
    await echo.update(
        protocol_versions=["responses", "invocations"], authorization_schemes=["Entra", "BotService"], agent_card=card
    )
    assert echo.writes() == []
    await echo.update()
    shown = echo.endpoint()
    assert set(shown["protocol_configuration"]) == {"responses"}
    assert [scheme["type"] for scheme in shown["authorization_schemes"]] == ["Entra", "BotService"]
    whole = echo.shown()
    assert whole is not None and whole["agent_card"]["version"] == "1.0"


async def test_what_changed_on_the_service_is_found(echo: Agent) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    by_hand = echo.change(image="echo:v5").body
    await echo.service.create_version(echo.name, by_hand | {"metadata": {}})
    await echo.set_traffic({"1": 30, "2": 70})
    found = await agent.read(echo.service, echo.name, OURS, echo.recorded)
    assert found is not None
    assert found.state.traffic == {"1": 30, "2": 70} and found.state.version == "2"
    assert (
        found.state.latest_version == "3"
        and found.state.unmanaged_versions == ["3"]
        and found.state.versions == ["2", "1"]
    )


async def test_a_share_that_a_killed_rollout_left_is_not_what_to_go_back_to(echo: Agent) -> None:
    await echo.create()
    await _cut_short(echo, {"1": 90, "2": 10})
    await echo.refresh()
    assert echo.recorded.versions.kept == ["1"] and echo.recorded.versions.unmanaged == ["2"]
    echo.azure.fault(method="POST", path="/endpoint/sessions$", times=None, action={"kind": "status", "status": 424})
    with pytest.raises(NotVerified):
        await echo.update(image="echo:v2", verify=QUICK)
    assert echo.rules() == [("1", 100)] and echo.versions() == ["1"]


async def test_a_step_whose_answer_is_lost_for_good_is_taken_back_before_its_version_is_deleted(echo: Agent) -> None:
    await echo.create()
    # The first step takes effect each of the five times that it is sent.
    echo.azure.fault(method="PATCH", times=5, when="after", action={"kind": "status", "status": 500})
    with pytest.raises(RolloutFailed, match="traffic is back to 100% for version 1, and version 2 is deleted"):
        await echo.update(image="echo:v2", rollout=STEPS)
    assert echo.rules() == [("1", 100)] and echo.versions() == ["1"]


async def test_what_cannot_be_taken_back_is_not_deleted(echo: Agent) -> None:
    await echo.create()
    echo.azure.fault(method="PATCH", times=10, when="after", action={"kind": "status", "status": 500})
    with pytest.raises(RolloutFailed, match="going back to 100% for version 1 failed too"):
        await echo.update(image="echo:v2", rollout=STEPS)
    assert echo.rules()[-1][0] in echo.versions()


@pytest.mark.parametrize(
    "action",
    [
        {"kind": "truncate"},
        {"kind": "reset"},
        {"kind": "status", "status": 200, "body": "{half", "headers": {"Content-Type": "application/json"}},
        {"kind": "status", "status": 200, "body": "\x00", "headers": {"Content-Type": "audio/wav"}},
        {"kind": "status", "status": 200, "body": "x", "headers": {"Content-Type": "text/plain; charset=none"}},
    ],
    ids=["truncated", "reset", "no JSON", "sound", "no such charset"],
)
async def test_an_answer_of_any_kind_is_a_proof_or_none(echo: Agent, action: dict[str, Any]) -> None:
    request = {"kind": "request", "prompt": "hello", "expected_text": "hello", "timeout": 1}
    await echo.create(verify=request)
    echo.azure.fault(method="POST", path="openai/responses", times=None, when="after", action=action)
    with pytest.raises(NotVerified):
        await echo.update(image="echo:v2", verify=request)
    assert echo.rules() == [("1", 100)] and echo.versions() == ["1"] and echo.live_sessions() == []


@pytest.mark.parametrize("refreshed", [False, True])
async def test_what_a_killed_run_made_in_place_of_an_agent_that_was_gone_is_proved(
    echo: Agent, *, refreshed: bool
) -> None:
    await echo.create()
    await echo.service.delete_agent(echo.name)
    await echo.service.create_version(echo.name, echo.change(image="echo:crashes").body)
    await echo.until_active("1")
    if refreshed:
        await echo.refresh()
    with pytest.raises(NotVerified):
        await echo.update(image="echo:crashes", verify=QUICK)
    await echo.update(verify=QUICK)
    state = await echo.update(image="echo:v2", verify=QUICK)
    assert echo.rules() == [(state.version, 100)]


async def test_an_agent_made_by_hand_in_place_of_ours_is_not_taken_over(echo: Agent) -> None:
    await echo.create()
    await echo.service.delete_agent(echo.name)
    await echo.service.create_version(echo.name, echo.change().body | {"metadata": {}})
    with pytest.raises(OwnershipConflict):
        await echo.update(image="echo:v2")
    assert echo.versions() == ["1"]
    assert (await echo.update(image="echo:v2", adopt=True)).version == "2"


async def test_an_adoption_that_was_killed_on_the_way_goes_back_to_what_was_there(echo: Agent) -> None:
    await echo.create(Mark("acme/other/dev", "agents-echo"))
    await _cut_short(echo, {"1": 10, "2": 90})
    echo.azure.fault(method="POST", path="/endpoint/sessions$", times=None, action={"kind": "status", "status": 424})
    with pytest.raises(NotVerified):
        await echo.create(image="echo:v2", adopt=True, verify=QUICK, rollout={"steps": [90], "hold": 0})
    assert echo.rules() == [("1", 100)] and echo.versions() == ["1"]


def test_the_limit_leaves_room_for_the_most_that_may_be_kept() -> None:
    assert common.MAX_KEEP_VERSIONS < deployment.MAX_ACTIVE


async def _cut_short(echo: Agent, shares: dict[str, int]) -> None:
    """What a run leaves that was killed on its way from version 1 to version 2."""
    await echo.service.create_version(echo.name, echo.change(image="echo:v2").body)
    await echo.until_active("2")
    await echo.set_traffic(shares)
