"""The protocols that an agent speaks, and the versions of them.

Sources: `AgentEndpointProtocol` of azure-ai-projects 2.10 for the names; the deployment tools of
Microsoft for `2.0.0` as the current version; the class's own text for `1.0.0` of
`voice_conversation_engine`. `v1`, the version of the first preview, is accepted by the service when a
version is created and refused when the agent is called.
"""

from __future__ import annotations

import re
from typing import Any

from ..errors.input_issue import Issues, shown
from .schema import Field, Record
from .types import Choice, ListOf, Text
from .unknown import Unknown

CURRENT_VERSION = {
    "responses": "2.0.0",
    "invocations": "2.0.0",
    "invocations_ws": "2.0.0",
    "a2a": "2.0.0",
    "activity": "2.0.0",
    "mcp": "2.0.0",
    "voice": "2.0.0",
    "voice_conversation_engine": "1.0.0",
}
FIRST_PREVIEW = "v1"
DEFAULT = [{"protocol": "responses", "version": CURRENT_VERSION["responses"]}]

_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")


def check(value: Any, path: str, issues: Issues) -> Any:
    """Checks a list of protocols; returns it with every version set."""
    records = TYPE.check(value, path, issues)
    if not isinstance(records, list):
        return records
    names = [record.get("protocol") if isinstance(record, dict) else None for record in records]
    for index, name in enumerate(names):
        if isinstance(name, str) and name in names[:index]:
            issues.refuse(f"{path}[{index}].protocol", f"{shown(name)} is listed twice", "list each protocol once")
    return [_with_version(record, f"{path}[{index}].version", issues) for index, record in enumerate(records)]


def _with_version(record: Any, path: str, issues: Issues) -> Any:
    protocol = record.get("protocol") if isinstance(record, dict) else None
    current = CURRENT_VERSION.get(protocol) if isinstance(protocol, str) else None
    if current is None:
        return record
    version = record.get("version", current)
    if version == FIRST_PREVIEW:
        issues.warn(path, f"`{FIRST_PREVIEW}` is the version of the first preview; {current} is used", f"use {current}")
        return {**record, "version": current}
    if not isinstance(version, Unknown) and not (isinstance(version, str) and _VERSION.fullmatch(version)):
        issues.refuse(path, f"{shown(version)} is not a protocol version", f"use {current}")
    return {**record, "version": version}


def _unchecked(version: Any, _path: str, _issues: Issues) -> Any:
    return version


_USUAL, _ODD = CURRENT_VERSION["responses"], "voice_conversation_engine"
_EXAMPLE = "{protocol: responses, version: 2.0.0}"
_SDK = "azure-ai-projects 2.10"

TYPE = ListOf(
    Record(
        (
            Field(
                "protocol",
                Choice(tuple(CURRENT_VERSION), "a protocol", name="AgentProtocol"),
                "Name.",
                source=_SDK,
                required=True,
            ),
            Field(
                "version",
                Text(),
                f"Version. `{FIRST_PREVIEW}`, that of the first preview, becomes the current one, with a warning.",
                _unchecked,  # with its protocol, in `_with_version`
                limits="x.y.z",
                source="deployment tools of Microsoft",
                default_words=f"{_USUAL}; {CURRENT_VERSION[_ODD]} for {_ODD}",
            ),
        ),
        _EXAMPLE,
        name="ProtocolVersion",
        description="A protocol that the container speaks.",
        shorthand="protocol",
    ),
    f"[{_EXAMPLE}]",
    shortest=1,
)
