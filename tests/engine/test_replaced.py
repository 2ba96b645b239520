"""An environment that is replaced: what a preview says of its agents, and that they are deployed again."""

import json
from typing import Any

from foundry_agents.cli import preview

from .conftest import Stack


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
    assert registry["inputs"]["location"] == "eastus2"
