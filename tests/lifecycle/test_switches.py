"""What nobody documents about the service is a setting of the local Azure. The product works either way."""

from typing import Any

import pytest

from tools.docs import unknowns

from .conftest import Agent
from .test_toolbox import SWITCHES as TOOLBOX_SWITCHES

SWITCHES: list[dict[str, Any]] = [
    {"answer_status": dict.fromkeys(("create_version", "patch_agent", "delete_version", "delete_agent"), 201)},
    {"answer_status": dict.fromkeys(("create_version", "patch_agent", "delete_version", "delete_agent"), 202)},
    {"answer_status": dict.fromkeys(("create_version", "patch_agent", "delete_version", "delete_agent"), 204)},
    {"empty_bodies": ["create_version", "patch_agent", "delete_version", "delete_agent"]},
    {"missing_role": "401"},
    {"stale_list_status": True},
    {"stale_latest_status": True},
    {"already_active": True},
    {"status_flickers": True},
    {"asynchronous_delete": True},
    {"dedupe": "any"},
    {"dedupe": "off"},
    {"dedupe_metadata": False},
    {"dedupe_failed": True},
    {"last_version": "keeps_agent"},
    {"delete_selected_version": "400"},
    {"delete_selected_version": "409"},
    {"at_latest": "newest"},
    {"selector_sum": "always"},
    {"selector_sum": "never"},
    {"reserved_names": False},
    {"resource_tiers": "documented"},
    {"version_failed_status": 400},
    {"answer_status": {"create_session": 200, "delete_session": 202}},
    {"empty_bodies": ["create_session", "delete_session"]},
    {"unknown_session": "404"},
    {"delete_deleted_session": "204"},
    {"list_deleted_sessions": False},
    {"session_starts_container": False},
    {"stop_idle_session": 204},
    {"idle_session_version": "own"},
]
ROLLOUT: dict[str, Any] = {"rollout": {"steps": [50], "hold": 0, "check": "active"}}
PROVED: dict[str, Any] = {"verify": {"kind": "request", "prompt": "hello"}, "rollout": {"steps": [50], "hold": 0}}


def name(switch: dict[str, Any]) -> str:
    return ",".join(f"{key}={value}" for key, value in switch.items())


@pytest.mark.parametrize("switch", SWITCHES, ids=name)
async def test_an_agents_life_is_the_same_either_way(echo: Agent, switch: dict[str, Any]) -> None:
    echo.azure.settings(**switch)
    inputs = PROVED if "session" in name(switch) else ROLLOUT
    assert (await echo.create(**inputs)).version == "1"
    assert echo.rules() == [("1", 100)]
    for tag, expected in (("v2", 2), ("v2", 2), ("v3", 3)):
        state = await echo.update(image=f"echo:{tag}", **inputs)
        assert (state.version, state.status) == (str(expected), "active")
        assert state.image.endswith(f"echo:{tag}")
    assert echo.rules() == [("3", 100)] and echo.live_sessions() == []
    assert [version for version in echo.versions() if version not in ("1",)] == ["3", "2"]
    await echo.delete()
    for _ in range(100):
        if echo.shown() is None:
            break
    assert echo.shown() is None


@pytest.mark.parametrize("switch", SWITCHES, ids=name)
async def test_a_failed_update_is_repaired_either_way(echo: Agent, switch: dict[str, Any]) -> None:
    echo.azure.settings(**switch)
    await echo.create()
    with pytest.raises(Exception, match="does not exist in its registry"):
        await echo.update(image="echo:v99")
    assert echo.rules() == [("1", 100)]
    state = await echo.update(image="echo:v2")
    assert state.status == "active" and state.image.endswith("echo:v2")
    assert echo.rules() == [(state.version, 100)]


def test_every_switch_of_the_data_plane_that_agents_meet_is_tried() -> None:
    tried = {key for switch in (*SWITCHES, *TOOLBOX_SWITCHES) for key in switch}
    not_met_by_agents = {
        "create_existing_agent",  # POST /agents is not used
        "draft_versions",  # drafts are not made
        "region_check",
        "hosting_environment",
        "tool_name_separator",  # the toolbox's endpoint is for agents: tests/emulator
        "toolbox_use",
        "unresolved_placeholder",  # the connection is made before the agent: tests/engine
        "registry_create",  # Resource Manager and the registry: tests/engine
        "registry_put_resets_mode",
        "repository_roles_on_legacy_registry",
        "conflicting_assignment_id",
    }
    assert set(unknowns.switches()) - not_met_by_agents - tried == set()
