"""Scripted faults: what goes wrong is what was asked for, at the request that was asked for."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from azure.ai.projects import AIProjectClient
from azure.core.exceptions import (
    HttpResponseError,
    ResourceNotFoundError,
    ServiceRequestError,
    ServiceResponseError,
)

from foundry_emulator.faults import PRESETS
from foundry_emulator.testing import LocalAzure, Project

Deploy = Callable[..., Any]
BROKEN = (ServiceResponseError, ServiceRequestError, HttpResponseError)


def test_the_nth_request_is_hit_and_as_often_as_asked(azure: LocalAzure, project: Project) -> None:
    azure.fault(path="/agents$", nth=2, times=2, action={"kind": "status", "status": 503})
    url = f"{project.endpoint}/agents"
    assert [azure.data("GET", url).status for _ in range(5)] == [200, 503, 503, 200, 200]
    assert azure.faults()[0]["hits"] == 2


def test_method_path_and_plane_choose_the_request(azure: LocalAzure, project: Project) -> None:
    action = {"kind": "status", "status": 418}
    azure.fault(plane="arm", action=action)
    azure.fault(method="POST", action=action)
    azure.fault(path="/agents/x", action=action)
    assert azure.data("GET", f"{project.endpoint}/agents").status == 200
    assert azure.data("GET", f"{project.endpoint}/agents/x").status == 418
    assert azure.arm("GET", f"{project.arm_id}?api-version=2025-06-01").status == 418


def test_a_scripted_answer_has_status_headers_and_body(azure: LocalAzure, project: Project) -> None:
    body = {"error": {"code": "mine"}}
    action = {"kind": "status", "status": 429, "headers": {"Retry-After": "7"}, "body": body}
    azure.fault(plane="data", action=action)
    answer = azure.data("GET", f"{project.endpoint}/agents")
    assert (answer.status, answer.headers["retry-after"], answer.body) == (429, "7", body)


def test_a_scripted_error_without_a_body_has_that_of_the_service(azure: LocalAzure, project: Project) -> None:
    azure.fault("server_error_once")
    error = azure.data("GET", f"{project.endpoint}/agents").body["error"]
    assert (error["code"], error["type"]) == ("server_error", "error")
    assert error["additionalInfo"]["request_id"] in error["message"]


def test_a_reset_before_leaves_no_trace_and_after_leaves_the_version(
    client: AIProjectClient, azure: LocalAzure, define: Any, name: str
) -> None:
    azure.fault("reset_once", times=None)
    with pytest.raises(BROKEN):
        client.agents.create_version(name, definition=define(), retry_total=0)
    azure.clear_faults()
    with pytest.raises(ResourceNotFoundError):
        client.agents.get(name)
    azure.fault("lost_create_answer")
    with pytest.raises(BROKEN):
        client.agents.create_version(name, definition=define(), retry_total=0)
    assert client.agents.get(name).versions.latest.version == "1"


def test_repeating_a_create_whose_answer_was_lost_gives_the_same_version(
    client: AIProjectClient, azure: LocalAzure, define: Any, name: str
) -> None:
    azure.fault("lost_create_answer")
    with pytest.raises(BROKEN):
        client.agents.create_version(name, definition=define(), retry_total=0)
    assert client.agents.create_version(name, definition=define()).version == "1"


def test_a_truncated_answer_breaks_off_in_the_middle(
    client: AIProjectClient, azure: LocalAzure, deploy: Deploy, name: str
) -> None:
    deploy(name)
    azure.fault(path=f"/agents/{name}$", times=None, action={"kind": "truncate"})
    with pytest.raises(BROKEN):
        client.agents.get(name, retry_total=0)


def test_silence_lasts_until_the_client_gives_up(client: AIProjectClient, azure: LocalAzure) -> None:
    azure.fault(plane="data", times=None, action={"kind": "silence"})
    with pytest.raises(BROKEN):
        client.agents.get("a", retry_total=0, read_timeout=0.3)
    assert azure.data("GET", f"{azure.base_url}/_emulator/health").status == 200


def test_a_delay_only_delays(azure: LocalAzure, project: Project) -> None:
    azure.fault(plane="data", action={"kind": "delay", "seconds": 0.3})
    began = time.monotonic()
    assert azure.data("GET", f"{project.endpoint}/agents").status == 200
    assert time.monotonic() - began >= 0.3


def test_faults_are_named_in_the_log(azure: LocalAzure, project: Project) -> None:
    azure.clear_requests()
    azure.fault("throttled")
    azure.data("GET", f"{project.endpoint}/agents")
    assert [(one["fault"], one["status"]) for one in azure.requests(plane="data")] == [("status", 429)]


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_a_valid_fault(azure: LocalAzure, preset: str) -> None:
    azure.fault(preset)
    assert len(azure.faults()) == 1


def test_a_wrong_fault_or_setting_is_refused_with_its_name(azure: LocalAzure) -> None:
    with pytest.raises(ValueError, match="No preset 'x'"):
        azure.fault("x")
    with pytest.raises(ValueError, match="kind"):
        azure.fault(action={"kind": "explode"})
    with pytest.raises(ValueError, match="no_such_setting"):
        azure.settings(no_such_setting=1)
    with pytest.raises(ValueError, match="dedupe"):
        azure.settings(dedupe="sometimes", time_scale=9)
    assert azure.settings()["time_scale"] == 0.01


def test_state_can_be_read_and_put_back(client: AIProjectClient, azure: LocalAzure, deploy: Deploy, name: str) -> None:
    before = azure.state()
    deploy(name)
    after = azure.state()
    azure.load(before)
    with pytest.raises(ResourceNotFoundError):
        client.agents.get(name)
    azure.load(after)
    assert client.agents.get_version(name, "1").status == "active"
