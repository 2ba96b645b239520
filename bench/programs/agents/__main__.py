"""A number of agents in a project that exists, for `bench/many_agents.py`."""

import pulumi

from foundry_agents import HostedAgent

config = pulumi.Config("bench")
count, kind = config.require_int("count"), config.require("kind")

for number in range(1, count + 1):
    HostedAgent(
        f"agent-{number}",
        {
            "agent_name": f"bench-{kind}-{count}-{number}",
            "project_endpoint": config.require("project_endpoint"),
            "image": config.require("image"),
            "verify": {"kind": "off"},
        },
    )
