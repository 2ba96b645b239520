"""The protocols that an agent speaks, and the versions of them.

Sources: `AgentEndpointProtocol` of azure-ai-projects 2.10 for the names; the deployment tools of
Microsoft for `2.0.0` as the current version; the class's own text for `1.0.0` of
`voice_conversation_engine`. `v1`, the version of the first preview, is accepted by the service when a
version is created and refused when the agent is called.
"""

from __future__ import annotations

import re
from typing import Any

from ..errors.problem import Findings, shown
from .scalars import check_choice
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
DEFAULT = [{"protocol": "responses", "version": CURRENT_VERSION["responses"]}]

_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")


def check(value: Any, path: str, findings: Findings) -> Any:
    """Checks a list of protocols; gives it back with every version filled in."""
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, list) or not value:
        findings.refuse(path, "must be a list of protocols", "for example [{protocol: responses, version: 2.0.0}]")
        return value
    records = [_check_record(record, f"{path}[{index}]", findings) for index, record in enumerate(value)]
    names = [record.get("protocol") if isinstance(record, dict) else None for record in records]
    for index, name in enumerate(names):
        if isinstance(name, str) and name in names[:index]:
            findings.refuse(f"{path}[{index}].protocol", f"{shown(name)} is there twice", "name each protocol once")
    return records


def _check_record(record: Any, path: str, findings: Findings) -> Any:
    if isinstance(record, Unknown):
        return record
    if isinstance(record, str):
        record = {"protocol": record}
    if not isinstance(record, dict):
        findings.refuse(path, "must be a protocol and its version", "write {protocol: responses, version: 2.0.0}")
        return record
    findings.refuse_unknown_keys(record, path, ("protocol", "version"))
    name = check_choice(
        record.get("protocol"), f"{path}.protocol", findings, allowed=CURRENT_VERSION, what="a protocol"
    )
    version = _check_version(name, record.get("version"), f"{path}.version", findings)
    return {"protocol": name} if version is None else {"protocol": name, "version": version}


def _check_version(protocol: Any, version: Any, path: str, findings: Findings) -> Any:
    current = CURRENT_VERSION.get(protocol) if isinstance(protocol, str) else None
    if version is None or current is None or isinstance(version, Unknown):
        return version or current
    if version == "v1":
        findings.warn(path, "`v1` is the version of the first preview", f"{current} is used; write {current}")
        return current
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        findings.refuse(path, f"{shown(version)} is not a protocol version", f"write {current}")
    return version
