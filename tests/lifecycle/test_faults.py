"""What goes wrong between us and the service is repeated where that is safe, and told where it is not."""

import asyncio

import pytest

from foundry_agents.lifecycle.errors.exceptions import ServiceError
from foundry_emulator.host.faults import PRESETS

from .conftest import Agent

WRITE = "POST|PATCH|DELETE"


@pytest.mark.parametrize("preset", PRESETS)
async def test_a_create_survives(echo: Agent, preset: str) -> None:
    echo.azure.fault(preset)
    assert (await echo.create()).status == "active"
    assert echo.rules() == [("1", 100)] and echo.versions() == ["1"]


@pytest.mark.parametrize("preset", PRESETS)
async def test_an_update_survives(echo: Agent, preset: str) -> None:
    await echo.create()
    echo.azure.fault(preset)
    assert (await echo.update(image="echo:v2")).status == "active"
    assert echo.rules() == [("2", 100)] and echo.versions() == ["2", "1"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["reset", "truncate", "silence"])
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "GET"])
async def test_a_broken_connection_is_survived(echo: Agent, method: str, kind: str, when: str) -> None:
    echo.azure.fault(plane="data", method=method, when=when, action={"kind": kind})
    await echo.create()
    await echo.update(image="echo:v2", keep_versions=1)
    assert echo.rules() == [("2", 100)] and echo.versions() == ["2"]
    await echo.delete()
    assert echo.shown() is None


@pytest.mark.parametrize("status", [400, 429, 500, 502, 503, 504])
async def test_what_does_not_pass_is_told_with_what_was_tried(echo: Agent, status: int) -> None:
    await echo.create()
    echo.azure.fault(plane="data", method="POST", times=None, action={"kind": "status", "status": status})
    with pytest.raises(ServiceError, match=f"creating a version of agent '{echo.name}'") as refused:
        await echo.update(image="echo:v2")
    assert refused.value.status == status
    assert echo.rules() == [("1", 100)]
    echo.azure.clear_faults()
    await echo.update(image="echo:v2")
    assert echo.rules() == [("2", 100)]


async def test_a_repeated_delete_whose_first_answer_was_lost_is_fine(echo: Agent) -> None:
    await echo.create()
    echo.azure.fault(plane="data", method="DELETE", when="after", action={"kind": "reset"})
    await echo.delete()
    assert echo.shown() is None


@pytest.mark.parametrize("asked", ["86400", "inf", "nan", "-1", "soon"])
async def test_a_pause_that_the_service_asks_for_has_a_limit(
    echo: Agent, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("foundry_agents.lifecycle.service.client._LONGEST_PAUSE", 0.2)
    echo.azure.fault(method="POST", action={"kind": "status", "status": 429, "headers": {"Retry-After": asked}})
    await asyncio.wait_for(echo.create(), 20)


async def test_a_silent_service_is_not_asked_for_ever(echo: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foundry_agents.lifecycle.service.client._LONGEST", 0.5)
    await echo.create()
    echo.azure.clear_requests()
    echo.azure.fault(plane="data", times=None, action={"kind": "silence", "seconds": 3})
    with pytest.raises(ServiceError, match="no answer"):
        await echo.service.find_version(echo.name, "1")
    assert len(echo.azure.requests(plane="data")) == 1
