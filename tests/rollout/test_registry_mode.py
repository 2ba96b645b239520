"""The mode of a registry: set beside the registry, kept set, and left when it is removed from the program."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from foundry_agents.lifecycle.errors.exceptions import ServiceError
from foundry_agents.lifecycle.inputs.unknown import UNKNOWN
from foundry_agents.lifecycle.resource.registry_mode import REGISTRY_MODE
from foundry_agents.lifecycle.service.arm import ResourceManager
from foundry_agents.lifecycle.service.json_http import JsonClient

from . import registry
from .conftest import Credential
from .script import Script
from .wire import Answer, MemoryTransport, Request

LEGACY, ABAC = "LegacyRegistryPermissions", "AbacRepositoryPermissions"
INPUTS = {"registry_id": registry.ID, "mode": ABAC}
BUSY = Answer(409, {"error": {"code": "Conflict", "message": "another operation is in progress"}})
DENIED = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "no authorization"}})


class Azure:
    """Resource Manager with one registry."""

    def __init__(self) -> None:
        self.registry = registry.Registry()
        self.registry.properties = {"roleAssignmentMode": LEGACY, "policies": {"kept": 1}}
        self.script = Script()
        self.requests: list[Request] = []

    async def __call__(self, request: Request) -> Answer:
        self.requests.append(request)
        events = self.script.meets(request.method, request.path)
        return next(filter(None, (event.before() for event in events)), None) or self.registry.answer(request)

    def patches(self) -> list[Any]:
        return [request.body for request in self.requests if request.method == "PATCH"]


@pytest.fixture
def azure() -> Iterator[Azure]:
    made = Azure()
    yield made
    assert made.script.missed() == []


@pytest.fixture
async def arm(azure: Azure) -> ResourceManager:
    transport = MemoryTransport(azure, asyncio.get_running_loop().time, read_timeout=120)
    return ResourceManager(JsonClient(Credential(), transport))


async def changed(arm: ResourceManager, **inputs: Any) -> list[str]:
    return (await REGISTRY_MODE.diff(lambda: arm, INPUTS, {**INPUTS, **inputs})).changed


async def test_nothing_but_the_mode_is_sent(azure: Azure, arm: ResourceManager) -> None:
    told: list[str] = []
    assert await REGISTRY_MODE.create(arm, INPUTS, told.append) == INPUTS
    assert azure.patches() == [{"properties": {"roleAssignmentMode": ABAC}}]
    assert azure.registry.properties == {"roleAssignmentMode": ABAC, "policies": {"kept": 1}}
    assert told == [f"acme: its role assignment mode is {ABAC}"]


async def test_a_mode_that_is_set_already_is_not_sent_again(azure: Azure, arm: ResourceManager) -> None:
    azure.registry.properties = {"roleAssignmentMode": ABAC}
    await REGISTRY_MODE.create(arm, INPUTS, print)
    assert azure.patches() == []


async def test_a_registry_in_another_operation_is_waited_for(azure: Azure, arm: ResourceManager) -> None:
    updating = Answer(200, {"properties": {"roleAssignmentMode": ABAC, "provisioningState": "Updating"}})
    azure.script.answer("GET", "registries/acme$", updating, times=20)
    azure.script.answer("PATCH", "registries/acme$", BUSY, times=3)
    await REGISTRY_MODE.create(arm, INPUTS, print)
    assert len(azure.patches()) == 4
    assert azure.registry.properties == {"roleAssignmentMode": ABAC, "policies": {"kept": 1}}


async def test_a_deployer_who_may_not_write_the_registry_is_told_so_at_once(azure: Azure, arm: ResourceManager) -> None:
    azure.script.answer("PATCH", "registries/acme$", DENIED)
    with pytest.raises(ServiceError, match="not authorized for this operation") as refused:
        await REGISTRY_MODE.create(arm, INPUTS, print)
    assert refused.value.code == "AuthorizationFailed" and len(azure.patches()) == 1


async def test_a_mode_that_azure_accepts_and_never_has_is_an_error(azure: Azure, arm: ResourceManager) -> None:
    azure.script.answer("PATCH", "registries/acme$", Answer(202), times=10**6)
    with pytest.raises(ServiceError, match="run `pulumi up` again"):
        await REGISTRY_MODE.create(arm, INPUTS, print)
    assert 600 <= azure.requests[-1].at < 610


async def test_a_mode_that_was_reset_is_a_change_and_one_that_is_set_is_none(
    azure: Azure, arm: ResourceManager
) -> None:
    assert await changed(arm) == ["mode"]
    await REGISTRY_MODE.update(arm, INPUTS, INPUTS, print)
    assert await changed(arm) == []
    assert await changed(arm, registry_id=UNKNOWN) == []


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_a_registry_that_cannot_be_read_shows_no_change(azure: Azure, arm: ResourceManager, status: int) -> None:
    azure.script.answer("GET", "registries/acme$", Answer(status), times=10)
    assert await changed(arm) == []


async def test_a_refresh_shows_the_mode_that_azure_has(azure: Azure, arm: ResourceManager) -> None:
    found = await REGISTRY_MODE.read(arm, INPUTS)
    assert found is not None and found.inputs == {"registry_id": registry.ID, "mode": LEGACY}
    drifted = await REGISTRY_MODE.diff(lambda: arm, found.properties, INPUTS)
    assert (drifted.changed, drifted.replaces) == (["mode"], [])
    azure.script.answer("GET", "registries/acme$", Answer(404))
    assert await REGISTRY_MODE.read(arm, INPUTS) is None


async def test_removing_it_leaves_the_mode_and_says_how_to_change_it(azure: Azure, arm: ResourceManager) -> None:
    said = await REGISTRY_MODE.delete(arm, INPUTS)
    assert "az acr update --name acme --role-assignment-mode rbac" in said
    assert [str(request) for request in azure.requests] == []
