"""The life of a toolbox: nothing is lost, left or taken over, whatever the service answers."""

from typing import Any

import pytest

from foundry_agents.lifecycle.errors.exceptions import (
    AccessDenied,
    NotAdopted,
    NotFound,
    OwnershipConflict,
    ServiceError,
)
from foundry_agents.lifecycle.resource.toolbox import TOOLBOX

from .driver import OTHER_OWNER, OWNER, ToolboxDriver
from .foundry import ACCOUNT_MISSING, PROJECT_MISSING, ROLE_MISSING, page, refusal
from .test_wire import TROUBLE
from .wire import Answer

A: list[Any] = ["code_interpreter"]
B: list[Any] = ["code_interpreter", {"type": "file_search", "vector_store_ids": ["vs_1"], "max_num_results": 3}]
C: list[Any] = ["web_search"]
GONE = refusal(404, "not_found")
SERVER_ERROR = refusal(500, "server_error")


async def test_create_makes_one_version_which_is_the_default(box: ToolboxDriver) -> None:
    state = await box.create(B)
    assert box.foundry.writes() == ["POST /versions"]
    assert box.default == "1" and box.versions == ["1"]
    assert (state["version"], state["versions"], state["latest_version"]) == ("1", ["1"], "1")
    assert (state["previous_version"], state["toolbox_id"], state["adopted_from"]) == ("", "toolbox_box", "")
    assert state["mcp_endpoint"].endswith("/toolboxes/box/mcp?api-version=v1")


async def test_an_unchanged_update_writes_nothing(box: ToolboxDriver) -> None:
    await box.create(A)
    box.foundry.writes()
    assert (await box.update(A))["version"] == "1"
    assert box.foundry.writes() == []


async def test_an_update_makes_the_new_version_the_default(box: ToolboxDriver) -> None:
    await box.create(A)
    box.foundry.writes()
    state = await box.update(B)
    assert box.foundry.writes() == ["POST /versions", "PATCH /"]
    assert box.default == "2" and box.versions == ["2", "1"]
    assert (state["version"], state["previous_version"]) == ("2", "1")


async def test_versions_past_the_kept_ones_are_retired_oldest_first(box: ToolboxDriver) -> None:
    await box.create(A, keep_versions=1)
    for tools in (B, C):
        await box.update(tools, keep_versions=3)
    assert box.versions == ["3", "2", "1"]
    box.foundry.writes()
    await box.update(C, keep_versions=1)
    assert box.foundry.writes() == ["DELETE /versions/1", "DELETE /versions/2"] and box.versions == ["3"]


async def test_a_change_of_description_or_metadata_is_a_new_version(box: ToolboxDriver) -> None:
    await box.create(A)
    await box.update(A, description="sums")
    await box.update(A, description="sums", metadata={"team": "x"})
    newest = box.there.versions["3"]
    assert box.default == "3" and newest["description"] == "sums" and newest["metadata"]["team"] == "x"


async def test_what_is_left_out_again_is_a_new_version(box: ToolboxDriver) -> None:
    await box.create(B)
    less = [B[0], {key: one for key, one in B[1].items() if key != "max_num_results"}]
    await box.update(less)
    assert "max_num_results" not in box.tools()[1] and box.default == "2"


async def test_versions_that_we_did_not_make_are_never_retired(box: ToolboxDriver) -> None:
    await box.create(A)
    box.make(C, marked=False)
    await box.update(B, keep_versions=1)
    assert box.default == "3" and box.versions == ["3", "2"]


# --- Drift


async def test_nothing_moved_is_no_drift(box: ToolboxDriver) -> None:
    before = dict(await box.create(B))
    assert await box.refresh() == before
    assert box.changed(B) == []


async def test_a_default_moved_by_hand_is_moved_back_without_a_new_version(box: ToolboxDriver) -> None:
    await box.create(A)
    await box.update(B)
    box.there.default = "1"
    await box.refresh()
    assert box.state["version"] == "1" and box.changed(B) == ["tools"]
    box.foundry.writes()
    await box.update(B)
    assert box.foundry.writes() == ["PATCH /"] and box.default == "2" and box.versions == ["2", "1"]


async def test_other_tools_made_the_default_by_hand_are_shown(box: ToolboxDriver) -> None:
    await box.create(A)
    box.there.default = box.make(C, marked=False, description="mine")
    found = await box.refresh()
    assert found is not None
    assert [tool["type"] for tool in found["tools"]] == C and found["description"] == "mine"
    assert found["unmanaged_versions"] == ["2"]
    assert box.changed(A) == ["tools", "description", "unmanaged_versions"]
    await box.update(A)
    assert box.default == "1" and box.changed(A) == []


async def test_a_kept_version_that_is_gone_is_no_longer_kept(box: ToolboxDriver) -> None:
    await box.create(A)
    await box.update(B)
    del box.there.versions["1"]
    await box.refresh()
    assert box.state["versions"] == ["2"] and box.state["previous_version"] == "" and box.changed(B) == []


async def test_a_toolbox_that_is_gone_is_made_again(box: ToolboxDriver) -> None:
    recorded = dict(await box.create(A))
    del box.foundry.toolboxes["box"]
    assert await box.refresh() is None
    box.state = recorded
    await box.update(A)
    assert box.default == "1"


@pytest.mark.parametrize("path", ["/box$", "/versions$"])
async def test_one_404_is_not_definite(box: ToolboxDriver, path: str) -> None:
    before = dict(await box.create(A))
    box.foundry.script.answer("GET", path, GONE)
    assert await box.refresh() == before


@pytest.mark.parametrize("path", ["/box$", "/versions$"])
async def test_a_service_that_contradicts_itself_is_an_error(box: ToolboxDriver, path: str) -> None:
    await box.create(A)
    box.foundry.script.answer("GET", path, GONE, times=9)
    with pytest.raises(ServiceError, match="toolbox 'box'"):
        await box.refresh()


@pytest.mark.parametrize("path", ["/box$", "/versions$"])
async def test_a_gateways_404_is_not_gone(box: ToolboxDriver, path: str) -> None:
    await box.create(A)
    box.foundry.script.answer("GET", path, page(404))
    with pytest.raises(ServiceError) as refused:
        await box.refresh()
    assert not isinstance(refused.value, NotFound)


@pytest.mark.parametrize("missing", [PROJECT_MISSING, ACCOUNT_MISSING], ids=["project", "account"])
@pytest.mark.parametrize("path", ["/box$", "/versions$"])
async def test_a_toolbox_whose_project_is_gone_is_gone(box: ToolboxDriver, path: str, missing: Answer) -> None:
    await box.create(A)
    box.foundry.script.answer("GET", path, missing, times=2)
    assert await box.refresh() is None
    box.state = {**box.inputs(A), "version": "1"}
    await box.delete()


# --- Whose it is


async def test_a_toolbox_of_another_stack_is_refused_and_left_alone(box: ToolboxDriver) -> None:
    box.make(A, owner=OTHER_OWNER)
    with pytest.raises(OwnershipConflict, match=f"toolbox 'box' .*{OTHER_OWNER}.*toolbox_name"):
        await box.create(B)
    box.state = {**box.inputs(A), "version": "1"}
    with pytest.raises(OwnershipConflict):
        await box.update(B)
    await box.delete()
    assert box.versions == ["1"] and OTHER_OWNER in box.told[-1] and box.foundry.writes() == []


async def test_a_toolbox_that_bears_no_mark_is_refused(box: ToolboxDriver) -> None:
    box.make(A, marked=False)
    with pytest.raises(OwnershipConflict):
        await box.create(A)
    assert box.foundry.writes() == []


async def test_an_adopted_toolbox_is_ours_from_then_on_and_others_versions_stay(box: ToolboxDriver) -> None:
    box.make(A, owner=OTHER_OWNER)
    state = await box.create(B, adopt=True)
    assert (state["version"], state["previous_version"]) == ("2", "1")
    await box.update(C, keep_versions=1)
    assert box.versions == ["3", "1"]
    await box.delete()
    assert not box.exists


@pytest.mark.parametrize("theirs", [{"marked": False}, {"owner": OTHER_OWNER}], ids=["unmarked", "another's"])
async def test_adopting_without_a_difference_creates_a_version_with_the_mark(
    box: ToolboxDriver, theirs: dict[str, Any]
) -> None:
    box.make(A, **theirs)
    state = await box.create(A, adopt=True)
    assert (state["version"], state["adopted_from"], box.default) == ("2", "", "2")
    assert box.there.versions["2"]["metadata"]["pulumi-owner"] == OWNER and box.changed(A) == []


async def test_an_adoption_is_refused_if_the_service_creates_no_version(box: ToolboxDriver) -> None:
    box.make(A, owner=OTHER_OWNER)
    old = Answer(200, box.there.versions["1"])
    box.foundry.script.answer("POST", "", old)
    with pytest.raises(NotAdopted, match=r"toolbox 'box' cannot be taken over: .* version 1 instead of"):
        await box.create(A, adopt=True)


async def test_the_version_with_the_mark_stays_while_anothers_is_the_default(box: ToolboxDriver) -> None:
    box.make(A, marked=False)
    await box.create(B, adopt=True)
    await box.update(A, keep_versions=1)
    await box.refresh()
    assert "pulumi-owner" in box.there.versions[box.versions[0]]["metadata"]


async def test_an_imported_toolbox_with_anothers_mark_gets_a_version_of_this_stack(box: ToolboxDriver) -> None:
    box.make(A, owner=OTHER_OWNER)
    box.state = box.inputs(A)
    found = await box.refresh()
    assert found is not None and found["adopted_from"].startswith(OTHER_OWNER) and box.changed(A) == ["adopted_from"]
    assert "taken over" in TOOLBOX.words(box.state, box.inputs(A))[0]
    assert (await box.update(A))["version"] == "2" and box.changed(A) == []


async def test_a_resource_of_the_same_stack_is_no_case_for_adopt(box: ToolboxDriver) -> None:
    box.make(A)
    box.there.versions["1"]["metadata"]["pulumi-name"] = "earlier"
    with pytest.raises(OwnershipConflict, match=r"toolbox 'box' .*'earlier' of the same stack.*set `aliases`"):
        await box.create(A)


async def test_delete_looks_again_before_it_is_repeated(box: ToolboxDriver) -> None:
    await box.create(A)
    box.foundry.script.meanwhile("DELETE", "", lambda: box.make(A, owner=OTHER_OWNER))
    box.foundry.script.answer("DELETE", "", SERVER_ERROR)
    await box.delete()
    assert box.exists and OTHER_OWNER in box.told[-1]


async def test_delete_removes_all_and_can_be_repeated(box: ToolboxDriver) -> None:
    await box.create(A)
    await box.update(B)
    await box.delete()
    assert not box.exists and box.told[-1] == "toolbox box is deleted with its versions"
    await box.delete()


# --- Killed in between


async def test_a_create_that_was_killed_after_the_version_is_continued(box: ToolboxDriver) -> None:
    assert box.make(A) == "1"
    assert (await box.create(A))["version"] == "1"
    assert box.versions == ["1"]


async def test_an_update_that_was_killed_before_the_default_is_continued(box: ToolboxDriver) -> None:
    await box.create(A)
    assert box.make(B) == "2"
    await box.update(B)
    assert box.default == "2" and box.versions == ["2", "1"]


async def test_what_killed_runs_left_is_cleared_away(box: ToolboxDriver) -> None:
    await box.create(A)
    assert box.make(B) == "2"
    await box.update(C)
    assert box.default == "3" and box.versions == ["3", "1"]


async def test_an_update_that_was_killed_before_it_retired_is_finished(box: ToolboxDriver) -> None:
    await box.create(A)
    await box.update(B)
    box.there.default = box.make(C)
    await box.update(C)
    assert box.versions == ["3", "2"] and box.state["versions"] == ["3", "2"]


async def test_what_a_killed_run_left_is_shown_and_cleared_away(box: ToolboxDriver) -> None:
    await box.create(A)
    box.make(B)
    await box.refresh()
    assert box.changed(A) == ["unmanaged_versions"]
    await box.update(A)
    assert box.versions == ["1"] and box.default == "1"


async def test_keys_that_the_service_adds_are_no_change(box: ToolboxDriver) -> None:
    await box.create(A)
    box.there.versions["1"]["tools"][0]["container"] = {"type": "auto"}
    box.foundry.writes()
    await box.update(A)
    assert box.foundry.writes() == []


@pytest.mark.parametrize("theirs", [{"marked": False}, {"owner": OTHER_OWNER}])
async def test_anothers_equal_version_is_not_made_the_default(box: ToolboxDriver, theirs: dict[str, Any]) -> None:
    await box.create(A)
    box.make(B, **theirs)
    box.foundry.requests.clear()
    # Whose a toolbox is, its newest version says: here that is ours again.
    box.make(C)
    await box.update(B)
    assert box.default == "4"


# --- The wire


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "GET"])
@pytest.mark.parametrize("trouble", TROUBLE)
async def test_a_whole_life_survives_a_wrong_answer(box: ToolboxDriver, trouble: str, method: str, when: Any) -> None:
    box.foundry.script.answer(method, "", when=when, **TROUBLE[trouble])
    await _live(box)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("silently", [False, True])
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "GET"])
async def test_a_whole_life_survives_a_lost_answer(
    box: ToolboxDriver, method: str, when: Any, *, silently: bool
) -> None:
    box.foundry.script.lose(method, "", when=when, silently=silently)
    await _live(box)


async def _live(box: ToolboxDriver) -> None:
    await box.create(A)
    await box.update(B, keep_versions=1)
    assert box.default == "2" and box.versions == ["2"]
    await box.delete()
    assert not box.exists


@pytest.mark.parametrize("nth", [1, 2, 3, 4])
async def test_one_wrong_list_does_not_leave_a_version(box: ToolboxDriver, nth: int) -> None:
    await box.create(A)
    box.foundry.script.answer("GET", "/versions$", GONE, nth=nth)
    await box.update(B, keep_versions=1)
    assert box.versions == ["2"]


async def test_a_version_that_is_only_said_to_be_gone_is_deleted_by_the_next_run(box: ToolboxDriver) -> None:
    await box.create(A)
    box.foundry.script.answer("DELETE", "", GONE)
    ending = r"\nversion 2 is the default; the next `pulumi up` deletes the old versions$"
    with pytest.raises(ServiceError, match=ending):
        await box.update(B, keep_versions=1)
    await box.update(B, keep_versions=1)
    assert box.versions == ["2"] and box.state["version"] == "2"


@pytest.mark.parametrize("status", [201, 202, 204])
async def test_an_accepted_write_without_a_body_is_looked_at(box: ToolboxDriver, status: int) -> None:
    for method in ("POST", "PATCH"):
        box.foundry.script.answer(method, "", Answer(status), when="after")
    await box.create(A)
    await box.update(B)
    assert box.default == "2" and box.versions == ["2", "1"]


async def test_a_create_that_is_accepted_and_makes_nothing_is_an_error(box: ToolboxDriver) -> None:
    box.foundry.script.answer("POST", "", Answer(202))
    with pytest.raises(ServiceError, match="the version does not exist"):
        await box.create(A)


@pytest.mark.parametrize("status", [400, 429, 500, 503])
async def test_a_version_that_cannot_become_the_default_is_deleted(box: ToolboxDriver, status: int) -> None:
    await box.create(A)
    box.foundry.script.answer("PATCH", "", refusal(status, "some_code"), times=99)
    with pytest.raises(ServiceError, match="making version 2 the default of toolbox 'box'") as failed:
        await box.update(B)
    assert str(failed.value).endswith(
        "\nversion 1 is the default; version 2 is deleted; the next `pulumi up` tries again"
    )
    assert box.default == "1" and box.versions == ["1"]
    box.foundry.script.clear()
    await box.update(B)
    assert box.default == "3"


async def test_a_version_that_became_the_default_after_all_is_not_deleted(box: ToolboxDriver) -> None:
    await box.create(A)
    box.foundry.script.answer("PATCH", "", SERVER_ERROR, times=99, when="after")
    with pytest.raises(
        ServiceError, match=r"\nversion 2 is the default; the next `pulumi up` deletes the old versions$"
    ):
        await box.update(B, keep_versions=1)
    assert box.default == "2" and box.versions == ["2", "1"]
    box.foundry.script.clear()
    await box.update(B, keep_versions=1)
    assert box.versions == ["2"]


async def test_an_older_version_that_cannot_become_the_default_is_not_deleted(box: ToolboxDriver) -> None:
    await box.create(A)
    await box.update(B)
    box.there.default = "1"
    box.foundry.script.answer("PATCH", "", SERVER_ERROR, times=99)
    with pytest.raises(
        ServiceError, match=r"\nversion 1 is the default; version 2 is kept; the next `pulumi up` tries"
    ):
        await box.update(B)
    assert box.versions == ["2", "1"]


async def test_a_version_that_can_be_neither_the_default_nor_deleted_is_told(box: ToolboxDriver) -> None:
    await box.create(A)
    box.foundry.script.answer("PATCH", "", SERVER_ERROR, times=99)
    box.foundry.script.answer("DELETE", "/versions/2$", refusal(400, "bad_request"))
    ending = (
        r"\nversion 1 is the default; version 2 could not be deleted \(.*bad_request.*\); the next `pulumi up` makes"
    )
    with pytest.raises(ServiceError, match=ending):
        await box.update(B)
    box.foundry.script.clear()
    await box.update(B)
    assert box.default == "2" and box.versions == ["2", "1"]


async def test_a_default_that_cannot_be_read_after_a_failure_is_told(box: ToolboxDriver) -> None:
    await box.create(A)
    box.foundry.script.answer("PATCH", "", SERVER_ERROR, times=99)
    box.foundry.script.answer("GET", "/box$", refusal(400, "bad_request"), nth=3, times=9)
    ending = r"\nwhich version is the default could not be read; version 2 is kept; the next `pulumi up` tries again$"
    with pytest.raises(ServiceError, match=ending):
        await box.update(B)
    assert box.versions == ["2", "1"]


async def test_a_version_that_is_refused_leaves_the_default_and_says_so(box: ToolboxDriver) -> None:
    await box.create(A)
    box.foundry.script.answer("POST", "", refusal(400, "invalid_tool"))
    with pytest.raises(ServiceError, match=r"\nversion 1 is still the default; the next `pulumi up` tries again$"):
        await box.update(B)
    assert box.default == "1" and box.versions == ["1"]


async def test_a_version_that_cannot_be_looked_at_is_continued(box: ToolboxDriver) -> None:
    await box.create(A)
    box.foundry.script.answer("GET", "/versions$", refusal(400, "bad_request"), nth=3, times=9)
    ending = (
        r"\nversion 1 is still the default; version 2 is kept; the next `pulumi up` makes it the default, or deletes"
    )
    with pytest.raises(ServiceError, match=ending):
        await box.update(B)
    box.foundry.script.clear()
    await box.update(B)
    assert box.default == "2" and box.versions == ["2", "1"]


async def test_a_failed_create_leaves_nothing(box: ToolboxDriver) -> None:
    box.foundry.script.answer("GET", "/versions$", SERVER_ERROR, nth=2, times=5)
    with pytest.raises(
        ServiceError, match=r"(?s)listing the versions.*\nno toolbox is left; the next `pulumi up` creates it$"
    ):
        await box.create(A)
    assert not box.exists
    box.foundry.script.clear()
    box.foundry.script.answer("GET", "/versions$", SERVER_ERROR, nth=2, times=5)
    box.foundry.script.answer("DELETE", "/box$", refusal(400, "bad_request"))
    with pytest.raises(
        ServiceError, match=r"\nwhat was created could not be deleted .*; the next `pulumi up` continues it$"
    ):
        await box.create(A)
    assert box.exists


async def test_a_role_that_does_not_work_yet_is_waited_for(box: ToolboxDriver) -> None:
    box.foundry.script.answer("GET", "", ROLE_MISSING, times=2)
    await box.create(A, role_propagation_timeout=60)
    assert "waiting for the deployer's role" in box.told[0]
    box.foundry.script.answer("POST", "", ROLE_MISSING)
    await box.update(B, role_propagation_timeout=60)
    assert box.versions == ["2", "1"]
    box.foundry.script.answer("GET", "", ROLE_MISSING, times=99)
    with pytest.raises(AccessDenied):
        await box.update(C)


async def test_a_default_version_that_is_gone_is_shown_and_another_made(box: ToolboxDriver) -> None:
    await box.create(A)
    await box.update(B)
    del box.there.versions["2"]
    found = await box.refresh()
    assert found is not None
    assert (found["version"], found["versions"], found["previous_version"]) == ("2", ["1"], "1")
    assert found["mcp_endpoint"].endswith("/toolboxes/box/mcp?api-version=v1")
    await box.update(B)
    assert box.default == "3" and box.versions == ["3", "1"]


async def test_of_a_toolbox_that_no_state_knows_what_is_older_and_ours_is_kept(box: ToolboxDriver) -> None:
    box.make(A)
    box.make(C, marked=False)
    box.there.default = box.make(B)
    box.make(A)
    box.state = {**box.inputs(B)}
    found = await box.refresh()
    assert found is not None and (found["version"], found["versions"], found["latest_version"]) == (
        "3",
        ["3", "1"],
        "4",
    )
    box.state = {**box.inputs(B)}
    await box.update(B, keep_versions=5)
    assert box.versions == ["3", "2", "1"] and box.state["versions"] == ["3", "1"]


async def test_an_adoption_is_remembered_until_a_version_is_ours(box: ToolboxDriver) -> None:
    theirs = f"{OTHER_OWNER}/agents-tools"
    box.make(A, owner=OTHER_OWNER)
    await box.create(A, adopt=True)
    if box.state["adopted_from"]:  # the version that is adopted is the default still
        before = dict(box.state)
        assert before["adopted_from"] == theirs and await box.refresh() == before
        assert (await box.update(A))["adopted_from"] == theirs
    box.state = {**box.inputs(A)}
    assert (await box.refresh() or {})["adopted_from"] in (theirs, "")
    assert (await box.update(B))["adopted_from"] == ""
    await box.delete()
    assert not box.exists


async def test_a_version_that_is_in_use_is_left_for_the_next_up(box: ToolboxDriver) -> None:
    await box.create(A)
    box.foundry.script.answer("DELETE", "", refusal(409, "in_use"))
    state = await box.update(B, keep_versions=1)
    assert box.versions == ["2", "1"] and box.told[-1].startswith("box: version 1 is in use")
    assert state["versions"] == ["2"] and state["latest_version"] == "2"
    await box.update(B, keep_versions=1)
    assert box.versions == ["2"]
