"""The lifecycle as the Pulumi resource uses it, in this process, on the local Azure."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from azure.identity.aio import DefaultAzureCredential

from foundry_agents.lifecycle.resource.agent import AGENT
from foundry_agents.lifecycle.resource.state import LOGICAL_NAME
from foundry_agents.lifecycle.service.agents import AgentService
from foundry_emulator.testing import Project

IMAGE, NEXT_IMAGE = "echo:v1.0", "echo:v1.1"


@asynccontextmanager
async def connected(project: Project) -> AsyncIterator[AgentService]:
    """The connection to the project, with its token."""
    async with DefaultAzureCredential() as credential, AgentService(project.endpoint, credential) as service:
        await credential.get_token("https://ai.azure.com/.default")
        yield service


def inputs(project: Project, agent: str, **given: Any) -> dict[str, Any]:
    """The properties of an agent, checked as Pulumi does."""
    checked = AGENT.check(
        {
            "agent_name": agent,
            "project_endpoint": project.endpoint,
            "registry": project.login_server,
            "image": IMAGE,
            "owner": "bench",
            LOGICAL_NAME: agent,
            **given,
        }
    )
    assert not checked.problems, checked.problems
    return dict(checked.inputs)
