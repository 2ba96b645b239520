"""A toolbox's inputs as the service wants them, and whether a version of the service is what they say.

The service never answers an unchanged body with the version that is there, so every version bears a fingerprint of
the body that made it. Source: recorded test traffic of azure-ai-projects, 2026-04 to 2026-07.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from ..inputs.metadata import FINGERPRINT_KEY, NAME_KEY, OWNER_KEY, TOOLBOX_RESERVED_KEYS
from ..inputs.tools.types import with_names
from .mark import Mark


def version_body(inputs: Mapping[str, Any], mark: Mark) -> dict[str, Any]:
    """The body of the request that creates a version, from inputs that `toolbox_definition.check` let pass."""
    body: dict[str, Any] = {"tools": _whole(inputs["tools"])}
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


def is_what_we_want(version: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    """Whether a version has everything that the body asks for; whose mark it bears is not compared.

    Of a version that was made of this very body, keys that the service added are not compared; of any other they are,
    since they may be what the program does not want any more.
    """
    theirs = with_names(_whole(version.get("tools") or []))
    is_same_body = _fingerprint_of(version) == _fingerprint_of(body)
    same = _has if is_same_body else _equals
    return (
        len(theirs) == len(body["tools"])
        and all(same(one, wanted) for one, wanted in zip(theirs, body["tools"], strict=True))
        and _own_pairs(version) == _own_pairs(body)
        and (version.get("description") or "") == body.get("description", "")
    )


def inputs_of(version: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that would make this version: what a changed one is shown as."""
    return {
        "tools": with_names(_whole(version.get("tools") or [])),
        "description": version.get("description") or None,
        "metadata": _own_pairs(version) or None,
    }


def _has(theirs: Any, ours: Any) -> bool:
    """Whether all of ours is in theirs."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return all(key in theirs and _has(theirs[key], one) for key, one in ours.items())
    if isinstance(theirs, list) and isinstance(ours, list):
        return len(theirs) == len(ours) and all(map(_has, theirs, ours))
    return bool(theirs == ours)


def _equals(theirs: Any, ours: Any) -> bool:
    return bool(theirs == ours)


def _own_pairs(version: Mapping[str, Any]) -> dict[str, str]:
    """The user's metadata."""
    return {key: text for key, text in (version.get("metadata") or {}).items() if key not in TOOLBOX_RESERVED_KEYS}


def _fingerprint_of(version: Mapping[str, Any]) -> str:
    return str((version.get("metadata") or {}).get(FINGERPRINT_KEY) or "")


def _fingerprint(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]


def _whole(value: Any) -> Any:
    """The value with 3 in place of 3.0, which Pulumi makes of it."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return value
