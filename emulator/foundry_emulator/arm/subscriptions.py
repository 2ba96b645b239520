"""Tenants, subscriptions, locations and the list of all resources.

Source: azure-mgmt-resource 26.0.0 (models), learn.microsoft.com REST reference of Microsoft.Resources.
"""

from typing import Any

from starlette.responses import Response

from foundry_emulator.arm import filters
from foundry_emulator.arm.call import Call
from foundry_emulator.arm.ids import split
from foundry_emulator.arm.locations import LOCATIONS
from foundry_emulator.arm.state import Resource
from foundry_emulator.arm.wire import answer, listing

_DOMAIN = "local.onmicrosoft.com"


async def show(call: Call) -> Response:
    """The subscription that the path names."""
    return answer(200, _subscription(call, call.parameters["subscription"].lower()))


async def show_all(call: Call) -> Response:
    """Both subscriptions of the local Azure."""
    return listing([_subscription(call, one) for one in call.arm.state.subscriptions])


async def resources(call: Call) -> Response:
    """The tracked resources of the subscription or of a group, nested ones too; `$filter` as in `filters.py`."""
    wanted = filters.parsed(call.request.query_params.get("$filter", ""))
    scope = call.path[: call.path.lower().rindex("/resources")]
    found = [resource for resource in call.arm.resources.below(scope) if _is_listed(resource) and wanted.fits(resource)]
    return listing([_summary(resource, with_tags=not wanted.by_tag) for resource in found])


async def locations(call: Call) -> Response:
    """Where the subscription can have resources."""
    return listing([_location(call, name) for name in LOCATIONS])


async def tenants(call: Call) -> Response:
    """The one tenant."""
    tenant = call.arm.directory.tenant_id
    body = {
        "id": f"/tenants/{tenant}",
        "tenantId": tenant,
        "countryCode": "SE",
        "displayName": "Local Azure",
        "domains": [_DOMAIN],
        "defaultDomain": _DOMAIN,
        "tenantCategory": "Home",
        "tenantType": "AAD",
    }
    return listing([body])


def _subscription(call: Call, subscription: str) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{subscription}",
        "authorizationSource": "RoleBased",
        "subscriptionId": subscription,
        "tenantId": call.arm.directory.tenant_id,
        "displayName": call.arm.state.subscriptions[subscription],
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }


def _location(call: Call, name: str) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{call.parameters['subscription']}/locations/{name}",
        "name": name,
        "type": "Region",
        "displayName": LOCATIONS[name],
        "regionalDisplayName": LOCATIONS[name],
        "metadata": {"regionType": "Physical", "regionCategory": "Recommended"},
    }


def _is_listed(resource: Resource) -> bool:
    """Lists have what is tracked: the types with a location, at any depth (`accounts/projects`, no connections)."""
    return split(resource.id) is not None and resource.location is not None


def _summary(resource: Resource, *, with_tags: bool) -> dict[str, Any]:
    body: dict[str, Any] = {"id": resource.id, "name": resource.name, "type": resource.type}
    for name in ("location", "kind", "sku", "identity", "tags"):
        value = getattr(resource, name)
        if value is not None and (name != "tags" or with_tags):
            body[name] = value
    return body
