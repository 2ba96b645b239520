"""The body of a new version of a toolbox, and whether an existing version matches it.

The service never answers an unchanged body with the existing version, so every version carries a fingerprint of the
body that created it. Source: recorded test traffic of azure-ai-projects, 2026-04 to 2026-07.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from ..inputs.metadata import FINGERPRINT_KEY, NAME_KEY, OWNER_KEY, TOOLBOX_RESERVED_KEYS
from ..inputs.schema import Inputs
from ..inputs.tools.types import with_names
from .answers import NewToolboxVersion, ToolboxVersion
from .mark import Mark
from .whole_numbers import with_whole_numbers


def version_body(inputs: Inputs, mark: Mark) -> NewToolboxVersion:
    """The body of the request that creates a version, from checked inputs."""
    body: NewToolboxVersion = {"tools": with_whole_numbers(inputs["tools"])}
    if inputs.get("description"):
        body["description"] = inputs["description"]
    pairs = dict(inputs.get("metadata") or {})
    body["metadata"] = {
        **pairs,
        OWNER_KEY: mark.owner,
        NAME_KEY: mark.name,
        FINGERPRINT_KEY: _fingerprint({**body, "metadata": pairs}),
    }
    return body


def matches(version: ToolboxVersion, body: NewToolboxVersion) -> bool:
    """Whether a version has everything that the body asks for; its mark is not compared.

    Keys that the service added are not compared in a version that was created from this very body. In any other they
    are: they may be what the program no longer wants.
    """
    theirs = with_names(with_whole_numbers(version.get("tools") or []))
    is_same_body = _fingerprint_of(version) == _fingerprint_of(body)
    same = _has if is_same_body else _equals
    return (
        len(theirs) == len(body["tools"])
        and all(same(one, wanted) for one, wanted in zip(theirs, body["tools"], strict=True))
        and _users_pairs(version.get("metadata")) == _users_pairs(body["metadata"])
        and (version.get("description") or "") == body.get("description", "")
    )


def inputs_of(version: ToolboxVersion) -> dict[str, object]:
    """The inputs that would create this version: a refresh records them if the version was changed."""
    return {
        "tools": with_names(with_whole_numbers(version.get("tools") or [])),
        "description": version.get("description") or None,
        "metadata": _users_pairs(version.get("metadata")) or None,
    }


def _has(theirs: object, wanted: object) -> bool:
    """Whether everything that is wanted is in theirs."""
    if isinstance(theirs, dict) and isinstance(wanted, dict):
        return all(key in theirs and _has(theirs[key], one) for key, one in wanted.items())
    if isinstance(theirs, list) and isinstance(wanted, list):
        return len(theirs) == len(wanted) and all(map(_has, theirs, wanted))
    return theirs == wanted


def _equals(theirs: object, wanted: object) -> bool:
    return theirs == wanted


def _users_pairs(metadata: Mapping[str, str] | None) -> dict[str, str]:
    return {key: text for key, text in (metadata or {}).items() if key not in TOOLBOX_RESERVED_KEYS}


def _fingerprint_of(version: ToolboxVersion | NewToolboxVersion) -> str:
    return str((version.get("metadata") or {}).get(FINGERPRINT_KEY) or "")


def _fingerprint(body: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]
