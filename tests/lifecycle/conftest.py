"""The agent's lifecycle without Pulumi, against a local Azure. Every test has an agent of its own name."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import aiohttp.connector
import pytest
from azure.identity.aio import DefaultAzureCredential

from foundry_agents.lifecycle.inputs import agent as definition
from foundry_agents.lifecycle.resource.state import recorded_agent
from foundry_agents.lifecycle.rollout import agent
from foundry_agents.lifecycle.rollout.operation import AgentOperation
from foundry_agents.lifecycle.rollout.state import AgentState, RecordedAgent
from foundry_agents.lifecycle.service import traffic
from foundry_agents.lifecycle.service.agents import AgentService
from foundry_agents.lifecycle.service.mark import Mark
from foundry_emulator.testing import LocalAzure, Project

AGENT_COMMAND = [sys.executable, str(Path(__file__).parents[1] / "emulator" / "stand_in_agent.py")]
OURS = Mark("acme/agent-environment/dev", "agents-echo")


# On its clock, which runs a hundred times faster, no session becomes idle while a slow machine runs a test.
SETTINGS = {"time_scale": 0.01, "role_propagation_seconds": 0, "default_idle_seconds": 100_000}


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAzure]:
    azure = LocalAzure.start(tmp_path_factory.mktemp("azure") / "home", **SETTINGS)
    yield azure
    azure.stop()


@pytest.fixture(scope="module")
def azure(started: LocalAzure) -> Iterator[LocalAzure]:
    """The local Azure, which everything in this process is pointed to."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in started.environment().items():
            patch.setenv(name, value)
        # aiohttp made its TLS context when it was imported, before SSL_CERT_FILE was set.
        aiohttp.connector._SSL_CONTEXT_VERIFIED.load_verify_locations(started.home.ca)
        yield started


@pytest.fixture(autouse=True)
def _as_at_the_start(azure: LocalAzure) -> Iterator[None]:
    yield
    azure.clear_faults()
    azure.reset_settings()


@pytest.fixture(scope="session")
def project(started: LocalAzure) -> Project:
    return started.make_project()


@pytest.fixture(scope="session")
def images(started: LocalAzure, project: Project) -> Project:
    """`echo:v1` to `echo:v5` are in the registry."""
    for tag in range(1, 6):
        started.push(f"{project.login_server}/echo:v{tag}", AGENT_COMMAND)
    return project


class Agent:
    """One agent under test: deploys it, and shows it as the service does."""

    def __init__(self, azure: LocalAzure, project: Project, service: AgentService, name: str) -> None:
        self.azure, self.project, self.service, self.name = azure, project, service, name
        self.told: list[str] = []
        self.recorded = RecordedAgent()

    def change(self, mark: Mark = OURS, **inputs: Any) -> AgentOperation:
        checked = definition.check(
            {
                "agent_name": self.name,
                "project_endpoint": self.project.endpoint,
                "registry": self.project.login_server,
                "image": "echo:v1",
                "role_propagation_timeout": 0,
                "verify": "off",
                **inputs,
            }
        )
        assert checked.problems == []
        return AgentOperation(checked.inputs, mark, self.told.append)

    async def create(self, mark: Mark = OURS, **inputs: Any) -> AgentState:
        return self._record(await agent.create(self.service, self.change(mark, **inputs)), inputs)

    async def update(self, mark: Mark = OURS, **inputs: Any) -> AgentState:
        change = self.change(mark, **inputs)
        return self._record(await agent.update(self.service, change, self.recorded), inputs)

    async def refresh(self) -> None:
        """What `pulumi refresh` does to the state."""
        found = await agent.read(self.service, self.name, OURS, self.recorded)
        assert found is not None
        self._record(found.state, {})

    async def delete(self, mark: Mark = OURS) -> None:
        kept = await agent.delete(self.service, self.name, mark, self.recorded.agent_guid)
        if kept is not None:
            self.told.append(kept)

    def _record(self, state: AgentState, inputs: dict[str, Any]) -> AgentState:
        """What Pulumi's state would know of it."""
        spoken = self.change(**inputs).inputs["protocol_versions"]
        self.recorded = recorded_agent({**asdict(state), "protocol_versions": spoken})
        return state

    def another(self) -> "Agent":
        """An agent of another name."""
        return Agent(self.azure, self.project, self.service, f"{self.name}-b")

    async def until_active(self, version: str) -> None:
        while (found := await self.service.find_version(self.name, version)) and found["status"] == "creating":
            await asyncio.sleep(0.02)

    async def set_traffic(self, weights: dict[str, int]) -> None:
        """Moves the traffic by hand."""
        await self.service.change_agent(self.name, {"agent_endpoint": traffic.selector(weights)})

    def shown(self) -> dict[str, Any] | None:
        answer = self.azure.data("GET", f"{self.project.endpoint}/agents/{self.name}")
        return answer.body if answer.status == 200 else None

    def shown_version(self, number: str) -> dict[str, Any]:
        return dict(self.azure.data("GET", f"{self.project.endpoint}/agents/{self.name}/versions/{number}").body)

    def rules(self) -> list[tuple[str, float]]:
        shown = self.shown()
        assert shown is not None
        rules = shown["agent_endpoint"]["version_selector"]["version_selection_rules"]
        return [(rule["agent_version"], rule["traffic_percentage"]) for rule in rules]

    def endpoint(self) -> dict[str, Any]:
        shown = self.shown()
        assert shown is not None
        return dict(shown["agent_endpoint"])

    def patched_rules(self) -> list[list[dict[str, Any]]]:
        """The traffic rules that were written, in order."""
        bodies = [json.loads(entry["request_body"]) for entry in self.azure.requests(plane="data", method="PATCH")]
        return [body["agent_endpoint"]["version_selector"]["version_selection_rules"] for body in bodies]

    def live_sessions(self) -> list[str]:
        answer = self.azure.data("GET", f"{self.project.endpoint}/agents/{self.name}/endpoint/sessions?limit=100")
        return [one["agent_session_id"] for one in answer.body["data"] if one["status"] != "deleted"]

    def versions(self) -> list[str]:
        body = self.azure.data("GET", f"{self.project.endpoint}/agents/{self.name}/versions?limit=100").body
        return [item["version"] for item in body["data"]]

    def writes(self) -> list[str]:
        """What was written since the last look, as `METHOD path-after-the-agent`."""
        found = [
            f"{entry['method']} {entry['path'].partition('/agents/' + self.name)[2] or '/'}"
            for entry in self.azure.requests(plane="data")
            if entry["method"] != "GET"
        ]
        self.azure.clear_requests()
        return found


@pytest.fixture
def read_timeout() -> float:
    """Seconds of silence that end a request."""
    return 120


@pytest.fixture
async def echo(
    azure: LocalAzure, images: Project, request: pytest.FixtureRequest, read_timeout: float
) -> AsyncIterator[Agent]:
    """An agent of the test's own name, not created yet."""
    name = "t-" + str(abs(hash(request.node.nodeid)))[:12]
    async with (
        DefaultAzureCredential() as credential,
        AgentService(images.endpoint, credential, read_timeout=read_timeout, first_pause=0.05) as service,
    ):
        azure.clear_requests()
        yield Agent(azure, images, service, name)
