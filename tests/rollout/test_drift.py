"""What a look at an agent shows: gone only if it definitely is, moved traffic, versions from outside."""

from typing import Any

import pytest

from foundry_agents.lifecycle.errors.exceptions import NotFound, ServiceError

from .driver import AgentDriver
from .foundry import ACCOUNT_MISSING, AT_LATEST, PROJECT_MISSING, page, refusal
from .wire import Answer

GONE = refusal(404, "not_found")


async def test_nothing_moved_is_no_drift(echo: AgentDriver) -> None:
    await echo.create()
    before = dict(await echo.update(image="echo:v2"))
    assert await echo.refresh() == before
    assert echo.changed(image="echo:v2") == []


async def test_an_agent_that_does_not_exist_is_gone(echo: AgentDriver) -> None:
    assert await echo.refresh() is None


@pytest.mark.parametrize("missing", [PROJECT_MISSING, ACCOUNT_MISSING], ids=["project", "account"])
@pytest.mark.parametrize("path", ["/echo$", "/versions$", "/versions/1$"])
async def test_an_agent_whose_project_is_gone_is_gone(echo: AgentDriver, path: str, missing: Answer) -> None:
    await echo.create()
    echo.foundry.script.answer("GET", path, missing)
    assert await echo.refresh() is None


async def test_one_404_is_not_definite(echo: AgentDriver) -> None:
    before = dict(await echo.create())
    echo.foundry.script.answer("GET", "/echo$", GONE)
    assert await echo.refresh() == before


async def test_an_agent_that_is_denied_twice_and_has_versions_is_gone(echo: AgentDriver) -> None:
    """It is being deleted."""
    await echo.create()
    echo.foundry.script.answer("GET", "/echo$", GONE, times=2)
    assert await echo.refresh() is None


@pytest.mark.parametrize("path", ["/echo$", "/versions$", "/versions/1$"])
async def test_a_gateways_404_is_not_gone(echo: AgentDriver, path: str) -> None:
    await echo.create()
    echo.foundry.script.answer("GET", path, page(404))
    with pytest.raises(ServiceError) as refused:
        await echo.refresh()
    assert refused.value.status == 404 and not isinstance(refused.value, NotFound)


async def test_an_empty_answer_is_asked_for_again(echo: AgentDriver) -> None:
    before = dict(await echo.create())
    echo.foundry.script.answer("GET", "/echo$", Answer(200), times=2)
    assert await echo.refresh() == before


async def test_traffic_moved_by_hand_is_shown(echo: AgentDriver) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    echo.foundry.make_version("echo", echo.body(image="echo:hand", marked=False))
    echo.foundry.pin("echo", {"1": 30, "2": 70})
    found = await echo.refresh()
    assert found is not None
    assert found["traffic"] == {"1": 30, "2": 70} and found["version"] == "2" and found["versions"] == ["2", "1"]
    assert found["latest_version"] == "3" and found["unmanaged_versions"] == ["3"]
    assert echo.changed(image="echo:v2") == ["traffic", "unmanaged_versions"]
    await echo.update(image="echo:v2")
    assert echo.traffic == {"2": 100} and echo.versions == ["3", "2", "1"]
    assert echo.changed(image="echo:v2") == []


async def test_a_version_from_outside_stays_known_as_one(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.make_version("echo", echo.body(image="echo:hand", marked=False))
    await echo.refresh()
    found = await echo.refresh()
    assert found is not None and found["unmanaged_versions"] == ["2"]


async def test_a_definition_changed_by_hand_is_shown_as_inputs(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.make_version("echo", echo.body(image="echo:hand", marked=False, cpu="2", memory="4Gi"))
    echo.foundry.pin("echo", {"2": 100})
    found = await echo.refresh()
    assert found is not None and found["image"].endswith("/echo:hand") and found["cpu"] == "2"
    assert echo.changed() == ["image", "cpu", "memory", "unmanaged_versions"]
    await echo.update()
    assert echo.traffic == {"3": 100} and "2" in echo.versions and echo.changed() == []


async def test_a_pinned_version_is_no_drift(echo: AgentDriver) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    await echo.update(image="echo:v2", serve_version="1")
    before = dict(echo.state)
    assert await echo.refresh() == before


async def test_the_version_that_serves_may_be_gone(echo: AgentDriver) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    del echo.there.versions["2"]
    found = await echo.refresh()
    assert found is not None
    assert (found["version"], found["status"], found["versions"]) == ("2", "missing", ["1"])
    assert found["agent_guid"] == "guid-1" and found["image"] == echo.inputs(image="echo:v2")["image"]


async def test_a_kept_version_that_is_gone_is_no_longer_kept(echo: AgentDriver) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    del echo.there.versions["1"]
    found = await echo.refresh()
    assert found is not None and found["versions"] == ["2"] and found["previous_version"] == ""


async def test_a_version_whose_deletion_waits_and_that_is_gone_waits_no_longer(echo: AgentDriver) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    echo.state["versions_pending_deletion"] = ["1", "77"]
    found = await echo.refresh()
    assert found is not None and found["versions_pending_deletion"] == ["1"]


async def test_what_follows_latest_is_what_latest_means(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.pin("echo", {AT_LATEST: 100})
    found = await echo.refresh()
    assert found is not None and found["version"] == "1" and found["traffic"] == {AT_LATEST: 100}
    echo.foundry.requests.clear()
    await echo.update()
    assert echo.routed() == [{"1": 100}]


async def test_an_endpoint_changed_by_hand_is_shown_where_the_program_names_it(echo: AgentDriver) -> None:
    named: dict[str, Any] = {"authorization_schemes": ["Entra"], "agent_card": {"version": "1.0"}}
    await echo.create(**named)
    echo.there.schemes, echo.there.card = [{"type": "BotService"}], {"version": "2.0", "description": "by hand"}
    found = await echo.refresh()
    assert found is not None
    assert found["authorization_schemes"] == ["BotService"] and found["agent_card"] == {"version": "2.0"}
    echo.foundry.writes()
    await echo.update(**named)
    assert echo.foundry.writes() == ["PATCH /"] and echo.there.card["version"] == "1.0"


async def test_an_imported_agent_shows_its_inputs_and_its_older_versions(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body())
    echo.foundry.make_version("echo", echo.body(image="echo:hand", marked=False))
    echo.foundry.make_version("echo", echo.body(image="echo:v3"))
    echo.foundry.make_version("echo", echo.body(image="echo:v4"))
    echo.foundry.pin("echo", {"3": 100})
    found = await echo.import_()
    assert found["version"] == "3" and found["image"].endswith("/echo:v3") and found["adopted_from"] == ""
    assert found["versions"] == ["3", "1"] and found["latest_version"] == "4"


async def test_an_agent_that_was_made_by_hand_and_is_imported_shows_no_change(echo: AgentDriver) -> None:
    """It follows `@latest` as every agent does that was never pinned."""
    echo.foundry.make_version("echo", echo.body(marked=False))
    found = await echo.import_()
    assert found["traffic"] == {"1": 100}
    wanted = {name: found[name] for name in ("image", "verify", "role_propagation_timeout")} | {"registry": None}
    assert echo.changed(**wanted) == []
    assert await echo.refresh() is not None and echo.changed(**wanted) == []
    await echo.update(image="echo:v2")
    assert echo.routed() == [{"1": 100}, {"2": 100}], "pinned before the new version is active"


async def test_the_state_of_an_earlier_release_learns_its_older_versions(echo: AgentDriver) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    del echo.state["versions"]
    found = await echo.refresh()
    assert found is not None and found["versions"] == ["2", "1"]


async def test_a_share_that_an_interrupted_rollout_gave_is_not_one_to_go_back_to(echo: AgentDriver) -> None:
    await echo.create()
    echo.leave({"1": 40, "2": 60})
    found = await echo.refresh()
    assert found is not None and found["version"] == "2" and found["versions"] == ["1"]


async def test_a_version_that_somebody_gave_all_traffic_is_one_to_go_back_to(echo: AgentDriver) -> None:
    await echo.create()
    echo.leave({"2": 100})
    found = await echo.refresh()
    assert found is not None and found["version"] == "2" and found["versions"] == ["2", "1"]


async def test_ours_that_follows_latest_keeps_its_versions_and_another_in_its_place_has_none(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.pin("echo", {AT_LATEST: 100})
    assert (await echo.refresh() or {})["versions"] == ["1"]
    del echo.foundry.agents["echo"]
    echo.foundry.make_version("echo", echo.body())
    recorded = dict(echo.state)
    assert (await echo.refresh() or {})["versions"] == [], "it was never pinned: nothing of it is verified"
    echo.state = recorded
    echo.foundry.pin("echo", {"1": 100})
    assert (await echo.refresh() or {})["versions"] == ["1"]


async def test_stale_lists_do_not_hide_a_failure(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.stale_lists = True
    echo.there.versions["1"].error = ("CodeError", "")
    found = await echo.refresh()
    assert found is not None and found["status"] == "failed"
