"""Every module starts with an empty local Azure; every test starts with its settings and without faults."""

import itertools
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from azure.ai.projects import AIProjectClient
from azure.ai.projects.models import (
    AgentVersionDetails,
    ContainerConfiguration,
    HostedAgentDefinition,
    ProtocolVersionRecord,
)
from azure.core.exceptions import HttpResponseError
from azure.identity import DefaultAzureCredential

from foundry_emulator.testing import LocalAzure, Project

AGENT = Path(__file__).parent / "stand_in_agent.py"


@pytest.fixture(scope="session")
def running_azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalAzure, dict[str, Any]]]:
    """The local Azure of this worker, and its state at the start.

    A simulated second lasts a hundredth, and grants work at once. Sessions stay active however slow the machine is:
    a test of idle sessions sets `default_idle_seconds` or the timeout of the version.
    """
    home = tmp_path_factory.mktemp("azure") / "home"
    started = LocalAzure.start(
        home, time_scale=0.01, role_propagation_seconds=0, provisioning_seconds=5, default_idle_seconds=10**6
    )
    yield started, started.state()
    started.stop()


@pytest.fixture(scope="module")
def azure(running_azure: tuple[LocalAzure, dict[str, Any]]) -> Iterator[LocalAzure]:
    """A local Azure with nothing in it. The environment variables of this process point to it."""
    started, empty = running_azure
    started.load(empty)
    started.clear_requests()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in started.environment().items():
            patch.setenv(name, value)
        yield started


@pytest.fixture(autouse=True)
def _as_at_the_start(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "azure" in request.fixturenames:
        started: LocalAzure = request.getfixturevalue("azure")
        started.clear_faults()
        started.reset_settings()


@pytest.fixture(scope="module")
def project(azure: LocalAzure) -> Project:
    """Account, project and registry, with the grants that agents need."""
    return azure.make_project()


Push = Callable[..., str]


@pytest.fixture(scope="module")
def push(azure: LocalAzure, project: Project) -> Push:
    """`push("app:v1")` pushes an image that stands for a small agent; returns its reference."""

    def pushed(name: str, **env: str) -> str:
        reference = f"{project.login_server}/{name}"
        azure.push(reference, [sys.executable, str(AGENT)], **env)
        return reference

    return pushed


@pytest.fixture(scope="module")
def image(push: Push) -> str:
    """An image that the project can pull; it stands for a small agent."""
    return push("app:v1")


@pytest.fixture(scope="module")
def client(project: Project) -> Iterator[AIProjectClient]:
    """The official client, as the deployer."""
    with DefaultAzureCredential() as credential, AIProjectClient(project.endpoint, credential) as made:
        yield made


@dataclass
class Refusal:
    """What a client was told."""

    status: int | None = None
    code: str | None = None
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def refused() -> Callable[[], AbstractContextManager[Refusal]]:
    """`with refused() as caught:` expects a refusal of the service and keeps it."""

    @contextmanager
    def expected() -> Iterator[Refusal]:
        refusal = Refusal()
        with pytest.raises(HttpResponseError) as caught:
            yield refusal
        problem = caught.value
        refusal.status = problem.status_code
        refusal.code = problem.error.code if problem.error else None
        refusal.message = str((problem.error and problem.error.message) or problem.message)
        if problem.response is not None:
            refusal.headers = {**getattr(problem.response, "headers", {})}

    return expected


@pytest.fixture
def name() -> str:
    """A name that no other test of the module uses."""
    return f"agent-{next(_NUMBERS)}"


_NUMBERS = itertools.count(1)


Define = Callable[..., HostedAgentDefinition]


@pytest.fixture(scope="module")
def define(image: str) -> Define:
    """A valid definition; keyword arguments replace parts of it."""

    def made(**changes: object) -> HostedAgentDefinition:
        parts: dict[str, Any] = {
            "cpu": "1",
            "memory": "2Gi",
            "container_configuration": ContainerConfiguration(image=image),
            "protocol_versions": [ProtocolVersionRecord(protocol="responses", version="2.0.0")],
            **changes,
        }
        return HostedAgentDefinition(**parts)

    return made


Settle = Callable[[AgentVersionDetails], AgentVersionDetails]


@pytest.fixture(scope="module")
def settle(client: AIProjectClient) -> Settle:
    """Waits until a version is not `creating` any more."""

    def settled(version: AgentVersionDetails) -> AgentVersionDetails:
        while version.status == "creating":
            time.sleep(0.02)
            version = client.agents.get_version(version.name, version.version)
        return version

    return settled


Deploy = Callable[..., AgentVersionDetails]


@pytest.fixture(scope="module")
def deploy(client: AIProjectClient, define: Define, settle: Settle) -> Deploy:
    """`deploy("a", environment_variables={…})`: a version that is active (or failed)."""

    def deployed(agent: str, **changes: object) -> AgentVersionDetails:
        return settle(client.agents.create_version(agent, definition=define(**changes)))

    return deployed
