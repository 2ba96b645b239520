"""The environment variables of an agent's container.

Sources: configure-hosted-agent-env-variables.md of the hosted-agent documentation for the reserved and
the injected names; the service answers a reserved name with `invalid_payload`.
"""

from __future__ import annotations

import re
from typing import Any

from .problem import Findings
from .unknown import Unknown

PROJECT_ENDPOINT_PLACEHOLDER = "${project_endpoint}"
RESERVED_PREFIXES = ("FOUNDRY_", "AGENT_")
RESERVED = ("PORT", "APPLICATIONINSIGHTS_CONNECTION_STRING")
OVERRIDDEN = ("OTEL_SERVICE_NAME", "OTEL_EXPORTER_OTLP_ENDPOINT", "HOME", "SSE_KEEPALIVE_INTERVAL")

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check(value: Any, path: str, findings: Findings) -> Any:
    """Checks a map of variables; gives it back with every value as text."""
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, dict):
        findings.refuse(path, "must be a map from name to value", "for example {LOG_LEVEL: info}")
        return value
    return {name: _check_one(name, text, f"{path}.{name}", findings) for name, text in value.items()}


def _check_one(name: str, value: Any, path: str, findings: Findings) -> Any:
    if not _NAME.fullmatch(name):
        findings.refuse(path, f"`{name}` is not a name", "use letters, digits and `_`, not a digit first")
    elif name in RESERVED or name.startswith(RESERVED_PREFIXES):
        findings.refuse(path, f"`{name}` is reserved: the platform sets it", "use another name")
    elif name in OVERRIDDEN:
        findings.warn(path, "the platform sets this one itself", "do not rely on your value, or use another name")
    if isinstance(value, (Unknown, str)):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        findings.refuse(path, "must be text", f'put it in quotes: "{str(value).lower()}"')
        return value
    return str(int(value)) if float(value).is_integer() else str(value)


def resolve(variables: dict[str, str], project_endpoint: str) -> dict[str, str]:
    """Fills in what only the deployment knows: the placeholder `${project_endpoint}`."""
    return {name: value.replace(PROJECT_ENDPOINT_PLACEHOLDER, project_endpoint) for name, value in variables.items()}
