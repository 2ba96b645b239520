"""A pull request played through, with nothing but the commands that the workflows run."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests import golden
from tests.code_hosts import REPOSITORY, TOKEN, CodeHost, code_host

from foundry_agents.cli import github, markdown, preview
from foundry_emulator.identity.state import READER_OBJECT_ID
from foundry_emulator.testing import FOUNDRY_USER

from .conftest import Stack, set_image

NUMBER = 12


class Pipeline:
    """Runs the steps of the workflows in the program's folder, as GitHub Actions would."""

    def __init__(self, stack: Stack, host: CodeHost, folder: Path) -> None:
        self.stack, self.host, self.page = stack, host, folder / "page.md"
        self._event = folder / "event.json"
        self.comes_from(REPOSITORY)

    def comes_from(self, repository: str | None) -> None:
        """Whose branch the pull request is of."""
        head = {"repo": {"full_name": repository} if repository else None}
        self._event.write_text(json.dumps({"pull_request": {"number": NUMBER, "head": head}}))

    def run(self, *arguments: str, code: int = 0, identity: str = "deployer") -> str:
        """One step: `foundry-agents ci …`."""
        done = subprocess.run(
            [sys.executable, "-m", "foundry_agents.cli", "ci", *arguments],
            cwd=self.stack.folder,
            env={
                **self.stack.environment,
                "IDENTITY_HEADER": identity,
                "GITHUB_ACTIONS": "true",
                "GITHUB_API_URL": self.host.address,
                "GITHUB_EVENT_PATH": str(self._event),
                "GITHUB_REPOSITORY": REPOSITORY,
                "GITHUB_STEP_SUMMARY": str(self.page),
                "GITHUB_TOKEN": TOKEN,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
            check=False,
        )
        assert done.returncode == code, done.stdout
        assert "Traceback" not in done.stdout
        return done.stdout

    def preview(self, name: str = "local", code: int = 0) -> str:
        """The steps of preview.yml, as who may only read, and the comment that they leave."""
        said = self.run("preview", name, "--drift", code=code, identity="reader")
        self.run("comment", f"ci-out/preview-{name}.md")
        return said


@pytest.fixture
def pipeline(running: Stack, tmp_path: Path) -> Iterator[Pipeline]:
    with code_host() as host:
        yield Pipeline(running, host, tmp_path)


def digest(stack: Stack, repository: str, tag: str) -> str:
    """The digest of an image in the stack's registry."""
    (registry,) = stack.azure.state()["registries"]["registries"].values()
    return str(registry["repositories"][repository]["tags"][tag]["digest"])


def branch(stack: Stack) -> None:
    """The pull request: a new image, by digest, and what goes with it."""
    new = digest(stack, "data-processor", "v1.1")

    def change(config: dict[str, Any]) -> None:
        agent = config["agents"]["data-processor"]
        agent["image"] = f"data-processor@{new}"
        agent["cpu"], agent["memory"] = 1, "2Gi"
        agent["environment_variables"] |= {"MAX_RETRIES": "5", "LOG_LEVEL": "info"}
        del agent["environment_variables"]["MODEL_NAME"]
        agent["rollout"] = {"steps": [10, 50], "hold": 300}

    stack.configure(change)


def test_a_pull_request_from_its_branch_to_its_end(pipeline: Pipeline) -> None:
    stack, host = pipeline.stack, pipeline.host
    branch(stack)
    before = stack.writes()

    said = pipeline.preview()
    assert "Foundry User on the project" in host.bodies(NUMBER)[0], "drift is only seen by who may read agents"
    (project,) = (found for found in stack.azure.state()["arm"]["resources"] if found.split("/")[-2] == "projects")
    stack.azure.grant(FOUNDRY_USER, READER_OBJECT_ID, project)
    stack.writes()

    said = pipeline.preview()
    (comment,) = host.bodies(NUMBER)
    golden.compare("pull_request.md", golden.steady(comment))
    assert comment.rstrip() in pipeline.page.read_text().rstrip()
    line = stack_line(stack, "data-processor:")
    assert f"::notice file=stacks/Pulumi.local.yaml,line={line}::data-processor gets a new version" in said
    assert before == [] and stack.writes() == [], "a preview writes to no service"

    pipeline.run("comment", "ci-out/preview-local.md")
    assert len(host.bodies(NUMBER)) == 1, "a second push edits the comment"

    for source in ("somebody/agents", None):
        pipeline.comes_from(source)
        said = pipeline.run("preview-environment", "up", str(NUMBER), "--base", "local", code=1)
        assert "Forks get no environment" in said and stack.writes() == []
    pipeline.comes_from(REPOSITORY)

    pipeline.run("preview-environment", "up", str(NUMBER), "--base", "local", "--question", "Who are you?")
    pipeline.run("comment", "ci-out/environment.md")
    _, answers = host.bodies(NUMBER)
    golden.compare("environment.md", golden.steady(answers))
    shown = stack.agent(f"data-processor-pr-{NUMBER}")
    assert shown is not None and shown["versions"]["latest"]["definition"]["container_configuration"]["image"].endswith(
        digest(stack, "data-processor", "v1.1")
    )
    assert stack.serving("data-processor") == "1", "the preview environment touches no other agent"

    stack.configure(lambda config: config["agents"]["data-processor"].pop("rollout"))
    said = pipeline.run("deploy", "local")
    assert "version 2 serves" in said and stack.serving("data-processor") == "2"
    assert f"data-processor@{digest(stack, 'data-processor', 'v1.1')}" in pipeline.page.read_text()

    # Closed while another run waited for its reviewers: that one brings up nothing, and removes what is there.
    # Nobody has committed the stack's file, and cleanup.yml runs in a checkout of its own.
    (stack.folder / "stacks" / f"Pulumi.pr-{NUMBER}.yaml").unlink()
    host.closed.add(NUMBER)
    pipeline.run("preview-environment", "up", str(NUMBER), "--base", "local")
    assert [stack.agent(f"{name}-pr-{NUMBER}") for name in ("echo", "data-processor")] == [None, None]
    assert stack.serving("data-processor") == "2" and stack.agent("echo") is not None
    assert f"pr-{NUMBER}" not in stack.pulumi("stack", "ls").output
    assert not (stack.folder / "stacks" / f"Pulumi.pr-{NUMBER}.yaml").exists()
    assert "nothing to remove" in pipeline.run("preview-environment", "destroy", str(NUMBER))


def stack_line(stack: Stack, key: str) -> int:
    lines = (stack.folder / "stacks" / "Pulumi.local.yaml").read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.strip() == key)


def test_a_preview_that_fails_is_told_in_the_comment_and_on_the_line(pipeline: Pipeline) -> None:
    def change(config: dict[str, Any]) -> None:
        config["agents"]["echo"]["cpu"] = 9
        config["agents"]["echo"]["memory"] = "2Gb"

    pipeline.stack.configure(change)
    said = pipeline.preview(code=1)
    (comment,) = pipeline.host.bodies(NUMBER)
    golden.compare("refused.md", golden.steady(comment))
    line = stack_line(pipeline.stack, "cpu: 9")
    assert f"::error file=stacks/Pulumi.local.yaml,line={line}::agents.echo.cpu: `9` is not between" in said


def test_drift_opens_an_issue_edits_it_while_it_lasts_and_closes_it(pipeline: Pipeline) -> None:
    stack, host = pipeline.stack, pipeline.host
    endpoint = stack.project_endpoint
    assert stack.azure.data("DELETE", f"{endpoint}/agents/echo").status == 200
    move_by_hand(stack, endpoint)
    pipeline.run("drift", "local", "--issue")
    (issue,) = host.issues
    assert issue["title"] == "Drift in the stack local" and issue["state"] == "open"
    golden.compare("drift.md", golden.steady(issue["body"]))
    pipeline.run("drift", "local", code=1)

    stack.up("--refresh")
    pipeline.run("drift", "local", "--issue")
    assert [found["state"] for found in host.issues] == ["closed"]


def move_by_hand(stack: Stack, endpoint: str) -> None:
    """Somebody makes a version in the portal, and sends it the traffic."""
    agent = stack.agent("data-processor")
    assert agent is not None
    definition = agent["versions"]["latest"]["definition"] | {"cpu": "1", "memory": "2Gi"}
    made = stack.azure.data("POST", f"{endpoint}/agents/data-processor/versions", {"definition": definition})
    rule = {"type": "FixedRatio", "agent_version": made.body["version"], "traffic_percentage": 100}
    moved = {"agent_endpoint": {"version_selector": {"version_selection_rules": [rule]}}}
    assert stack.azure.data("PATCH", f"{endpoint}/agents/data-processor", moved).status == 200


def test_prod_gets_only_digests_that_dev_has_proved(pipeline: Pipeline) -> None:
    stack = pipeline.stack
    image = f"data-processor@{digest(stack, 'data-processor', 'v1.1')}"
    file = stack.folder / "stacks" / "Pulumi.prod.yaml"
    shutil.copy(stack.folder / "stacks" / "Pulumi.local.yaml", file)
    content = yaml.safe_load(file.read_text())
    agents = content["config"]["agent-environment:agents"]
    del agents["echo"]
    file.write_text(yaml.safe_dump(content))
    stack.pulumi("stack", "init", "prod")
    stack.pulumi("stack", "select", "local")

    assert "`data-processor:v1.0` has no digest" in pipeline.run("proved", "local", "prod", code=1)
    agents["data-processor"]["image"] = image
    file.write_text(yaml.safe_dump(content))
    assert "is not proved in local: local serves a tag, or no version" in pipeline.run(
        "proved", "local", "prod", code=1
    )
    stack.configure(set_image(image))
    pipeline.run("deploy", "local")
    assert "All 1 agents of prod" in pipeline.run("proved", "local", "prod")


CASES = {
    "new": "a stack that is not there yet",
    "image": "a new image, and what goes with it",
    "many": "an agent less, other resources, a secret, versions to retire",
    "pinned": "back to an earlier version",
    "same": "nothing",
}


def test_the_golden_files_of_a_new_stack_are_what_the_engine_says_today(stack: Stack) -> None:
    show(stack, "new")


def test_the_golden_files_are_what_the_engine_says_today(running: Stack) -> None:
    """Records the inputs of the unit tests, live, and compares what is shown of them."""
    stack = running
    show(stack, "same")
    branch(stack)
    show(stack, "image")

    stack.configure(lambda config: config["agents"]["data-processor"].pop("rollout"))
    stack.up()
    stack.configure(lambda config: config["agents"]["data-processor"].update(serve_version="1"))
    show(stack, "pinned")

    def many(config: dict[str, Any]) -> None:
        del config["agents"]["echo"]
        del config["agents"]["data-processor"]["serve_version"]
        config["agents"]["data-processor"] |= {
            "description": "Counts | and `ticks`",
            "keep_versions": 1,
            "verify": {"kind": "request", "prompt": "Are you there?"},
            "authorization_schemes": ["Entra", "BotService"],
        }
        config["agents"]["data-processor"]["protocol_versions"] = ["responses", "invocations"]
        config["tags"] = {"team": "data"}

    stack.configure(many)
    program = stack.folder / "__main__.py"
    program.write_text(
        program.read_text().replace(
            'AgentEnvironment("agents", environment_from_config(pulumi.Config()))',
            'AgentEnvironment("agents", with_secret(environment_from_config(pulumi.Config())))',
        )
    )
    secret = (
        "def with_secret(args):\n"
        '    variables = args["agents"]["data-processor"]["environment_variables"]\n'
        '    variables["LOG_LEVEL"] = pulumi.Output.secret("hunter2")\n'
        "    return args\n\n\nenvironment ="
    )
    program.write_text(program.read_text().replace("environment =", secret, 1))
    output = show(stack, "many")
    assert "hunter2" not in output


def show(stack: Stack, case: str) -> str:
    """Previews, and compares what is shown with what is kept; with UPDATE_GOLDEN=1 keeps it."""
    output = stack.pulumi("preview", "--json", "--show-sames").output
    recorded = golden.without_places(output)
    if golden.UPDATE:
        (golden.FOLDER / f"{case}.json").write_text(recorded)
    golden.compare(f"{case}.md", markdown.render(preview.read(recorded)))
    file = stack.folder / "stacks" / "Pulumi.local.yaml"
    pointed = github.render(preview.read(recorded), file).replace(file.as_posix(), "stacks/Pulumi.local.yaml")
    golden.compare(f"{case}.annotations", pointed)
    assert shape(json.loads(recorded)) == shape(json.loads((golden.FOLDER / f"{case}.json").read_text()))
    return output


def shape(digest: dict[str, Any]) -> Any:
    """The names of everything that is there, without the values."""
    steps = [
        (step["op"], step["urn"], sorted(step), sorted((step.get("newState") or step["oldState"]).get("inputs", {})))
        for step in digest["steps"]
    ]
    said = [(found["severity"], found.get("urn", "")) for found in digest.get("diagnostics", [])]
    return sorted(digest), sorted(steps), sorted(said), digest["changeSummary"]
