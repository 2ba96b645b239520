"""How a client polls a long-running operation."""

from starlette.responses import Response

from foundry_emulator.arm import errors
from foundry_emulator.arm.call import Call
from foundry_emulator.arm.state import Operation
from foundry_emulator.arm.wire import answer, empty, iso, resource_body


async def poll(call: Call) -> Response:
    """Status of an operation, in the form that its URL asks for."""
    operation = call.arm.operations.find(call.parameters["operation"])
    if operation is None:
        # Source: learn.microsoft.com, azure-async-operations: an operation that is not known any more.
        raise errors.ArmError(404, "OperationNotFound", "The operation is unknown or has expired.")
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
    operation = call.arm.operations.find(_job(call.parameters["operation"]))
    if operation is None or call.now >= operation.ends_at:
        return empty(200)
    headers = {"Location": str(call.request.url)}
    return empty(202, headers | call.arm.operations.retry_after(15))


def _job(token: str) -> str:
    return token.rsplit(".", 1)[-1]


def _by_location(call: Call, operation: Operation, done: bool) -> Response:
    if not done:
        return empty(202, {"Location": str(call.request.url)})
    resource = call.arm.resources.find(operation.resource_id)
    return empty(204) if resource is None else answer(200, resource_body(resource, call.now))
