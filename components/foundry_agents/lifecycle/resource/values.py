"""The values of an agent's inputs and outputs, in words. They stand in backticks.

A value that may be secret must come as `Hidden` or as `SECRET`: nothing here knows what is secret.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from ..inputs.schema import Inputs
from ..inputs.unknown import Unknown, has_unknown
from ..rollout.plan import plan
from ..service.traffic import Weights
from .hidden import has_hidden

SECRET = "[secret]"
"""Pulumi's own word for a value that it hides."""
NOT_KNOWN_YET = "not known yet"
A_VALUE = "a value"
"""Instead of one that may be secret."""
NEW = "new"
"""In a plan of traffic, the version that is still to be created."""

_DIGEST = re.compile(r"(?<=sha256:)([0-9a-f]{12})[0-9a-f]{52}")
_LONGEST = 120


def value_in_words(value: object) -> str:
    """Any other value; empty if it is not set."""
    return "" if value is None else literal(value)


def literal(value: object, *, whole: bool = False) -> str:
    """A value in backticks, in one printable line; shortened unless `whole`, digests to their first 12 digits."""
    if has_unknown(value):
        return NOT_KNOWN_YET
    if has_hidden(value):
        return A_VALUE
    if value in (SECRET, ""):
        return "a secret" if value else "empty"
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # Pulumi passes 3 as 3.0
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = text if whole else _DIGEST.sub(r"\1…", text)
    text = "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)
    if len(text) > _LONGEST and not whole:
        text = f"{text[:_LONGEST]}…"
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    gap = " " if "`" in text else ""
    return f"{fence}{gap}{text}{gap}{fence}"


def property_in_words(name: str, value: object) -> str | None:
    """The value of an input or output that has words of its own; None for any other."""
    words = _WORDS.get(name)
    return None if words is None else "" if value in (None, "", [], {}) else words(value)


def size_in_words(given: Inputs) -> str:
    """Such as `1 CPU, 2Gi`."""
    cpu, memory = given.get("cpu"), given.get("memory")
    if cpu is None and memory is None:
        return ""
    return f"{_plain(cpu)} CPU, {_plain(memory)}"


def protocols_in_words(value: object) -> str:
    """Such as `responses 2.0.0, mcp 2.0.0`."""
    if not isinstance(value, list):
        return value_in_words(value)
    spoken = [record if isinstance(record, dict) else {"protocol": record} for record in value]
    return ", ".join(f"{_plain(record.get('protocol'))} {_plain(record.get('version'))}" for record in spoken)


def rollout_in_words(serving: Weights, wanted: Inputs) -> tuple[str, bool]:
    """The plan of an input `rollout`, and whether it has more than one step."""
    steps, hold = wanted.get("steps") or [], wanted.get("hold") or 0
    if not isinstance(steps, list) or not all(isinstance(number, (int, float)) for number in (*steps, hold)):
        return "step by step; the steps are not known yet", True
    shares = plan(serving, NEW, steps)
    return plan_in_words(shares, NEW, float(hold)), len(shares) > 1


def plan_in_words(shares: Sequence[Weights], goal: str, hold: float) -> str:
    """Such as `10% for 5 min, then 50%, then all`; the time is that of each step."""
    *steps, _all = shares
    if not steps:
        return "all at once"
    words = [f"{weights[goal]}%" for weights in steps]
    if hold:
        words[0] += f" for {duration(hold)}"
    return ", then ".join([*words, "all"])


def duration(seconds: float) -> str:
    """Such as `90 s`, `5 min` or `2 h`."""
    whole = int(seconds)
    for unit, length in (("h", 3600), ("min", 60)):
        if whole and whole % length == 0:
            return f"{whole // length} {unit}"
    return f"{whole} s"


def _plain(value: object) -> str:
    return "?" if isinstance(value, Unknown) or value is None else str(value)


def _verify(value: object) -> str:
    if not isinstance(value, dict):
        return value_in_words(value)
    kind = value.get("kind", "start")
    if kind == "request":
        is_shown = "prompt" in value and not has_hidden(value["prompt"])
        return f"it answers {literal(value['prompt']) if is_shown else 'a request'}"
    return {"start": "it starts", "off": "nothing is verified"}.get(str(kind), literal(kind))


def _rollout(value: object) -> str:
    if not isinstance(value, dict):
        return value_in_words(value)
    return rollout_in_words({"": 100}, value)[0]


def _seconds(value: object) -> str:
    return duration(value) if isinstance(value, (int, float)) else value_in_words(value)


def _shares(value: object) -> str:
    if not isinstance(value, dict):
        return value_in_words(value)
    return " and ".join(f"{_plain(share)}% to version {version}" for version, share in value.items())


def _names(value: object) -> str:
    return ", ".join(map(literal, value)) if isinstance(value, list) else value_in_words(value)


_WORDS = {
    "protocol_versions": protocols_in_words,
    "verify": _verify,
    "rollout": _rollout,
    "idle_timeout_seconds": _seconds,
    "active_timeout": _seconds,
    "role_propagation_timeout": _seconds,
    "authorization_schemes": _names,
    "protocols": _names,
    "traffic": _shares,
}
