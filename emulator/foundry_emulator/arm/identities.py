"""Managed identities of resources."""

from typing import Any

from foundry_emulator.arm import errors
from foundry_emulator.arm.state import ArmState, Resource
from foundry_emulator.host.clock import Clock
from foundry_emulator.identity.state import Directory

KINDS = (
    "None",
    "SystemAssigned",
    "UserAssigned",
    "SystemAssigned, UserAssigned",
    "SystemAssigned,UserAssigned",
)


class Identities:
    """Assigns identities to resources; system-assigned ones are created in the directory."""

    def __init__(self, state: ArmState, clock: Clock, directory: Directory) -> None:
        self._state = state
        self._clock = clock
        self._directory = directory

    def assign(
        self, wanted: dict[str, Any] | None, existing: Resource | None, display_name: str
    ) -> dict[str, Any] | None:
        """The identity of a resource after a write; an identity that stays keeps its principal.

        A write without `identity` leaves it as it is; `None` removes it.
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
            identity["principalId"] = kept or self._new_principal(display_name)
            identity["tenantId"] = self._directory.tenant_id
        if "UserAssigned" in kind:
            identity["userAssignedIdentities"] = _user_assigned(wanted.get("userAssignedIdentities"))
        return identity

    def _new_principal(self, display_name: str) -> str:
        principal = self._directory.add_service_principal(display_name)
        self._state.principals_made_at[principal.object_id] = self._clock.now()
        return principal.object_id


def _user_assigned(wanted: Any) -> dict[str, Any]:
    """User-assigned identities are resources of a provider that the local Azure does not have."""
    if not isinstance(wanted, dict) or not wanted:
        raise errors.invalid_value(
            "InvalidIdentityType", "The identity type 'UserAssigned' needs 'userAssignedIdentities'."
        )
    return {place: {} for place in wanted}
