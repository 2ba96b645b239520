"""A failed pull says which of the known causes it is, and how to cure it."""

import asyncio
from typing import Any

import pytest

from foundry_agents.lifecycle.errors.exceptions import VersionFailed
from foundry_emulator.identity.state import DEPLOYER_OBJECT_ID
from foundry_emulator.testing import ACR_PULL, FOUNDRY_USER, LocalAzure, Project

from .conftest import AGENT_COMMAND, Agent

# Every test changes what the others need, so each has a project of its own.


@pytest.fixture
def images(azure: LocalAzure, request: pytest.FixtureRequest) -> Project:
    """A project that may not pull yet, and a registry with images for two platforms."""
    name = f"a{abs(hash(request.node.nodeid)) % 10**8}"
    made = azure.make_project(account=name, registry=f"{name}reg", grants=False)
    azure.grant(FOUNDRY_USER, DEPLOYER_OBJECT_ID, made.arm_id)
    azure.push(f"{made.login_server}/echo:v1", AGENT_COMMAND)
    azure.push(f"{made.login_server}/echo:arm", AGENT_COMMAND, platform="linux/arm64")
    return made


def new_roles_have_no_effect(azure: LocalAzure) -> None:
    """Role assignments that exist now keep working; later ones do not work until the setting changes."""
    state = azure.state()
    for assignment in state["arm"]["role_assignments"].values():
        assignment["created_at"] = 0
    azure.load(state)
    azure.settings(role_propagation_seconds=10**6)


async def why(echo: Agent, *, seconds: float = 0, **inputs: Any) -> str:
    with pytest.raises(VersionFailed) as failed:
        await echo.create(
            registry_id=echo.project.registry_id,
            pull_principal_id=echo.project.principal_id,
            role_propagation_timeout=seconds,
            **inputs,
        )
    assert "ImageError" in str(failed.value)
    return str(failed.value).splitlines()[0]


async def test_a_missing_role(echo: Agent) -> None:
    told = await why(echo, seconds=60)
    assert f"identity {echo.project.principal_id} has no role to pull" in told and "assign it AcrPull" in told


async def test_a_role_that_was_granted_too_recently(echo: Agent) -> None:
    new_roles_have_no_effect(echo.azure)
    echo.azure.grant(ACR_PULL, echo.project.principal_id, echo.project.registry_id)
    told = await why(echo)
    assert "was assigned its pull role" in told and "still be propagating" in told


async def test_a_role_that_begins_to_work_is_waited_for_and_leaves_one_version(echo: Agent) -> None:
    new_roles_have_no_effect(echo.azure)
    echo.azure.grant(ACR_PULL, echo.project.principal_id, echo.project.registry_id)
    ids: dict[str, Any] = {"registry_id": echo.project.registry_id, "pull_principal_id": echo.project.principal_id}
    creating = asyncio.create_task(echo.create(role_propagation_timeout=60, **ids))
    while not creating.done() and not any("Retrying" in line for line in echo.told):
        await asyncio.sleep(0.02)
    echo.azure.settings(role_propagation_seconds=0)
    state = await creating
    assert echo.versions() == [state.version] and int(state.version) > 1
    assert any("Retrying" in line for line in echo.told)


async def test_a_registry_that_refuses_tokens_for_resource_manager(echo: Agent) -> None:
    echo.azure.grant(ACR_PULL, echo.project.principal_id, echo.project.registry_id)
    body = {
        "location": "swedencentral",
        "sku": {"name": "Basic"},
        "properties": {"policies": {"azureADAuthenticationAsArmPolicy": {"status": "disabled"}}},
    }
    answer = echo.azure.arm("PUT", f"{echo.project.registry_id}?api-version=2025-04-01", body)
    assert answer.status < 300
    assert "azureADAuthenticationAsArmPolicy" in await why(echo, seconds=60)


async def test_a_tag_that_is_absent(echo: Agent) -> None:
    echo.azure.grant(ACR_PULL, echo.project.principal_id, echo.project.registry_id)
    reference = f"{echo.project.login_server}/echo:v9"
    assert await why(echo, seconds=60, image="echo:v9") == (
        f"{reference} does not exist in its registry: push {reference}, then run `pulumi up` again"
    )


async def test_a_repository_that_is_absent(echo: Agent) -> None:
    echo.azure.grant(ACR_PULL, echo.project.principal_id, echo.project.registry_id)
    assert "does not exist in its registry" in await why(echo, seconds=60, image="nothing:v1")


async def test_an_image_for_another_platform(echo: Agent) -> None:
    echo.azure.grant(ACR_PULL, echo.project.principal_id, echo.project.registry_id)
    told = await why(echo, seconds=60, image="echo:arm")
    assert "is built for linux/arm64, not for linux/amd64" in told


async def test_a_registry_with_repository_permissions_needs_another_role(echo: Agent) -> None:
    echo.azure.grant(ACR_PULL, echo.project.principal_id, echo.project.registry_id)
    body = {
        "location": "swedencentral",
        "sku": {"name": "Basic"},
        "properties": {"roleAssignmentMode": "AbacRepositoryPermissions"},
    }
    assert echo.azure.arm("PUT", f"{echo.project.registry_id}?api-version=2025-04-01", body).status < 300
    assert "Container Registry Repository Reader" in await why(echo, seconds=60)


async def test_a_deployer_who_may_not_look_is_told_what_the_service_says(echo: Agent) -> None:
    echo.azure.fault(plane="arm", times=None, action={"kind": "status", "status": 403})
    echo.azure.fault(plane="registry", times=None, action={"kind": "status", "status": 401, "body": ""})
    told = await why(echo)
    assert told.startswith("version ") and "Failed to pull container image" in told
