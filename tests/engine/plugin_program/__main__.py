"""What `agent.json` describes: agents and toolboxes, what hangs on their outputs, look-ups and functions."""

import json
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import invoke

from foundry_agents import HostedAgent, Toolbox, use_first_class_resources

use_first_class_resources()
wanted = json.loads(Path("agent.json").read_text()) or {}
secret = pulumi.Config().get_secret("secret")


def filled(given: Any) -> Any:
    """With the secret of the configuration instead of its placeholder."""
    if isinstance(given, dict):
        return {key: filled(one) for key, one in given.items()}
    return secret if given == "SECRET" else given


agents = {
    name: HostedAgent(
        name,
        filled({"agent_name": name, **given}),
        pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(**wanted.get("timeouts", {}).get(name, {}))),
    )
    for name, given in wanted.get("agents", {}).items()
}
for name, given in wanted.get("toolboxes", {}).items():
    of = agents[given.pop("of")]  # as a role assignment hangs on the agent's identity, and a gateway on its URL
    told = pulumi.Output.format("{0} {1} {2}", of.principal_id, of.agent_guid, of.endpoints["responses"])
    described: Any = {"toolbox_name": name, "description": told, **given}
    Toolbox(name, described)
for name, id_ in wanted.get("gets", {}).items():
    got = HostedAgent.get(name, id_)
    pulumi.export(name, {"version": got.version, "principal": got.principal_id, "image": got.image_reference})
for function, given in wanted.get("functions", {}).items():
    pulumi.export(function, invoke(f"foundry-agents:index:{function}", given).value)
for name, agent in agents.items():
    pulumi.export(f"{name} of the stack", {"version": agent.version, "principal": agent.principal_id})
