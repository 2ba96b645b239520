"""Definitions of hosted agents: validation, the echo, and which ones are equal.

Sources: azure-ai-projects 2.10.0 (models and docstrings), azd extension azure.ai.agents,
MicrosoftDocs/azure-ai-docs; each rule names its own where it is another one.
"""

from __future__ import annotations

import hashlib
import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from foundry_emulator.foundry import errors
from foundry_emulator.foundry.wire import shape
from foundry_emulator.host.settings import Settings

# Source: azd, docstrings of azure-ai-projects.
AGENT_NAME = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?")
# Source: azure-ai-docs configure-hosted-agent-env-variables.md; Azure/azure-dev#7820.
VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RESERVED_PREFIXES = ("FOUNDRY_", "AGENT_")
RESERVED_NAMES = ("PORT", "APPLICATIONINSIGHTS_CONNECTION_STRING")
# Source: docstring of SessionConfiguration.
IDLE_SECONDS = (120, 14400)
# Source: Terraform documentation of hosted agents, 2026-09.
DOCUMENTED_TIERS = (("0.5", "1"), ("1", "2"), ("2", "4"))
# Source: older documentation and Aspire: steps of a quarter, twice as much memory.
SMALLEST_CPU, LARGEST_CPU, CPU_STEP = Decimal("0.5"), Decimal(4), Decimal("0.25")
_MEMORY = re.compile(r"([0-9]+(?:\.[0-9]+)?)Gi")

# Definitions with this protocol may use reserved names: see setting `reserved_names`.
_ACTIVITY = "activity"

_LEGACY_KEYS = ("image", "tools")
_ORDER = (
    "kind",
    "container_protocol_versions",
    "cpu",
    "memory",
    "environment_variables",
    "container_configuration",
    "code_configuration",
    "protocol_versions",
)


def check_agent_name(name: str) -> None:
    """Raises ServiceError."""
    if not AGENT_NAME.fullmatch(name):
        # Text inferred: only the pattern is documented.
        raise errors.invalid(
            "name",
            "Agent name must start and end with an alphanumeric character, may contain hyphens in the "
            "middle, and must not exceed 63 characters.",
        )


def check(value: object, settings: Settings) -> dict[str, Any]:
    """The definition as the service echoes it. Raises ServiceError for the first rule that it breaks."""
    definition = shape.mapping(value, "/definition")
    _check_kind(shape.text(shape.required(definition, "kind", "/definition"), "/definition/kind"))
    cpu = shape.text(shape.required(definition, "cpu", "/definition"), "/definition/cpu")
    memory = shape.text(shape.required(definition, "memory", "/definition"), "/definition/memory")
    _check_source(definition)
    _check_protocols(definition)
    _check_variables(definition, settings)
    _check_tools(definition)
    _check_optional_parts(definition)
    if not _is_tier(cpu, memory, settings):
        raise errors.resource_tier()
    return echoed(definition)


def is_legacy(definition: dict[str, Any]) -> bool:
    """The flat form of 2026-04 and before: `image` and `container_protocol_versions`."""
    return any(key in definition for key in _LEGACY_KEYS)


def echoed(definition: dict[str, Any]) -> dict[str, Any]:
    """Flat definitions unchanged; others with the empty `container_protocol_versions` that the service adds.

    Source: recordings of azure-ai-projects 2026-07 (nested), Java and .NET recordings 2026-05 (flat).
    """
    if is_legacy(definition):
        return dict(definition)
    known = {**definition, "container_protocol_versions": definition.get("container_protocol_versions") or []}
    first = {key: known[key] for key in _ORDER if key in known}
    return {**first, **{key: value for key, value in known.items() if key not in first}}


def image_of(definition: dict[str, Any]) -> str | None:
    """The image reference; None for a definition with code."""
    if "image" in definition:
        return str(definition["image"])
    container = definition.get("container_configuration")
    return str(container["image"]) if container else None


def protocols_of(definition: dict[str, Any]) -> dict[str, str]:
    """Version by protocol."""
    records = definition.get("protocol_versions") or definition.get("container_protocol_versions") or []
    return {record["protocol"]: record["version"] for record in records}


def fingerprint(definition: dict[str, Any], metadata: dict[str, str], settings: Settings) -> str:
    """Equal for two definitions that are the same to the service: see settings `dedupe_metadata`."""
    compared = [definition, metadata if settings.dedupe_metadata else {}]
    return hashlib.sha256(json.dumps(compared, sort_keys=True).encode()).hexdigest()


def _check_kind(kind: str) -> None:
    if kind == "workflow":
        raise errors.preview_feature("Workflow agents", "WorkflowAgents")
    if kind != "hosted":
        raise errors.invalid("definition.kind", f"The local Azure serves hosted agents only, not '{kind}'.")


def _check_source(definition: dict[str, Any]) -> None:
    """Exactly one of container, code and (older) image. Source: docstrings; texts inferred."""
    given = [
        key for key in ("image", "container_configuration", "code_configuration") if definition.get(key) is not None
    ]
    if len(given) != 1:
        raise errors.invalid(
            "definition",
            "Exactly one of 'container_configuration' and 'code_configuration' must be provided.",
        )
    if given[0] == "image":
        image = shape.text(definition["image"], "/definition/image")
    elif given[0] == "container_configuration":
        path = "/definition/container_configuration"
        container = shape.mapping(definition["container_configuration"], path)
        image = shape.text(shape.required(container, "image", path), f"{path}/image")
        if container.get("registry_connection_id") is not None:
            shape.text(container["registry_connection_id"], f"{path}/registry_connection_id")
    else:
        raise errors.no_code()
    if not image.strip():
        raise errors.invalid("container_configuration.image", "The container image must not be empty.")


def _check_protocols(definition: dict[str, Any]) -> None:
    """Any name and version is accepted: `activity_protocol` and `v1` were recorded."""
    for key in ("protocol_versions", "container_protocol_versions"):
        for index, one in enumerate(shape.array(definition.get(key) or [], f"/definition/{key}")):
            path = f"/definition/{key}/{index}"
            record = shape.mapping(one, path)
            for field in ("protocol", "version"):
                shape.text(shape.required(record, field, path), f"{path}/{field}")


def _check_variables(definition: dict[str, Any], settings: Settings) -> None:
    given = definition.get("environment_variables")
    if given is None:
        return
    for index, name in enumerate(shape.texts(given, "/definition/environment_variables")):
        if not VARIABLE_NAME.fullmatch(name):
            # Source: microsoft/aspire#16858 and #19681 (status); text inferred.
            message = (
                f"Environment variable name '{name}' is invalid. Names consist of letters, digits and "
                "underscores and do not start with a digit."
            )
            raise errors.invalid(f"environment_variables[{index}]", message)
        reserved = name.startswith(RESERVED_PREFIXES) or name in RESERVED_NAMES
        if reserved and settings.reserved_names and _ACTIVITY not in protocols_of(definition):
            raise errors.reserved_variable(name, index)


def _check_tools(definition: dict[str, Any]) -> None:
    for index, tool in enumerate(shape.array(definition.get("tools") or [], "/definition/tools")):
        kind = shape.mapping(tool, f"/definition/tools/{index}").get("type", "")
        raise errors.tool_not_enabled(str(kind), index)


def _check_optional_parts(definition: dict[str, Any]) -> None:
    session = definition.get("session_configuration")
    if session is not None:
        path = "/definition/session_configuration"
        seconds = shape.mapping(session, path).get("idle_timeout_seconds")
        if seconds is not None:
            low, high = IDLE_SECONDS
            if not low <= shape.integer(seconds, f"{path}/idle_timeout_seconds") <= high:
                # Text inferred: only the limits are documented.
                raise errors.invalid(
                    "session_configuration.idle_timeout_seconds",
                    f"The idle timeout must be between {low} and {high} seconds.",
                )
    rai = definition.get("rai_config")
    if rai is not None:
        # A policy that does not exist still gives an active version. Source: community reports.
        _required_text(shape.mapping(rai, "/definition/rai_config"), "rai_policy_name", "/definition/rai_config")
    if definition.get("telemetry_config") is not None:
        _check_telemetry(definition["telemetry_config"], "/definition/telemetry_config")
    if definition.get("enable_memory_snapshot") is not None:
        shape.boolean(definition["enable_memory_snapshot"], "/definition/enable_memory_snapshot")


def _check_telemetry(value: object, path: str) -> None:
    """What the models of azure-ai-projects call required. Their words (OTLP, Http, Metrics …) are open."""
    endpoints = shape.required(shape.mapping(value, path), "endpoints", path)
    for index, one in enumerate(shape.array(endpoints, f"{path}/endpoints")):
        place = f"{path}/endpoints/{index}"
        endpoint = shape.mapping(one, place)
        for key in ("kind", "endpoint", "protocol"):
            _required_text(endpoint, key, place)
        for number, kind in enumerate(shape.array(shape.required(endpoint, "data", place), f"{place}/data")):
            shape.text(kind, f"{place}/data/{number}")
        if endpoint.get("auth") is not None:
            auth = shape.mapping(endpoint["auth"], f"{place}/auth")
            for key in ("type", "header_name", "secret_id", "secret_key"):
                _required_text(auth, key, f"{place}/auth")


def _required_text(value: dict[str, Any], key: str, path: str) -> None:
    shape.text(shape.required(value, key, path), f"{path}/{key}")


def _is_tier(cpu: str, memory: str, settings: Settings) -> bool:
    gigabytes = _MEMORY.fullmatch(memory)
    if gigabytes is None or not re.fullmatch(r"[0-9]+(\.[0-9]+)?", cpu):
        return False
    try:
        cores, size = Decimal(cpu), Decimal(gigabytes[1])
    except InvalidOperation:
        return False
    if settings.resource_tiers == "documented":
        return any(cores == Decimal(c) and size == Decimal(m) for c, m in DOCUMENTED_TIERS)
    return SMALLEST_CPU <= cores <= LARGEST_CPU and cores % CPU_STEP == 0 and size == 2 * cores
