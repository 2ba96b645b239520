"""What Azure Resource Manager remembers. Plain data: saving and loading the local Azure is one JSON file."""

import uuid
from typing import Any

from pydantic import BaseModel, Field, model_validator

from foundry_emulator.identity.state import DEPLOYER_OBJECT_ID, READER_OBJECT_ID

SUBSCRIPTION_ID = "5b0f7c1e-2d34-4c5a-9e6b-0a1b2c3d4e5f"
SECOND_SUBSCRIPTION_ID = "5b0f7c1e-2d34-4c5a-9e6b-0a1b2c3d4e60"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"


class Resource(BaseModel):
    """A resource of any type. `properties` holds what the caller sent and what the service added to it."""

    id: str
    type: str
    name: str
    location: str | None = None
    kind: str | None = None
    tags: dict[str, str] | None = None
    sku: dict[str, Any] | None = None
    identity: dict[str, Any] | None = None
    managed_by: str | None = None
    properties: dict[str, Any] = Field(default_factory=dict)
    etag: str = ""
    created_at: float = 0.0
    created_by: str = ""
    changed_at: float = 0.0
    changed_by: str = ""
    ready_at: float = 0.0
    """When the running create or update is over; a time in the past means that the resource is settled."""
    changing: str = "Creating"
    """What `provisioningState` says until then."""
    gone_at: float | None = None
    """When a running delete is over; None while nothing deletes the resource."""


class Operation(BaseModel):
    """A long-running operation that a client polls."""

    id: str
    started_at: float
    ends_at: float
    running: str = "Creating"
    resource_id: str = ""


class DeletedAccount(BaseModel):
    """A soft-deleted Cognitive Services account: it keeps its name until it is purged or restored."""

    account: Resource
    resource_group: str
    deleted_at: float
    purge_at: float


class DeletedVault(BaseModel):
    """A soft-deleted key vault: it keeps its name and its content until it is purged or recovered."""

    vault: Resource
    deleted_at: float
    purge_at: float


class RoleAssignment(BaseModel):
    """Who (`principal_id`) may do what (`role_definition_id`) where (`scope`)."""

    id: str
    name: str
    scope: str
    role_definition_id: str
    principal_id: str
    principal_type: str = "User"
    description: str | None = None
    condition: str | None = None
    condition_version: str | None = None
    delegated_managed_identity_resource_id: str | None = None
    created_at: float = 0.0
    updated_at: float = 0.0
    updated_by: str = ""


def _initial_subscriptions() -> dict[str, str]:
    return {SUBSCRIPTION_ID: "Local Azure", SECOND_SUBSCRIPTION_ID: "Local Azure, second subscription"}


def _initial_assignments() -> dict[str, RoleAssignment]:
    return {**_assignments_of(SUBSCRIPTION_ID), **_assignments_of(SECOND_SUBSCRIPTION_ID)}


def _assignments_of(subscription_id: str) -> dict[str, RoleAssignment]:
    """The deployer is Owner of each subscription, the reader is Reader; `nobody` has no role."""
    subscription = f"/subscriptions/{subscription_id}"
    assignments = {}
    for principal, role in ((DEPLOYER_OBJECT_ID, OWNER), (READER_OBJECT_ID, READER)):
        # A name is used at one scope only. The first subscription's are those of earlier saved states.
        scoped = principal if subscription_id == SUBSCRIPTION_ID else f"{principal} {subscription_id}"
        name = str(uuid.uuid5(uuid.UUID(role), scoped))
        place = f"{subscription}/providers/Microsoft.Authorization/roleAssignments/{name}"
        assignments[place.lower()] = RoleAssignment(
            id=place,
            name=name,
            scope=subscription,
            role_definition_id=f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}",
            principal_id=principal,
            principal_type="ServicePrincipal",
        )
    return assignments


class ArmState(BaseModel):
    """Everything below `/subscriptions`. Keys are ids in lower case: Azure's ids ignore case."""

    subscriptions: dict[str, str] = Field(default_factory=_initial_subscriptions)
    """Names by id."""
    resources: dict[str, Resource] = Field(default_factory=dict)
    role_assignments: dict[str, RoleAssignment] = Field(default_factory=_initial_assignments)
    deleted_accounts: dict[str, DeletedAccount] = Field(default_factory=dict)
    deleted_vaults: dict[str, DeletedVault] = Field(default_factory=dict)
    """By name in lower case: names of vaults are unique in all of Azure."""
    operations: dict[str, Operation] = Field(default_factory=dict)
    busy_until: dict[str, float] = Field(default_factory=dict)
    """Until when a write to the children of a resource keeps others out."""
    principals_made_at: dict[str, float] = Field(default_factory=dict)
    """When a managed identity was created: for a while other parts of Azure do not know it."""

    @model_validator(mode="before")
    @classmethod
    def _of_one_subscription(cls, saved: Any) -> Any:
        """States saved before there was a second subscription lack the grants on it."""
        if not isinstance(saved, dict) or "subscriptions" in saved or "role_assignments" not in saved:
            return saved
        return {**saved, "role_assignments": {**_assignments_of(SECOND_SUBSCRIPTION_ID), **saved["role_assignments"]}}
