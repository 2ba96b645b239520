"""Resource providers: which there are, and their registration.

Source: azure-mgmt-resource 26.0.0 (models), learn.microsoft.com "Azure resource providers and types". All of them are
registered from the start, so registering one again changes nothing.
"""

from typing import Any

from starlette.responses import Response

from foundry_emulator.arm import errors, resource_types
from foundry_emulator.arm.api_versions import versions_of
from foundry_emulator.arm.call import Call
from foundry_emulator.arm.locations import LOCATIONS
from foundry_emulator.arm.wire import answer, listing

NAMESPACES = (
    "Microsoft.App",
    "Microsoft.Authorization",
    "Microsoft.CognitiveServices",
    "Microsoft.ContainerRegistry",
    "Microsoft.ContainerService",
    "Microsoft.KeyVault",
    "Microsoft.Resources",
)
"""Microsoft.App and Microsoft.ContainerService have no resources here: hosted agents in a virtual network need their
registration. Source: hosted-agent documentation, prerequisites."""

_TYPES = (
    resource_types.ACCOUNT,
    resource_types.PROJECT,
    resource_types.CAPABILITY_HOST,
    resource_types.PROJECT_CAPABILITY_HOST,
    resource_types.CONNECTION,
    resource_types.PROJECT_CONNECTION,
    resource_types.DEPLOYMENT,
    resource_types.REGISTRY,
    resource_types.VAULT,
)


async def list_all(call: Call) -> Response:
    """All of them."""
    return listing([_body(call, namespace) for namespace in NAMESPACES])


async def get(call: Call) -> Response:
    """One of them; names ignore case."""
    return answer(200, _body(call, _namespace(call)))


async def register(call: Call) -> Response:
    """200 with the provider, which is registered."""
    return await get(call)


def _namespace(call: Call) -> str:
    wanted = call.parameters["namespace"]
    for namespace in NAMESPACES:
        if namespace.lower() == wanted.lower():
            return namespace
    raise errors.ArmError(404, "InvalidResourceNamespace", f"The resource namespace '{wanted}' is invalid.")


def _body(call: Call, namespace: str) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{call.parameters['subscription']}/providers/{namespace}",
        "namespace": namespace,
        "registrationState": "Registered",
        "registrationPolicy": "RegistrationRequired",
        "resourceTypes": [_type(one) for one in _TYPES if one.startswith(f"{namespace}/")],
    }


def _type(resource_type: str) -> dict[str, Any]:
    return {
        "resourceType": resource_type.split("/", 1)[1],
        "locations": list(LOCATIONS.values()),
        "apiVersions": list(reversed(versions_of(resource_type))),
    }
