"""Which versions are kept and which are deleted: never one that serves, is another's, or has sessions."""

from typing import Any

import pytest

from foundry_agents.lifecycle.errors.exceptions import Conflict, ServiceError

from .driver import OTHER_OWNER, AgentDriver
from .foundry import Session, refusal

PROVISIONING = ("ProvisioningError", "Agent version provisioning failed.")


async def test_versions_past_the_kept_ones_are_retired_oldest_first(echo: AgentDriver) -> None:
    await echo.create()
    for number in range(2, 12):
        await echo.update(image=f"echo:v{number}", keep_versions=11)
    assert len(echo.versions) == 11
    echo.foundry.writes()
    state = await echo.update(image="echo:v11", keep_versions=1)
    assert echo.foundry.writes() == [f"DELETE /versions/{number}" for number in range(1, 11)]
    assert echo.versions == ["11"] and state["versions"] == ["11"] and state["latest_version"] == "11"
    assert echo.told[-1] == "echo: version 10 is retired"


async def test_the_version_that_served_before_is_kept_by_default(echo: AgentDriver) -> None:
    await echo.create()
    for tag in ("v2", "v3", "v4"):
        await echo.update(image=f"echo:{tag}")
    assert echo.versions == ["4", "3"]


async def test_what_served_before_is_kept_before_what_is_newer(echo: AgentDriver) -> None:
    await echo.create(keep_versions=3)
    for tag in ("v2", "v3"):
        await echo.update(image=f"echo:{tag}", keep_versions=3)
    await echo.update(image="echo:v3", keep_versions=3, serve_version="1")
    state = await echo.update(image="echo:v4", keep_versions=3)
    assert state["versions"] == ["4", "1", "3"] and echo.versions == ["4", "3", "1"]


async def test_a_pinned_version_is_never_retired(echo: AgentDriver) -> None:
    await echo.create()
    for tag in ("v2", "v3"):
        await echo.update(image=f"echo:{tag}", keep_versions=3)
    await echo.update(image="echo:v3", serve_version="1", keep_versions=1)
    assert echo.traffic == {"1": 100} and echo.versions == ["1"]


@pytest.mark.parametrize("theirs", [{"marked": False}, {"owner": OTHER_OWNER}])
async def test_versions_that_we_did_not_make_are_never_retired(echo: AgentDriver, theirs: dict[str, Any]) -> None:
    await echo.create()
    await echo.update(image="echo:v2", keep_versions=2)
    echo.there.versions["1"].body = echo.body(image="echo:hand", **theirs)
    await echo.update(image="echo:v3", keep_versions=1)
    assert echo.versions == ["3", "1"]


async def test_drafts_are_never_retired(echo: AgentDriver) -> None:
    await echo.create()
    draft = echo.foundry.make_version("echo", echo.body(image="echo:draft"))
    draft.draft, draft.number = True, "draft-1"
    echo.there.versions["draft-1"] = echo.there.versions.pop("2")
    state = await echo.update(image="echo:v2", keep_versions=1)
    assert echo.versions == ["3", "draft-1"] and state["latest_version"] == "3"


async def test_what_killed_runs_left_is_cleared_away(echo: AgentDriver) -> None:
    await echo.create()
    for tag in ("killed-1", "killed-2"):
        echo.foundry.make_version("echo", echo.body(image=f"echo:{tag}"))
    state = await echo.update(image="echo:v2", keep_versions=5)
    assert echo.versions == ["4", "1"] and state["versions"] == ["4", "1"]


async def test_sessions_defer_the_retirement_until_they_end(echo: AgentDriver) -> None:
    await echo.create()
    echo.there.sessions["mine"] = Session("mine", "1")
    state = await echo.update(image="echo:v2", keep_versions=1)
    assert state["versions_pending_deletion"] == ["1"] and state["versions"] == ["2"] and echo.versions == ["2", "1"]
    assert echo.told[-1].startswith("echo: version 1 still has active sessions")
    assert echo.changed(image="echo:v2", keep_versions=1) == ["versions_pending_deletion"]
    assert (await echo.update(image="echo:v2", keep_versions=1))["versions_pending_deletion"] == ["1"]
    echo.there.sessions["mine"].status = "idle"
    assert (await echo.update(image="echo:v2", keep_versions=1))["versions_pending_deletion"] == []
    assert echo.versions == ["2"] and echo.changed(image="echo:v2", keep_versions=1) == []


async def test_one_version_that_is_held_does_not_keep_others_from_being_retired(echo: AgentDriver) -> None:
    await echo.create()
    for tag in ("v2", "v3"):
        await echo.update(image=f"echo:{tag}", keep_versions=3)
    echo.there.sessions["mine"] = Session("mine", "1")
    state = await echo.update(image="echo:v3", keep_versions=1)
    assert state["versions_pending_deletion"] == ["1"] and echo.versions == ["3", "1"]


async def test_force_delete_does_not_wait_for_sessions(echo: AgentDriver) -> None:
    await echo.create()
    echo.there.sessions["mine"] = Session("mine", "1")
    state = await echo.update(image="echo:v2", keep_versions=1, force_delete=True)
    assert state["versions_pending_deletion"] == [] and echo.versions == ["2"]


async def test_a_delete_ends_no_sessions_unless_it_is_told_to(echo: AgentDriver) -> None:
    await echo.create()
    echo.there.sessions["mine"] = Session("mine", "1")
    with pytest.raises(Conflict):
        await echo.service.delete_version("echo", "1")
    assert echo.sessions == ["mine"]


async def test_the_session_of_a_killed_proof_does_not_hold_its_version(echo: AgentDriver) -> None:
    await echo.create()
    echo.there.sessions["pulumi-verify-1"] = Session("pulumi-verify-1", "1")
    state = await echo.update(image="echo:v2", keep_versions=1)
    assert state["versions_pending_deletion"] == [] and echo.versions == ["2"]


async def test_a_version_that_is_gone_already_is_retired(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.script.meanwhile("DELETE", "/versions/1$", lambda: echo.there.versions.pop("1"))
    state = await echo.update(image="echo:v2", keep_versions=1)
    assert state["versions_pending_deletion"] == [] and state["versions"] == ["2"] and echo.versions == ["2"]


async def test_a_version_that_the_service_denies_and_shows_is_not_taken_for_deleted(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.script.answer("DELETE", "/versions/1$", refusal(404, "not_found"), times=9)
    with pytest.raises(ServiceError, match="version 1"):
        await echo.update(image="echo:v2", keep_versions=1)
    assert echo.traffic == {"2": 100}


async def test_a_lost_answer_to_a_delete_is_no_failure(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.script.lose("DELETE", "/versions/1$", when="after")
    state = await echo.update(image="echo:v2", keep_versions=1)
    assert state["versions_pending_deletion"] == [] and echo.versions == ["2"]


async def test_one_empty_list_does_not_forget_the_kept_versions(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.script.answer("GET", "/versions$", refusal(404, "not_found"))
    state = await echo.update(image="echo:v2")
    assert state["versions"] == ["2", "1"] and state["latest_version"] == "2"


async def test_all_pages_of_a_long_list_are_read(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.page_size = 2
    for number in range(2, 8):
        await echo.update(image=f"echo:v{number}", keep_versions=9)
    state = await echo.update(image="echo:v7", keep_versions=1)
    assert echo.versions == ["7"] and state["versions"] == ["7"]


# --- What no state knows


async def test_of_an_agent_that_no_state_knows_what_is_older_and_ours_is_kept(echo: AgentDriver) -> None:
    """The state of an earlier release knows the version only."""
    await echo.create()
    for tag in ("v2", "v3"):
        await echo.update(image=f"echo:{tag}", keep_versions=3)
    del echo.state["versions"], echo.state["traffic"]
    state = await echo.update(image="echo:v3", keep_versions=2)
    assert state["versions"] == ["3", "2"] and echo.versions == ["3", "2"]


async def test_what_is_newer_than_what_serves_is_not_kept_where_no_state_knows(echo: AgentDriver) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    echo.foundry.make_version("echo", echo.body(image="echo:killed"))
    del echo.state["versions"]
    state = await echo.update(image="echo:v2", keep_versions=5)
    assert state["versions"] == ["2", "1"] and echo.versions == ["2", "1"]


async def test_a_first_create_asks_for_no_list(echo: AgentDriver) -> None:
    await echo.create()
    lists = [one for one in echo.foundry.requests if one.method == "GET" and one.path.endswith("/versions")]
    assert len(lists) == 1, "the one that makes sure that there is none"


# --- Versions that fail on the way


async def test_a_version_that_failed_and_is_answered_with_again_is_deleted_first(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.dedupe = "failed"
    echo.foundry.failures["echo:v2"] = PROVISIONING
    echo.foundry.make_version("echo", echo.body(image="echo:v2"))
    echo.foundry.failures.clear()
    state = await echo.update(image="echo:v2")
    assert state["version"] == "3" and echo.versions == ["3", "1"]


async def test_anothers_version_that_failed_is_not_deleted(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.failures["echo:v2"] = PROVISIONING
    echo.foundry.make_version("echo", echo.body(image="echo:v2", marked=False))
    echo.foundry.dedupe, echo.foundry.dedupe_metadata = "failed", False
    with pytest.raises(Exception, match="ProvisioningError"):
        await echo.update(image="echo:v2")
    assert echo.versions == ["2", "1"] and echo.traffic == {"1": 100}
