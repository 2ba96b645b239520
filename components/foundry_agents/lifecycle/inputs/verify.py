"""How a new version proves that it starts, before it gets traffic: the input `verify`.

`active` only means that the service could pull the image. Source: microsoft-foundry/foundry-samples#515.
"""

from __future__ import annotations

import json
from typing import Any

from ..errors.input_issue import Issues, shown, under
from .scalars import one_of
from .schema import Field, Record, check_fields, names_of
from .types import AnyMap, Choice, Text, WholeNumber
from .unknown import Unknown

KINDS = ("start", "request", "off")
PROTOCOLS = ("responses", "invocations")
DEFAULT_TIMEOUT = 300
MAX_TIMEOUT = 3600
DEFAULT = {"kind": "start", "timeout": DEFAULT_TIMEOUT}
EXPECTED_STATUS = 200


def check(value: Any, path: str, issues: Issues) -> Any:
    """Checks the input; returns it with every key that its kind needs."""
    if isinstance(value, Unknown):
        return value
    given = TYPE.written_out(_word_of(value))
    if not isinstance(given, dict):
        issues.refuse(path, f"{shown(value)} is not a verification", f"use {one_of(KINDS)}")
        return value
    given = {key: one for key, one in given.items() if one is not None}
    if "kind" in given:
        given["kind"] = _word_of(given["kind"])
    elif given.keys() & names_of(_OF_REQUESTS):
        given["kind"] = "request"
    if given.get("kind") == "request":
        return _check_request(given, path, issues)
    return _check_other(given, path, issues)


def _word_of(value: Any) -> Any:
    """YAML reads `off` as false."""
    return value if not isinstance(value, bool) else "start" if value else "off"


def _check_request(given: dict[Any, Any], path: str, issues: Issues) -> dict[str, Any]:
    checked = check_fields(given, _PARTS, issues, path)
    if ("prompt" in given) == ("body" in given):
        reason = "`prompt` and `body` are both set" if "body" in given else "a request needs content"
        issues.refuse(path, reason, "set exactly one of `prompt` or `body`")
    return {"protocol": PROTOCOLS[0], "expected_status": EXPECTED_STATUS, **checked}


def _check_other(given: dict[Any, Any], path: str, issues: Issues) -> dict[str, Any]:
    of_requests = {key: one for key, one in given.items() if key in names_of(_OF_REQUESTS)}
    others = {key: one for key, one in given.items() if key not in of_requests}
    checked = check_fields(others, _ALWAYS, issues, path)
    if checked["kind"] not in KINDS:  # unknown, or refused already
        return {**checked, **of_requests}
    for key in of_requests:
        issues.refuse(under(path, key), "applies to requests only", f"set kind to request, or remove {key}")
    return checked


def _check_body(value: Any, path: str, issues: Issues) -> Any:
    if not isinstance(value, dict):
        return AnyMap().check(value, path, issues)
    try:
        json.dumps(value, allow_nan=False, default=_stands_for_unknown)
    except (TypeError, ValueError):
        issues.refuse(path, "is not valid JSON", "use maps, lists, strings, numbers and Booleans")
    return value


def _stands_for_unknown(value: Any) -> str:
    if isinstance(value, Unknown):
        return ""
    raise TypeError


_ALWAYS = (
    Field(
        "kind",
        Choice(KINDS),
        "`start` opens a session, which starts the container, and ends it; `request` also sends a request; `off` "
        "verifies nothing.",
        default="start",
        default_words="start; request with the keys of a request",
    ),
    Field(
        "timeout",
        WholeNumber(1, MAX_TIMEOUT, "seconds"),
        "Seconds in which the verification must succeed.",
        default=DEFAULT_TIMEOUT,
    ),
)
_OF_REQUESTS = (
    Field(
        "protocol",
        Choice(PROTOCOLS, "a protocol of requests"),
        "Protocol of the request.",
        default_words=PROTOCOLS[0],
    ),
    Field("prompt", Text(1), "What to send to the agent, as the input of the request. Not with `body`."),
    Field("body", AnyMap(), "The whole body of the request. Not with `prompt`.", _check_body),
    Field(
        "expected_status",
        WholeNumber(200, 499, "HTTP status"),
        "HTTP status of the response.",
        default_words=str(EXPECTED_STATUS),
    ),
    Field("expected_text", Text(1), "Text that the response must contain."),
)
_PARTS = (*_ALWAYS, *_OF_REQUESTS)

TYPE = Record(
    _PARTS,
    "{kind: request, prompt: ping}",
    name="Verify",
    description="How a new version proves that it starts, before it gets traffic.",
    shorthand="kind",
)
