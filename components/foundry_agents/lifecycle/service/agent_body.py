"""An agent's inputs as the service wants them, and whether a version of the service is what they say.

Source: bytes sent by azure-ai-projects 2.10 and bodies recorded from the service, 2026-07.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from ..inputs import image as image_reference
from ..inputs.environment_variables import PROJECT_ENDPOINT_PLACEHOLDER, SECRETS_REVISION
from ..inputs.metadata import DESCRIPTION_KEY, RESERVED_KEYS
from .mark import Mark, with_mark


def version_body(inputs: Mapping[str, Any], mark: Mark) -> dict[str, Any]:
    """The body of the request that creates a version, from inputs that `definition.check` let pass."""
    body: dict[str, Any] = {
        "definition": _definition(inputs),
        "metadata": with_mark(inputs.get("metadata") or {}, mark),
    }
    if inputs.get("description"):
        body["description"] = inputs["description"]
        body["metadata"][DESCRIPTION_KEY] = hashlib.sha256(inputs["description"].encode()).hexdigest()[:16]
    return body


def full_image(inputs: Mapping[str, Any]) -> str:
    """The image with its registry."""
    return image_reference.in_registry(inputs["image"], inputs.get("registry") or "")


def is_what_we_want(version: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    """Whether a version has everything that the body asks for.

    Only what was sent is compared: the service adds keys of its own, such as an empty
    `container_protocol_versions`. What was sent once and is left out now is a difference. Whose mark the
    version bears is not compared: an agent that is taken over needs no new version for it.
    """
    theirs, ours = version.get("definition") or {}, body["definition"]
    optional = set(_OPTIONAL) & (theirs.keys() - ours.keys())
    if any(theirs[key] for key in optional):
        return False
    return (
        all(theirs.get(key) == value for key, value in ours.items())
        and _own_pairs(version) == _own_pairs(body)
        and (version.get("description") or "") == body.get("description", "")
    )


def image_of(version: Mapping[str, Any]) -> str:
    """The image of a version, in today's form of a definition or the first preview's flat one."""
    return str(_container(version).get("image") or "")


def protocols_of(version: Mapping[str, Any]) -> list[Any]:
    """The protocols of a version, in either form."""
    theirs = version.get("definition") or {}
    return theirs.get("protocol_versions") or theirs.get("container_protocol_versions") or []


def inputs_of(version: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that would make this version: what a changed one is shown as.

    Keys that the version does not have come back as None.
    """
    theirs = version.get("definition") or {}
    return {
        "image": image_of(version) or None,
        "registry_connection_id": _container(version).get("registry_connection_id"),
        "cpu": theirs.get("cpu"),
        "memory": theirs.get("memory"),
        "protocol_versions": protocols_of(version) or None,
        "environment_variables": _without_revision(theirs.get("environment_variables")),
        "secrets_revision": _revision_of(theirs.get("environment_variables")),
        "description": version.get("description") or None,
        "metadata": _own_pairs(version) or None,
        "idle_timeout_seconds": (theirs.get("session_configuration") or {}).get("idle_timeout_seconds"),
        "rai_policy_name": (theirs.get("rai_config") or {}).get("rai_policy_name"),
        "telemetry_endpoints": (theirs.get("telemetry_config") or {}).get("endpoints"),
        "enable_memory_snapshot": theirs.get("enable_memory_snapshot"),
    }


def _own_pairs(version: Mapping[str, Any]) -> dict[str, str]:
    """The user's metadata."""
    return {key: text for key, text in (version.get("metadata") or {}).items() if key not in RESERVED_KEYS}


def _container(version: Mapping[str, Any]) -> Mapping[str, Any]:
    theirs = version.get("definition") or {}
    return theirs.get("container_configuration") or theirs


_OPTIONAL = (
    "environment_variables",
    "session_configuration",
    "rai_config",
    "telemetry_config",
    "enable_memory_snapshot",
)


def _definition(inputs: Mapping[str, Any]) -> dict[str, Any]:
    container: dict[str, Any] = {"image": full_image(inputs)}
    if inputs.get("registry_connection_id"):
        container["registry_connection_id"] = inputs["registry_connection_id"]
    definition: dict[str, Any] = {
        "kind": "hosted",
        "cpu": inputs["cpu"],
        "memory": inputs["memory"],
        "container_configuration": container,
        "protocol_versions": inputs["protocol_versions"],
    }
    variables = _variables(
        inputs.get("environment_variables") or {}, inputs["project_endpoint"], inputs.get("secrets_revision")
    )
    if variables:
        definition["environment_variables"] = variables
    if inputs.get("idle_timeout_seconds"):
        definition["session_configuration"] = {"idle_timeout_seconds": inputs["idle_timeout_seconds"]}
    if inputs.get("rai_policy_name"):
        definition["rai_config"] = {"rai_policy_name": inputs["rai_policy_name"]}
    if inputs.get("telemetry_endpoints"):
        definition["telemetry_config"] = {"endpoints": inputs["telemetry_endpoints"]}
    if inputs.get("enable_memory_snapshot") is not None:
        definition["enable_memory_snapshot"] = inputs["enable_memory_snapshot"]
    return definition


def _variables(variables: dict[str, str], project_endpoint: str, secrets_revision: float | None) -> dict[str, str]:
    """The variables of a version: what only the deployment knows is filled in, the revision of secrets added."""
    filled = {name: value.replace(PROJECT_ENDPOINT_PLACEHOLDER, project_endpoint) for name, value in variables.items()}
    # Pulumi hands a 3 over as 3.0.
    return filled if secrets_revision is None else {**filled, SECRETS_REVISION: str(int(secrets_revision))}


def _revision_of(variables: Mapping[str, str] | None) -> int | None:
    """The revision of secrets that a version was made with."""
    text = (variables or {}).get(SECRETS_REVISION, "")
    return int(text) if text.isdecimal() else None


def _without_revision(variables: Mapping[str, str] | None) -> dict[str, str] | None:
    """The variables of a version that the user named."""
    return {name: value for name, value in (variables or {}).items() if name != SECRETS_REVISION} or None
