"""Key vaults as resources. For their content see `foundry_emulator/vault`.

Source: azure-mgmt-keyvault 14.1.0 for names and shapes; learn.microsoft.com "Azure Key Vault soft-delete
overview" and issue reports of azurerm for the refusals.
"""

import re
from typing import Any

from starlette.responses import Response

from foundry_emulator.arm import errors
from foundry_emulator.arm.call import Call
from foundry_emulator.arm.ids import is_within, segment
from foundry_emulator.arm.locations import normalized
from foundry_emulator.arm.plane import Arm
from foundry_emulator.arm.resource_types import VAULT
from foundry_emulator.arm.state import DeletedVault, Resource
from foundry_emulator.arm.wire import answer, empty, iso, listing, provisioning_state, resource_body

NAME = re.compile(r"[a-zA-Z](?:-?[a-zA-Z0-9]){2,23}")
DAY = 86400.0
MIN_RETENTION, MAX_RETENTION = 7, 90
SETTABLE = (
    "accessPolicies",
    "createMode",
    "enabledForDeployment",
    "enabledForDiskEncryption",
    "enabledForTemplateDeployment",
    "enablePurgeProtection",
    "enableRbacAuthorization",
    "enableSoftDelete",
    "networkAcls",
    "publicNetworkAccess",
    "sku",
    "softDeleteRetentionInDays",
    "tenantId",
)
_READ_ONLY = ("hsmPoolResourceId", "privateEndpointConnections", "provisioningState", "vaultUri")
_DEFAULTS: dict[str, Any] = {
    "accessPolicies": [],
    "enabledForDeployment": False,
    "enableRbacAuthorization": False,
    "enableSoftDelete": True,
    "publicNetworkAccess": "Enabled",
    "softDeleteRetentionInDays": MAX_RETENTION,
}


async def put(call: Call) -> Response:
    """Create, replace, or recover a soft-deleted one (`createMode: recover`)."""
    name = call.parameters["vault"]
    _check_name(name)
    location, sent = call.text("location"), _sent(call)
    if not location:
        raise errors.invalid_value("LocationRequired", "The location property is required for this definition.")
    existing = call.arm.resources.find(_id(call))
    deleted = _find_deleted(call.arm, name)
    if existing is None and deleted is not None:
        return await _recovered(call, deleted, sent)
    if existing is None and _is_taken(call, name):
        raise errors.ArmError(
            409,
            "VaultAlreadyExists",
            f"The vault name '{name}' is already in use. Vault names are globally unique so it is possible that the "
            "name is already taken.",
        )
    vault = existing or Resource(id=_id(call), type=VAULT, name=name)
    sent.pop("createMode", None)
    _check(call, vault.properties, sent)
    kept = {key: vault.properties[key] for key in ("enablePurgeProtection",) if key in vault.properties}
    vault.properties = {**_DEFAULTS, **kept, **sent}
    vault.location, vault.tags = location.replace(" ", "").lower(), call.mapping("tags") or {}
    call.arm.resources.save(vault, call.principal)
    if existing is None:
        await call.arm.vaults.open(name, vault.id)
        seconds = call.arm.settings.vault_create_seconds
        vault.ready_at, vault.changing = call.arm.clock.after(seconds), "RegisteringDns"
    return answer(200, _body(call, vault))


async def patch(call: Call) -> Response:
    """Change single properties or tags."""
    vault = _existing(call)
    sent = _sent(call)
    _check(call, vault.properties, {**vault.properties, **sent})
    vault.properties.update(sent)
    if "tags" in call.body:
        vault.tags = call.mapping("tags")
    call.arm.resources.save(vault, call.principal)
    return answer(200, _body(call, vault))


async def get(call: Call) -> Response:
    """Read one."""
    return answer(200, _body(call, _existing(call)))


async def list_all(call: Call) -> Response:
    """The vaults of a group or of the subscription."""
    scope = call.path.split("/providers/")[0]
    return listing([_body(call, one) for one in call.arm.resources.of_type(VAULT, scope)])


async def delete(call: Call) -> Response:
    """Soft-delete: 200, or 204 where there is none."""
    vault = call.arm.resources.find(_id(call))
    if vault is None:
        return empty(204)
    await call.arm.resources.remove(vault)
    return empty(200)


async def get_deleted(call: Call) -> Response:
    """Read a soft-deleted one."""
    return answer(200, _deleted_body(_existing_deleted(call)))


async def list_deleted(call: Call) -> Response:
    """All soft-deleted ones of the subscription."""
    scope = f"/subscriptions/{call.parameters['subscription']}"
    known = [_find_deleted(call.arm, name) for name in list(call.arm.state.deleted_vaults)]
    return listing([_deleted_body(one) for one in known if one is not None and is_within(one.vault.id, scope)])


async def purge(call: Call) -> Response:
    """Delete for good, unless the vault is protected against it."""
    deleted = _existing_deleted(call)
    if deleted.vault.properties.get("enablePurgeProtection"):
        raise errors.ArmError(
            405,
            "MethodNotAllowed",
            'Operation "DeletedVaultPurge" is not allowed because purge protection is enabled for this vault. Key '
            "Vault service will automatically purge it after the retention period has passed.",
        )
    _forget(call.arm, deleted.vault.name)
    return empty(200)


async def remember(arm: Arm, vault: Resource) -> None:
    """A vault was deleted, on its own or with its group."""
    now = arm.clock.now()
    days = vault.properties["softDeleteRetentionInDays"]
    arm.state.deleted_vaults[vault.name.lower()] = DeletedVault(
        vault=vault.model_copy(update={"gone_at": None}), deleted_at=now, purge_at=arm.clock.after(days * DAY)
    )
    await arm.vaults.close(vault.name)


async def _recovered(call: Call, deleted: DeletedVault, sent: dict[str, Any]) -> Response:
    if str(sent.get("createMode", "default")).lower() != "recover" or deleted.vault.id.lower() != _id(call).lower():
        raise errors.ArmError(
            409,
            "ConflictError",
            "A vault with the same name already exists in deleted state. You need to either recover or purge "
            "existing key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more "
            "information on soft delete.",
        )
    del call.arm.state.deleted_vaults[deleted.vault.name.lower()]
    call.arm.resources.save(deleted.vault, call.principal)
    await call.arm.vaults.open(deleted.vault.name, deleted.vault.id)
    return answer(200, _body(call, deleted.vault))


def _forget(arm: Arm, name: str) -> None:
    arm.state.deleted_vaults.pop(name.lower(), None)
    arm.vaults.forget(name)


def _find_deleted(arm: Arm, name: str) -> DeletedVault | None:
    found = arm.state.deleted_vaults.get(name.lower())
    if found is not None and arm.clock.now() >= found.purge_at:
        _forget(arm, name)
        return None
    return found


def _existing_deleted(call: Call) -> DeletedVault:
    name = call.parameters["vault"]
    deleted = _find_deleted(call.arm, name)
    subscription = f"/subscriptions/{call.parameters['subscription']}"
    found = deleted is not None and is_within(deleted.vault.id, subscription)
    if deleted is None or not found or deleted.vault.location != normalized(call.parameters["location"]):
        raise errors.ArmError(404, "DeletedVaultNotFound", f"The specified deleted vault '{name}' does not exist.")
    return deleted


def _existing(call: Call) -> Resource:
    vault = call.arm.resources.find(_id(call))
    if vault is None:
        raise errors.resource_not_found(f"{VAULT}/{call.parameters['vault']}", call.parameters["group"])
    return vault


def _id(call: Call) -> str:
    found = call.parameters
    return f"/subscriptions/{found['subscription']}/resourceGroups/{found['group']}/providers/{VAULT}/{found['vault']}"


def _is_taken(call: Call, name: str) -> bool:
    return any(one.name.lower() == name.lower() for one in call.arm.resources.of_type(VAULT))


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name) or len(name) > 24:
        raise errors.invalid_value(
            "VaultNameNotValid",
            f"The vault name '{name}' is invalid. A vault's name must be between 3-24 alphanumeric characters. The "
            "name must begin with a letter, end with a letter or digit, and not contain consecutive hyphens.",
        )


def _sent(call: Call) -> dict[str, Any]:
    sent = {key: value for key, value in (call.mapping("properties") or {}).items() if value is not None}
    unknown = sorted(set(sent) - {*SETTABLE, *_READ_ONLY})
    if unknown:
        raise errors.invalid_json(f"Could not find member '{unknown[0]}' on object of type 'VaultProperties'")
    return {key: value for key, value in sent.items() if key in SETTABLE}


def _check(call: Call, before: dict[str, Any], sent: dict[str, Any]) -> None:
    if sent.get("tenantId") != call.arm.directory.tenant_id:
        raise errors.invalid_value("BadRequest", "The tenant ID in the request is not the subscription's.", "tenantId")
    sku = sent.get("sku") or {}
    if sku.get("family") != "A" or sku.get("name") not in ("standard", "premium"):
        raise errors.invalid_value("BadRequest", "The sku must be of family A, standard or premium.", "sku")
    if sent.get("enableSoftDelete") is False:
        raise errors.invalid_value(
            "BadRequest",
            'The property "enableSoftDelete" can be set to false only for creating new vault. Enabling the soft '
            "delete functionality is an irreversible action.",
        )
    if sent.get("enablePurgeProtection") is False:
        raise errors.invalid_value(
            "BadRequest",
            'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault '
            "is an irreversible action.",
        )
    days = sent.get("softDeleteRetentionInDays", MAX_RETENTION)
    if not MIN_RETENTION <= days <= MAX_RETENTION:
        raise errors.invalid_value(
            "BadRequest", f"softDeleteRetentionInDays must be between {MIN_RETENTION} and {MAX_RETENTION}."
        )
    if before and before["softDeleteRetentionInDays"] != days:
        raise errors.invalid_value(
            "BadRequest",
            'The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.',
        )


def _body(call: Call, vault: Resource) -> dict[str, Any]:
    body = resource_body(vault, call.now)
    del body["etag"]
    properties = body["properties"]
    properties["vaultUri"] = call.arm.vaults.uri(vault.name)
    properties["provisioningState"] = provisioning_state(vault, call.now)
    return body


def _deleted_body(deleted: DeletedVault) -> dict[str, Any]:
    vault = deleted.vault
    subscription = segment(vault.id, "subscriptions")
    return {
        "id": (
            f"/subscriptions/{subscription}/providers/Microsoft.KeyVault/locations/{vault.location}"
            f"/deletedVaults/{vault.name}"
        ),
        "name": vault.name,
        "type": "Microsoft.KeyVault/deletedVaults",
        "properties": {
            "vaultId": vault.id,
            "location": vault.location,
            "tags": vault.tags or {},
            "deletionDate": iso(deleted.deleted_at),
            "scheduledPurgeDate": iso(deleted.purge_at),
            "purgeProtectionEnabled": bool(vault.properties.get("enablePurgeProtection")),
        },
    }
