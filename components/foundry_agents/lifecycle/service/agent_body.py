"""The body of a new version of an agent, and whether an existing version matches it.

Source: bytes sent by azure-ai-projects 2.10 and bodies recorded from the service, 2026-07.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, cast

from ..inputs import agent
from ..inputs import image as image_reference
from ..inputs.environment_variables import PROJECT_ENDPOINT_PLACEHOLDER, SECRETS_REVISION
from ..inputs.metadata import DESCRIPTION_KEY, RESERVED_KEYS
from ..inputs.schema import Inputs
from .answers import AgentVersion, Container, Definition, NewAgentVersion, ProtocolVersion
from .mark import Mark, with_mark


def version_body(inputs: Inputs, mark: Mark) -> NewAgentVersion:
    """The body of the request that creates a version, from checked inputs."""
    body: NewAgentVersion = {
        "definition": _definition(inputs),
        "metadata": with_mark(inputs.get("metadata") or {}, mark),
    }
    if inputs.get("description"):
        body["description"] = inputs["description"]
        body["metadata"][DESCRIPTION_KEY] = hashlib.sha256(inputs["description"].encode()).hexdigest()[:16]
    return body


def full_image(inputs: Inputs) -> str:
    """The image with its registry."""
    return image_reference.in_registry(inputs["image"], inputs.get("registry") or "")


def matches(version: AgentVersion, body: NewAgentVersion) -> bool:
    """Whether a version has everything that the body asks for.

    Only what was sent is compared: the service adds keys of its own, such as an empty `container_protocol_versions`. An
    optional key that the version has and the body lacks is a difference. The mark is not compared: see
    `rollout.ownership`.
    """
    theirs, wanted = version.get("definition") or {}, body["definition"]
    left_out = set(_OPTIONAL) & (theirs.keys() - wanted.keys())
    if any({**theirs}[key] for key in left_out):
        return False
    return (
        all(theirs.get(key) == value for key, value in wanted.items())
        and _users_pairs(version.get("metadata")) == _users_pairs(body["metadata"])
        and (version.get("description") or "") == body.get("description", "")
    )


def image_of(version: AgentVersion) -> str:
    """The image of a version, in either form of a definition."""
    return str(_container(version).get("image") or "")


def protocols_of(version: AgentVersion) -> list[ProtocolVersion]:
    """The protocols of a version, in either form."""
    theirs = version.get("definition") or {}
    return theirs.get("protocol_versions") or theirs.get("container_protocol_versions") or []


def inputs_of(version: AgentVersion) -> dict[str, object]:
    """The inputs that would create this version: a refresh records them if the version was changed.

    Inputs that the version does not have are None.
    """
    theirs = version.get("definition") or {}
    variables = theirs.get("environment_variables") or {}
    revision = variables.get(SECRETS_REVISION, "")
    return {
        "image": image_of(version) or None,
        "registry_connection_id": _container(version).get("registry_connection_id"),
        "cpu": theirs.get("cpu"),
        "memory": theirs.get("memory"),
        "protocol_versions": protocols_of(version) or None,
        "environment_variables": {key: text for key, text in variables.items() if key != SECRETS_REVISION} or None,
        "secrets_revision": int(revision) if revision.isdecimal() else None,
        "description": version.get("description") or None,
        "metadata": _users_pairs(version.get("metadata")) or None,
        **{item.name: _at(item.sent_as, theirs) for item in _SENT_AS_THEY_ARE},
    }


def _users_pairs(metadata: Mapping[str, str] | None) -> dict[str, str]:
    return {key: text for key, text in (metadata or {}).items() if key not in RESERVED_KEYS}


def _container(version: AgentVersion) -> Container | Definition:
    theirs = version.get("definition") or {}
    return theirs.get("container_configuration") or theirs


_SENT_AS_THEY_ARE = tuple(item for item in agent.FIELDS if item.sent_as)
_OPTIONAL = ("environment_variables", *(item.sent_as[0] for item in _SENT_AS_THEY_ARE))


def _definition(inputs: Inputs) -> Definition:
    container: Container = {"image": full_image(inputs)}
    if inputs.get("registry_connection_id"):
        container["registry_connection_id"] = inputs["registry_connection_id"]
    definition: Definition = {
        "kind": "hosted",
        "cpu": inputs["cpu"],
        "memory": inputs["memory"],
        "container_configuration": container,
        "protocol_versions": inputs["protocol_versions"],
    }
    variables = _variables(inputs)
    if variables:
        definition["environment_variables"] = variables
    for item in _SENT_AS_THEY_ARE:
        if inputs.get(item.name) not in (None, []):
            _put(item.sent_as, inputs[item.name], cast(dict[str, Any], definition))
    return definition


def _put(path: Sequence[str], value: Any, definition: dict[str, Any]) -> None:
    *outer, last = path
    for key in outer:
        definition = definition.setdefault(key, {})
    definition[last] = value


def _at(path: Sequence[str], definition: Mapping[str, object]) -> Any:
    found: Any = definition
    for key in path:
        found = (found or {}).get(key)
    return found


def _variables(inputs: Inputs) -> dict[str, str]:
    """The environment variables of a version: placeholders are filled in, the revision of secrets is added."""
    endpoint, revision = inputs["project_endpoint"], inputs.get("secrets_revision")
    variables = {
        name: value.replace(PROJECT_ENDPOINT_PLACEHOLDER, endpoint)
        for name, value in (inputs.get("environment_variables") or {}).items()
    }
    if revision is not None:
        variables[SECRETS_REVISION] = str(int(revision))  # Pulumi passes 3 as 3.0
    return variables
