"""The life of one toolbox, as the service sees it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from azure.identity.aio import DefaultAzureCredential

from foundry_agents.lifecycle.errors.exceptions import AccessDenied, OwnershipConflict, ServiceError
from foundry_agents.lifecycle.inputs import toolbox as toolbox_definition
from foundry_agents.lifecycle.inputs.metadata import FINGERPRINT_KEY
from foundry_agents.lifecycle.resource.state import LOGICAL_NAME
from foundry_agents.lifecycle.resource.toolbox import TOOLBOX, compare
from foundry_agents.lifecycle.rollout.operation import ToolboxOperation
from foundry_agents.lifecycle.service import toolbox_body as toolbox_wire
from foundry_agents.lifecycle.service.answers import ToolboxVersion
from foundry_agents.lifecycle.service.mark import Mark
from foundry_agents.lifecycle.service.toolboxes import ToolboxService
from foundry_emulator.host.faults import PRESETS
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
    name = "t_" + str(abs(hash(request.node.name)))[:12]
    async with (
        DefaultAzureCredential() as credential,
        ToolboxService(project.endpoint, credential, read_timeout=1, first_pause=0.05) as service,
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


async def test_an_unchanged_update_writes_nothing(box: Box) -> None:
    await box.create(A)
    box.writes()
    assert (await box.update(A))["version"] == "1"
    assert box.writes() == []


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


async def test_versions_past_the_kept_ones_are_retired_oldest_first(box: Box) -> None:
    await box.create(A, keep_versions=1)
    for tools in (B, C):
        await box.update(tools, keep_versions=3)
    assert box.versions() == ["3", "2", "1"]
    box.writes()
    await box.update(C, keep_versions=1)
    assert box.writes() == ["DELETE /versions/1", "DELETE /versions/2"] and box.versions() == ["3"]


async def test_a_change_of_description_or_metadata_is_a_new_version(box: Box) -> None:
    await box.create(A)
    await box.update(A, description="sums")
    await box.update(A, description="sums", metadata={"team": "x"})
    assert box.default() == "3"
    shown = box.by_hand("GET", "/versions/3")
    assert shown["description"] == "sums" and shown["metadata"]["team"] == "x"


async def test_what_is_left_out_again_is_a_new_version(box: Box) -> None:
    await box.create(B)
    less = [B[0], {key: one for key, one in B[1].items() if key != "max_num_results"}]
    await box.update(less)
    assert "max_num_results" not in box.tools()[1] and box.default() == "2"


async def test_keys_that_the_service_adds_are_no_change(box: Box) -> None:
    await box.create(A)
    change = ToolboxOperation(box.inputs(A), Mark("o", "n"), box.told.append)
    tools = [{**change.body["tools"][0], "container": {"type": "auto"}}]
    echoed: ToolboxVersion = {"metadata": {**change.body["metadata"]}, "tools": tools}
    assert toolbox_wire.matches(echoed, change.body)
    echoed["metadata"] = {**echoed["metadata"], FINGERPRINT_KEY: "of-another-body"}
    assert not toolbox_wire.matches(echoed, change.body)


async def test_versions_that_we_did_not_make_are_never_retired(box: Box) -> None:
    await box.create(A)
    box.by_hand("POST", "/versions", {"tools": [{"type": "web_search"}]})
    await box.update(B, keep_versions=1)
    assert box.default() == "3" and box.versions() == ["3", "2"]


# --- Drift


async def test_nothing_moved_is_no_drift(box: Box) -> None:
    await box.create(B)
    before = dict(box.state)
    assert await box.refresh() == before
    assert compare(box.state, box.inputs(B)).changed == []


async def test_a_default_moved_by_hand_is_drift_and_moved_back_without_a_new_version(box: Box) -> None:
    await box.create(A)
    await box.update(B)
    box.by_hand("PATCH", body={"default_version": "1"})
    await box.refresh()
    assert box.state["version"] == "1"
    assert compare(box.state, box.inputs(B)).changed == ["tools"]
    box.writes()
    await box.update(B)
    assert box.writes() == ["PATCH /"] and box.default() == "2" and box.versions() == ["2", "1"]


async def test_other_tools_made_the_default_by_hand_are_drift(box: Box) -> None:
    await box.create(A)
    box.by_hand("POST", "/versions", {"tools": [{"type": "web_search"}], "description": "mine"})
    box.by_hand("PATCH", body={"default_version": "2"})
    found = await box.refresh()
    assert found is not None
    assert found["tools"] == [{"type": "web_search", "name": "web_search"}] and found["description"] == "mine"
    assert found["unmanaged_versions"] == ["2"]
    assert compare(box.state, box.inputs(A)).changed == ["tools", "description", "unmanaged_versions"]
    await box.update(A)
    assert box.default() == "1"
    assert compare(box.state, box.inputs(A)).changed == []


async def test_a_kept_version_that_is_gone_is_no_longer_kept(box: Box) -> None:
    await box.create(A)
    await box.update(B)
    box.by_hand("DELETE", "/versions/1")
    await box.refresh()
    assert box.state["versions"] == ["2"] and box.state["previous_version"] == ""
    assert compare(box.state, box.inputs(B)).changed == []


async def test_a_toolbox_that_is_gone_is_made_anew(box: Box) -> None:
    await box.create(A)
    recorded = dict(box.state)
    box.by_hand("DELETE")
    assert await box.refresh() is None
    box.state = recorded
    await box.update(A)
    assert box.default() == "1" and f"{box.name}: no longer exists; creating it again" in box.told


async def test_one_wrong_answer_does_not_make_a_toolbox_gone(box: Box) -> None:
    await box.create(A)
    for path in (f"/toolboxes/{box.name}$", f"/toolboxes/{box.name}/versions$"):
        box.azure.fault(plane="data", path=path, action={"kind": "status", "status": 404})
        assert await box.refresh() is not None
        box.azure.clear_faults()


@pytest.mark.parametrize("nth", [1, 2, 3, 4])
async def test_one_wrong_answer_does_not_leave_a_version(box: Box, nth: int) -> None:
    await box.create(A)
    missing = {"kind": "status", "status": 404}
    box.azure.fault(plane="data", method="GET", path=f"/toolboxes/{box.name}/versions$", nth=nth, action=missing)
    await box.update(B, keep_versions=1)
    assert box.azure.faults()[0]["hits"] == 1 and box.versions() == ["2"]


async def test_a_version_that_is_only_said_to_be_gone_is_deleted_by_the_next_run(box: Box) -> None:
    await box.create(A)
    box.azure.fault(plane="data", method="DELETE", action={"kind": "status", "status": 404})
    with pytest.raises(ServiceError, match="reports that the version does not exist, but still returns it"):
        await box.update(B, keep_versions=1)
    await box.update(B, keep_versions=1)
    assert box.versions() == ["2"] and box.state["version"] == "2"


# --- Ownership


async def test_a_toolbox_of_another_stack_is_refused_and_left_alone(box: Box) -> None:
    await box.create(A, owner=OTHERS)
    with pytest.raises(
        OwnershipConflict, match=f"toolbox '{box.name}' already exists and is managed by {OTHERS}.*toolbox_name"
    ):
        await box.create(B)
    box.state = {**box.inputs(A), "version": "1"}
    with pytest.raises(OwnershipConflict):
        await box.update(B)
    await box.delete()
    assert box.versions() == ["1"] and "not deleted" in box.told[-1]


async def test_an_unmarked_toolbox_is_refused_unless_adopted(box: Box) -> None:
    box.by_hand("POST", "/versions", {"tools": [{"type": "code_interpreter"}]})
    with pytest.raises(OwnershipConflict, match="is not managed by any stack"):
        await box.create(A)
    box.writes()
    state = await box.create(A, adopt=True)
    assert box.writes() == [] and state["version"] == "1" and state["adopted_from"] == ""
    await box.update(B)
    assert box.versions() == ["2", "1"] and box.default() == "2"
    await box.delete()
    assert box.versions() == []


async def test_an_adopted_toolbox_of_another_is_ours_from_then_on(box: Box) -> None:
    await box.create(A, owner=OTHERS)
    state = await box.create(B, adopt=True)
    assert (state["version"], state["previous_version"], state["adopted_from"]) == ("2", "1", "")
    await box.update(C, keep_versions=1)
    assert box.versions() == ["3", "1"]  # what another made is not deleted


async def test_delete_removes_all_and_can_be_repeated(box: Box) -> None:
    await box.create(A)
    await box.update(B)
    await box.delete()
    assert box.default() is None
    await box.delete()


# --- Killed in between


async def test_a_create_that_was_killed_after_the_version_is_continued(box: Box) -> None:
    assert await box.make(A) == "1"
    box.writes()
    assert (await box.create(A))["version"] == "1"
    assert box.writes() == [] and box.versions() == ["1"]


async def test_an_update_that_was_killed_before_the_default_uses_its_version(box: Box) -> None:
    await box.create(A)
    assert await box.make(B) == "2"
    box.writes()
    state = await box.update(B)
    assert box.writes() == ["PATCH /"] and box.versions() == ["2", "1"]
    assert (state["version"], state["versions"]) == ("2", ["2", "1"])


async def test_what_a_killed_run_made_and_nobody_wants_any_more_is_deleted(box: Box) -> None:
    await box.create(A)
    await box.make(B)
    await box.update(C)
    assert box.versions() == ["3", "1"] and box.default() == "3"
    await box.make(B)
    await box.update(C)
    assert box.versions() == ["3", "1"]


async def test_an_update_that_was_killed_before_it_retired_is_finished(box: Box) -> None:
    await box.create(A)
    await box.update(B)
    await box.make(C)
    box.by_hand("PATCH", body={"default_version": "3"})
    await box.update(C)
    assert box.versions() == ["3", "2"] and box.state["versions"] == ["3", "2"]


async def test_what_a_killed_run_left_is_drift(box: Box) -> None:
    await box.create(A)
    await box.make(B)
    await box.refresh()
    assert compare(box.state, box.inputs(A)).changed == ["unmanaged_versions"]
    await box.update(A)
    assert box.versions() == ["1"] and box.default() == "1"


# --- Faults


@pytest.mark.parametrize("preset", PRESETS)
async def test_a_create_survives(box: Box, preset: str) -> None:
    box.azure.fault(preset)
    assert (await box.create(A))["version"] == "1"
    assert box.default() == "1" and box.versions() == ["1"]


@pytest.mark.parametrize("preset", PRESETS)
async def test_an_update_survives_without_an_orphan(box: Box, preset: str) -> None:
    await box.create(A)
    box.azure.fault(preset)
    state = await box.update(B)
    assert box.default() == state["version"] == "2" and box.versions() == ["2", "1"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["reset", "truncate", "silence"])
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "GET"])
async def test_a_broken_connection_is_survived(box: Box, method: str, kind: str, when: str) -> None:
    box.azure.fault(plane="data", method=method, when=when, action={"kind": kind})
    await box.create(A)
    await box.update(B, keep_versions=1)
    assert box.default() == "2" and box.versions() == ["2"]
    await box.delete()
    assert box.default() is None


@pytest.mark.parametrize("status", [201, 202, 204])
async def test_an_accepted_write_without_a_body_is_looked_at(box: Box, status: int) -> None:
    for method in ("POST", "PATCH"):
        action = {"kind": "status", "status": status, "body": ""}
        box.azure.fault(plane="data", method=method, when="after", action=action)
    await box.create(A)
    await box.update(B)
    assert box.default() == "2" and box.versions() == ["2", "1"]


@pytest.mark.parametrize("status", [400, 429, 500, 503])
async def test_a_version_that_cannot_become_the_default_is_deleted(box: Box, status: int) -> None:
    await box.create(A)
    box.azure.fault(plane="data", method="PATCH", times=None, action={"kind": "status", "status": status})
    with pytest.raises(ServiceError, match=f"making version 2 the default of toolbox '{box.name}'"):
        await box.update(B)
    assert box.default() == "1" and box.versions() == ["1"]
    box.azure.clear_faults()
    await box.update(B)
    assert box.default() == "3"


async def test_a_failed_create_leaves_nothing(box: Box) -> None:
    box.azure.fault(
        plane="data", method="GET", path="/versions$", nth=2, times=5, action={"kind": "status", "status": 500}
    )
    with pytest.raises(ServiceError, match="listing the versions"):
        await box.create(A)
    assert box.default() is None


async def test_a_type_that_is_not_enabled_is_told(box: Box) -> None:
    box.azure.settings(disabled_tool_types=["web_search"])
    await box.create(A)
    with pytest.raises(ServiceError, match="Tool type 'web_search' is not enabled"):
        await box.update(C)
    assert box.default() == "1" and box.versions() == ["1"]


async def test_a_role_that_does_not_work_yet_is_waited_for(box: Box) -> None:
    denied = {"kind": "status", "status": 403}
    box.azure.fault(plane="data", times=2, action=denied)
    await box.create(A, role_propagation_timeout=60)
    assert "waiting for the deployer's role" in box.told[0]
    box.azure.fault(plane="data", method="POST", action=denied)
    await box.update(B, role_propagation_timeout=60)
    assert box.versions() == ["2", "1"]
    box.azure.fault(plane="data", times=None, action=denied)
    with pytest.raises(AccessDenied):
        await box.update(C)


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
