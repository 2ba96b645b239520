"""Where an agent's logs, traces and metrics go besides the platform's own telemetry.

Source: `TelemetryConfig` and `OtlpTelemetryEndpoint` of azure-ai-projects 2.10.
"""

from __future__ import annotations

from typing import Any

from .problem import Findings, unknown_key
from .unknown import Unknown

DATA = ("ContainerStdoutStderr", "ContainerOtel", "Metrics")
PROTOCOLS = ("Http", "Grpc")
ENDPOINT_KEYS = ("kind", "endpoint", "protocol", "data", "auth")
AUTH_KEYS = ("type", "header_name", "secret_id", "secret_key")


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
    for key in item.keys() - set(ENDPOINT_KEYS):
        findings.problems.append(unknown_key(path, key, ENDPOINT_KEYS))
    endpoint = {"kind": "OTLP", "protocol": "Http", "data": list(DATA), **item}
    _check_one_of(endpoint["kind"], ("OTLP",), f"{path}.kind", findings)
    _check_one_of(endpoint["protocol"], PROTOCOLS, f"{path}.protocol", findings)
    _check_url(endpoint.get("endpoint"), f"{path}.endpoint", findings)
    _check_data(endpoint["data"], f"{path}.data", findings)
    if "auth" in endpoint:
        endpoint["auth"] = _check_auth(endpoint["auth"], f"{path}.auth", findings)
    return endpoint


def _check_url(value: Any, path: str, findings: Findings) -> None:
    if not isinstance(value, Unknown) and not (isinstance(value, str) and value.startswith(("https://", "http://"))):
        findings.refuse(path, f"`{value}` is not the URL of a collector", "write https://host:port")


def _check_data(value: Any, path: str, findings: Findings) -> None:
    if isinstance(value, Unknown):
        return
    if not isinstance(value, list):
        findings.refuse(path, "must be a list", f"choose from {', '.join(DATA)}")
        return
    for index, kind in enumerate(value):
        _check_one_of(kind, DATA, f"{path}[{index}]", findings)


def _check_auth(value: Any, path: str, findings: Findings) -> Any:
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, dict):
        findings.refuse(path, "must say which header carries which secret", f"its keys are {', '.join(AUTH_KEYS)}")
        return value
    for key in value.keys() - set(AUTH_KEYS):
        findings.problems.append(unknown_key(path, key, AUTH_KEYS))
    auth = {"type": "header", **value}
    _check_one_of(auth["type"], ("header",), f"{path}.type", findings)
    for key in AUTH_KEYS[1:]:
        if not isinstance(auth.get(key), (str, Unknown)) or auth[key] == "":
            findings.refuse(f"{path}.{key}", "is missing", "name the header, the connection and the key in it")
    return auth


def _check_one_of(value: Any, allowed: tuple[str, ...], path: str, findings: Findings) -> None:
    if not isinstance(value, Unknown) and value not in allowed:
        findings.refuse(path, f"`{value}` is not allowed", f"use {' or '.join(allowed)}")
