"""Subscriptions, resource providers and the list of all resources.

Source: azure-mgmt-resource 26.0.0 (models), learn.microsoft.com REST reference of Microsoft.Resources.
"""

from typing import Any

from starlette.responses import Response

from foundry_emulator.arm import errors
from foundry_emulator.arm.api_versions import VERSIONS
from foundry_emulator.arm.call import Call
from foundry_emulator.arm.ids import is_within, segment, split
from foundry_emulator.arm.state import Resource
from foundry_emulator.arm.wire import answer, listing

NAMESPACES = (
    "Microsoft.Authorization",
    "Microsoft.CognitiveServices",
    "Microsoft.ContainerRegistry",
    "Microsoft.Resources",
)


async def show(call: Call) -> Response:
    """The one subscription of the local Azure."""
    return answer(200, _subscription(call))


async def show_all(call: Call) -> Response:
    """The subscriptions that the caller may see."""
    return listing([_subscription(call)])


async def resources(call: Call) -> Response:
    """Top-level resources of the subscription or of a group; `$filter=resourceType eq '…'` is understood."""
    wanted = _type_filter(call.request.query_params.get("$filter", ""))
    scope = call.path.rsplit("/resources", 1)[0]
    found = [
        _summary(resource)
        for resource in call.arm.state.resources.values()
        if _is_top_level(resource) and is_within(resource.id, scope) and (not wanted or resource.type.lower() == wanted)
    ]
    return listing(found)


async def providers(call: Call) -> Response:
    """The resource providers, all registered."""
    return listing([_provider(call, namespace) for namespace in NAMESPACES])


async def provider(call: Call) -> Response:
    """One resource provider; registering it changes nothing, it is registered."""
    wanted = call.parameters["namespace"].lower()
    for namespace in NAMESPACES:
        if namespace.lower() == wanted:
            return answer(200, _provider(call, namespace))
    raise errors.ArmError(
        404,
        "InvalidResourceNamespace",
        f"The resource namespace '{call.parameters['namespace']}' is invalid.",
    )


def _subscription(call: Call) -> dict[str, Any]:
    subscription = call.arm.state.subscription_id
    return {
        "id": f"/subscriptions/{subscription}",
        "authorizationSource": "RoleBased",
        "subscriptionId": subscription,
        "tenantId": call.arm.directory.tenant_id,
        "displayName": "Local Azure",
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }


def _provider(call: Call, namespace: str) -> dict[str, Any]:
    types = [
        {
            "resourceType": place.split("/", 1)[1] if "/" in place else "",
            "locations": [],
            "apiVersions": list(reversed(versions)),
        }
        for place, versions in VERSIONS.items()
        if place.split("/")[0] == namespace.lower() and "/" in place
    ]
    return {
        "id": f"/subscriptions/{call.arm.state.subscription_id}/providers/{namespace}",
        "namespace": namespace,
        "registrationState": "Registered",
        "registrationPolicy": "RegistrationRequired",
        "resourceTypes": types,
    }


def _type_filter(text: str) -> str:
    if not text:
        return ""
    words = text.split()
    if len(words) == 3 and words[0].lower() == "resourcetype" and words[1].lower() == "eq":
        return words[2].strip("'").lower()
    raise errors.invalid_value("InvalidFilterInQueryString", f"Invalid $filter '{text}' specified.")


def _is_top_level(resource: Resource) -> bool:
    parts = split(resource.id)
    return parts is not None and len(parts.types) == 1 and bool(segment(resource.id, "resourceGroups"))


def _summary(resource: Resource) -> dict[str, Any]:
    body: dict[str, Any] = {"id": resource.id, "name": resource.name, "type": resource.type}
    for name in ("location", "kind", "sku", "identity", "tags"):
        value = getattr(resource, name)
        if value is not None:
            body[name] = value
    return body
