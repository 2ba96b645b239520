"""A table of inputs, and the check of what was written against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors.problem import Findings, Problem, unknown_key

Check = Callable[[Any, str, Findings], Any]
"""Takes a value, its path and where to put what is wrong; gives the value back, in the notation that is kept."""


@dataclass(frozen=True)
class Field:
    """One input."""

    name: str
    type: str
    description: str
    limits: str = ""
    source: str = ""
    default: Any = None
    required: bool = False
    in_definition: bool = False
    """Whether a change of it makes a new version."""
    parts: tuple[Field, ...] = ()
    """The keys of each item of a list, or of a map."""


@dataclass(frozen=True)
class Checked:
    """The verdict on some inputs: what they come to, what is wrong, and what may not be meant."""

    inputs: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def check_fields(
    given: Mapping[str, Any],
    fields: Sequence[Field],
    checks: Mapping[str, Check],
    findings: Findings,
    earlier_names: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Checks each input alone, and that none is missing or unknown. None is the same as not written."""
    written = _written_as(given, [item.name for item in fields], earlier_names or {}, findings)
    for item in fields:
        if item.required and item.name not in written:
            findings.refuse(item.name, "is missing", f"set it: {item.description[:1].lower()}{item.description[1:]}")
    return {name: checks[name](given[key], key, findings) for name, key in written.items()}


def _written_as(
    given: Mapping[str, Any], names: Sequence[str], earlier_names: Mapping[str, str], findings: Findings
) -> dict[str, str]:
    """The key that was written, by today's name of each input."""
    written: dict[str, str] = {}
    for key, value in given.items():
        name = earlier_names.get(key, key)
        if value is None:
            continue
        if name not in names:
            findings.problems.append(unknown_key("", key, names))
        elif name != key and given.get(name) is not None:
            findings.refuse(key, f"is the earlier name of `{name}`, which is set too", f"keep `{name}`")
        else:
            written[name] = key
    return written
