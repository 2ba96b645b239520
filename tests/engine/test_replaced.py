"""An environment that is replaced: what a preview says of its agents, and that they are deployed again."""

import json
from typing import Any

from foundry_agents.cli import preview

from .conftest import Stack, set_image


def _move(config: dict[str, Any]) -> None:
    config["location"] = "eastus2"


def test_when_the_project_is_replaced_every_agent_is_said_to_be_with_identity_and_urls(running: Stack) -> None:
    running.configure(_move)
    seen = preview.read(running.pulumi("preview", "--json").output)
    assert {agent.name: agent.operation for agent in seen.agents} == {"data-processor": "replace", "echo": "replace"}
    for agent in seen.agents:
        assert agent.description.outcome.startswith("is replaced, with its identity and URLs")
    # The new registry has no image yet: the errors say so, and that no agent is left.
    output = running.up(fails=True).output
    assert "push localhost:" in output and "no agent is left; the next `pulumi up` creates it" in output
    exported = json.loads(running.pulumi("stack", "export").output)["deployment"]["resources"]
    (registry,) = [one for one in exported if one["type"].endswith(":Registry") and not one.get("delete")]
    running.push_images(registry["outputs"]["loginServer"])
    running.up()
    assert {agent["version"] for agent in running.outputs()["agents"].values()} == {"1"}


def test_a_container_that_ends_at_once_is_told_with_its_reason_and_how_the_run_ended(running: Stack) -> None:
    """What docs/rollouts.md shows; and that the commands of its section about drift work in the local shell."""
    running.push("data-processor:broken", command=["sh", "-c", "echo no model given; exit 1"])
    running.configure(set_image("data-processor:broken"))
    output = " ".join(running.up(fails=True).output.split())
    assert "does not start: The container exited with code 1 before it was ready. last lines of" in output
    assert "| no model given | no model given likely cause: the container did not answer GET /readiness" in output
    assert "version 1 serves as before; version 2 is deleted; the next `pulumi up` tries again" in output
    assert running.serving("data-processor") == "1"
    running.pulumi("refresh", "--preview-only", "--diff")
