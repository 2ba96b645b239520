"""Cognitive Services accounts (a Foundry resource is one of kind AIServices).

Source: recorded test traffic of Azure/azure-cli, api 2025-09-01, 2025-10.
"""

import uuid
from typing import Any

from starlette.responses import Response

from foundry_emulator.arm import errors
from foundry_emulator.arm.call import Call
from foundry_emulator.arm.cognitive_services import deleted_accounts
from foundry_emulator.arm.cognitive_services.capability_hosts import host_of_injected_network
from foundry_emulator.arm.cognitive_services.endpoints import endpoints
from foundry_emulator.arm.cognitive_services.names import (
    ACCOUNT_NAME,
    account_id,
    check_name,
    existing_account,
)
from foundry_emulator.arm.ids import key, segment
from foundry_emulator.arm.plane import Arm
from foundry_emulator.arm.resource_types import ACCOUNT, CAPABILITY_HOST, DEPLOYMENT, PROJECT
from foundry_emulator.arm.state import Resource
from foundry_emulator.arm.wire import answer, empty, iso, listing, provisioning_state, resource_body

SETTABLE = (
    "allowProjectManagement",
    "allowedFqdnList",
    "amlWorkspace",
    "apiProperties",
    "associatedProjects",
    "customSubDomainName",
    "defaultProject",
    "disableLocalAuth",
    "dynamicThrottlingEnabled",
    "encryption",
    "foundryAutoUpgrade",
    "locations",
    "migrationToken",
    "networkAcls",
    "networkInjections",
    "publicNetworkAccess",
    "raiMonitorConfig",
    "restore",
    "restrictOutboundNetworkAccess",
    "storedCompletionsDisabled",
    "userOwnedStorage",
)
"""Properties that a caller may send. Source: azure-mgmt-cognitiveservices 14.1.0, AccountProperties."""

KINDS = ("AIServices", "OpenAI", "CognitiveServices", "ContentSafety", "SpeechServices", "TextAnalytics")
SKUS = ("S0", "S", "S1", "F0")


async def put(call: Call) -> Response:
    """Create (201 and an operation to poll) or replace (200, without an operation)."""
    check_name(call.parameters["account"], ACCOUNT_NAME, "account")
    existing = call.arm.resources.find(account_id(call))
    if existing and provisioning_state(existing, call.now) != "Succeeded":
        raise errors.request_conflict(existing.id)
    sent = _sent_properties(call)
    deleted = deleted_accounts.find(call.arm, account_id(call))
    if deleted and not existing and not sent.get("restore"):
        raise errors.ArmError(
            409,
            "FlagMustBeSetForRestore",
            f"An existing resource with ID '{deleted.account.id}' has been soft-deleted. To restore the "
            "resource, you must specify 'restore' to be 'true' in the property. If you don't want to restore "
            "existing resource, please purge it first.",
        )
    if deleted and not existing:
        return _restore(call, deleted.account)
    account = existing or Resource(id=account_id(call), type=ACCOUNT, name=call.parameters["account"])
    _write(call, account, existing, sent)
    if existing:
        return answer(200, _body(call.arm, account), {"ETag": account.etag})
    return _begin_create(call, account)


async def patch(call: Call) -> Response:
    """Change tags, sku, identity or single properties."""
    account = existing_account(call, settled=True)
    sent = _sent_properties(call)
    _check_sub_domain(call, account, {**account.properties, **sent})
    if "tags" in call.body:
        account.tags = call.mapping("tags")
    account.sku = call.mapping("sku") or account.sku
    account.identity = call.arm.identities.assign(call.mapping("identity"), account, account.name)
    account.properties.update(sent)
    call.arm.resources.save(account, call.principal)
    return answer(200, _body(call.arm, account), {"ETag": account.etag})


async def get(call: Call) -> Response:
    """Read one."""
    account = existing_account(call)
    return answer(200, _body(call.arm, account), {"ETag": account.etag})


async def list_all(call: Call) -> Response:
    """The accounts of a group or of the subscription."""
    scope = call.path.split("/providers/")[0]
    return listing([_body(call.arm, account) for account in call.arm.resources.of_type(ACCOUNT, scope)])


async def delete(call: Call) -> Response:
    """Soft-delete: the name stays in use until the account is purged. 409 while it has nested resources."""
    account = call.arm.resources.find(account_id(call))
    if account is None:
        return empty(204)
    if provisioning_state(account, call.now) != "Succeeded":
        raise errors.request_conflict(account.id)
    if call.arm.resources.of_type(DEPLOYMENT, account.id):
        # Source: MicrosoftDocs/azure-ai-docs, error of `az cognitiveservices account delete`.
        raise errors.ArmError(
            409,
            "CannotDeleteAccountWithDeployments",
            "The account cannot be deleted because it has model deployments. Delete the deployments first.",
        )
    nested = [
        resource
        for kind in (PROJECT, CAPABILITY_HOST)
        for resource in call.arm.resources.of_type(kind, account.id)
        if not host_of_injected_network(account, resource)
    ]
    if nested:
        names = [resource.id.split("/providers/", 1)[1] for resource in nested]
        raise errors.nested_resources(names)
    await call.arm.resources.remove(account)
    return empty(200)


async def list_keys(call: Call) -> Response:
    """The two keys; refused where local authentication is off."""
    account = existing_account(call)
    if account.properties.get("disableLocalAuth"):
        # Source: learn.microsoft.com "Disable local authentication in Azure AI services".
        raise errors.invalid_value("BadRequest", "Failed to list key. disableLocalAuth is set to be true")
    own = uuid.uuid5(uuid.UUID(segment(account.id, "subscriptions")), key(account.id))
    return answer(200, {"key1": own.hex, "key2": uuid.uuid5(own, "key2").hex})


def _sent_properties(call: Call) -> dict[str, Any]:
    sent = {name: value for name, value in (call.mapping("properties") or {}).items() if value is not None}
    unknown = sorted(set(sent) - set(SETTABLE) - _read_only(call))
    if unknown:
        raise errors.invalid_json(f"Could not find member '{unknown[0]}' on object of type 'AccountProperties'")
    return {name: value for name, value in sent.items() if name in SETTABLE}


def _read_only(call: Call) -> set[str]:
    """What a client may send back because it read it: it is ignored."""
    account = call.arm.resources.find(account_id(call))
    return set(_body(call.arm, account)["properties"]) if account else {"provisioningState"}


def _write(call: Call, account: Resource, existing: Resource | None, sent: dict[str, Any]) -> None:
    location, kind, sku = call.text("location"), call.text("kind"), call.mapping("sku")
    _check_required(location, kind, sku)
    _check_sub_domain(call, existing, sent)
    if existing and kind != existing.kind:
        raise errors.invalid_value("InvalidResourceKind", "The kind of an account cannot be changed.", "kind")
    if existing and location and location.replace(" ", "").lower() != existing.location:
        # Source: learn.microsoft.com "Common Azure Resource Manager errors".
        raise errors.ArmError(
            409,
            "InvalidResourceLocation",
            f"The resource '{existing.name}' already exists in location '{existing.location}' in "
            "resource group "
            f"'{call.parameters['group']}'. A resource with the same name cannot be created in location "
            f"'{location}'. Please select a new resource name.",
        )
    kept = {
        name: value for name, value in account.properties.items() if name not in SETTABLE or name == "networkInjections"
    }
    if existing and "networkInjections" in sent and sent["networkInjections"] != kept.get("networkInjections"):
        # Source: MicrosoftDocs/azure-ai-docs, virtual networks for hosted agents: only when it is created.
        raise errors.invalid_value(
            "BadRequest",
            "networkInjections can only be set when the account is created.",
            "networkInjections",
        )
    account.location = (location or "").replace(" ", "").lower()
    account.kind, account.sku, account.tags = kind, sku, call.mapping("tags") or {}
    account.identity = call.arm.identities.assign(call.mapping("identity"), existing, account.name)
    account.properties = _defaults(call) | kept | sent
    call.arm.resources.save(account, call.principal)


def _check_required(location: str | None, kind: str | None, sku: dict[str, Any] | None) -> None:
    if not location:
        raise errors.invalid_value("LocationRequired", "The location property is required for this definition.")
    if kind not in KINDS:
        raise errors.invalid_value(
            "InvalidApiSetId", f"The account type '{kind}' is either invalid or unavailable in given region."
        )
    if not sku or sku.get("name") not in SKUS:
        name = sku.get("name") if sku else None
        raise errors.invalid_value("InvalidSku", f"The sku '{name}' is invalid for kind '{kind}'.", "sku")


def _check_sub_domain(call: Call, existing: Resource | None, sent: dict[str, Any]) -> None:
    """A custom sub-domain is globally unique, soft-deleted accounts included, and never changes."""
    wanted = sent.get("customSubDomainName")
    before = existing.properties.get("customSubDomainName") if existing else None
    if before and wanted and wanted.lower() != before.lower():
        raise errors.invalid_value(
            "BadRequest", "The custom subdomain name of an account cannot be changed.", "customSubDomainName"
        )
    if not wanted or before:
        return
    own = key(account_id(call))
    others = [account for account in call.arm.resources.of_type(ACCOUNT) if key(account.id) != own]
    others += [one.account for place, one in call.arm.state.deleted_accounts.items() if place != own]
    if any((other.properties.get("customSubDomainName") or "").lower() == wanted.lower() for other in others):
        # Source: Azure/azure-cli and azurerm issue threads.
        raise errors.ArmError(
            409,
            "CustomDomainInUse",
            f"Please pick a different name. The subdomain name '{wanted}' is not available as it's "
            "already used "
            "by a resource.",
        )


def _defaults(call: Call) -> dict[str, Any]:
    return {
        "internalId": uuid.uuid4().hex,
        "dateCreated": iso(call.now),
        "callRateLimit": {"rules": []},
        "isMigrated": False,
        "privateEndpointConnections": [],
        "publicNetworkAccess": "Enabled",
        "allowProjectManagement": False,
        "capabilities": [],
    }


def _begin_create(call: Call, account: Resource) -> Response:
    operation = call.arm.operations.begin(account.id, call.arm.settings.account_create_seconds, "Creating")
    account.ready_at, account.changing = operation.ends_at, "Creating"
    if account.properties.get("networkInjections"):
        _make_injected_host(call, account)
    # No Location and no Retry-After: so it was recorded.
    url = call.arm.operations.poll_url(call.arm.operations.cognitive_path(account), operation)
    headers = {"Azure-AsyncOperation": url, "ETag": account.etag}
    return answer(201, _body(call.arm, account), headers)


def _make_injected_host(call: Call, account: Resource) -> None:
    """An account in a network makes its own host. Source: microsoft-foundry/foundry-samples#312."""
    injections = account.properties["networkInjections"]
    if not any(one.get("scenario") == "agent" for one in injections):
        return
    name = f"{account.name}@aml_aiagentservice"
    host = Resource(
        id=f"{account.id}/capabilityHosts/{name}",
        type=CAPABILITY_HOST,
        name=f"{account.name}/{name}",
        properties={"capabilityHostKind": "Agents", "customerSubnet": injections[0].get("subnetArmId")},
        ready_at=account.ready_at,
    )
    call.arm.resources.save(host, call.principal)


def _restore(call: Call, account: Resource) -> Response:
    """`restore: true` recovers a soft-deleted account, without an operation."""
    deleted_accounts.forget(call.arm, account.id)
    account.gone_at, account.ready_at = None, 0.0
    if account.identity and "SystemAssigned" in account.identity["type"]:
        wanted = {name: value for name, value in account.identity.items() if name in ("type",)}
        account.identity = call.arm.identities.assign(wanted, None, account.name)
    account.properties.pop("restore", None)
    call.arm.resources.save(account, call.principal)
    return answer(201, _body(call.arm, account), {"ETag": account.etag})


def _body(arm: Arm, account: Resource) -> dict[str, Any]:
    body = resource_body(account, arm.clock.now())
    sub_domain = account.properties.get("customSubDomainName") or account.name.lower()
    body["properties"]["endpoint"] = f"https://{sub_domain}.cognitiveservices.azure.com/"
    if account.kind == "AIServices":
        body["properties"]["endpoints"] = endpoints(arm.base_url, sub_domain)
    return body
