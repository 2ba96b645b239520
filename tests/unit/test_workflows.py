"""The workflows: what they run is what the tests run, forks get nothing, and every action is pinned."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from foundry_agents.cli.main import app

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PIPELINE = ROOT / "docs" / "azure-pipelines.yml"
ENGINE_TESTS = ROOT / "tests" / "engine" / "test_pull_request.py"
UNIT_TESTS = ROOT / "tests" / "unit" / "cli" / "test_summary.py"
# What stands in place of a variable when the arguments of a step are tried.
VALUES = {"STACK": "dev", "PROVING": "dev", "BASE": "dev", "NUMBER": "12"}
SAME_REPOSITORY = "github.event.pull_request.head.repo.full_name == github.repository"


def read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(file.read_text())
    return content


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    for file in WORKFLOWS:
        for name, job in read(file)["jobs"].items():
            yield f"{file.stem}.{name}", job


def commands(value: Any) -> Iterator[str]:
    """Everything that a shell runs, in GitHub's and in Azure's form."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in ("run", "script", "inlineScript", "bash", "pwsh"):
                yield item
            else:
                yield from commands(item)
    elif isinstance(value, list):
        for item in value:
            yield from commands(item)


COMMANDS = sorted({command for file in (*WORKFLOWS, PIPELINE) for command in commands(read(file))})


def test_the_workflows_are_there() -> None:
    assert [file.stem for file in WORKFLOWS] == ["cleanup", "deploy", "drift", "preview"]
    assert COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_each_step_is_one_command_of_this_repository_which_the_tests_run(command: str) -> None:
    assert not re.search(r"[\n;&|`]|\$\(|\$\{\{", command), "one command, and nothing that a pull request could write"
    words = shlex.split(re.sub(r'"?\$(\w+)"?', lambda name: VALUES[name[1]], command.replace(
        '"ci-out/preview-$STACK.md"', "ci-out/preview-dev.md"
    )))  # fmt: skip
    if words[0] == "make":
        targets = subprocess.run(["make", "-n", *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
        assert targets.returncode == 0, targets.stderr
        makefile = (ROOT / "Makefile").read_text()
        needed = re.findall(r"^test:.*\n\t.*", makefile, re.MULTILINE)
        assert words[1:] == ["environment"] or any(words[1] in line for line in needed)
    else:
        assert words[0] == ".venv/bin/foundry-agents"
        names = parsed(words[1:])
        if names[0] == "ci":
            assert ".run(" + ", ".join(f'"{name}"' for name in names[1:]) in ENGINE_TESTS.read_text()
        else:
            assert f'command("{names[0]}"' in UNIT_TESTS.read_text()


def parsed(words: list[str]) -> list[str]:
    """The names of the command. Fails if it does not accept the arguments."""
    command: Any = get_command(app)
    names = []
    while hasattr(command, "commands"):
        names.append(words.pop(0))
        command = command.commands[names[-1]]
    command.make_context(names[-1], words)
    return names


@pytest.mark.parametrize(("name", "job"), list(jobs()), ids=[name for name, _job in jobs()])
def test_a_job_with_an_identity_is_never_for_a_fork(name: str, job: dict[str, Any]) -> None:
    permissions = job.get("permissions", {})
    for_pull_requests = name.split(".", maxsplit=1)[0] in ("preview", "cleanup")
    if for_pull_requests and (set(permissions) - {"contents"} or "azure/login" in str(job)):
        assert SAME_REPOSITORY in job["if"]
    assert permissions.get("contents", "read") == "read"
    assert job["timeout-minutes"]


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_a_workflow_may_only_read_unless_a_job_says_more_and_can_be_called(file: Path) -> None:
    content = yaml.load(file.read_text(), Loader=yaml.BaseLoader)  # any other reads the key `on` as true
    assert content["permissions"] == {"contents": "read"}
    triggers = content["on"]
    assert "workflow_call" in triggers and "pull_request_target" not in triggers


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_actions_are_pinned_by_commit_and_leave_no_credentials_behind(file: Path) -> None:
    text = file.read_text()
    for line in re.findall(r"uses: .*", text):
        assert re.fullmatch(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)
    assert text.count("actions/checkout@") == text.count("persist-credentials: false")


def test_the_pulumi_of_the_workflows_is_the_one_of_make() -> None:
    pinned = re.search(r"github.com/pulumi/pulumi/pkg/v3 v(\S+)", (ROOT / "tools" / "pulumi" / "go.mod").read_text())
    assert pinned is not None
    found = {version for file in WORKFLOWS for version in re.findall(r"pulumi-version: (\S+)", file.read_text())}
    assert found == {pinned[1]}


def test_prod_waits_for_dev_and_is_compared_with_it_first() -> None:
    prod = read(ROOT / ".github" / "workflows" / "deploy.yml")["jobs"]["prod"]
    assert prod["needs"] == "dev" and prod["environment"] == "prod"
    _environment, *steps = commands(prod)
    assert [step.split()[1:3] for step in steps] == [["ci", "proved"], ["ci", "deploy"]]
