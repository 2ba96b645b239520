"""The life of one agent over real connections. Its rare branches: `tests/rollout`."""

import pytest

from foundry_agents.lifecycle.errors.exceptions import (
    VersionFailed,
)
from foundry_agents.lifecycle.service.mark import Mark

from .conftest import Agent

OTHERS = Mark("acme/other/dev", "agents-echo")


async def test_create_makes_one_version_and_pins_the_traffic_to_it(echo: Agent) -> None:
    state = await echo.create()
    assert echo.writes() == ["POST /versions", "PATCH /"]
    assert echo.rules() == [("1", 100)] and echo.versions() == ["1"]
    assert (state.version, state.status) == ("1", "active")
    assert state.image == f"{echo.project.login_server}/echo:v1" and state.principal_id
    assert state.endpoints["responses"].startswith(f"{echo.project.endpoint}/agents/{echo.name}/endpoint/")


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


async def test_delete_removes_the_agent_and_is_repeatable(echo: Agent) -> None:
    await echo.create()
    await echo.delete()
    assert echo.shown() is None
    await echo.delete()


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
