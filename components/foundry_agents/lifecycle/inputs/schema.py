"""The declaration of an input, and the check of what was written against declarations.

Everything else that knows inputs is derived from the declarations: the check and the defaults, what a change of an
input leads to, the argument types of programs and scripts (`make docs` generates them), and `docs/definition.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ..errors.input_issue import InputIssue, Issues, shown, under, unknown_key
from .types import AnyMap, Check, Choice, Either, ListOf, MapOf, Type

Inputs = Mapping[str, Any]
"""Checked inputs by name, in the notation that is kept; in previews, some are `UNKNOWN`."""


class OnChange(Enum):
    """What a change of an input leads to."""

    NOTHING = "nothing"
    """Nothing by itself: the input says how the next operation works."""
    UPDATE = "update"
    """An update that makes no new version."""
    NEW_VERSION = "new version"
    """A new version: the input is part of the definition."""
    REPLACE = "replace"
    """A replacement of the resource."""


@dataclass(frozen=True)
class Field:
    """One input, or one key of an input."""

    name: str
    type: Type
    description: str
    check_with: Check | None = None
    """The check, if that of the type is not enough. It must let unknown values pass."""
    limits: str = ""
    """The allowed values on the pages, if what the type says is not enough."""
    source: str = ""
    """Where the facts come from; empty for an input of this package's own."""
    default: Any = None
    """What the check sets where the input is not set. False is documented, and not set."""
    default_words: str = ""
    """The default on the pages, if it is not a value, or not this one."""
    required: bool = False
    on_change: OnChange = OnChange.NOTHING
    sent_as: tuple[str, ...] = ()
    """The path in a version's definition, if the service takes the value as it is. `service.agent_body` sends it."""
    secret: bool = False
    """Whether its values are secret."""
    plain: bool = False
    """Whether the program must know the value, or the list or map itself; values inside may be outputs."""
    earlier_names: tuple[str, ...] = ()
    """Names that are still accepted, and deprecated."""

    def check(self, value: Any, path: str, issues: Issues) -> Any:
        """Checks a value; returns it in the notation that is kept."""
        return (self.check_with or self.type.check)(value, path, issues)

    @property
    def parts(self) -> tuple[Field, ...]:
        """The keys of the map, or of each map in the list."""
        inner = self.type.item if isinstance(self.type, ListOf) else self.type
        return inner.parts if isinstance(inner, Record) else ()

    @property
    def allowed(self) -> tuple[str, ...]:
        """The words that the input is one of; empty if it is not such an input."""
        return self.type.allowed if isinstance(self.type, Choice) else ()


@dataclass(frozen=True)
class Record(Type):
    """A map with known keys; `example` completes "for example …"."""

    parts: tuple[Field, ...]
    example: str
    name: str = ""
    """Of the argument type that is generated for it, without `Args`."""
    description: str = ""
    """Of that argument type."""
    shorthand: str = ""
    """The key whose value may be written instead of the map."""

    words = "map"

    def _check(self, value: Any, path: str, issues: Issues) -> Any:
        value = self.written_out(value)
        if not isinstance(value, dict):
            issues.refuse(path, f"{shown(value)} is not a map", f"for example {self.example}")
            return value
        return check_fields(value, self.parts, issues, path)

    def written_out(self, value: Any) -> Any:
        """The map that a word alone stands for."""
        return {self.shorthand: value} if self.shorthand and isinstance(value, str) else value


@dataclass(frozen=True)
class Checked:
    """The verdict on some inputs: the inputs in the notation that is kept, problems, and warnings."""

    inputs: dict[str, Any]
    problems: list[InputIssue] = field(default_factory=list)
    warnings: list[InputIssue] = field(default_factory=list)


def check_fields(given: Mapping[Any, Any], fields: Sequence[Field], issues: Issues, path: str = "") -> dict[str, Any]:
    """Checks each input alone, and that none is missing or unknown; sets defaults. None is the same as not set."""
    written = _written_as(given, fields, path, issues)
    for item in fields:
        if item.required and item.name not in written:
            issues.refuse(under(path, item.name), "is required", "set it")
    declared = {item.name: item for item in fields}
    checked = {name: declared[name].check(given[key], under(path, key), issues) for name, key in written.items()}
    for item in fields:
        if item.default is not None and item.default is not False:
            checked.setdefault(item.name, deepcopy(item.default))
    return checked


def earlier_names(fields: Sequence[Field]) -> dict[str, str]:
    """Today's name of each input, by its earlier names."""
    return {earlier: item.name for item in fields for earlier in item.earlier_names}


def names_of(fields: Sequence[Field], *changes: OnChange) -> tuple[str, ...]:
    """The names of all inputs, or of those whose change leads to one of `changes`."""
    return tuple(item.name for item in fields if not changes or item.on_change in changes)


def names_at_any_depth(fields: Sequence[Field]) -> set[str]:
    """The names of the inputs, and of their keys at any depth."""
    return {name for item in fields for name in (item.name, *names_at_any_depth(item.parts))}


def names_of_user_maps(fields: Sequence[Field]) -> set[str]:
    """The names of the inputs, and of their keys at any depth, in whose maps the user chooses the keys."""
    found = {name for item in fields for name in names_of_user_maps(item.parts)}
    for item in fields:
        inner = item.type.item if isinstance(item.type, ListOf) else item.type
        if isinstance(inner, (AnyMap, Either, MapOf)):
            found.add(item.name)
    return found


def _written_as(given: Mapping[Any, Any], fields: Sequence[Field], path: str, issues: Issues) -> dict[str, str]:
    """The key that was written, by today's name of each input."""
    names, earlier = names_of(fields), earlier_names(fields)
    written: dict[str, str] = {}
    for key, value in given.items():
        name = earlier.get(key, key)
        if value is None:
            continue
        if name not in names:
            issues.problems.append(unknown_key(path, key, names))
        elif name != key and given.get(name) is not None:
            issues.refuse(under(path, key), f"is an earlier name of `{name}`, which is also set", f"keep `{name}`")
        else:
            written[name] = key
    return written
