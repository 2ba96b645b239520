"""The front of Resource Manager: what happens to every request before and after its own handler."""

import json
import time
import uuid
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from foundry_emulator.arm import errors
from foundry_emulator.arm.api_versions import check_api_version
from foundry_emulator.arm.call import Call, Operation
from foundry_emulator.arm.ids import segment, split
from foundry_emulator.arm.plane import Arm
from foundry_emulator.arm.table import OPERATIONS
from foundry_emulator.arm.wire import HEADERS, compact
from foundry_emulator.identity.state import Principal
from foundry_emulator.identity.tokens import ARM_AUDIENCES

_COMPILED = [(operation, operation.pattern) for operation in OPERATIONS]


class Gateway:
    """Answers every request to Resource Manager."""

    def __init__(self, arm: Arm) -> None:
        self._arm = arm

    async def handle(self, request: Request) -> Response:
        """Answers one request; a refusal becomes the envelope that Azure's clients read."""
        try:
            response = await self._answer(request)
        except errors.ArmError as refusal:
            response = JSONResponse(refusal.body(), status_code=refusal.status)
            if refusal.status in (401, 403, 404):
                response.headers["x-ms-failure-cause"] = "gateway"
        _stamp(request, response)
        return response

    async def _answer(self, request: Request) -> Response:
        caller = self._arm.tokens.caller(request, ARM_AUDIENCES)
        if caller is None:
            raise errors.authentication_failed()
        path = "/" + unquote(request.url.path).strip("/")
        api_version = request.query_params.get("api-version", "")
        if not api_version:
            raise errors.missing_api_version()
        await self._arm.resources.sweep()
        _check_subscription(self._arm, path)
        operation, parameters = _match(request.method, path)
        check_api_version(path, api_version)
        _check_right(self._arm, caller, operation, parameters, path)
        _check_resource_group(self._arm, operation, path)
        body = await _body(request)
        call = Call(self._arm, request, parameters, caller, path, api_version, body)
        _check_etag(call)
        return await operation.handler(call)


def _match(method: str, path: str) -> tuple[Operation, dict[str, str]]:
    for operation, pattern in _COMPILED:
        if operation.method == method and (found := pattern.fullmatch(path)):
            return operation, found.groupdict()
    raise _unknown(method, path)


def _unknown(method: str, path: str) -> errors.ArmError:
    parts = split(path)
    known = any(parts is not None and parts.namespace.lower() in one.path.lower() for one in OPERATIONS)
    if parts is None or (known and any(parts.type.lower() in one.path.lower() for one in OPERATIONS)):
        return errors.unknown_path(method, path)
    return errors.invalid_resource_type(parts.namespace, "/".join(parts.types))


def _check_subscription(arm: Arm, path: str) -> None:
    subscription = segment(path, "subscriptions") if path.lower().startswith("/subscriptions") else ""
    if subscription and subscription.lower() not in arm.state.subscriptions:
        raise errors.subscription_not_found(subscription)


def _check_resource_group(arm: Arm, operation: Operation, path: str) -> None:
    """A resource in a group that does not exist is a 404 of the group."""
    group = segment(path, "resourceGroups") if path.lower().startswith("/subscriptions") else ""
    owned = "{group}" in operation.path and "{group}/" not in operation.path
    if not group or owned or "/locations/" in path.lower() or "{scope:path}" in operation.path:
        return
    group_id = f"/subscriptions/{segment(path, 'subscriptions')}/resourceGroups/{group}"
    found = arm.resources.find(group_id)
    if found is None:
        raise errors.resource_group_not_found(group)
    if found.gone_at is not None and operation.method in ("PUT", "PATCH", "POST"):
        # Source: learn.microsoft.com "Common Azure Resource Manager errors".
        raise errors.ArmError(
            409,
            "ResourceGroupBeingDeleted",
            f"The resource group '{group}' is in deprovisioning state and cannot perform this operation.",
        )


def _check_right(arm: Arm, caller: Principal, operation: Operation, parameters: dict[str, str], path: str) -> None:
    if operation.action is None:
        return
    scope = operation.scope.format(**parameters) if operation.scope else path
    if not arm.rights.has_action(caller.object_id, operation.action, scope):
        raise errors.authorization_failed(caller.app_id, caller.object_id, operation.action, scope)


def _check_etag(call: Call) -> None:
    wanted = call.request.headers.get("if-match")
    if call.request.method not in ("PUT", "PATCH", "DELETE") or not wanted or wanted == "*":
        return
    found = call.arm.resources.find(call.path)
    if found is None or found.etag != wanted:
        raise errors.precondition_failed(wanted)


async def _body(request: Request) -> dict[str, Any]:
    if request.method not in ("PUT", "PATCH", "POST"):
        return {}
    raw = await request.body()
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError as problem:
        raise errors.invalid_json(str(problem)) from problem
    if not isinstance(body, dict):
        raise errors.invalid_json("the body must be a JSON object")
    return body


def _stamp(request: Request, response: Response) -> None:
    """The headers that every answer carries."""
    identifier = str(uuid.uuid4())
    response.headers.update(HEADERS)
    response.headers["x-ms-request-id"] = identifier
    response.headers["x-ms-correlation-request-id"] = request.headers.get("x-ms-correlation-request-id", identifier)
    response.headers["x-ms-routing-request-id"] = f"LOCAL:{compact(time.time())}:{identifier}"
    if "x-ms-client-request-id" in request.headers:
        response.headers["x-ms-client-request-id"] = request.headers["x-ms-client-request-id"]
    kind = {"GET": "reads", "HEAD": "reads", "DELETE": "deletes"}.get(request.method, "writes")
    response.headers[f"x-ms-ratelimit-remaining-subscription-{kind}"] = "199"
    response.headers[f"x-ms-ratelimit-remaining-subscription-global-{kind}"] = "2999"
