"""Drift, as it is read from the events of a refresh."""

import json
from typing import Any

import pytest

from foundry_agents.cli import drift

ENDPOINT = "https://acc.services.ai.azure.com/api/projects/agents"
RECORDED = {
    "agentName": "echo",
    "projectEndpoint": ENDPOINT,
    "image": "echo:v1",
    "cpu": "1",
    "memory": "2Gi",
    "version": "1",
    "status": "active",
    "traffic": {"1": 100},
}


def events(package: str, op: str, **found: Any) -> str:
    """What Pulumi prints when one agent is not as recorded."""
    urn = f"urn:pulumi:dev::p::{package}HostedAgent::echo"
    step = {"op": op, "urn": urn, "old": {"outputs": RECORDED}, "new": {"outputs": {**RECORDED, **found}}}
    return "\n".join(map(json.dumps, ({"preludeEvent": {}}, {"resOutputsEvent": {"metadata": step}})))


@pytest.mark.parametrize("package", ["pulumi-python:dynamic/foundry-agents:", "foundry-agents:index:"])
def test_an_agent_is_described_whichever_resource_it_is(package: str) -> None:
    moved = drift.render(drift.read(events(package, "update", version="2", traffic={"2": 100})))
    assert "| **echo** | version | `1` | `2` |" in moved and "100% to version 2" in moved
    gone = drift.render(drift.read(events(package, "delete")))
    assert "**echo** no longer exists" in gone
