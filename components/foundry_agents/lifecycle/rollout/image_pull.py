"""Why the platform could not pull an image.

The service says no more than `ImageError`. This looks where the deployer may look: into the registry, and at
its settings and role assignments. What it may not see is left out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import AzureError

from ..inputs.image import ImageReference
from ..service import registry as container_registry
from ..service.arm import ResourceManager
from ..service.roles import ACR_PULL, REPOSITORY_READER

PLATFORM = "linux/amd64"
ROLE_MAY_TAKE = timedelta(minutes=15)
"""The longest that a role assignment was seen to take until it works."""

_WITH_PULL = {
    ACR_PULL: "AcrPull",
    "8311e382-0749-4cb8-b61a-304f252e45ec": "AcrPush",
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
}
_WITH_REPOSITORY_READ = {
    REPOSITORY_READER: "Container Registry Repository Reader",
    "2a1e307c-b015-4ebd-883e-5b7698a07328": "Container Registry Repository Writer",
    "2efddaa5-3f1f-4df3-97df-af3f13818f4c": "Container Registry Repository Contributor",
}
_BY_REPOSITORY = "AbacRepositoryPermissions"


@dataclass(frozen=True)
class Pull:
    """What was to be pulled, by whom. `registry_id` and `principal_id` are empty where nobody said."""

    reference: ImageReference
    registry: str
    registry_id: str
    principal_id: str


@dataclass(frozen=True)
class Finding:
    """A cause with its cure; `may_heal` if another try may well succeed."""

    text: str
    may_heal: bool


NOTHING_FOUND = Finding("", may_heal=True)


async def explain(credential: AsyncTokenCredential, pull: Pull) -> Finding:
    """Looks for the cause, the likeliest first."""
    if not container_registry.is_azure(pull.reference.host, pull.registry):
        return Finding("", may_heal=False)  # no role of Azure's is in the way there
    looks: tuple[Callable[[AsyncTokenCredential, Pull], Awaitable[Finding | None]], ...] = (
        _at_the_image,
        _at_the_registry,
    )
    for look in looks:
        try:
            finding = await look(credential, pull)
        except (AzureError, KeyError, ValueError):
            continue  # the deployer may not look there
        if finding is not None:
            return finding
    return NOTHING_FOUND


async def _at_the_image(credential: AsyncTokenCredential, pull: Pull) -> Finding | None:
    image = str(pull.reference)
    built_for = await container_registry.platforms(credential, pull.reference)
    if built_for is None:
        return Finding(f"{image} is not in its registry: push {image}, then run up again", may_heal=False)
    if PLATFORM not in built_for:
        return Finding(
            f"{image} is built for {', '.join(built_for)}, not for {PLATFORM}: build it with "
            f"--platform {PLATFORM}, push it under a new tag, and name that tag",
            may_heal=False,
        )
    return None


async def _at_the_registry(credential: AsyncTokenCredential, pull: Pull) -> Finding | None:
    if not pull.registry_id:
        return None
    manager = ResourceManager(credential)
    registry = (await manager.get(pull.registry_id, "2025-04-01"))["properties"]
    return _at_the_policy(registry, pull) or await _at_the_roles(manager, registry, pull)


def _at_the_policy(registry: dict[str, Any], pull: Pull) -> Finding | None:
    policy = (registry.get("policies") or {}).get("azureADAuthenticationAsArmPolicy") or {}
    if policy.get("status", "enabled") == "enabled":
        return None
    return Finding(
        f"the registry {pull.reference.host} refuses tokens for Resource Manager, which Foundry pulls with: set its "
        "policy azureADAuthenticationAsArmPolicy to enabled (az acr config authentication-as-arm update "
        "--status enabled), then run up again",
        may_heal=False,
    )


async def _at_the_roles(manager: ResourceManager, registry: dict[str, Any], pull: Pull) -> Finding | None:
    if not pull.principal_id:
        return None
    by_repository = registry.get("roleAssignmentMode") == _BY_REPOSITORY
    wanted = _WITH_REPOSITORY_READ if by_repository else {**_WITH_PULL, **_WITH_REPOSITORY_READ}
    assignments = await manager.get(
        f"{pull.registry_id}/providers/Microsoft.Authorization/roleAssignments",
        "2022-04-01",
        **{"$filter": f"assignedTo('{pull.principal_id}')"},
    )
    granted = [
        item["properties"]
        for item in assignments["value"]
        if item["properties"]["roleDefinitionId"].rsplit("/", 1)[-1] in wanted
    ]
    if not granted:
        name = wanted[REPOSITORY_READER if by_repository else ACR_PULL]
        return Finding(
            f"the project's identity {pull.principal_id} has no role to pull from {pull.reference.host}: give it "
            f"{name} on the registry (AgentEnvironment does, unless role_assignments is external), then run up again",
            may_heal=False,
        )
    age = datetime.now(timezone.utc) - min(map(_created, granted))
    if age < ROLE_MAY_TAKE:
        return Finding(
            f"the project's identity got its pull role {age.total_seconds():.0f} s ago, which may not work yet (up to "
            f"{ROLE_MAY_TAKE.total_seconds() / 60:.0f} min): run up again, or raise role_propagation_timeout",
            may_heal=True,
        )
    return None


def _created(assignment: dict[str, str]) -> datetime:
    text = assignment["createdOn"].rstrip("Z")[:19]
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)
