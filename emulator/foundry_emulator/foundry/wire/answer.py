"""The answers of the data plane.

Source: recorded test traffic of azure-ai-projects and Azure.AI.Projects, 2026-03 to 2026-07.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from foundry_emulator.arm.locations import display_name, normalized


@dataclass
class Answer:
    """A status, a JSON body (None: no body) and headers of its own."""

    status: int
    body: dict[str, Any] | None
    headers: dict[str, str] = field(default_factory=dict)


def common_headers(location: str, request_id: str) -> dict[str, str]:
    """What every answer carries. There is no ETag, Location, Retry-After or Operation-Location."""
    return {
        "api-supported-versions": "1.0,2025-05-15-preview,2025-11-15-preview",
        "apim-request-id": str(uuid.uuid4()),
        "azureml-served-by-cluster": f"hyena-{normalized(location)}-01",
        "request-context": "appId=",
        "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
        "x-content-type-options": "nosniff",
        "x-ms-region": display_name(location),
        "x-ms-response-type": "standard",
        "x-request-id": request_id,
        "vary": "Accept-Encoding",
        "access-control-expose-headers": (
            "Operation-Location,Location,Apim-Request-Id,x-agent-session-id,x-agent-invocation-id"
        ),
    }


def written(answer: Answer, headers: dict[str, str]) -> Response:
    """The response: JSON in chunks, or no body with `Content-Length: 0`."""
    everything = {**headers, **answer.headers}
    if answer.body is None:
        return Response(status_code=answer.status, headers={**everything, "content-length": "0"})
    response = Response(
        json.dumps(answer.body, ensure_ascii=False, separators=(",", ":")),
        status_code=answer.status,
        headers=everything,
        media_type="application/json; charset=utf-8",
    )
    del response.headers["content-length"]  # the service sends chunks
    return response
