"""Why the platform could not pull an image.

The service says no more than `ImageError`. This reads what the deployer may read: the registry's manifest, its
settings, and its role assignments. What the deployer may not read is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from ..errors.exceptions import ServiceError
from ..inputs.image import ImageReference
from ..service.answers import JsonObject
from ..service.registry_mode import API_VERSION, BY_REPOSITORY
from ..service.roles import ACR_PULL, PULLING, READING_REPOSITORIES, REPOSITORY_READER, role_of

if TYPE_CHECKING:
    from ..service.agents import AgentService

PLATFORM = "linux/amd64"
PROPAGATION = timedelta(minutes=15)
"""The longest that a role assignment was seen to take to propagate."""

_AZURE_REGISTRIES = (".azurecr.io", ".azurecr.cn", ".azurecr.us")


@dataclass(frozen=True)
class Pull:
    """The image, and the identity that pulls it. `registry_id` and `principal_id` are empty if they are not set."""

    image: ImageReference
    registry: str
    registry_id: str
    principal_id: str


@dataclass(frozen=True)
class Diagnosis:
    """A cause with its cure; `may_recover` if another version may well succeed."""

    text: str
    may_recover: bool


NO_CAUSE_FOUND = Diagnosis("", may_recover=True)
UNRELATED = Diagnosis("", may_recover=False)
"""For a failure that has nothing to do with Azure's roles."""


async def diagnose(service: AgentService, pull: Pull) -> Diagnosis:
    """Looks for the cause, the likeliest first."""
    host = pull.image.host
    if host != pull.registry and not host.endswith(_AZURE_REGISTRIES):
        return UNRELATED  # and the deployer's token is not for that host
    for look in (_at_the_image, _at_the_registry):
        try:
            diagnosis = await look(service, pull)
        except (ServiceError, KeyError, TypeError):
            continue  # the deployer may not read it, or it is not what was expected
        if diagnosis is not None:
            return diagnosis
    return NO_CAUSE_FOUND


async def _at_the_image(service: AgentService, pull: Pull) -> Diagnosis | None:
    image = str(pull.image)
    built_for = await service.registry.platforms(pull.image)
    if built_for is None:
        return Diagnosis(
            f"{image} does not exist in its registry: push {image}, then run `pulumi up` again", may_recover=False
        )
    if PLATFORM not in built_for:
        return Diagnosis(
            f"{image} is built for {', '.join(built_for)}, not for {PLATFORM}: build it with "
            f"--platform {PLATFORM}, push it with a new tag, and set that tag",
            may_recover=False,
        )
    return None


async def _at_the_registry(service: AgentService, pull: Pull) -> Diagnosis | None:
    if not pull.registry_id:
        return None
    registry = (await service.resource_manager.get(pull.registry_id, API_VERSION))["properties"]
    return _at_the_policy(registry, pull) or await _at_the_roles(service, registry, pull)


def _at_the_policy(registry: JsonObject, pull: Pull) -> Diagnosis | None:
    policy = (registry.get("policies") or {}).get("azureADAuthenticationAsArmPolicy") or {}
    if policy.get("status", "enabled") == "enabled":
        return None
    return Diagnosis(
        f"the registry {pull.image.host} refuses tokens for Resource Manager, which Foundry pulls with: set its "
        "policy azureADAuthenticationAsArmPolicy to enabled (az acr config authentication-as-arm update "
        "--status enabled), then run `pulumi up` again",
        may_recover=False,
    )


async def _at_the_roles(service: AgentService, registry: JsonObject, pull: Pull) -> Diagnosis | None:
    if not pull.principal_id:
        return None
    by_repository = registry.get("roleAssignmentMode") == BY_REPOSITORY
    # Whether a repository role has an effect in the other mode is not known: a new one is waited for there too.
    wanted = READING_REPOSITORIES if by_repository else PULLING
    hopeful = READING_REPOSITORIES if by_repository else {**PULLING, **READING_REPOSITORIES}
    assignments = await service.resource_manager.get(
        f"{pull.registry_id}/providers/Microsoft.Authorization/roleAssignments",
        "2022-04-01",
        **{"$filter": f"assignedTo('{pull.principal_id}')"},
    )
    granted = [item["properties"] for item in assignments["value"] if _role(item["properties"]) in hopeful]
    age = datetime.now(timezone.utc) - min(map(_created, granted)) if granted else PROPAGATION
    if age >= PROPAGATION and not any(_role(one) in wanted for one in granted):
        name = wanted[REPOSITORY_READER if by_repository else ACR_PULL]
        return Diagnosis(
            f"the project's identity {pull.principal_id} has no role to pull from {pull.image.host}: assign it "
            f"{name} on the registry (AgentEnvironment does, unless role_assignments is external), then run "
            "`pulumi up` again",
            may_recover=False,
        )
    if age < PROPAGATION:
        return Diagnosis(
            f"the project's identity was assigned its pull role {age.total_seconds():.0f} s ago, which may still be "
            f"propagating (up to {PROPAGATION.total_seconds() / 60:.0f} min): run `pulumi up` again, or raise "
            "role_propagation_timeout",
            may_recover=True,
        )
    return None


def _role(assignment: Mapping[str, str]) -> str:
    return role_of(assignment["roleDefinitionId"])


def _created(assignment: Mapping[str, str]) -> datetime:
    text = assignment["createdOn"].rstrip("Z")[:19]
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)
