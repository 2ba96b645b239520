"""An image that cannot be pulled: the cause is looked for, and only what may pass is tried again."""

from datetime import timedelta
from typing import Any

import pytest

from foundry_agents.lifecycle.errors.exceptions import VersionFailed

from . import registry
from .driver import AgentDriver
from .foundry import REGISTRY

IMAGE_ERROR = ("ImageError", "Failed to pull container image.")
ACR_PULL, REPOSITORY_READER = "7f951dda-4ed3-4680-a7ca-43fe172d538d", "b93aa761-3e63-49ed-ac28-beffa264f7ac"
IDS = {"registry_id": registry.ID, "pull_principal_id": registry.PRINCIPAL, "role_propagation_timeout": 600}
THERE = {"echo:v1": ["linux/amd64"]}
OLD, NEW = timedelta(hours=1), timedelta(seconds=70)


async def why(echo: AgentDriver, **inputs: Any) -> VersionFailed:
    """Why the first version failed; it leaves nothing."""
    echo.foundry.failures["echo:v1"] = IMAGE_ERROR
    with pytest.raises(VersionFailed) as failed:
        await echo.create(**{**IDS, **inputs})
    assert not echo.exists and failed.value.code == "ImageError"
    return failed.value


def created(echo: AgentDriver) -> int:
    return echo.foundry.writes().count("POST /versions")


async def test_a_tag_that_is_absent(echo: AgentDriver) -> None:
    echo.foundry.registry.images = {}
    failed = await why(echo)
    assert str(failed).startswith(f"{REGISTRY}/echo:v1 does not exist in its registry: push {REGISTRY}/echo:v1, then")
    assert "ImageError: Failed to pull container image." in str(failed)
    assert not failed.may_recover and created(echo) == 1


@pytest.mark.parametrize("platforms", [["linux/arm64"], ["linux/arm64", "windows/amd64"]])
async def test_an_image_for_another_platform(echo: AgentDriver, platforms: list[str]) -> None:
    echo.foundry.registry.images = {"echo:v1": platforms}
    failed = await why(echo)
    assert f"is built for {', '.join(platforms)}, not for linux/amd64" in str(failed) and created(echo) == 1


async def test_an_image_for_several_platforms_of_which_one_is_right_is_not_the_cause(echo: AgentDriver) -> None:
    echo.foundry.registry.images = {"echo:v1": ["linux/arm64", "linux/amd64"]}
    failed = await why(echo, role_propagation_timeout=0)
    assert "is built for" not in str(failed) and failed.may_recover


async def test_a_missing_role_is_not_waited_for(echo: AgentDriver) -> None:
    echo.foundry.registry.images, echo.foundry.registry.properties = THERE, {}
    failed = await why(echo)
    assert f"identity {registry.PRINCIPAL} has no role to pull from {REGISTRY}: assign it AcrPull" in str(failed)
    assert created(echo) == 1


async def test_a_registry_with_repository_permissions_needs_another_role(echo: AgentDriver) -> None:
    echo.foundry.registry.images = THERE
    echo.foundry.registry.properties = {"roleAssignmentMode": "AbacRepositoryPermissions"}
    echo.foundry.registry.roles = {ACR_PULL: OLD}
    assert "assign it Container Registry Repository Reader" in str(await why(echo))


@pytest.mark.parametrize("mode", ["AbacRepositoryPermissions", "LegacyRegistryPermissions"])
async def test_a_role_that_was_assigned_too_recently_is_waited_for(echo: AgentDriver, mode: str) -> None:
    echo.foundry.registry.images, echo.foundry.registry.properties = THERE, {"roleAssignmentMode": mode}
    echo.foundry.registry.roles = {REPOSITORY_READER: NEW}
    failed = await why(echo)
    assert "was assigned its pull role 7" in str(failed) and "(up to 15 min)" in str(failed) and failed.may_recover
    assert created(echo) > 5


async def test_a_repository_role_that_has_no_effect_in_the_registrys_mode_is_not_taken_for_a_grant(
    echo: AgentDriver,
) -> None:
    echo.foundry.registry.images = THERE
    echo.foundry.registry.properties = {"roleAssignmentMode": "LegacyRegistryPermissions"}
    echo.foundry.registry.roles = {REPOSITORY_READER: OLD}
    assert "assign it AcrPull" in str(await why(echo))


async def test_of_several_roles_the_oldest_counts(echo: AgentDriver) -> None:
    echo.foundry.registry.images, echo.foundry.registry.properties = THERE, {}
    echo.foundry.registry.roles = {ACR_PULL: OLD, REPOSITORY_READER: NEW}
    failed = await why(echo, role_propagation_timeout=0)
    assert "was assigned its pull role" not in str(failed) and failed.may_recover


async def test_a_registry_that_refuses_tokens_for_resource_manager(echo: AgentDriver) -> None:
    policies = {"azureADAuthenticationAsArmPolicy": {"status": "disabled"}}
    echo.foundry.registry.images, echo.foundry.registry.properties = THERE, {"policies": policies}
    failed = await why(echo)
    assert f"the registry {REGISTRY} refuses tokens for Resource Manager" in str(failed) and created(echo) == 1


@pytest.mark.parametrize(
    "ids", [{}, {"registry_id": None}, {"pull_principal_id": None}], ids=["denied", "no id", "nobody"]
)
async def test_a_deployer_who_may_not_look_is_told_what_the_service_says(
    echo: AgentDriver, ids: dict[str, Any]
) -> None:
    if ids:
        echo.foundry.registry.properties = {}
    failed = await why(echo, **{**ids, "role_propagation_timeout": 0})
    assert str(failed).startswith("version 1 of agent 'echo' failed: ImageError: Failed to pull container image.")
    assert failed.may_recover


async def test_a_registry_that_is_not_azures_is_not_looked_at(echo: AgentDriver) -> None:
    echo.foundry.failures["nothing:v1"] = IMAGE_ERROR
    with pytest.raises(VersionFailed) as failed:
        await echo.create(**{**IDS, "image": "ghcr.io/nobody/nothing:v1"})
    assert not failed.value.may_recover and created(echo) == 1


async def test_another_registry_of_azures_is_looked_at(echo: AgentDriver) -> None:
    echo.foundry.failures["echo:v1"] = IMAGE_ERROR
    echo.foundry.registry.images = {}
    with pytest.raises(VersionFailed, match=r"other\.azurecr\.io/echo:v1 does not exist"):
        await echo.create(**{**IDS, "image": "other.azurecr.io/echo:v1"})


async def test_the_environments_own_registry_is_looked_at_wherever_it_is(echo: AgentDriver) -> None:
    echo.foundry.failures["echo:v1"] = IMAGE_ERROR
    echo.foundry.registry.images = {}
    with pytest.raises(VersionFailed, match=r"registry\.example/echo:v1 does not exist"):
        await echo.create(**{**IDS, "registry": "registry.example"})


async def test_another_failure_is_not_looked_into(echo: AgentDriver) -> None:
    echo.foundry.registry.images = {}
    echo.foundry.failures["echo:v1"] = ("CodeError", "no")
    with pytest.raises(VersionFailed, match="CodeError: no") as failed:
        await echo.create(**IDS)
    assert not failed.value.may_recover and created(echo) == 1


async def test_a_role_that_begins_to_work_is_waited_for_and_leaves_one_version(echo: AgentDriver) -> None:
    echo.foundry.failures["echo:v1"] = IMAGE_ERROR
    echo.foundry.script.meanwhile("POST", "/versions$", echo.foundry.failures.clear, nth=3)
    state = await echo.create(**IDS)
    assert state["version"] == "3" and echo.versions == ["3"] and echo.traffic == {"3": 100}
    assert len([line for line in echo.told if "Retrying" in line]) == 2


@pytest.mark.parametrize("image", ["echo:v1", "team/echo:v1"])
async def test_a_pull_that_fails_where_the_same_registry_serves_is_not_tried_again(
    echo: AgentDriver, image: str
) -> None:
    await echo.create(**{**IDS, "image": image})
    echo.foundry.failures["echo:v2"] = IMAGE_ERROR
    echo.foundry.writes()
    with pytest.raises(VersionFailed):
        await echo.update(**{**IDS, "image": "echo:v2"})
    assert created(echo) == 1 and echo.versions == ["1"] and echo.traffic == {"1": 100}


async def test_a_pull_that_fails_where_another_registry_serves_is_tried_again(echo: AgentDriver) -> None:
    await echo.create(**{**IDS, "image": "other.azurecr.io/echo:v1"})
    echo.foundry.failures["echo:v2"] = IMAGE_ERROR
    echo.foundry.script.meanwhile("POST", "/versions$", echo.foundry.failures.clear, nth=2)
    await echo.update(**{**IDS, "image": "echo:v2"})
    assert echo.traffic == {"3": 100} and echo.versions == ["3", "1"]


async def test_all_versions_that_could_not_pull_are_deleted(echo: AgentDriver) -> None:
    await echo.create(**{**IDS, "image": "other.azurecr.io/echo:v1"})
    echo.foundry.failures["echo:v2"] = IMAGE_ERROR
    with pytest.raises(VersionFailed):
        await echo.update(**{**IDS, "image": "echo:v2"})
    assert echo.there.made > 5 and echo.versions == ["1"] and echo.traffic == {"1": 100}
