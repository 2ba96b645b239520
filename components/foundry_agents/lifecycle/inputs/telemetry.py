"""Where an agent's logs, traces and metrics go besides the platform's own telemetry.

Source: `TelemetryConfig` and `OtlpTelemetryEndpoint` of azure-ai-projects 2.10.
"""

from __future__ import annotations

import re
from typing import Any

from ..errors.problem import Findings
from .scalars import check_choice, check_form, check_text
from .unknown import Unknown

DATA = ("ContainerStdoutStderr", "ContainerOtel", "Metrics")
PROTOCOLS = ("Http", "Grpc")
ENDPOINT_KEYS = ("kind", "endpoint", "protocol", "data", "auth")
AUTH_KEYS = ("type", "header_name", "secret_id", "secret_key")

_URL = re.compile(r"https?://[\w.\[\]:-]+(?:[/?][!-~]*)?")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # a token of RFC 9110


def check(value: Any, path: str, findings: Findings) -> Any:
    """Checks a list of endpoints; gives it back with kinds and protocols filled in."""
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, list):
        findings.refuse(path, "must be a list of endpoints", "for example [{endpoint: https://…, data: [Metrics]}]")
        return value
    return [_check_endpoint(item, f"{path}[{index}]", findings) for index, item in enumerate(value)]


def _check_endpoint(item: Any, path: str, findings: Findings) -> Any:
    if isinstance(item, Unknown):
        return item
    if not isinstance(item, dict):
        findings.refuse(path, "must be an endpoint", "write {endpoint: https://…, data: [Metrics]}")
        return item
    findings.refuse_unknown_keys(item, path, ENDPOINT_KEYS)
    endpoint = {"kind": "OTLP", "protocol": "Http", "data": list(DATA), **_given(item)}
    check_choice(endpoint["kind"], f"{path}.kind", findings, allowed=("OTLP",))
    check_choice(endpoint["protocol"], f"{path}.protocol", findings, allowed=PROTOCOLS)
    check_form(
        endpoint.get("endpoint"),
        f"{path}.endpoint",
        findings,
        form=_URL,
        what="the URL of a collector",
        cure="write https://host:port",
    )
    _check_data(endpoint["data"], f"{path}.data", findings)
    if "auth" in endpoint:
        endpoint["auth"] = _check_auth(endpoint["auth"], f"{path}.auth", findings)
    return endpoint


def _check_data(value: Any, path: str, findings: Findings) -> None:
    if isinstance(value, Unknown):
        return
    if not isinstance(value, list):
        findings.refuse(path, "must be a list", f"choose from {', '.join(DATA)}")
        return
    for index, kind in enumerate(value):
        check_choice(kind, f"{path}[{index}]", findings, allowed=DATA)


def _check_auth(value: Any, path: str, findings: Findings) -> Any:
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, dict):
        findings.refuse(path, "must say which header carries which secret", f"its keys are {', '.join(AUTH_KEYS)}")
        return value
    findings.refuse_unknown_keys(value, path, AUTH_KEYS)
    auth = {"type": "header", **_given(value)}
    check_choice(auth["type"], f"{path}.type", findings, allowed=("header",))
    check_form(
        auth.get("header_name"),
        f"{path}.header_name",
        findings,
        form=_HEADER,
        what="the name of an HTTP header",
        cure="for example x-api-key",
    )
    for key, what in (("secret_id", "the connection"), ("secret_key", "the key in the connection")):
        if key in auth:
            check_text(auth[key], f"{path}.{key}", findings, shortest=1)
        else:
            findings.refuse(f"{path}.{key}", "is missing", f"name {what} that has the secret")
    return auth


def _given(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if value is not None}
