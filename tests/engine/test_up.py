"""A user's way from nothing to running agents and back."""

import json
import re
import subprocess
import sys
from typing import Any

from foundry_emulator.identity.state import DEPLOYER_OBJECT_ID, NOBODY_OBJECT_ID, READER_OBJECT_ID
from foundry_emulator.testing import FOUNDRY_USER

from .conftest import CHECKOUT, STAND_IN, Stack, set_image

ECHO = [str(CHECKOUT / ".local/agents/echo/bin/python"), str(CHECKOUT / "agents/echo/main.py")]
ASK = """
import sys
from azure.ai.projects import AIProjectClient
from azure.identity import DefaultAzureCredential

with AIProjectClient(sys.argv[1], DefaultAzureCredential()) as project:
    client = project.get_openai_client(agent_name=sys.argv[2])
    print(client.responses.create(input=sys.argv[3]).output_text)
"""


def test_a_stack_comes_up_in_two_steps_and_its_agents_answer(stack: Stack) -> None:
    stack.up_environment()
    stack.push("echo:v1.0", "data-processor:v1.0", command=ECHO)
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


def test_an_image_that_is_not_pushed_is_told_in_one_sentence_and_the_next_up_goes_on(stack: Stack) -> None:
    failed = stack.up(fails=True)
    told = re.findall(
        r"error: DeployError: .* does not exist in its registry: push (\S+), then run `pulumi up` again", failed.output
    )
    assert {reference.split("/")[1] for reference in told} == {"echo:v1.0", "data-processor:v1.0"}
    assert stack.azure.state()["foundry"]["projects"] and "agent.version" not in str(stack.azure.state()["foundry"])
    for reference in set(told):
        stack.azure.push(reference, STAND_IN)
    stack.up()
    assert stack.serving("echo") == "1"


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


def test_a_changed_image_makes_one_version_and_the_old_one_serves_until_it_is_active(running: Stack) -> None:
    running.configure(set_image("data-processor:v1.1"))
    assert running.preview() == {"agents-data-processor": "update"}
    running.azure.clear_requests()
    run = running.up()
    writes = [re.sub(r" .*/api/projects/[^/]+/agents/", " ", line) for line in running.writes()]
    session = "data-processor/endpoint/sessions"
    assert writes == [
        "POST data-processor/versions",
        f"POST {session}",
        f"DELETE {session}/pulumi-verify-2",
        "PATCH data-processor",
    ]
    assert running.serving("data-processor") == "2"
    assert running.outputs()["agents"]["data-processor"]["version"] == "2"
    for line in ("version 2 is created", "version 2 is active", "version 2 is verified", "version 2 serves"):
        assert line in run.output


def test_a_failed_image_leaves_the_old_version_serving_and_the_stack_repairable(running: Stack) -> None:
    running.configure(set_image("data-processor:v9"))
    assert "push" in running.up(fails=True).output
    assert running.serving("data-processor") == "1"
    assert running.outputs()["agents"]["echo"]["version"] == "1"
    running.configure(set_image("data-processor:v1.1"))
    running.up()
    assert running.serving("data-processor") == running.outputs()["agents"]["data-processor"]["version"]


def test_a_refresh_sees_that_an_agent_is_gone_and_the_next_up_makes_it(running: Stack) -> None:
    endpoint = running.project_endpoint
    assert running.azure.data("DELETE", f"{endpoint}/agents/echo?force=true").status == 200
    running.pulumi("refresh", "--yes", "--skip-preview")
    assert running.preview() == {"agents-echo": "create"}
    running.up()
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
    assert running.preview() == {"agents-echo": "delete"}
    running.up()
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
    exported = json.loads(running.pulumi("stack", "export").output)["deployment"]["resources"]
    (echo,) = (one["urn"] for one in exported if one["urn"].endswith("::agents-echo"))
    running.pulumi("state", "unprotect", echo, "--yes")
    running.up()
    assert running.agent("echo") is None and running.serving("data-processor") == "1"


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
        [DEPLOYER_OBJECT_ID, READER_OBJECT_ID],
        [NOBODY_OBJECT_ID, DEPLOYER_OBJECT_ID, READER_OBJECT_ID],
        [DEPLOYER_OBJECT_ID],
    ):
        named = [{"principal_id": principal, "principal_type": "ServicePrincipal"} for principal in deployers]
        running.configure(lambda config, named=named: config.update(deployers=named))  # type: ignore[misc]
        running.up()
        assert granted() == set(deployers)
    assert running.preview() == {}
