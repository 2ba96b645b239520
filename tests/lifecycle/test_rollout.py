"""Versions are proved by real processes, and traffic moves over real connections. Rare branches: `tests/rollout`."""

from typing import Any

import pytest

from foundry_agents.lifecycle.errors.exceptions import (
    NotVerified,
)
from foundry_agents.lifecycle.rollout import verify as proof
from foundry_emulator.testing import LocalAzure, Project

from .conftest import AGENT_COMMAND, Agent

STEPS = {"steps": [10, 50], "hold": 0}
QUICK = {"kind": "start", "timeout": 2}


@pytest.fixture(scope="module")
def broken_images(azure: LocalAzure, images: Project) -> None:
    """Images that are pulled and do not start."""
    for tag, start in (("crashes", "fails"), ("hangs", "never ready")):
        azure.push(f"{images.login_server}/echo:{tag}", AGENT_COMMAND, START=start)


async def test_a_version_is_proved_to_start_before_it_gets_traffic(echo: Agent) -> None:
    await echo.create(verify="start")
    session = f"/endpoint/sessions/{proof.session_of('1')}"
    assert echo.writes() == ["POST /versions", "POST /endpoint/sessions", f"DELETE {session}", "PATCH /"]
    assert any("version 1 is verified: it starts" in line for line in echo.told)
    assert echo.live_sessions() == []


@pytest.mark.usefixtures("broken_images")
@pytest.mark.parametrize("tag", ["crashes", "hangs"])
async def test_a_version_that_does_not_start_never_gets_traffic(echo: Agent, tag: str) -> None:
    await echo.create()
    if tag == "hangs":
        echo.azure.settings(agent_start_timeout=1)
    with pytest.raises(NotVerified, match="does not start") as failure:
        await echo.update(image=f"echo:{tag}", verify=QUICK)
    assert echo.rules() == [("1", 100)] and echo.versions() == ["1"] and echo.live_sessions() == []
    if tag == "crashes":
        assert failure.value.log[-1] == "this agent does not start"


async def test_a_request_is_sent_and_its_answer_compared(echo: Agent) -> None:
    await echo.create(verify={"kind": "request", "prompt": "hello", "expected_text": "1: hello"})
    with pytest.raises(NotVerified, match=r"an answer that does not contain `verify.expected_text`"):
        await echo.update(image="echo:v2", verify={"kind": "request", "prompt": "hello", "expected_text": "goodbye"})
    assert echo.rules() == [("1", 100)] and echo.versions() == ["1"]


async def test_a_request_of_another_protocol_is_sent_through_an_endpoint_that_is_opened_for_it(echo: Agent) -> None:
    await echo.create(
        protocol_versions=["invocations"],
        verify={"kind": "request", "protocol": "invocations", "body": {"a": 1}, "expected_text": "FOUNDRY_AGENT_NAME"},
    )
    assert echo.rules() == [("1", 100)]


async def test_traffic_moves_step_by_step(echo: Agent) -> None:
    await echo.create()
    await echo.update(image="echo:v2", verify="start", rollout=STEPS)
    shares = [[(rule["agent_version"], rule["traffic_percentage"]) for rule in rules] for rules in echo.patched_rules()]
    assert shares == [[("1", 100)], [("1", 90), ("2", 10)], [("1", 50), ("2", 50)], [("2", 100)]]
    assert f"{echo.name}: version 2 gets 10% of the traffic" in echo.told
    assert echo.told[-1] == f"{echo.name}: version 2 serves"


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
