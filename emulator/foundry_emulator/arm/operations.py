"""Long-running operations: started by a write, polled by the client, over when their time has come."""

import uuid

from starlette.responses import Response

from foundry_emulator.arm import errors
from foundry_emulator.arm.call import Call
from foundry_emulator.arm.ids import key
from foundry_emulator.arm.state import Operation as Running
from foundry_emulator.arm.store import find
from foundry_emulator.arm.wire import answer, empty, iso, resource_body, signed
from foundry_emulator.world import World

KEPT_SECONDS = 86400.0


def begin(world: World, resource_id: str, simulated_seconds: float, running: str, prefix: str = "") -> Running:
    """Start an operation that takes so long; old ones are forgotten on the way."""
    now = world.clock.now()
    operations = world.state.arm.operations
    for old in [one.id for one in operations.values() if one.ends_at < now - KEPT_SECONDS]:
        del operations[old]
    operation = Running(
        id=f"{prefix}{uuid.uuid4()}",
        started_at=now,
        ends_at=now + world.clock.scaled(simulated_seconds),
        running=running,
        resource_id=resource_id,
    )
    operations[operation.id] = operation
    return operation


def retry_after(world: World, simulated_seconds: float) -> dict[str, str]:
    """`Retry-After` in whole seconds, at the pace of this local Azure."""
    return {"Retry-After": str(max(1, round(world.clock.scaled(simulated_seconds))))}


def poll_url(world: World, path: str, operation: Running, extra: str = "", version: str = "2017-04-18") -> str:
    """Where the client asks how an operation is doing."""
    return signed(f"{world.base_url}{path}/{operation.id}?api-version={version}{extra}", operation.started_at)


def signed_operation(world: World, path: str, operation: Running, version: str) -> str:
    """The poll URL of a provider that keeps its operations below the resource."""
    return signed(f"{world.base_url}{path}/{operation.id}?api-version={version}", operation.started_at)


def cognitive_path(world: World, location: str | None) -> str:
    """Operation results of Cognitive Services are kept per location."""
    place = (location or "westus").replace(" ", "").lower()
    return (
        f"/subscriptions/{world.state.arm.subscription_id}/providers/Microsoft.CognitiveServices"
        f"/locations/{place}/operationResults"
    )


def both_urls(world: World, path: str, operation: Running) -> dict[str, str]:
    """`Azure-AsyncOperation` and `Location` of one operation."""
    return {
        "Azure-AsyncOperation": poll_url(world, path, operation),
        "Location": poll_url(world, path, operation, extra="&operationResultResponseType=Location"),
    }


async def poll(call: Call) -> Response:
    """Status of an operation, in the form that its URL asks for."""
    operation = call.world.state.arm.operations.get(call.parameters["operation"])
    if operation is None:
        # Source: learn.microsoft.com, azure-async-operations: an operation that is not known any more.
        raise errors.ArmError(404, "OperationNotFound", "The operation is not known, or was forgotten.")
    done = call.now >= operation.ends_at
    if call.request.query_params.get("operationResultResponseType", "").lower() == "location":
        return _by_location(call, operation, done)
    body = {
        "id": call.path,
        "name": operation.id,
        "status": "Succeeded" if done else operation.running,
        "startTime": iso(operation.started_at),
    }
    if done:
        body["endTime"] = iso(operation.ends_at)
    return answer(200, body)


async def poll_group(call: Call) -> Response:
    """Result of the deletion of a resource group: 202 while it runs, an empty 200 when it is done."""
    operation = call.world.state.arm.operations.get(_job(call.parameters["operation"]))
    if operation is None or call.now >= operation.ends_at:
        return empty(200)
    headers = {"Location": str(call.request.url)}
    return empty(202, headers | retry_after(call.world, 15))


def _job(token: str) -> str:
    return token.rsplit(".", 1)[-1]


def _by_location(call: Call, operation: Running, done: bool) -> Response:
    if not done:
        return empty(202, {"Location": str(call.request.url)})
    resource = find(call.world, key(operation.resource_id))
    return empty(204) if resource is None else answer(200, resource_body(resource, call.now))
