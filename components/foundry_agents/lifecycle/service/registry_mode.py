"""The role assignment mode of an Azure container registry: whether roles can be limited to repositories (ABAC)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors.exceptions import ServiceError
from .waiting import Wait, poll_until

if TYPE_CHECKING:
    from .answers import JsonObject
    from .arm import ResourceManager

API_VERSION = "2025-11-01"
"""A version with `roleAssignmentMode`. azure-native's own resource uses 2023-01-01-preview, which lacks it."""
BY_REPOSITORY = "AbacRepositoryPermissions"
"""The mode "RBAC Registry + ABAC Repository Permissions", in which AcrPull has no effect."""
_PROPERTY = "roleAssignmentMode"
_SECONDS = 600.0
_MAY_PASS = {409, 412, 429, 500, 502, 503, 504}


async def read_mode(arm: ResourceManager, registry_id: str) -> str:
    """The mode. Raises `NotFound` if the registry does not exist, and `ServiceError`."""
    return _mode_of(await arm.get(registry_id, API_VERSION))


async def set_mode(arm: ResourceManager, registry_id: str, mode: str) -> None:
    """Sets the mode, and waits until Azure has it. Raises `ServiceError`.

    Only the mode is sent: everything else of the registry stays as it is. Source: registriesUpdateSample of
    @azure/arm-containerregistry, 2025-05-01-preview.
    """
    wait = Wait(_SECONDS)

    async def is_set() -> bool:
        registry = await arm.get(registry_id, API_VERSION)
        is_busy = (registry.get("properties") or {}).get("provisioningState") in ("Creating", "Updating")
        if is_busy or _mode_of(registry) == mode:
            return not is_busy
        try:
            await arm.patch(registry_id, API_VERSION, {"properties": {_PROPERTY: mode}})
        except ServiceError as error:
            if error.status not in _MAY_PASS or wait.is_over:
                raise
        return False

    if not await poll_until(bool, is_set, wait):
        tried = f"setting the role assignment mode of {registry_id}"
        raise ServiceError(tried, 0, "", f"the registry does not have it after {_SECONDS:.0f} s; run `pulumi up` again")


def _mode_of(registry: JsonObject) -> str:
    """Registries from before the mode existed may not report it."""
    return str((registry.get("properties") or {}).get(_PROPERTY) or "LegacyRegistryPermissions")
