"""The lifecycle as a library for scripts."""

import asyncio
import doctest
from typing import Any

import pytest

from foundry_agents.lifecycle import (
    BlockingHostedAgents,
    HostedAgentDefinition,
    HostedAgents,
    ImageBasedHostedAgentDefinition,
)
from foundry_agents.lifecycle import scripting as hosted_agents
from foundry_agents.lifecycle.errors.exceptions import InvalidInputs, OwnershipConflict, StillServing
from foundry_emulator.testing import LocalAzure, Project

from .conftest import AGENT_COMMAND, Agent


@pytest.fixture
def endpoint(images: Project, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AZURE_AI_PROJECT_ENDPOINT", images.endpoint)
    return images.endpoint


def test_the_examples_of_the_documentation_work(azure: LocalAzure, images: Project, endpoint: str) -> None:
    azure.push(f"{images.login_server}/data-processor:v1.0", AGENT_COMMAND)
    result = doctest.testmod(hosted_agents, extraglobs={"REGISTRY": images.login_server})
    assert result.attempted > 5 and result.failed == 0


async def test_deploy_is_repeatable_and_rolls_forward(images: Project, endpoint: str) -> None:
    told: list[str] = []
    async with HostedAgents(report=told.append) as agents:
        for tag, expected in (("v1", "1"), ("v1", "1"), ("v2", "2")):
            definition = HostedAgentDefinition(image=f"echo:{tag}", registry=images.login_server)
            assert (await agents.deploy("roll", definition)).version == expected
        assert [(item.version, item.state) for item in await agents.versions("roll")] == [
            ("2", "active"),
            ("1", "active"),
        ]
    assert "roll: version 2 serves" in told


async def test_states_are_the_versions_own_even_if_lists_lag(echo: Agent, endpoint: str) -> None:
    await echo.create()
    echo.azure.settings(stale_list_status=True)
    await echo.service.create_version(echo.name, echo.change(image="echo:v99").body)
    async with HostedAgents() as agents:
        for _ in range(100):
            newest = (await agents.versions(echo.name))[0]
            if newest.state != "creating":
                break
    assert newest.state == "failed" and newest.error.startswith("ImageError: ")


async def test_the_version_that_serves_is_not_deleted_and_others_are(images: Project, endpoint: str) -> None:
    async with HostedAgents() as agents:
        for tag in ("v1", "v2"):
            await agents.deploy("keep", HostedAgentDefinition(image=f"echo:{tag}", registry=images.login_server))
        with pytest.raises(StillServing):
            await agents.delete_version("keep", "2")
        await agents.delete_version("keep", "1")
        await agents.delete_version("keep", "1")
        assert [item.version for item in await agents.versions("keep")] == ["2"]
        await agents.delete("keep")
        assert await agents.versions("keep") == []


async def test_the_names_of_the_first_preview_are_mapped(images: Project, endpoint: str) -> None:
    definition = ImageBasedHostedAgentDefinition(
        container_protocol_versions=[{"protocol": "responses", "version": "v1"}],
        image=f"{images.login_server}/echo:v1",
        cpu="1",
        memory="2Gi",
        environment_variables={"A": "b"},
    )
    async with HostedAgents() as agents:
        assert set((await agents.deploy("earlier", definition)).endpoints) == {"responses"}


def test_wrong_inputs_are_refused_before_anything_is_sent(azure: LocalAzure, endpoint: str) -> None:
    azure.clear_requests()
    with BlockingHostedAgents() as agents, pytest.raises(InvalidInputs) as refused:
        agents.deploy("-", HostedAgentDefinition(image="echo", cpu=9))
    assert {problem.path for problem in refused.value.problems} == {"agent_name", "image", "cpu"}
    assert azure.requests(plane="data") == []


def test_without_an_endpoint_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_AI_PROJECT_ENDPOINT", raising=False)
    with pytest.raises(InvalidInputs, match="AZURE_AI_PROJECT_ENDPOINT"):
        HostedAgents()


async def test_an_agent_of_another_owner_is_refused(echo: Agent, endpoint: str) -> None:
    await echo.create()
    async with HostedAgents(owner="me") as agents:
        with pytest.raises(OwnershipConflict):
            await agents.deploy(echo.name, HostedAgentDefinition(image="echo:v2", registry=echo.project.login_server))
        await agents.delete(echo.name)
    assert echo.shown() is not None


async def test_tools_make_a_toolbox_and_go_with_it(azure: LocalAzure, images: Project, endpoint: str) -> None:
    def of_service(path: str) -> dict[str, Any] | None:
        answer = azure.data("GET", f"{endpoint}{path}")
        return answer.body if answer.status == 200 else None

    def variables() -> dict[str, str]:
        shown = of_service("/agents/worker")
        assert shown is not None
        return dict(shown["versions"]["latest"]["definition"].get("environment_variables") or {})

    image = f"{images.login_server}/echo:v1"
    async with HostedAgents() as agents:
        for tools in (["code_interpreter"], ["web_search"], ["web_search"]):
            definition = HostedAgentDefinition(image=image, tools=tools, environment_variables={"A": "b"})
            assert (await agents.deploy("worker", definition)).version == "1"
        mcp = f"{endpoint}/toolboxes/worker-tools/mcp?api-version=v1"
        assert variables() == {"A": "b", "TOOLBOX_MCP_ENDPOINT": mcp}
        shown = of_service("/toolboxes/worker-tools")
        assert shown is not None and shown["default_version"] == "2"

        await agents.deploy("worker", HostedAgentDefinition(image=image))
        assert of_service("/toolboxes/worker-tools") is None and variables() == {}

        await agents.deploy("worker", HostedAgentDefinition(image=image, tools=["web_search"]))
        await agents.delete("worker")
        assert of_service("/toolboxes/worker-tools") is None

        with pytest.raises(InvalidInputs, match=r"tools\[0\]: .*code_interpreter"):
            await agents.deploy("worker", HostedAgentDefinition(image=image, tools=["code_interpeter"]))


async def test_a_toolbox_of_that_name_that_is_not_ours_stays(azure: LocalAzure, images: Project, endpoint: str) -> None:
    url = f"{endpoint}/toolboxes/other-tools"
    assert azure.data("POST", f"{url}/versions", {"tools": [{"type": "web_search"}]}).status == 200
    async with HostedAgents() as agents:
        await agents.deploy("other", HostedAgentDefinition(image=f"{images.login_server}/echo:v1"))
        await agents.delete("other")
    assert azure.data("GET", url).status == 200


async def test_a_task_that_is_canceled_goes_back_to_what_served_and_ends_as_canceled(
    images: Project, endpoint: str
) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()
    async with HostedAgents(report=told.put_nowait) as agents:

        def deploy(tag: str) -> asyncio.Task[Any]:
            definition = HostedAgentDefinition(
                image=f"echo:{tag}", registry=images.login_server, rollout={"steps": [10], "hold": 3600}
            )
            return asyncio.create_task(agents.deploy("canceled", definition))

        await deploy("v1")
        task = deploy("v2")
        while "gets 10%" not in await told.get():
            pass
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as ended:
            await task
        assert "traffic is back to 100% for version 1" in str(ended.value)
