"""Who owns an agent: what may be adopted, and what a delete leaves alone."""

from typing import Any

import pytest

from foundry_agents.lifecycle.errors.exceptions import (
    NotAdopted,
    NotFound,
    OwnershipConflict,
    ServiceError,
    VersionFailed,
)
from foundry_agents.lifecycle.resource.agent import AGENT

from .driver import OTHER_OWNER, OWNER, AgentDriver
from .foundry import ACCOUNT_MISSING, PROJECT_MISSING, ROLE_MISSING, Session, page, refusal
from .wire import Answer

THEIRS = f"{OTHER_OWNER}/agents-echo"


async def test_delete_removes_the_agent_with_its_sessions_and_is_repeatable(echo: AgentDriver) -> None:
    await echo.create()
    echo.there.sessions["mine"] = Session("mine", "1")
    await echo.delete()
    assert echo.told[-1] == "echo is deleted with its versions, its sessions and its identity"
    assert not echo.exists
    echo.foundry.writes()
    await echo.delete()
    assert echo.foundry.writes() == []


async def test_delete_leaves_an_agent_that_is_anothers_by_now(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER))
    await echo.delete()
    assert echo.exists and THEIRS in echo.told[-1]


async def test_delete_removes_ours_whose_newest_version_bears_no_mark(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.make_version("echo", echo.body(marked=False))
    await echo.delete()
    assert not echo.exists


@pytest.mark.parametrize("missing", [PROJECT_MISSING, ACCOUNT_MISSING], ids=["project", "account"])
async def test_delete_in_a_project_that_is_gone_is_done(echo: AgentDriver, missing: Answer) -> None:
    await echo.create()
    echo.foundry.script.answer("GET", "", missing)
    await echo.delete()


async def test_delete_does_not_take_a_gateways_404_for_gone(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.script.answer("GET", "", page(404))
    with pytest.raises(ServiceError) as refused:
        await echo.delete()
    assert not isinstance(refused.value, NotFound) and echo.exists


async def test_delete_does_not_take_one_404_for_gone(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.script.answer("GET", "/echo$", refusal(404, "not_found"))
    await echo.delete()
    assert not echo.exists


async def test_an_agent_that_the_service_denies_and_shows_is_not_taken_for_deleted(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.script.answer("DELETE", "", refusal(404, "not_found"))
    with pytest.raises(ServiceError, match="agent 'echo'"):
        await echo.delete()


async def test_a_delete_whose_first_answer_was_lost_is_fine(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.script.lose("DELETE", "", when="after")
    await echo.delete()
    assert not echo.exists


async def test_a_delete_that_meets_concurrent_changes_is_repeated(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.script.answer("DELETE", "", refusal(412, "precondition_failed"), times=3)
    await echo.delete()
    assert not echo.exists


async def test_delete_looks_again_before_it_is_repeated(echo: AgentDriver) -> None:
    await echo.create()
    adopted = echo.body(owner=OTHER_OWNER)
    echo.foundry.script.meanwhile("DELETE", "", lambda: echo.foundry.make_version("echo", adopted))
    echo.foundry.script.answer("DELETE", "", refusal(412, "precondition_failed"))
    await echo.delete()
    assert echo.exists and THEIRS in echo.told[-1]


@pytest.mark.parametrize("theirs", [{"marked": False}, {"owner": OTHER_OWNER}], ids=["unmarked", "another's"])
async def test_delete_leaves_an_agent_that_somebody_created_since(echo: AgentDriver, theirs: dict[str, Any]) -> None:
    await echo.create()
    del echo.foundry.agents["echo"]
    echo.foundry.make_version("echo", echo.body(**theirs))
    await echo.delete()
    owner = f"managed by {THEIRS}" if "owner" in theirs else "not managed by this stack"
    assert echo.exists and echo.told[-1] == f"echo: not deleted, because it is {owner}"


async def test_delete_removes_an_agent_that_a_killed_run_created_again(echo: AgentDriver) -> None:
    await echo.create()
    del echo.foundry.agents["echo"]
    echo.foundry.make_version("echo", echo.body())
    await echo.delete()
    assert not echo.exists


# --- Adoption


THEIR_MARKS = pytest.mark.parametrize(
    "theirs", [{"marked": False}, {"owner": OTHER_OWNER}], ids=["unmarked", "another's"]
)


@THEIR_MARKS
async def test_adopting_without_a_difference_creates_a_version_with_the_mark(
    echo: AgentDriver, theirs: dict[str, Any]
) -> None:
    echo.foundry.make_version("echo", echo.body(**theirs))
    rollout = {"steps": [10], "hold": 0}
    state = await echo.create(adopt=True, verify="start", rollout=rollout)
    assert echo.foundry.writes().count("POST /versions") == 1
    assert (state["version"], state["versions"], state["adopted_from"]) == ("2", ["2", "1"], "")
    assert echo.traffic == {"2": 100} and echo.changed(adopt=True, verify="start", rollout=rollout) == []
    assert echo.there.newest.metadata["pulumi-owner"] == OWNER


@THEIR_MARKS
async def test_an_adoption_is_refused_if_the_service_creates_no_version(
    echo: AgentDriver, theirs: dict[str, Any]
) -> None:
    echo.foundry.dedupe_metadata = False
    echo.foundry.make_version("echo", echo.body(**theirs))
    echo.foundry.pin("echo", {"1": 100})
    with pytest.raises(
        NotAdopted, match=r"returned its version 1 instead of.*this stack's mark.*change the definition"
    ):
        await echo.create(adopt=True)
    assert echo.versions == ["1"] and echo.traffic == {"1": 100}
    await echo.create(adopt=True, environment_variables={"A": "b"})
    assert echo.there.newest.metadata["pulumi-owner"] == OWNER


async def test_an_adoption_that_was_killed_ends_with_the_version_it_had_created(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER))
    echo.foundry.make_version("echo", echo.body())
    echo.foundry.pin("echo", {"1": 100})
    assert (await echo.create(adopt=True, keep_versions=1))["version"] == "2"
    assert echo.versions == ["2", "1"]


@pytest.mark.parametrize("killed", [False, True])
async def test_adopting_to_serve_an_older_version_marks_the_agent_too(echo: AgentDriver, *, killed: bool) -> None:
    echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER))
    if killed:
        echo.foundry.make_version("echo", echo.body())
    state = await echo.create(adopt=True, serve_version="1", keep_versions=1)
    assert state["version"] == "1" and echo.traffic == {"1": 100} and echo.versions == ["2", "1"]
    assert all(shares == {"1": 100} for shares in echo.routed())
    assert echo.there.newest.metadata["pulumi-owner"] == OWNER


async def test_adopting_to_serve_an_older_version_moves_the_traffic_last(echo: AgentDriver) -> None:
    for image in ("echo:v1", "echo:v2"):
        echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER, image=image))
    await echo.create(adopt=True, serve_version="1", image="echo:v2")
    assert echo.routed() == [{"2": 100}, {"1": 100}]


async def test_adopting_to_serve_an_older_version_fails_without_a_trace(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER))
    echo.foundry.failures["echo:v2"] = ("CodeError", "The agent crashed.")
    ending = "\nversion 1 serves as before; version 2 is deleted; the next `pulumi up` tries again$"
    with pytest.raises(VersionFailed, match=ending):
        await echo.create(adopt=True, serve_version="1", image="echo:v2")
    assert echo.versions == ["1"] and echo.traffic == {"1": 100}


async def test_the_version_with_the_mark_stays_while_anothers_serves(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER))
    await echo.create(adopt=True, keep_versions=1)
    await echo.update(serve_version="1", keep_versions=1)
    assert echo.versions == ["2", "1"]
    assert (await echo.update(keep_versions=1))["version"] == "2"


async def test_a_resource_of_the_same_stack_is_no_case_for_adopt(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body() | {"metadata": {"pulumi-owner": OWNER, "pulumi-name": "earlier"}})
    with pytest.raises(OwnershipConflict, match=r"resource 'earlier' of the same stack.*set `aliases`") as refused:
        await echo.create()
    assert "adopt" not in str(refused.value)


async def test_after_a_rename_without_alias_the_old_resource_deletes_nothing(echo: AgentDriver) -> None:
    earlier = AgentDriver(echo.foundry, echo.service)
    earlier.logical_name = "earlier"
    await earlier.create()
    await echo.create(adopt=True)
    await earlier.delete()
    assert echo.exists and echo.traffic == {"2": 100}


# --- Import


def imported(echo: AgentDriver) -> None:
    """What the state has of an agent when Pulumi imports it: what the program says."""
    echo.state = echo.inputs()


async def test_an_imported_agent_with_anothers_mark_gets_a_version_of_this_stack(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER))
    echo.foundry.pin("echo", {"1": 100})
    imported(echo)
    found = await echo.refresh()
    assert found is not None and found["adopted_from"] == THEIRS and echo.changed() == ["adopted_from"]
    (line, *_) = AGENT.words(echo.state, echo.inputs())
    assert f"taken over from {THEIRS}" in line and "new version" in line
    assert (await echo.update())["version"] == "2" and echo.changed() == []
    assert echo.there.newest.metadata["pulumi-owner"] == OWNER
    await echo.delete()
    assert not echo.exists


async def test_an_imported_agent_is_refused_if_the_service_creates_no_version(echo: AgentDriver) -> None:
    echo.foundry.dedupe_metadata = False
    echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER))
    echo.foundry.pin("echo", {"1": 100})
    imported(echo)
    await echo.refresh()
    with pytest.raises(NotAdopted):
        await echo.update()
    assert echo.versions == ["1"] and echo.traffic == {"1": 100}


async def test_a_version_without_a_mark_goes_on_serving_where_the_newest_has_it(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body(marked=False))
    echo.foundry.make_version("echo", echo.body(image="echo:v2"))
    echo.foundry.pin("echo", {"1": 100})
    imported(echo)
    await echo.refresh()
    echo.foundry.writes()
    assert (await echo.update())["version"] == "1"
    assert not any(write.startswith("POST") for write in echo.foundry.writes())


async def test_an_imported_agent_stays_anothers_until_it_is_updated(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER))
    imported(echo)
    await echo.refresh()
    await echo.delete()
    assert echo.exists and THEIRS in echo.told[-1]


async def test_an_imported_agent_without_a_mark_gets_it_with_its_next_version(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body(marked=False))
    echo.foundry.pin("echo", {"1": 100})
    imported(echo)
    await echo.refresh()
    assert echo.changed() == []
    echo.foundry.writes()
    await echo.update()
    assert echo.foundry.writes() == []
    await echo.update(image="echo:v2")
    assert echo.there.newest.metadata["pulumi-owner"] == OWNER


async def test_what_an_earlier_release_adopted_without_a_version_gets_one(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER))
    echo.foundry.pin("echo", {"1": 100})
    imported(echo)
    await echo.refresh()
    echo.state |= {"versions": ["1"], "latest_version": "1", "adopted_from": THEIRS}
    assert (await echo.refresh() or {})["adopted_from"] == THEIRS and echo.changed() == ["adopted_from"]
    assert (await echo.update())["version"] == "2"


async def test_a_refresh_by_the_former_owner_takes_nothing_back(echo: AgentDriver) -> None:
    """Also if its state is of the first release, which recorded the version alone."""
    await echo.create()
    first_release = {**echo.inputs(), "version": "1"}
    echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER))
    echo.state = first_release
    assert (await echo.refresh() or {})["adopted_from"] == ""


async def test_an_agent_is_adopted_without_a_word_if_its_program_says_so(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER))
    await echo.create(image="echo:v2", adopt=True)
    assert echo.traffic == {"2": 100} and echo.versions == ["2", "1"]
    await echo.delete()
    assert not echo.exists


async def test_anothers_versions_stay_after_an_adoption(echo: AgentDriver) -> None:
    for tag in ("v1", "v2", "v3"):
        echo.foundry.make_version("echo", echo.body(image=f"echo:{tag}", owner=OTHER_OWNER))
    await echo.create(image="echo:v4", adopt=True, keep_versions=1)
    assert echo.versions == ["4", "3", "2", "1"]


async def test_what_served_before_an_adoption_can_be_gone_back_to(echo: AgentDriver) -> None:
    for tag in ("v1", "v2"):
        echo.foundry.make_version("echo", echo.body(image=f"echo:{tag}", owner=OTHER_OWNER))
    state = await echo.create(image="echo:v2", adopt=True, keep_versions=3)
    assert [number for number in state["versions"] if number in ("1", "2")] == ["2", "1"]


async def test_a_look_takes_nothing_over(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER, image="echo:v2"))
    echo.foundry.pin("echo", {"2": 100})
    await echo.refresh()
    with pytest.raises(OwnershipConflict):
        await echo.update()
    await echo.delete()
    assert echo.exists


async def test_what_was_adopted_stays_ours_whichever_of_its_versions_serves(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body(marked=False))
    echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER, image="echo:v2"))
    await echo.create(image="echo:v2", adopt=True)
    assert (await echo.update(image="echo:v2", serve_version="1"))["version"] == "1"
    await echo.refresh()
    await echo.update(image="echo:v3")
    await echo.delete()
    assert not echo.exists


async def test_a_failed_adoption_deletes_nothing_that_was_there(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER))
    echo.foundry.failures["echo:v2"] = ("ProvisioningError", "")
    with pytest.raises(Exception, match="ProvisioningError"):
        await echo.create(image="echo:v2", adopt=True)
    assert echo.versions == ["1"]


async def test_a_role_that_is_missing_is_no_reason_to_forget(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.script.answer("GET", "", ROLE_MISSING)
    with pytest.raises(ServiceError, match="UserError"):
        await echo.delete()
    assert echo.exists


async def test_an_adoption_is_remembered_until_a_version_is_ours(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER))
    await echo.create(image="echo:v1", adopt=True)
    if echo.state["adopted_from"]:  # the version that is adopted serves on
        before = dict(echo.state)
        assert before["adopted_from"] == THEIRS
        assert await echo.refresh() == before
        assert (await echo.update())["adopted_from"] == THEIRS
    assert (await echo.update(image="echo:v2"))["adopted_from"] == ""
    assert (await echo.refresh() or {})["adopted_from"] == ""


async def test_what_is_imported_is_taken_over_with_its_mark(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER))
    await echo.import_()
    assert echo.state["adopted_from"] == THEIRS
    await echo.update(image="echo:v2")
    await echo.delete()
    assert not echo.exists
