"""Sessions: made, listed, ended; when the process behind them runs; what stands in its log."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from azure.ai.projects import AIProjectClient
from azure.ai.projects.models import (
    ContainerConfiguration,
    SessionConfiguration,
    VersionRefIndicator,
)

from foundry_emulator.testing import Answer, LocalAzure, Project

Deploy = Callable[..., Any]
AGENT = Path(__file__).parent / "stand_in_agent.py"


def _create(client: AIProjectClient, agent: str, version: str = "1", session_id: str | None = None) -> Any:
    indicator = VersionRefIndicator(agent_version=version)
    return client.agents.create_session(agent, version_indicator=indicator, agent_session_id=session_id)


def _processes(azure: LocalAzure, agent: str) -> list[str]:
    return [process["version"] for process in azure.processes() if process["agent"] == agent]


def _eventually(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_session_has_the_fields_of_the_service(
    azure: LocalAzure, project: Project, deploy: Deploy, name: str
) -> None:
    deploy(name)
    body = {"version_indicator": {"type": "version_ref", "agent_version": "1"}}
    answer = azure.data("POST", f"{project.endpoint}/agents/{name}/endpoint/sessions", body)
    assert answer.status == 201
    assert "location" not in answer.headers
    assert list(answer.body) == [
        "agent_session_id",
        "version_indicator",
        "status",
        "created_at",
        "last_accessed_at",
        "expires_at",
    ]
    assert len(answer.body["agent_session_id"]) == 50
    assert answer.body["status"] == "active"
    assert answer.body["expires_at"] == answer.body["created_at"] + 2_592_000


def test_sessions_are_listed_oldest_first_without_object(
    azure: LocalAzure, project: Project, client: AIProjectClient, deploy: Deploy, name: str
) -> None:
    deploy(name)
    url = f"{project.endpoint}/agents/{name}/endpoint/sessions"
    assert azure.data("GET", url).body == {"data": [], "has_more": False}
    for session_id in ("one", "two"):
        _create(client, name, session_id=session_id)
    assert [one.agent_session_id for one in client.agents.list_sessions(name)] == ["one", "two"]
    assert "object" not in azure.data("GET", url).body


def test_no_process_runs_before_the_first_session(
    azure: LocalAzure, client: AIProjectClient, deploy: Deploy, name: str
) -> None:
    deploy(name)
    assert _processes(azure, name) == []
    _create(client, name)
    assert _processes(azure, name) == ["1"]


def test_a_deleted_session_is_gone_ends_its_process_and_its_id_can_be_used_again(
    azure: LocalAzure, client: AIProjectClient, deploy: Deploy, name: str, refused: Any
) -> None:
    deploy(name)
    _create(client, name, session_id="mine")
    client.agents.delete_session(name, "mine")
    with refused() as caught:
        client.agents.delete_session(name, "mine")
    assert caught.code == "session_not_found"
    assert caught.headers["x-agent-session-id"] == "mine"
    _eventually(lambda: _processes(azure, name) == [])
    assert [one.status for one in client.agents.list_sessions(name)] == ["deleted"]
    assert _create(client, name, session_id="mine").status == "active"


def test_an_active_session_blocks_deletes_unless_forced(
    azure: LocalAzure, client: AIProjectClient, deploy: Deploy, name: str, refused: Any
) -> None:
    deploy(name)
    _create(client, name)
    for delete in (lambda: client.agents.delete(name), lambda: client.agents.delete_version(name, "1")):
        with refused() as caught:
            delete()
        assert caught.code == "conflict"
        assert "Agent has active sessions" in caught.message
    client.agents.delete(name, force=True)
    _eventually(lambda: _processes(azure, name) == [])


def test_a_stopped_session_is_idle_and_blocks_nothing(
    azure: LocalAzure, client: AIProjectClient, deploy: Deploy, name: str
) -> None:
    deploy(name)
    _create(client, name, session_id="s")
    client.agents.stop_session(name, "s")
    session = client.agents.get_session(name, "s")
    assert session.status == "idle"
    assert session.stopped_at is not None
    _eventually(lambda: _processes(azure, name) == [])
    client.agents.delete_version(name, "1")


@pytest.mark.parametrize(("status", "code"), [(409, "session_already_stopped"), (204, "")])
def test_a_second_stop(
    *, azure: LocalAzure, project: Project, deploy: Deploy, name: str, status: int, code: str
) -> None:
    azure.settings(stop_idle_session=status)
    deploy(name)
    agent = f"{project.endpoint}/agents/{name}/endpoint"
    assert _ask(azure, project, name, "s").status == 200
    assert azure.data("POST", f"{agent}/sessions/s:stop").status == 204
    again = azure.data("POST", f"{agent}/sessions/s:stop")
    assert (again.status, again.body["error"]["code"] if again.body else "") == (status, code)


@pytest.mark.parametrize(("setting", "version"), [("serving", "2"), ("own", "1")])
def test_a_stopped_session_wakes_on_the_version_that_serves_with_its_files(
    *,
    azure: LocalAzure,
    project: Project,
    client: AIProjectClient,
    deploy: Deploy,
    name: str,
    setting: str,
    version: str,
) -> None:
    azure.settings(idle_session_version=setting)
    deploy(name)
    agent = f"{project.endpoint}/agents/{name}/endpoint"
    assert _ask(azure, project, name, "s").body["agent_reference"]["version"] == "1"
    azure.data("PUT", f"{agent}/sessions/s/files/content?path=kept", {"x": 1})
    deploy(name, environment_variables={"A": "2"})
    assert _ask(azure, project, name, "s").body["agent_reference"]["version"] == "1"  # it is active
    client.agents.stop_session(name, "s")
    assert _ask(azure, project, name, "s").body["agent_reference"]["version"] == version
    indicator: Any = client.agents.get_session(name, "s").version_indicator
    assert indicator.agent_version == version
    assert azure.data("GET", f"{agent}/sessions/s/files/content?path=kept").body == {"x": 1}


def test_a_session_that_became_idle_wakes_on_the_version_that_serves(
    azure: LocalAzure, project: Project, client: AIProjectClient, deploy: Deploy, name: str
) -> None:
    azure.settings(default_idle_seconds=0)
    deploy(name)
    _create(client, name, session_id="s")
    deploy(name, environment_variables={"A": "2"})
    assert client.agents.get_session(name, "s").status == "idle"
    versions = [_ask(azure, project, name, "s").body["agent_reference"]["version"] for _ in range(2)]
    assert versions == ["1", "2"]  # the first call goes to the version that the session was opened on


def test_a_session_with_a_running_call_is_not_idle(
    azure: LocalAzure, project: Project, client: AIProjectClient, deploy: Deploy, name: str
) -> None:
    azure.settings(default_idle_seconds=0)
    deploy(name)
    answers = []
    words = " ".join(["word"] * 20)  # the agent takes a second for them
    calling = Thread(target=lambda: answers.append(_ask(azure, project, name, "s", input=words, stream=True)))
    calling.start()
    _eventually(lambda: any(one.status == "active" for one in client.agents.list_sessions(name)))
    assert _processes(azure, name) == ["1"]
    calling.join()
    assert answers[0].raw.count(b"data: ") == 20
    _eventually(lambda: client.agents.get_session(name, "s").status == "idle")


def test_a_session_becomes_idle_and_its_process_ends(
    azure: LocalAzure, client: AIProjectClient, deploy: Deploy, name: str
) -> None:
    from datetime import timedelta  # noqa: PLC0415

    idle = SessionConfiguration(idle_timeout_seconds=timedelta(seconds=120))
    deploy(name, session_configuration=idle)
    azure.settings(time_scale=0.005)  # 120 s are 0.6 s
    session_id = _create(client, name).agent_session_id
    _eventually(lambda: client.agents.get_session(name, session_id).status == "idle")
    _eventually(lambda: _processes(azure, name) == [])


def test_a_session_on_a_version_that_is_not_there_yet(
    azure: LocalAzure, client: AIProjectClient, define: Any, name: str, refused: Any
) -> None:
    azure.settings(provisioning_seconds=1000)
    client.agents.create_version(name, definition=define())
    with refused() as caught:
        _create(client, name)
    assert (caught.status, caught.code) == (400, "agent_version_not_ready")


@pytest.mark.parametrize("status", [400, 409])
def test_a_session_on_a_failed_version(
    *,
    azure: LocalAzure,
    project: Project,
    client: AIProjectClient,
    deploy: Deploy,
    name: str,
    status: int,
    refused: Any,
) -> None:
    azure.settings(version_failed_status=status)
    deploy(name, container_configuration=ContainerConfiguration(image=f"{project.login_server}/app:no"))
    with refused() as caught:
        _create(client, name)
    assert (caught.status, caught.code) == (status, "agent_version_failed")
    expected = "Agent version provisioning failed: [ImageError] Failed to pull container image."
    assert caught.message.startswith(expected)


def test_a_process_that_does_not_start_is_a_424_and_its_log_says_why(
    *, azure: LocalAzure, client: AIProjectClient, push: Any, deploy: Deploy, name: str, refused: Any
) -> None:
    broken = push("broken:v1", START="fails")
    version = deploy(name, container_configuration=ContainerConfiguration(image=broken))
    assert version.status == "active"  # active only means that the image could be pulled
    with refused() as caught:
        _create(client, name, session_id="s")
    assert (caught.status, caught.code) == (424, "session_not_ready")
    assert "Session 's' did not become ready within the expected timeout" in caught.message
    assert caught.headers["x-agent-session-id"] == "s"
    session = client.agents.get_session(name, "s")
    assert session.status == "failed"
    assert session["error"]["message"] == "The container exited with code 1 before it was ready."
    log = (azure.home.agents / "acc1" / "p1" / name / "1" / "log").read_text()
    assert "this agent does not start" in log


def test_a_command_that_does_not_exist_fails_at_once_and_the_session_and_its_log_say_why(
    *, azure: LocalAzure, project: Project, client: AIProjectClient, deploy: Deploy, name: str, refused: Any
) -> None:
    azure.settings(agent_start_timeout=1000)  # it is not waited for
    missing = f"{project.login_server}/missing:v1"
    azure.push(missing, ["/nowhere/at-all"])
    deploy(name, container_configuration=ContainerConfiguration(image=missing))
    with refused() as caught:
        _create(client, name, session_id="s")
    assert (caught.status, caught.code) == (424, "session_not_ready")
    session = client.agents.get_session(name, "s")
    reason = session["error"]["message"]
    assert session.status == "failed"
    assert reason.startswith("The command cannot be started: ") and "No such file or directory" in reason
    frames = _log(azure, project, name, "s")
    assert reason in [frame["message"] for frame in frames[1:]]


def test_a_session_that_starts_after_all_has_failed_no_more(
    *, azure: LocalAzure, project: Project, client: AIProjectClient, deploy: Deploy, name: str, refused: Any
) -> None:
    image = f"{project.login_server}/mended:v1"
    azure.push(image, ["/nowhere/at-all"])
    deploy(name, container_configuration=ContainerConfiguration(image=image))
    with refused():
        _create(client, name, session_id="s")
    azure.home.images.write_text(azure.home.images.read_text().replace("/nowhere/at-all", f"{sys.executable} {AGENT}"))
    assert _ask(azure, project, name, "s").status == 200
    session = client.agents.get_session(name, "s")
    assert session.status == "active" and "error" not in session


def test_a_process_that_is_never_ready_is_a_424_and_is_ended(
    *, azure: LocalAzure, client: AIProjectClient, push: Any, deploy: Deploy, name: str, refused: Any
) -> None:
    azure.settings(agent_start_timeout=0.5)
    broken = push("never:v1", START="never ready")
    deploy(name, container_configuration=ContainerConfiguration(image=broken))
    with refused() as caught:
        _create(client, name)
    assert caught.status == 424
    assert _processes(azure, name) == []


def test_an_image_without_a_command_is_a_424_that_names_the_cure(
    *, azure: LocalAzure, client: AIProjectClient, push: Any, deploy: Deploy, name: str, refused: Any
) -> None:
    reference = push("lost:v1")
    azure.home.images.rename(azure.home.images.with_suffix(".away"))
    try:
        deploy(name, container_configuration=ContainerConfiguration(image=reference))
        with refused() as caught:
            _create(client, name)
    finally:
        azure.home.images.with_suffix(".away").rename(azure.home.images)
    assert caught.status == 424
    assert f"foundry-emulator push {reference}" in azure.home.log.read_text()


def test_no_more_processes_than_the_setting_allows(
    azure: LocalAzure, client: AIProjectClient, deploy: Deploy, name: str
) -> None:
    azure.settings(max_agent_processes=1)
    for agent in (f"{name}-a", f"{name}-b"):
        deploy(agent)
        _create(client, agent)
    assert len(azure.processes()) == 1
    assert _processes(azure, f"{name}-b") == ["1"]


def test_the_log_stream_has_the_frames_of_the_service(
    azure: LocalAzure, project: Project, client: AIProjectClient, deploy: Deploy, name: str
) -> None:
    deploy(name)
    session_id = _create(client, name).agent_session_id
    url = f"{project.endpoint}/agents/{name}/versions/1/sessions/{session_id}:logstream?api-version=v1"
    frames = _frames(azure, url, until="Successfully connected to container")
    assert list(frames[0]) == [
        "timestamp",
        "session_id",
        "session_state",
        "agent",
        "generated_at",
        "last_accessed",
    ]
    assert (frames[0]["session_state"], frames[0]["agent"]) == ("Running", name)
    assert all(list(frame) == ["timestamp", "stream", "message"] for frame in frames[1:])
    assert frames[1]["message"] == "Connecting to the container..."
    assert any(frame["message"].startswith("Starting the container") for frame in frames[1:])


def test_the_log_stream_says_when_nothing_comes(
    azure: LocalAzure, project: Project, client: AIProjectClient, deploy: Deploy, name: str
) -> None:
    deploy(name)
    session_id = _create(client, name).agent_session_id
    url = f"{project.endpoint}/agents/{name}/versions/1/sessions/{session_id}:logstream?api-version=v1"
    assert _frames(azure, url, until="No logs since last 60 seconds")


def test_a_log_stream_has_the_lines_of_its_session_only(
    azure: LocalAzure, project: Project, deploy: Deploy, name: str
) -> None:
    deploy(name)
    for session in ("a", "b", "b"):
        assert _ask(azure, project, name, session).status == 200
    for session, calls in (("a", 1), ("b", 2)):
        frames = _log(azure, project, name, session, "kind=console")
        assert [frame["message"] for frame in frames[1:]] == ["asked /responses"] * calls


def test_tail_and_kind_choose_lines_with_and_without_a_version_in_the_path(
    azure: LocalAzure, project: Project, deploy: Deploy, name: str
) -> None:
    deploy(name)
    for _ in range(3):
        _ask(azure, project, name, "s")
    with_version = f"{project.endpoint}/agents/{name}/versions/1/sessions/s:logstream?follow=false&kind=console&tail=2"
    token = {"Authorization": f"Bearer {azure.token('https://ai.azure.com')}"}
    frames = _parsed(azure.http("GET", f"{with_version}&api-version=v1", headers=token).raw)
    assert [frame["message"] for frame in frames[1:]] == ["asked /responses"] * 2
    assert len(_log(azure, project, name, "s", "kind=console&tail=2")) == len(frames)
    assert all(frame["stream"] == "status" for frame in _log(azure, project, name, "s", "kind=system")[1:])


@pytest.mark.parametrize("query", ["tail=0", "tail=301", "tail=some", "kind=other"])
def test_a_log_stream_refuses_parameters_that_it_does_not_have(
    azure: LocalAzure, project: Project, deploy: Deploy, name: str, query: str
) -> None:
    deploy(name)
    _ask(azure, project, name, "s")
    refused = azure.data("GET", f"{project.endpoint}/agents/{name}/sessions/s:logstream?{query}")
    assert (refused.status, refused.body["error"]["code"]) == (400, "invalid_payload")


def _ask(azure: LocalAzure, project: Project, agent: str, session: str, **more: object) -> Answer:
    url = f"{project.endpoint}/agents/{agent}/endpoint/protocols/openai/responses"
    return azure.data("POST", url, {"input": "ping", "agent_session_id": session, **more})


def _log(azure: LocalAzure, project: Project, agent: str, session: str, query: str = "") -> list[dict[str, str]]:
    """The lines so far, read without a version in the path."""
    url = f"{project.endpoint}/agents/{agent}/sessions/{session}:logstream?follow=false&{query}"
    return _parsed(azure.data("GET", url).raw)


def _parsed(raw: bytes) -> list[dict[str, str]]:
    lines = raw.decode().splitlines()
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


def _frames(azure: LocalAzure, url: str, until: str) -> list[dict[str, str]]:
    import ssl  # noqa: PLC0415
    import urllib.request  # noqa: PLC0415

    token = azure.token("https://ai.azure.com")
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    trust = ssl.create_default_context(cafile=str(azure.home.ca))
    frames: list[dict[str, str]] = []
    with urllib.request.urlopen(request, context=trust, timeout=10) as stream:
        assert stream.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert stream.headers["Cache-Control"] == "no-store, no-cache"
        for raw in stream:
            line = raw.decode().rstrip("\n")
            assert line in ("", "event: log") or line.startswith("data: ")
            if line.startswith("data: "):
                frames.append(json.loads(line.removeprefix("data: ")))
                if frames[-1].get("message") == until:
                    break
    return frames


def test_files_of_a_session_are_written_listed_read_and_deleted(
    azure: LocalAzure, project: Project, client: AIProjectClient, deploy: Deploy, name: str
) -> None:
    deploy(name)
    _create(client, name, session_id="s")
    url = f"{project.endpoint}/agents/{name}/endpoint/sessions/s/files"
    written = azure.data("PUT", f"{url}/content?path=a/b.txt", {"x": 1})
    assert (written.status, written.body["success"], written.body["source_type"]) == (201, True, "stream")
    entries = azure.data("GET", f"{url}?path=a").body["entries"]
    assert [(one["name"], one["is_directory"]) for one in entries] == [("b.txt", False)]
    assert azure.data("GET", f"{url}/content?path=a/b.txt").body == {"x": 1}
    assert azure.data("DELETE", f"{url}?path=a/b.txt").status == 204
    assert azure.data("GET", f"{url}/content?path=a/b.txt").status == 404
    assert azure.data("GET", f"{url}/content?path=../../log").status == 400


def test_agents_end_when_the_local_azure_stops(tmp_path: Path, push: Any, azure: LocalAzure) -> None:
    pids = _run_one_agent(azure, "stops")
    azure.stop()
    assert not any(_lives(pid) for pid in pids)
    azure.start_again()


def test_agents_end_when_the_local_azure_is_killed(azure: LocalAzure, push: Any) -> None:
    pids = _run_one_agent(azure, "killed")
    azure.kill()
    _eventually(lambda: not any(_lives(pid) for pid in pids))
    azure.start_again()


def _run_one_agent(azure: LocalAzure, agent: str) -> list[int]:
    project = azure.make_project()
    base = f"{project.endpoint}/agents/{agent}"
    azure.settings(already_active=True)
    definition = {
        "kind": "hosted",
        "cpu": "1",
        "memory": "2Gi",
        "container_configuration": {"image": f"{project.login_server}/app:v1"},
    }
    assert azure.data("POST", f"{base}/versions", {"definition": definition}).status == 200
    body = {"version_indicator": {"type": "version_ref", "agent_version": "1"}}
    assert azure.data("POST", f"{base}/endpoint/sessions", body).status == 201
    return [process["pid"] for process in azure.processes()]


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"
