"""How Resource Manager writes: headers, times, ids, resource bodies.

Source: recorded test traffic of Azure/azure-cli and Azure/azure-sdk-for-go, 2025-10 to 2026-09.
"""

import hashlib
import uuid
from datetime import datetime, timezone
from typing import Any

from starlette.responses import JSONResponse, Response

from foundry_emulator.arm.state import Resource

HEADERS = {
    "Cache-Control": "no-cache",
    "Pragma": "no-cache",
    "Expires": "-1",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}


def iso(moment: float) -> str:
    """A time as Azure writes it: seven digits of a second, UTC."""
    return datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


def compact(moment: float) -> str:
    """A time without separators, as in `x-ms-routing-request-id`."""
    return datetime.fromtimestamp(moment, timezone.utc).strftime("%Y%m%dT%H%M%SZ")


def ticks(moment: float) -> int:
    """A time in 100 ns since the year 1, as in poll URLs."""
    return int((moment + 62135596800) * 10_000_000)


def new_etag() -> str:
    """An entity tag, quotes included."""
    return f'"{uuid.uuid4()}"'


def signed(url: str, moment: float) -> str:
    """A poll URL with the signature-like tail that real ones carry: clients must send it back unchanged."""
    mark = hashlib.sha256(url.encode()).hexdigest()
    return f"{url}&t={ticks(moment)}&c=local&s={mark[:32]}&h={mark[32:]}"


def empty(status: int, headers: dict[str, str] | None = None) -> Response:
    """An answer without a body."""
    return Response(status_code=status, headers=headers)


def answer(status: int, body: Any, headers: dict[str, str] | None = None) -> JSONResponse:
    """An answer with a JSON body."""
    return JSONResponse(body, status_code=status, headers=headers)


def listing(items: list[dict[str, Any]]) -> JSONResponse:
    """A list that fits on one page."""
    return answer(200, {"value": items})


def system_data(resource: Resource) -> dict[str, Any]:
    """Who created and who changed the resource, and when."""
    return {
        "createdBy": resource.created_by,
        "createdByType": "Application",
        "createdAt": iso(resource.created_at),
        "lastModifiedBy": resource.changed_by,
        "lastModifiedByType": "Application",
        "lastModifiedAt": iso(resource.changed_at),
    }


def provisioning_state(resource: Resource, now: float) -> str:
    """`provisioningState` at this moment: decided from timestamps, so that a restart changes nothing."""
    if resource.gone_at is not None:
        return "Deleting"
    return resource.changing if now < resource.ready_at else "Succeeded"


def resource_body(resource: Resource, now: float) -> dict[str, Any]:
    """A resource as most providers write it; providers with another shape start from this."""
    body: dict[str, Any] = {"id": resource.id, "name": resource.name, "type": resource.type}
    if resource.etag:
        body["etag"] = resource.etag
    for name in ("location", "kind", "sku", "identity", "tags"):
        value = getattr(resource, name)
        if value is not None:
            body[name] = value
    body["properties"] = {**resource.properties, "provisioningState": provisioning_state(resource, now)}
    body["systemData"] = system_data(resource)
    return body
