"""The steps of the pipelines: what they make of files, and what they say to GitHub and Azure Repos."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.code_hosts import REPOSITORY, TOKEN, CodeHost, code_host

from foundry_agents.cli.ci import azure_repos, github, preview_environment, report
from foundry_agents.cli.ci.comment import comment
from foundry_agents.cli.ci.main import pull_request_number
from foundry_agents.cli.ci.proved import unproved
from foundry_agents.cli.errors import CommandError

DIGEST, OTHER = "sha256:" + "a" * 64, "sha256:" + "b" * 64


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[CodeHost]:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7, "head": {"repo": {"full_name": REPOSITORY}}}}))
    for name in ("TF_BUILD", "GITHUB_STEP_SUMMARY", "GITHUB_ACTIONS", "SYSTEM_PULLREQUEST_ISFORK"):
        monkeypatch.delenv(name, raising=False)
    with code_host() as running:
        for name, value in {
            "GITHUB_API_URL": running.address,
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_TOKEN": TOKEN,
            "SYSTEM_COLLECTIONURI": f"{running.address}/collection/",
            "SYSTEM_TEAMPROJECTID": "project",
            "BUILD_REPOSITORY_ID": "repository",
            "SYSTEM_PULLREQUEST_PULLREQUESTID": "7",
            "SYSTEM_ACCESSTOKEN": TOKEN,
        }.items():
            monkeypatch.setenv(name, value)
        yield running


def test_a_comment_is_edited_though_it_stands_on_a_later_page(host: CodeHost) -> None:
    host.comments[7] = [{"id": 1000 + n, "body": "talk", "user": {"type": "User"}} for n in range(150)]
    github.keep_comment("<!-- one -->\nfirst")
    github.keep_comment("<!-- one -->\nsecond")
    github.keep_comment("<!-- two -->\nother")
    assert host.bodies(7)[150:] == ["<!-- one -->\nsecond", "<!-- two -->\nother"]


def test_a_comment_of_somebody_who_knows_the_hidden_line_is_left_alone(host: CodeHost) -> None:
    host.comments[7] = [{"id": 1, "body": "<!-- one -->\nmine", "user": {"type": "User"}}]
    github.keep_comment("<!-- one -->\nours")
    assert host.bodies(7) == ["<!-- one -->\nmine", "<!-- one -->\nours"]


def test_an_issue_of_somebody_who_knows_the_hidden_line_is_left_alone(host: CodeHost) -> None:
    theirs: list[dict[str, Any]] = [
        {"number": 1, "state": "open", "body": "<!-- one -->\nmine", "user": {"type": "User"}},
        {"number": 2, "state": "open", "body": "<!-- one -->\nours", "user": {"type": "Bot"}, "pull_request": {}},
        {"number": 3, "state": "open", "body": None, "user": {"type": "Bot"}},
    ]
    host.issues = [dict(issue) for issue in theirs]
    github.keep_issue("<!-- one -->", "One", "<!-- one -->\nfirst")
    github.keep_issue("<!-- one -->", "One", "<!-- one -->\nsecond")
    assert host.issues[:3] == theirs and [issue["body"] for issue in host.issues[3:]] == ["<!-- one -->\nsecond"]
    github.keep_issue("<!-- one -->", "One", None)
    assert host.issues[:3] == theirs and host.issues[3]["state"] == "closed"


def test_a_comment_that_is_too_long_is_cut(host: CodeHost) -> None:
    github.keep_comment("<!-- one -->\n" + "a line\n" * 20_000)
    (body,) = host.bodies(7)
    assert len(body) < 65_536 and body.endswith("… the rest is on the summary page of the run.\n")


def test_what_github_refuses_is_told(host: CodeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "wrong")
    with pytest.raises(CommandError, match=r"HTTP 401: .*Bad credentials"):
        github.keep_comment("<!-- one -->\nfirst")
    monkeypatch.delenv("GITHUB_TOKEN")
    with pytest.raises(CommandError, match="GITHUB_TOKEN is not set"):
        github.keep_comment("<!-- one -->\nfirst")


def test_on_azure_pipelines_the_comment_is_a_thread_that_blocks_nothing(
    host: CodeHost, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TF_BUILD", "True")
    file = tmp_path / "preview.md"
    for text in ("first", "second"):
        file.write_text(f"<!-- one -->\n{text}")
        comment([file, tmp_path / "not-there.md"])
    (thread,) = host.threads
    assert thread["status"] == "closed" and thread["comments"][0]["content"] == "<!-- one -->\nsecond"
    assert host.comments == {}


def test_forks_are_refused_on_azure_pipelines_too(host: CodeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    azure_repos.refuse_forks()
    monkeypatch.setenv("SYSTEM_PULLREQUEST_ISFORK", "True")
    with pytest.raises(CommandError, match="Forks get no environment"):
        azure_repos.refuse_forks()


def test_a_summary_is_shown_on_the_page_of_the_run(
    host: CodeHost, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "out" / "a.md"
    report.publish("text", file)
    assert capsys.readouterr().out == "text\n" and file.read_text() == "text"
    monkeypatch.setenv("TF_BUILD", "True")
    report.publish("text", file)
    assert capsys.readouterr().out == f"##vso[task.uploadsummary]{file.resolve()}\n"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "page.md"))
    report.publish("one", file)
    report.publish("two", file)
    assert (tmp_path / "page.md").read_text() == "one\ntwo\n"


BASE = {
    "encryptionsalt": "v1:salt",
    "config": {
        "azure-native:subscriptionId": "s",
        "agent-environment:location": "swedencentral",
        "agent-environment:protect": True,
        "agent-environment:registry_name": "x",
        "agent-environment:deployers": [],
        "agent-environment:secrets": {"A": {"secure": "v1:x"}},
        "agent-environment:agents": {
            "triage": {"image": "triage:v1", "rollout": {"steps": [10]}, "serve_version": "7", "verify": "start"}
        },
    },
}


def test_a_preview_environment_is_the_base_with_other_names_in_its_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[4])
    assert preview_environment.like(BASE, 12, "/project", "/registry") == {
        "encryptionsalt": "v1:salt",
        "config": {
            "azure-native:subscriptionId": "s",
            "agent-environment:location": "swedencentral",
            "agent-environment:secrets": {"A": {"secure": "v1:x"}},
            "agent-environment:agents": {"triage-pr-12": {"image": "triage:v1", "verify": "start"}},
            "agent-environment:existing_project": "/project",
            "agent-environment:existing_registry": "/registry",
            "agent-environment:capability_host": "existing",
            "agent-environment:role_assignments": "external",
        },
    }


def test_a_name_that_would_be_too_long_is_cut() -> None:
    assert preview_environment.suffixed("a" * 63, 12) == "a" * 57 + "-pr-12"
    assert preview_environment.suffixed("a" * 56 + "-bc", 12) == "a" * 56 + "-pr-12"


@pytest.mark.parametrize("text", ["0", "-1", "prod", "12; rm", "012", "1" * 10, ""])
def test_nothing_but_a_number_names_a_preview_environment(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        pull_request_number(text)


@pytest.mark.parametrize(
    ("wanted", "proving", "target", "problem"),
    [
        (f"r.azurecr.io/a@{DIGEST}", f"q.azurecr.io/a@{DIGEST}", "", ""),
        (f"a:v1@{DIGEST}", f"a@{DIGEST}", "", ""),
        (f"a@{DIGEST}", f"a@{OTHER}", f"a@{DIGEST}", ""),
        ("a:v1", "a:v1", "a:v1", "has no digest"),
        (f"a@{DIGEST}", "a:v1", "", "serves a tag, or no version"),
        (f"a@{DIGEST}", f"a@{OTHER}", "", f"dev serves `{OTHER}`"),
    ],
)
def test_only_what_serves_by_digest_is_proved(wanted: str, proving: str, target: str, problem: str) -> None:
    def serves(image: str) -> dict[str, Any]:
        return {"a": {"image": image, "status": "active"}} if image else {}

    found = unproved({"a": {"image": wanted}}, serves(proving), serves(target), "dev")
    assert len(found) == bool(problem) and problem in "".join(found)
    inactive = {"a": {"image": proving, "status": "failed"}}
    assert unproved({"a": {"image": wanted}}, inactive, {}, "dev")
