"""The life of one toolbox over real connections. Its rare branches: `tests/rollout/test_toolbox.py`."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from azure.identity.aio import DefaultAzureCredential

from foundry_agents.lifecycle.errors.exceptions import ServiceError
from foundry_agents.lifecycle.inputs import toolbox as toolbox_definition
from foundry_agents.lifecycle.resource.state import LOGICAL_NAME
from foundry_agents.lifecycle.resource.toolbox import TOOLBOX, compare
from foundry_agents.lifecycle.rollout.operation import ToolboxOperation
from foundry_agents.lifecycle.service.mark import Mark
from foundry_agents.lifecycle.service.toolboxes import ToolboxService
from foundry_emulator.testing import LocalAzure, Project

OTHERS = "acme/other/dev"
A: list[Any] = ["code_interpreter"]
B: list[Any] = ["code_interpreter", {"type": "file_search", "vector_store_ids": ["vs_1"], "max_num_results": 3}]
C: list[Any] = ["web_search"]
Properties = dict[str, Any]
_WRITES = ("create_toolbox_version", "update_toolbox", "delete_toolbox_version", "delete_toolbox")
SWITCHES: list[dict[str, Any]] = [
    *({"answer_status": dict.fromkeys(_WRITES, status)} for status in (200, 201, 202, 204)),
    {"empty_bodies": [*_WRITES]},
    {"missing_role": "401"},
    {"delete_default_version": "400"},
    {"delete_default_version": "409"},
    {"unnamed_tools": "one_per_type"},
    {"file_search_without_stores": "400"},
    {"toolbox_shows_latest": True},
    {"disabled_tool_types": ["shell"]},
]


class Box:
    """One toolbox under test: the resource's functions on it, and what the service shows."""

    def __init__(self, azure: LocalAzure, project: Project, service: ToolboxService, name: str) -> None:
        self.azure, self.project, self.service, self.name = azure, project, service, name
        self.told: list[str] = []
        self.state: Properties = {}

    def inputs(self, tools: list[Any], **inputs: Any) -> Properties:
        checked = toolbox_definition.check(
            {
                "toolbox_name": self.name,
                "project_endpoint": self.project.endpoint,
                "tools": tools,
                "owner": "acme/agent-environment/dev",
                "role_propagation_timeout": 0,
                **inputs,
            }
        )
        assert checked.problems == []
        return {**checked.inputs, LOGICAL_NAME: "agents-tools"}

    async def create(self, tools: list[Any], **inputs: Any) -> Properties:
        self.state = await TOOLBOX.create(self.service, self.inputs(tools, **inputs), self.told.append)
        return self.state

    async def update(self, tools: list[Any], **inputs: Any) -> Properties:
        wanted = self.inputs(tools, **inputs)
        self.state = await TOOLBOX.update(self.service, self.state, wanted, self.told.append)
        return self.state

    async def refresh(self) -> Properties | None:
        found = await TOOLBOX.read(self.service, self.state)
        self.state = found.properties if found else {}
        return self.state or None

    async def delete(self) -> None:
        notice = await TOOLBOX.delete(self.service, self.state)
        if notice is not None:
            self.told.append(notice)

    async def make(self, tools: list[Any], **inputs: Any) -> str:
        """A version as a run makes it that is killed right after."""
        wanted = self.inputs(tools, **inputs)
        change = ToolboxOperation(wanted, Mark(wanted["owner"], wanted[LOGICAL_NAME]), self.told.append)
        return str((await self.service.create_version(self.name, change.body, lambda _versions: None))["version"])

    def by_hand(self, method: str, path: str = "", body: Any = None) -> Any:
        answer = self.azure.data(method, f"{self.project.endpoint}/toolboxes/{self.name}{path}", body)
        return answer.body if answer.status < 300 else None

    def default(self) -> str | None:
        shown = self.by_hand("GET")
        return str(shown["default_version"]) if shown else None

    def versions(self) -> list[str]:
        shown = self.by_hand("GET", "/versions?limit=100")
        return [one["version"] for one in shown["data"]] if shown else []

    def tools(self) -> list[Any]:
        return list(self.by_hand("GET", f"/versions/{self.default()}")["tools"])

    def writes(self) -> list[str]:
        """What was written since the last look, as `METHOD path-after-the-toolbox`."""
        found = [
            f"{entry['method']} {entry['path'].partition('/toolboxes/' + self.name)[2] or '/'}"
            for entry in self.azure.requests(plane="data")
            if entry["method"] != "GET"
        ]
        self.azure.clear_requests()
        return found


@pytest.fixture
async def box(azure: LocalAzure, project: Project, request: pytest.FixtureRequest) -> AsyncIterator[Box]:
    """A toolbox of the test's own name, not created yet."""
    name = "t_" + str(abs(hash(request.node.nodeid)))[:12]
    async with (
        DefaultAzureCredential() as credential,
        ToolboxService(project.endpoint, credential, first_pause=0.05) as service,
    ):
        azure.clear_requests()
        yield Box(azure, project, service, name)


async def test_create_makes_one_version_which_is_the_default(box: Box) -> None:
    state = await box.create(B)
    assert box.writes() == ["POST /versions"]
    assert box.default() == "1" and box.versions() == ["1"]
    assert (state["version"], state["versions"], state["latest_version"]) == ("1", ["1"], "1")
    assert state["previous_version"] == "" and state["toolbox_id"].startswith("toolbox_")
    assert state["mcp_endpoint"] == f"{box.project.endpoint}/toolboxes/{box.name}/mcp?api-version=v1"
    assert [tool["name"] for tool in box.tools()] == ["code_interpreter", "file_search"]


async def test_whole_numbers_reach_the_service_whole(box: Box) -> None:
    tools: list[Any] = [{"type": "openapi", "openapi": {"name": "x", "spec": {"maximum": 3.0}, "auth": "anonymous"}}]
    await box.create(tools)
    assert '"maximum": 3}' in box.azure.requests(plane="data", method="POST")[0]["request_body"]
    assert compare(box.state, box.inputs(tools)).changed == []


async def test_an_update_makes_the_new_version_the_default(box: Box) -> None:
    first = await box.create(A)
    box.writes()
    state = await box.update(B)
    assert box.writes() == ["POST /versions", "PATCH /"]
    assert box.default() == "2" and box.versions() == ["2", "1"]
    assert (state["version"], state["previous_version"]) == ("2", "1")
    assert state["mcp_endpoint"] == first["mcp_endpoint"] and state["toolbox_id"] == first["toolbox_id"]
    assert box.told == [
        f"{box.name}: {line}" for line in ("version 1 is created", "version 2 is created", "version 2 is the default")
    ]


async def test_nothing_moved_is_no_drift(box: Box) -> None:
    await box.create(B)
    before = dict(box.state)
    assert await box.refresh() == before
    assert compare(box.state, box.inputs(B)).changed == []


async def test_delete_removes_all_and_can_be_repeated(box: Box) -> None:
    await box.create(A)
    await box.update(B)
    await box.delete()
    assert box.default() is None
    await box.delete()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["reset", "truncate"])
@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_broken_connection_is_survived(box: Box, method: str, kind: str, when: str) -> None:
    box.azure.fault(plane="data", method=method, when=when, action={"kind": kind})
    await box.create(A)
    await box.update(B, keep_versions=1)
    assert box.default() == "2" and box.versions() == ["2"]
    await box.delete()
    assert box.default() is None


async def test_a_type_that_is_not_enabled_is_told(box: Box) -> None:
    box.azure.settings(disabled_tool_types=["web_search"])
    await box.create(A)
    with pytest.raises(ServiceError, match="Tool type 'web_search' is not enabled"):
        await box.update(C)
    assert box.default() == "1" and box.versions() == ["1"]


@pytest.mark.parametrize("switch", SWITCHES, ids=str)
async def test_a_whole_life_is_the_same_either_way(box: Box, switch: dict[str, Any]) -> None:
    box.azure.settings(**switch)
    await box.create(A)
    await box.update(B)
    state = await box.update(C, keep_versions=1)
    assert box.default() == state["version"] == "3" and box.versions() == ["3"]
    assert await box.refresh() == state
    await box.delete()
    assert box.default() is None
