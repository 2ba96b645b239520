"""Managed identities of resources: system-assigned ones are made and kept here."""

from typing import Any

from foundry_emulator.arm import errors
from foundry_emulator.arm.state import Resource
from foundry_emulator.world import World

KINDS = (
    "None",
    "SystemAssigned",
    "UserAssigned",
    "SystemAssigned, UserAssigned",
    "SystemAssigned,UserAssigned",
)


def assign(
    world: World, wanted: dict[str, Any] | None, existing: Resource | None, display_name: str
) -> dict[str, Any] | None:
    """The identity of a resource after a write; an identity that stays keeps its principal.

    A write without `identity` leaves it as it is; `None` takes it away.
    Source: recorded test traffic of Azure/azure-cli (account and project create), 2025-10.
    """
    before = existing.identity if existing else None
    if wanted is None:
        return before
    kind = wanted.get("type")
    if kind not in KINDS:
        raise errors.invalid_value("InvalidIdentityType", f"The identity type '{kind}' is not one of {KINDS}.")
    if kind == "None":
        return None
    identity: dict[str, Any] = {"type": kind}
    if "SystemAssigned" in kind:
        kept = before.get("principalId") if before else None
        identity["principalId"] = kept or _new_principal(world, display_name)
        identity["tenantId"] = world.state.directory.tenant_id
    if "UserAssigned" in kind:
        identity["userAssignedIdentities"] = _user_assigned(wanted.get("userAssignedIdentities"))
    return identity


def _new_principal(world: World, display_name: str) -> str:
    principal = world.state.directory.add_service_principal(display_name)
    world.state.arm.principals_made_at[principal.object_id] = world.clock.now()
    return principal.object_id


def _user_assigned(wanted: Any) -> dict[str, Any]:
    """User-assigned identities are resources of a provider that the local Azure does not have."""
    if not isinstance(wanted, dict) or not wanted:
        raise errors.invalid_value(
            "InvalidIdentityType", "The identity type 'UserAssigned' needs 'userAssignedIdentities'."
        )
    return {place: {} for place in wanted}
