"""The proof that a version starts, before it gets traffic: the `verify` input.

`active` only means that the image could be pulled. Source: microsoft-foundry/foundry-samples#515.
"""

from __future__ import annotations

import json
from typing import Any

from ..errors.problem import Findings, shown
from .scalars import check_choice, check_text, check_whole_number
from .unknown import Unknown

KINDS = ("start", "request", "off")
PROTOCOLS = ("responses", "invocations")
KEYS = ("kind", "timeout", "protocol", "prompt", "body", "expected_status", "expected_text")
OF_REQUESTS = KEYS[2:]
DEFAULT_TIMEOUT = 300
MAX_TIMEOUT = 3600
DEFAULT = {"kind": "start", "timeout": DEFAULT_TIMEOUT}


def check(value: Any, path: str, findings: Findings) -> Any:
    """Checks the input; a word alone is the kind. Gives it back with all that the kind needs."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, bool):  # YAML reads `off` as false
        value = "start" if value else "off"
    if isinstance(value, str):
        value = {"kind": value}
    if not isinstance(value, dict):
        findings.refuse(path, f"{shown(value)} is no verification", f"write {', '.join(KINDS[:-1])} or {KINDS[-1]}")
        return value
    findings.refuse_unknown_keys(value, path, KEYS)
    given = {key: item for key, item in value.items() if item is not None and key in KEYS}
    if isinstance(given.get("kind"), bool):
        given["kind"] = "start" if given["kind"] else "off"
    checked = {**DEFAULT, **given}
    if "kind" not in given and set(OF_REQUESTS) & given.keys():
        checked["kind"] = "request"
    check_choice(checked["kind"], f"{path}.kind", findings, allowed=KINDS)
    checked["timeout"] = check_whole_number(
        checked["timeout"], f"{path}.timeout", findings, low=1, high=MAX_TIMEOUT, unit="seconds"
    )
    if checked["kind"] == "request":
        return _check_request(checked, path, findings)
    if not isinstance(checked["kind"], Unknown):
        for key in OF_REQUESTS:
            if key in given:
                findings.refuse(f"{path}.{key}", "is for requests only", f"write kind: request, or remove {key}")
    return checked


def _check_request(value: dict[str, Any], path: str, findings: Findings) -> dict[str, Any]:
    value = {"protocol": "responses", "expected_status": 200, **value}
    check_choice(value["protocol"], f"{path}.protocol", findings, allowed=PROTOCOLS, what="called here")
    if ("prompt" in value) == ("body" in value):
        reason = "and body are both there" if "body" in value else "or body is missing"
        findings.refuse(f"{path}.prompt", reason, "write one of them: an agent may act on what it is sent")
    if "prompt" in value:
        check_text(value["prompt"], f"{path}.prompt", findings, shortest=1)
    if "body" in value:
        _check_body(value["body"], f"{path}.body", findings)
    value["expected_status"] = check_whole_number(
        value["expected_status"], f"{path}.expected_status", findings, low=200, high=499, unit="HTTP status"
    )
    if "expected_text" in value:
        check_text(value["expected_text"], f"{path}.expected_text", findings, shortest=1)
    return value


def _check_body(value: Any, path: str, findings: Findings) -> None:
    if isinstance(value, Unknown):
        return
    if not isinstance(value, dict):
        findings.refuse(path, "must be a map", "write the JSON of the request as a map")
        return
    try:
        json.dumps(value, allow_nan=False, default=_stands_for_unknown)
    except (TypeError, ValueError):
        findings.refuse(path, "cannot be sent as JSON", "use maps, lists, text, numbers and true or false")


def _stands_for_unknown(value: Any) -> str:
    if isinstance(value, Unknown):
        return ""
    raise TypeError
