"""Whose an agent is: what may be adopted, and what a delete leaves alone."""

import pytest

from foundry_agents.lifecycle.errors.exceptions import NotFound, OwnershipConflict, ServiceError

from .driver import OTHER_OWNER, AgentDriver
from .foundry import ACCOUNT_MISSING, PROJECT_MISSING, ROLE_MISSING, Session, page, refusal
from .wire import Answer

THEIRS = f"{OTHER_OWNER}/agents-echo"


async def test_delete_removes_the_agent_with_its_sessions_and_is_repeatable(echo: AgentDriver) -> None:
    await echo.create()
    echo.there.sessions["mine"] = Session("mine", "1")
    await echo.delete()
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


# --- Adoption


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
