"""Model deployments: synchronous, one write at a time per account.

Source: recorded test traffic of Azure/azure-cli (test_cognitiveservices_deployment); hashicorp/
terraform-provider-azurerm#22607 and Azure/azure-dev#9398 for the refusal of parallel writes.
"""

from typing import Any

from starlette.responses import Response

from foundry_emulator.arm import errors
from foundry_emulator.arm.call import Call
from foundry_emulator.arm.cognitive_services.names import (
    CHILD_NAME,
    account_id,
    check_name,
    existing_account,
    hold_account,
)
from foundry_emulator.arm.resource_types import DEPLOYMENT
from foundry_emulator.arm.state import Resource
from foundry_emulator.arm.wire import answer, empty, listing, resource_body

SETTABLE = (
    "capacitySettings",
    "deploymentState",
    "model",
    "parentDeploymentName",
    "raiPolicyName",
    "routing",
    "scaleSettings",
    "serviceTier",
    "spilloverDeploymentName",
    "versionUpgradeOption",
)


async def put(call: Call) -> Response:
    """Create (201) or replace (200); 409 while another deployment of the account is written."""
    check_name(call.parameters["deployment"], CHILD_NAME, "deployment")
    account = existing_account(call, settled=True)
    sent = _sent(call)
    sku = call.mapping("sku") or {"name": "Standard", "capacity": 1}
    await hold_account(call, account, call.arm.settings.deployment_write_seconds)
    existing = call.arm.resources.find(_id(call))
    deployment = existing or Resource(id=_id(call), type=DEPLOYMENT, name=call.parameters["deployment"])
    deployment.sku = {"capacity": 1} | sku
    deployment.tags = call.mapping("tags")
    deployment.properties = {
        "versionUpgradeOption": "OnceNewDefaultVersionAvailable",
        "currentCapacity": deployment.sku["capacity"],
        "capabilities": {"chatCompletion": "true", "agentsV2": "true"},
        "rateLimits": [],
    } | sent
    call.arm.resources.save(deployment, call.principal)
    return answer(200 if existing else 201, resource_body(deployment, call.now), {"ETag": deployment.etag})


async def get(call: Call) -> Response:
    """Read one."""
    existing_account(call)
    deployment = call.arm.resources.find(_id(call))
    if deployment is None:
        raise errors.resource_not_found(
            f"{DEPLOYMENT}/{call.parameters['account']}/{call.parameters['deployment']}",
            call.parameters["group"],
        )
    return answer(200, resource_body(deployment, call.now), {"ETag": deployment.etag})


async def list_all(call: Call) -> Response:
    """The deployments of an account."""
    existing_account(call)
    found = call.arm.resources.of_type(DEPLOYMENT, account_id(call))
    return listing([resource_body(one, call.now) for one in found])


async def delete(call: Call) -> Response:
    """200, or 204 where there is none."""
    account = existing_account(call, settled=True)
    deployment = call.arm.resources.find(_id(call))
    if deployment is None:
        return empty(204)
    await hold_account(call, account, call.arm.settings.deployment_write_seconds)
    await call.arm.resources.remove(deployment)
    return empty(200)


def _id(call: Call) -> str:
    return f"{account_id(call)}/deployments/{call.parameters['deployment']}"


def _sent(call: Call) -> dict[str, Any]:
    sent = {name: value for name, value in (call.mapping("properties") or {}).items() if value is not None}
    model = sent.get("model")
    if not isinstance(model, dict) or not model.get("name") or not model.get("format"):
        raise errors.invalid_value(
            "InvalidResourceProperties",
            "A deployment needs a model with format and name.",
            "properties.model",
        )
    return {name: value for name, value in sent.items() if name in SETTABLE}
