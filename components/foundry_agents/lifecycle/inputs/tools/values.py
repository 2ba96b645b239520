"""The checks of values inside a tool: lists and maps of a few known keys.

Each gives the value back. Unknown values pass.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...errors.problem import Findings, shown, under
from ..scalars import check_form, check_text
from ..schema import Check
from ..unknown import Unknown

_URL = re.compile(r"https?://[^\s/?#]+[^\s]*")


def some_text(value: Any, path: str, findings: Findings) -> Any:
    """Text that is not empty."""
    return check_text(value, path, findings, shortest=1)


def url(value: Any, path: str, findings: Findings) -> Any:
    """An address of a server."""
    return check_form(value, path, findings, form=_URL, what="a URL", cure="write http://… or https://…")


def any_map(value: Any, path: str, findings: Findings) -> Any:
    """A map that the service alone understands."""
    if not isinstance(value, (Unknown, dict)):
        findings.refuse(path, f"{shown(value)} is not a map", "write {key: value}")
    return value


def number_between(low: float, high: float) -> Check:
    """A number, whole or not."""

    def check(value: Any, path: str, findings: Findings) -> Any:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not isinstance(value, Unknown) and not (is_number and low <= value <= high):
            findings.refuse(path, f"{shown(value)} is out of range", f"write a number from {low:g} to {high:g}")
        return value

    return check


def list_of(item: Check, *, shortest: int = 0) -> Check:
    """A list whose items pass the check."""

    def check(value: Any, path: str, findings: Findings) -> Any:
        if isinstance(value, Unknown):
            return value
        if not isinstance(value, list):
            findings.refuse(path, f"{shown(value)} is not a list", "write [a, b]")
            return value
        if len(value) < shortest:
            findings.refuse(path, "is empty", f"list at least {shortest}, or remove the key")
        return [item(one, f"{path}[{index}]", findings) for index, one in enumerate(value)]

    return check


def map_of(item: Check) -> Check:
    """A map from a name of the user's to what passes the check."""

    def check(value: Any, path: str, findings: Findings) -> Any:
        if isinstance(value, Unknown):
            return value
        if not isinstance(value, dict):
            findings.refuse(path, f"{shown(value)} is not a map", "write {name: value}")
            return value
        return {key: item(one, under(path, key), findings) for key, one in value.items()}

    return check


def map_with(keys: Mapping[str, Check], *, required: tuple[str, ...] = ()) -> Check:
    """A map with known keys."""

    def check(value: Any, path: str, findings: Findings) -> Any:
        if isinstance(value, Unknown):
            return value
        if not isinstance(value, dict):
            findings.refuse(path, f"{shown(value)} is not a map", f"its keys are {', '.join(keys)}")
            return value
        return check_keys(value, path, findings, keys, required)

    return check


def check_keys(
    value: dict[Any, Any], path: str, findings: Findings, keys: Mapping[str, Check], required: tuple[str, ...]
) -> dict[Any, Any]:
    """The keys of a map, each by its own check; None is the same as a key that is not there."""
    findings.refuse_unknown_keys(value, path, keys)
    for key in required:
        if value.get(key) is None:
            findings.refuse(f"{path}.{key}", "is missing", "set it")
    return {
        key: keys[key](one, f"{path}.{key}", findings) if key in keys else one
        for key, one in value.items()
        if one is not None
    }


def either(is_first: type, first: Check, second: Check) -> Check:
    """What is of that Python type passes the first check, everything else the second."""

    def check(value: Any, path: str, findings: Findings) -> Any:
        return (first if isinstance(value, is_first) else second)(value, path, findings)

    return check
