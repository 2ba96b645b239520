"""A user's way from nothing to running agents and back."""

import json
import re
import subprocess
import sys
from typing import Any

from foundry_emulator.identity.state import DEPLOYER_OBJECT_ID, NOBODY_OBJECT_ID, READER_OBJECT_ID
from foundry_emulator.testing import FOUNDRY_USER

from .conftest import SAMPLE, RunningStack, Stack, set_image

ASK = """
import sys
from azure.ai.projects import AIProjectClient
from azure.identity import DefaultAzureCredential

with AIProjectClient(sys.argv[1], DefaultAzureCredential()) as project:
    client = project.get_openai_client(agent_name=sys.argv[2])
    print(client.responses.create(input=sys.argv[3]).output_text)
"""


def test_an_image_that_is_not_pushed_is_told_in_one_sentence(running_stack: RunningStack) -> None:
    """The first `up` of the stack; the second, with the images pushed, is what the other tests begin with."""
    told = re.findall(
        r"error: DeployError: .* does not exist in its registry: push (\S+), then run `pulumi up` again",
        running_stack.first_up,
    )
    assert {reference.split("/")[1] for reference in told} == {"echo:v1.0", "data-processor:v1.0"}


def test_a_stack_comes_up_in_two_steps_and_its_agents_answer(stack: Stack) -> None:
    stack.up_environment()
    stack.push("echo:v1.0", "data-processor:v1.0", command=SAMPLE)
    stack.up()
    outputs = stack.outputs()
    assert set(outputs) == {"project_endpoint", "registry", "agents"}
    for name in ("echo", "data-processor"):
        shown = outputs["agents"][name]
        assert shown["name"] == name and shown["version"] == "1" and shown["status"] == "active"
        assert shown["image"] == f"{outputs['registry']}/{name}:v1.0" and shown["principal_id"]
        asked = subprocess.run(
            [sys.executable, "-c", ASK, outputs["project_endpoint"], name, "what is 6 times 7?"],
            env=stack.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert "what is 6 times 7?" in asked.stdout


def test_an_up_without_changes_writes_nothing_and_asks_the_data_plane_nothing(running: Stack) -> None:
    run = running.up("--expect-no-changes")
    assert "unchanged" in run.output
    assert running.writes() == []
    assert running.azure.requests(plane="data") == []


def test_the_environment_of_the_data_processor_is_what_the_stack_says(running: Stack) -> None:
    shown = running.agent("data-processor")
    assert shown is not None
    definition = shown["versions"]["latest"]["definition"]
    assert (definition["cpu"], definition["memory"]) == ("2", "4Gi")
    assert definition["environment_variables"] == {
        "MODEL_NAME": "gpt-4.1",
        "MAX_RETRIES": "3",
        "AZURE_AI_PROJECT_ENDPOINT": running.project_endpoint,
    }


def test_a_failed_image_leaves_the_old_version_serving_and_the_next_up_goes_on(running: Stack) -> None:
    running.configure(set_image("data-processor:v9"))
    assert "push" in running.up(fails=True).output
    assert running.serving("data-processor") == "1"
    assert running.outputs()["agents"]["echo"]["version"] == "1"

    # A changed image makes one version, and the old one serves until that is active and verified.
    running.configure(set_image("data-processor:v1.1"))
    running.azure.clear_requests()
    run = running.up()
    assert run.steps == {"agents-data-processor": "update"}
    writes = [re.sub(r" .*/api/projects/[^/]+/agents/", " ", line) for line in running.writes()]
    session = "data-processor/endpoint/sessions"
    assert writes == [
        "POST data-processor/versions",
        f"POST {session}",
        f"DELETE {session}/pulumi-verify-3",
        "PATCH data-processor",
    ]
    assert running.serving("data-processor") == "3", "2 was the version that failed"
    assert running.outputs()["agents"]["data-processor"]["version"] == "3"
    for line in ("version 3 is created", "version 3 is active", "version 3 is verified", "version 3 serves"):
        assert line in run.output


def test_a_refresh_sees_that_an_agent_is_gone_and_the_next_up_makes_it(running: Stack) -> None:
    endpoint = running.project_endpoint
    assert running.azure.data("DELETE", f"{endpoint}/agents/echo?force=true").status == 200
    running.pulumi("refresh", "--yes", "--skip-preview")
    assert running.up().steps == {"agents-echo": "create"}
    assert running.serving("echo") == "1"


def test_a_destroy_leaves_nothing(running: Stack) -> None:
    output = running.pulumi("destroy", "--yes", "--skip-preview").output
    assert "echo is deleted with its versions, its sessions and its identity" in output
    state = running.azure.state()
    groups = [key for key in state["arm"]["resources"] if "resourcegroups" in key]
    assert groups == [] and "echo" not in json.dumps(state["foundry"])
    exported = json.loads(running.pulumi("stack", "export").output)
    assert exported["deployment"].get("resources", []) == []


def test_a_changed_tag_changes_no_agent_and_no_role(running: Stack) -> None:
    def change(config: dict[str, object]) -> None:
        config["tags"] = {"team": "payments"}

    running.configure(change)
    assert set(running.preview()) == {"agents-group", "agents-account", "agents-registry"}


def test_an_agent_that_leaves_the_stack_leaves_the_project(running: Stack) -> None:
    def change(config: dict[str, dict[str, object]]) -> None:
        del config["agents"]["echo"]

    running.configure(change)
    assert running.up().steps == {"agents-echo": "delete"}
    assert running.agent("echo") is None and running.serving("data-processor") == "1"


def test_a_protected_environment_is_not_destroyed_and_keeps_its_agents(running: Stack) -> None:
    def change(config: dict[str, Any]) -> None:
        del config["agents"]["echo"]

    running.configure(lambda config: config.update(protect=True))
    running.up()
    assert "protect" in running.pulumi("destroy", "--yes", "--skip-preview", fails=True).output
    running.configure(change)
    assert "protect" in running.up(fails=True).output
    assert running.serving("echo") == "1" and running.serving("data-processor") == "1"


def test_an_agent_and_a_deployer_are_removed_from_a_protected_environment(running: Stack) -> None:
    def remove(config: dict[str, Any]) -> None:
        del config["agents"]["echo"]
        config["deployers"] = deployers[:1]

    deployers = [
        {"principal_id": principal, "principal_type": "ServicePrincipal"}
        for principal in (DEPLOYER_OBJECT_ID, READER_OBJECT_ID)
    ]
    running.configure(lambda config: config.update(protect=True, deployers=deployers))
    running.configure(lambda config: config["agents"]["echo"].update(protect=False))
    running.up()
    running.configure(remove)
    running.up()
    assert running.agent("echo") is None and running.serving("data-processor") == "1"
    running.writes()
    assert "protect" in running.pulumi("destroy", "--yes", "--skip-preview", "--continue-on-error", fails=True).output
    assert running.writes() == [] and running.serving("data-processor") == "1"


def test_deployers_come_and_go_in_any_order(running: Stack) -> None:
    def granted() -> set[str]:
        return {
            one["principal_id"]
            for one in running.azure.state()["arm"]["role_assignments"].values()
            if FOUNDRY_USER in one["role_definition_id"]
        }

    assert granted() == {DEPLOYER_OBJECT_ID}
    for deployers in (
        # Beginning with the one who ran the first `up`, who is granted without being named.
        [READER_OBJECT_ID, DEPLOYER_OBJECT_ID],
        [NOBODY_OBJECT_ID, DEPLOYER_OBJECT_ID, READER_OBJECT_ID],
        [DEPLOYER_OBJECT_ID],
    ):
        named = [{"principal_id": principal, "principal_type": "ServicePrincipal"} for principal in deployers]
        running.configure(lambda config, named=named: config.update(deployers=named))  # type: ignore[misc]
        running.up()
        assert granted() == set(deployers)
