"""A rollout that fails on the way: the old version serves again, and only what this run made is deleted."""

import pytest

from foundry_agents.lifecycle.errors.exceptions import NotVerified, RolloutFailed, ServiceError, VersionFailed

from .driver import OTHER_OWNER, AgentDriver
from .foundry import Container, Session, refusal

STEPS = {"steps": [10, 50], "hold": 0}
HELD = {"steps": [10, 50], "hold": 60, "check": "active"}
QUICK = {"kind": "start", "timeout": 2}
SERVER_ERROR = refusal(500, "server_error")
NEXT = "the next `pulumi up` verifies it again, or deletes it if the definition has changed"


@pytest.mark.parametrize("status", ["failed", "deleting", "deleted"])
async def test_a_version_that_is_not_active_any_more_at_a_step_ends_the_rollout(echo: AgentDriver, status: str) -> None:
    await echo.create()
    echo.foundry.script.meanwhile("PATCH", "", lambda: echo.there.versions["2"].shown.extend([status] * 2))
    with pytest.raises(RolloutFailed, match="stopped at 10%") as failed:
        await echo.update(image="echo:v2", rollout=HELD)
    assert failed.value.percent == 10 and isinstance(failed.value.reason, VersionFailed)
    assert failed.value.reason.code == status and failed.value.reason.version == "2"
    assert f"version 2 of agent 'echo' failed: {status}: it was active before" in str(failed.value)
    assert echo.traffic == {"1": 100} and echo.versions == ["1"]


async def test_the_reason_of_a_version_that_fails_at_a_step_is_told(echo: AgentDriver) -> None:
    await echo.create()

    def fails() -> None:
        echo.there.versions["2"].error = ("CodeError", "The agent crashed.")

    echo.foundry.script.meanwhile("PATCH", "", fails, nth=2)
    with pytest.raises(RolloutFailed, match=r"stopped at 50%.*CodeError: The agent crashed"):
        await echo.update(image="echo:v2", rollout=HELD)
    assert echo.traffic == {"1": 100} and echo.versions == ["1"]


async def test_a_version_that_is_gone_at_a_step_ends_the_rollout(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.provisioning = 0
    echo.foundry.script.meanwhile("GET", "/versions/2$", lambda: echo.there.versions.pop("2"), nth=2)
    with pytest.raises(RolloutFailed, match="deleted version 2 of agent 'echo'"):
        await echo.update(image="echo:v2", rollout=HELD)
    assert echo.traffic == {"1": 100} and echo.versions == ["1"]


async def test_a_version_that_shows_creating_once_more_at_a_step_goes_on(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.script.meanwhile("PATCH", "", lambda: echo.there.versions["2"].shown.append("creating"))
    await echo.update(image="echo:v2", rollout=HELD)
    assert echo.traffic == {"2": 100}


async def test_a_version_that_fails_late_in_a_step_is_noticed_before_the_next(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.provisioning = 0

    def fails() -> None:
        echo.there.versions["2"].error = ("CodeError", "The agent crashed.")

    echo.foundry.script.meanwhile("GET", "/versions/2$", fails, nth=6)  # every 10 s
    with pytest.raises(RolloutFailed, match="stopped at 10%"):
        await echo.update(image="echo:v2", rollout=HELD)


async def test_a_proof_that_fails_at_a_step_ends_the_rollout(echo: AgentDriver) -> None:
    await echo.create()
    # The proofs before any traffic and at 10 % hold, the one at 50 % does not.
    echo.foundry.script.answer("POST", "/sessions$", refusal(424, "session_not_ready"), nth=3, times=99)
    with pytest.raises(RolloutFailed, match="stopped at 50%") as failed:
        await echo.update(image="echo:v2", verify=QUICK, rollout=STEPS)
    assert "100% for version 1" in str(failed.value) and "version 2 is deleted" in str(failed.value)
    assert echo.traffic == {"1": 100} and echo.versions == ["1"] and echo.sessions == []


async def test_a_proof_that_fails_before_any_traffic_moves_none(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.containers["echo:v2"] = Container(starts=False)
    echo.foundry.requests.clear()
    with pytest.raises(NotVerified):
        await echo.update(image="echo:v2", verify=QUICK, rollout=STEPS)
    assert echo.routed() == [] and echo.traffic == {"1": 100} and echo.versions == ["1"]


async def test_a_split_that_the_state_records_is_what_traffic_goes_back_to(echo: AgentDriver) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    echo.foundry.pin("echo", {"1": 30, "2": 70})
    await echo.refresh()
    echo.foundry.script.answer("POST", "/sessions$", refusal(424, "session_not_ready"), nth=2, times=99)
    with pytest.raises(RolloutFailed, match=r"30% for version 1 and 70% for version 2"):
        await echo.update(image="echo:v3", verify=QUICK, rollout=STEPS)
    assert echo.traffic == {"1": 30, "2": 70} and echo.versions == ["2", "1"]


async def test_a_split_that_no_traffic_left_is_told(echo: AgentDriver) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    echo.foundry.pin("echo", {"1": 30, "2": 70})
    await echo.refresh()
    echo.foundry.containers["echo:v3"] = Container(starts=False)
    ending = r"\nthe traffic stays at 30% for version 1 and 70% for version 2; version 3 is deleted; the next"
    with pytest.raises(NotVerified, match=ending):
        await echo.update(image="echo:v3", verify=QUICK, rollout=STEPS)


# --- Only what this run made is deleted


async def test_a_kept_version_that_fails_when_it_is_to_serve_again_is_not_deleted(echo: AgentDriver) -> None:
    """The service may answer a create with an older version that is equal: this run did not make that one."""
    await echo.create(keep_versions=3)
    await echo.update(image="echo:v2", keep_versions=3)
    echo.foundry.pin("echo", {"1": 100})
    await echo.refresh()
    assert echo.state["version"] == "1" and "2" in echo.state["versions"]
    echo.foundry.script.answer("POST", "/sessions$", refusal(424, "session_not_ready"), times=99)
    with pytest.raises(NotVerified):
        await echo.update(image="echo:v2", verify=QUICK, keep_versions=3)
    assert echo.versions == ["2", "1"] and echo.traffic == {"1": 100}


async def test_a_kept_version_that_fails_at_a_step_is_not_deleted(echo: AgentDriver) -> None:
    await echo.create(keep_versions=3)
    await echo.update(image="echo:v2", keep_versions=3)
    echo.foundry.pin("echo", {"1": 100})
    await echo.refresh()
    echo.foundry.script.answer("POST", "/sessions$", refusal(424, "session_not_ready"), nth=2, times=99)
    with pytest.raises(RolloutFailed) as failed:
        await echo.update(image="echo:v2", verify=QUICK, keep_versions=3, rollout=STEPS)
    assert "is deleted" not in str(failed.value)
    assert echo.versions == ["2", "1"] and echo.traffic == {"1": 100}


async def test_anothers_equal_version_that_fails_is_not_deleted(echo: AgentDriver) -> None:
    """Where the service does not compare metadata, it answers with a version that bears another's mark."""
    await echo.create()
    echo.foundry.dedupe_metadata = False
    theirs = echo.body(image="echo:v2", marked=False)
    echo.foundry.make_version("echo", theirs)
    echo.foundry.script.answer("POST", "/sessions$", refusal(424, "session_not_ready"), times=99)
    with pytest.raises(NotVerified):
        await echo.update(image="echo:v2", verify=QUICK)
    assert echo.versions == ["2", "1"] and echo.traffic == {"1": 100}


async def test_what_a_killed_run_made_is_deleted_when_it_fails(echo: AgentDriver) -> None:
    await echo.create()
    echo.leave({"1": 90, "2": 10})
    await echo.refresh()
    assert echo.state["versions"] == ["1"] and echo.state["unmanaged_versions"] == ["2"]
    echo.foundry.script.answer("POST", "/sessions$", refusal(424, "session_not_ready"), times=99)
    with pytest.raises(NotVerified):
        await echo.update(image="echo:v2", verify=QUICK)
    assert echo.traffic == {"1": 100} and echo.versions == ["1"]


async def test_a_rollout_that_was_cut_short_goes_back_to_what_the_state_records(echo: AgentDriver) -> None:
    await echo.create()
    echo.leave({"1": 10, "2": 90})
    echo.foundry.containers["echo:bad"] = Container(starts=False)
    with pytest.raises(NotVerified):
        await echo.update(image="echo:bad", verify=QUICK)
    assert echo.traffic == {"1": 100}
    await echo.update()
    assert echo.traffic == {"1": 100} and echo.versions == ["1"]


async def test_an_adoption_that_was_killed_on_the_way_goes_back_to_what_was_there(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER))
    echo.leave({"1": 10, "2": 90})
    echo.foundry.script.answer("POST", "/sessions$", refusal(424, "session_not_ready"), times=99)
    with pytest.raises(NotVerified):
        await echo.create(image="echo:v2", adopt=True, verify=QUICK, rollout={"steps": [90], "hold": 0})
    assert echo.traffic == {"1": 100} and echo.versions == ["1"]


async def test_a_version_with_sessions_is_left_for_the_next_up(echo: AgentDriver) -> None:
    await echo.create()

    def asked() -> None:
        echo.there.sessions["mine"] = Session("mine", "2")

    echo.foundry.script.meanwhile("PATCH", "", asked)
    echo.foundry.script.answer("POST", "/sessions$", refusal(424, "session_not_ready"), nth=2, times=99)
    with pytest.raises(RolloutFailed, match=rf"version 2 still has active sessions and is kept; {NEXT}$"):
        await echo.update(image="echo:v2", verify=QUICK, rollout=STEPS)
    assert echo.traffic == {"1": 100} and echo.versions == ["2", "1"]
    del echo.there.sessions["mine"]
    echo.foundry.script.clear()
    await echo.update()
    assert echo.versions == ["1"]


async def test_force_delete_ends_the_sessions_of_the_version_that_failed(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.script.meanwhile("PATCH", "", lambda: echo.there.sessions.update(mine=Session("mine", "2")))
    echo.foundry.script.answer("POST", "/sessions$", refusal(424, "session_not_ready"), nth=2, times=99)
    with pytest.raises(RolloutFailed):
        await echo.update(image="echo:v2", verify=QUICK, rollout=STEPS, force_delete=True)
    assert echo.versions == ["1"]


# --- Going back meets trouble too


async def test_a_step_whose_answer_is_lost_for_good_is_taken_back_before_its_version_is_deleted(
    echo: AgentDriver,
) -> None:
    await echo.create()
    # The first step takes effect each of the five times that it is sent.
    echo.foundry.script.answer("PATCH", "", SERVER_ERROR, times=5, when="after")
    with pytest.raises(
        RolloutFailed, match="back to 100% for version 1; version 2 is deleted; the next `pulumi up` tries again"
    ):
        await echo.update(image="echo:v2", rollout=STEPS)
    assert echo.traffic == {"1": 100} and echo.versions == ["1"]


async def test_the_last_step_whose_answer_is_lost_for_good_is_taken_back(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.script.answer("PATCH", "", SERVER_ERROR, times=5, when="after")
    with pytest.raises(RolloutFailed, match="stopped at 100%"):
        await echo.update(image="echo:v2")
    assert echo.traffic == {"1": 100} and echo.versions == ["1"]


async def test_what_cannot_be_taken_back_is_not_deleted_and_said_so(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.script.answer("PATCH", "", SERVER_ERROR, times=10, when="after")
    with pytest.raises(RolloutFailed) as failed:
        await echo.update(image="echo:v2", rollout=STEPS)
    assert set(echo.traffic) <= set(echo.versions)
    _is_not_back(failed.value)


async def test_a_way_back_that_is_refused_as_a_conflict_is_not_told_as_done(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.containers["echo:v2"] = Container()
    echo.foundry.script.answer("POST", "/sessions$", refusal(424, "session_not_ready"), nth=2, times=99)
    echo.foundry.script.answer("PATCH", "", refusal(412, "precondition_failed"), nth=2, times=99)
    with pytest.raises(RolloutFailed) as failed:
        await echo.update(image="echo:v2", verify=QUICK, rollout=STEPS)
    assert echo.traffic == {"1": 90, "2": 10} and echo.versions == ["2", "1"]
    _is_not_back(failed.value)
    echo.foundry.script.clear()
    await echo.refresh()
    assert echo.changed()
    await echo.update()
    assert echo.traffic == {"1": 100} and echo.versions == ["1"]


def _is_not_back(error: RolloutFailed) -> None:
    said = str(error)
    assert "traffic is back" not in said and "is deleted" not in said
    assert "the traffic could not be set back to 100% for version 1 (" in said
    assert "version 2 is kept, because it may still get 10% of the traffic; `pulumi up --refresh` puts it right" in said


async def test_the_last_version_of_an_agent_that_is_to_live_on_is_not_deleted(echo: AgentDriver) -> None:
    """With it the agent would go, and its identity with every grant to it."""
    await echo.create()
    echo.there.versions["1"].error = ("CodeError", "")
    echo.foundry.containers["echo:v2"] = Container(starts=False)
    with pytest.raises(NotVerified):
        await echo.update(image="echo:v2", verify=QUICK)
    assert echo.versions == ["2", "1"]


async def test_a_refused_create_changes_nothing(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.script.answer("POST", "/versions$", refusal(400, "invalid_payload"))
    with pytest.raises(ServiceError) as refused:
        await echo.update(image="echo:v2")
    assert (refused.value.status, refused.value.code) == (400, "invalid_payload")
    assert echo.traffic == {"1": 100} and echo.versions == ["1"]


# --- How it ended


async def test_a_failure_ends_with_what_serves_what_was_deleted_and_what_the_next_run_does(echo: AgentDriver) -> None:
    await echo.create()
    before_any_traffic = "version 1 serves as before; version 2 is deleted; the next `pulumi up` tries again"
    echo.foundry.containers["echo:v2"] = Container(starts=False)
    with pytest.raises(NotVerified) as not_verified:
        await echo.update(image="echo:v2", verify=QUICK, rollout=STEPS)
    assert str(not_verified.value).endswith(f"\n{before_any_traffic}")
    echo.foundry.failures["echo:v3"] = ("CodeError", "The agent crashed.")
    with pytest.raises(VersionFailed) as failed:
        await echo.update(image="echo:v3")
    assert str(failed.value).endswith(f"\n{before_any_traffic.replace('2', '3')}")


async def test_a_version_that_could_not_be_deleted_is_told_with_the_reason(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.failures["echo:v2"] = ("CodeError", "The agent crashed.")
    echo.foundry.script.answer("DELETE", "/versions/2$", refusal(400, "bad_request"))
    with pytest.raises(VersionFailed, match=r"serves as before; version 2 could not be deleted \(.*bad_request"):
        await echo.update(image="echo:v2")


async def test_a_failed_create_says_what_is_left(echo: AgentDriver) -> None:
    echo.foundry.containers["echo:v1"] = Container(starts=False)
    with pytest.raises(NotVerified, match=r"\nno agent is left; the next `pulumi up` creates it$"):
        await echo.create(verify=QUICK)
    echo.foundry.script.answer("DELETE", "/agents/echo$", refusal(400, "bad_request"))
    with pytest.raises(NotVerified, match=r"what was created could not be deleted .*; the next `pulumi up` continues"):
        await echo.create(verify=QUICK)
    assert echo.exists


async def test_a_failure_tells_its_reason_once(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.script.answer("POST", "/sessions$", refusal(424, "session_not_ready"), nth=2, times=99)
    with pytest.raises(RolloutFailed) as failed:
        await echo.update(image="echo:v2", verify=QUICK, rollout=STEPS)
    assert str(failed.value).count("does not start") == 1


async def test_a_failure_after_the_rollout_says_that_the_new_version_serves(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.script.answer("DELETE", "/versions/1$", refusal(400, "bad_request"))
    with pytest.raises(ServiceError, match=r"\nversion 2 serves; the next `pulumi up` deletes the old versions$"):
        await echo.update(image="echo:v2", keep_versions=1)
    assert echo.traffic == {"2": 100}
    await echo.update(image="echo:v2", keep_versions=1)
    assert echo.versions == ["2"]


async def test_a_rollback_that_fails_is_tried_again(echo: AgentDriver) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    echo.foundry.script.answer("PATCH", "", SERVER_ERROR, times=99)
    with pytest.raises(ServiceError, match=r"\nthe next `pulumi up` tries again$"):
        await echo.update(image="echo:v2", serve_version="1")
