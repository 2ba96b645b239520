"""Updates of an agent, one after the other, with traffic that moves step by step: a process to be started.

python -m tests.crash.updates PROJECT_ENDPOINT REGISTRY UPDATES
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from azure.identity.aio import DefaultAzureCredential

from foundry_agents.lifecycle.resource.agent import AgentResource
from foundry_agents.lifecycle.resource.state import LOGICAL_NAME
from foundry_agents.lifecycle.service.agents import AgentService

from .stack import AGENT, TAGS

STARTED = "started"

resource = AgentResource()


async def _update(endpoint: str, registry: str, updates: int) -> None:
    def inputs(number: int) -> dict[str, Any]:
        wanted = {
            "agent_name": AGENT,
            "project_endpoint": endpoint,
            "registry": registry,
            "image": f"echo:{TAGS[number % len(TAGS)]}",
            "rollout": {"steps": [10, 50], "hold": 0},
            "owner": "updates",
            LOGICAL_NAME: AGENT,
        }
        checked = resource.check(wanted)
        assert not checked.problems, checked.problems
        return dict(checked.inputs)

    async with DefaultAzureCredential() as credential, AgentService(endpoint, credential) as service:
        state = await resource.create(service, inputs(0), _tell)
        _tell(STARTED)
        for number in range(1, updates + 1):
            state = await resource.update(service, state, inputs(number), _tell)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_update(sys.argv[1], sys.argv[2], int(sys.argv[3])))
