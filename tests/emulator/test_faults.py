"""Scripted faults: what goes wrong is what was asked for, at the request that was asked for."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from azure.ai.projects import AIProjectClient
from azure.core.exceptions import (
    HttpResponseError,
    ResourceNotFoundError,
    ServiceRequestError,
    ServiceResponseError,
)

from foundry_emulator.host.faults import PRESETS
from foundry_emulator.testing import FOUNDRY, LocalAzure, Project

Deploy = Callable[..., Any]
# Deletes the agent, then says so.
DELETER = """
import sys, urllib.request
request = urllib.request.Request(sys.argv[1], method="DELETE", headers={"Authorization": "Bearer " + sys.argv[2]})
print(urllib.request.urlopen(request).status, flush=True)
"""
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


@dataclass
class Killed:
    """How two processes ended, the second started by the first, and what the second said."""

    engine: int
    client: str
    said: str


@pytest.fixture
def killed(azure: LocalAzure, project: Project, tmp_path: Path) -> Callable[..., Killed]:
    """Lets a process that `pulumi` started delete the agent, and be hit by a crash point."""

    def run(agent: str, when: str, **action: Any) -> Killed:
        azure.fault(method="DELETE", path=f"/agents/{agent}$", when=when, action={"kind": "kill", **action})
        url = f"{project.endpoint}/agents/{agent}?api-version=v1&force=true"
        engine = tmp_path / "pulumi"
        engine.write_text(f'#!/bin/sh\n"{sys.executable}" -c "$@" >"$0.said" 2>&1\necho $? >"$0.client"\n')
        engine.chmod(0o755)
        command = [str(engine), DELETER, url, azure.token(FOUNDRY)]
        code = subprocess.run(command, env={**os.environ, **azure.environment()}, check=False, timeout=300).returncode
        client, said = engine.with_suffix(".client"), engine.with_suffix(".said")
        while not client.exists() and not said.read_text().endswith("\n"):  # one outlives the other
            time.sleep(0.02)
        return Killed(code, client.read_text().strip() if client.exists() else "", said.read_text())

    return run


def exists(azure: LocalAzure, project: Project, agent: str) -> bool:
    return azure.data("GET", f"{project.endpoint}/agents/{agent}").status == 200


def test_a_client_killed_before_leaves_no_trace_and_killed_after_leaves_its_work(
    azure: LocalAzure, project: Project, deploy: Deploy, name: str, killed: Callable[..., Killed]
) -> None:
    deploy(name)
    ended = killed(name, "before", process="client")
    assert (ended.engine, ended.client, ended.said) == (0, str(128 + signal.SIGKILL), "Killed\n")
    assert exists(azure, project, name)
    assert len(azure.faults()[0]["killed"]) == 1
    ended = killed(name, "after", process="client")
    assert ended.client == str(128 + signal.SIGKILL)
    assert not exists(azure, project, name)


def test_the_engine_of_a_client_is_killed_and_the_client_lives_on(
    azure: LocalAzure, project: Project, deploy: Deploy, name: str, killed: Callable[..., Killed]
) -> None:
    deploy(name)
    ended = killed(name, "before", process="engine")
    assert ended.engine == -signal.SIGKILL
    assert "Traceback" in ended.said
    assert exists(azure, project, name)
    ended = killed(name, "after", process="engine")
    assert (ended.engine, ended.said) == (-signal.SIGKILL, "200\n")
    assert not exists(azure, project, name)


def test_a_process_is_killed_by_its_id(azure: LocalAzure, project: Project) -> None:
    victim = subprocess.Popen(["sleep", "600"])
    azure.fault(plane="data", when="after", action={"kind": "kill", "process": victim.pid})
    assert azure.data("GET", f"{project.endpoint}/agents").status == 200
    assert victim.wait(timeout=60) == -signal.SIGKILL
    entry = azure.requests(plane="data")[-1]
    assert (entry["fault"], entry["status"]) == ("kill", 200)


def test_a_crash_point_without_a_process_kills_nothing(azure: LocalAzure, project: Project) -> None:
    azure.fault(plane="data", when="after", action={"kind": "kill", "process": "engine"})
    assert azure.data("GET", f"{project.endpoint}/agents").status == 200
    assert (azure.faults()[0]["hits"], azure.faults()[0]["killed"]) == (1, [])


def test_faults_are_named_in_the_log(azure: LocalAzure, project: Project) -> None:
    azure.clear_requests()
    azure.fault("throttled")
    azure.data("GET", f"{project.endpoint}/agents")
    assert [(one["fault"], one["status"]) for one in azure.requests(plane="data")] == [("status", 429)]


def test_a_log_that_was_cleared_forgets_what_was_still_being_answered(azure: LocalAzure, project: Project) -> None:
    azure.fault(plane="data", action={"kind": "delay", "seconds": 1})
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(azure.data, "GET", f"{project.endpoint}/agents")
        while not azure.faults()[0]["hits"]:
            time.sleep(0.02)
        azure.clear_requests()
        assert asked.result().status == 200
    azure.data("GET", f"{project.endpoint}/agents/later")
    assert [one["path"].rpartition("/")[2] for one in azure.requests(plane="data")] == ["later"]


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_a_valid_fault(azure: LocalAzure, preset: str) -> None:
    azure.fault(preset)
    assert len(azure.faults()) == 1


def test_a_wrong_fault_or_setting_is_refused_with_its_name(azure: LocalAzure) -> None:
    with pytest.raises(ValueError, match="Unknown preset 'x'"):
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
