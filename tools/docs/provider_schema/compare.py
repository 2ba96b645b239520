"""What differs between two schemas, and whether it breaks programs that use the older one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Spec = Mapping[str, Any]

_WORDS = {"description", "deprecationMessage"}
_OF_PROPERTIES = ("type", "$ref", "items", "additionalProperties", "plain", "default", "secret", "willReplaceOnChanges")


@dataclass(frozen=True)
class Change:
    """One difference: where, what, and whether it breaks users."""

    place: str
    what: str
    breaks: bool

    def __str__(self) -> str:
        return f"{'BREAKS USERS' if self.breaks else 'compatible'}: {self.place}: {self.what}"


def changes(old: Spec, new: Spec) -> Iterator[Change]:
    """Every difference from `old` to `new`."""
    for key in dict.fromkeys([*old, *new]):
        if key not in ("resources", "types", "functions", "provider", "config") and old.get(key) != new.get(key):
            yield Change(key, f"{_shown(old.get(key))} → {_shown(new.get(key))}", breaks=key in ("name", "language"))
    yield from _of_map("config", old["config"]["variables"], new["config"]["variables"], _property)
    yield from _of_map("resources", old["resources"], new["resources"], _resource)
    yield from _of_map("types", old["types"], new["types"], _type)
    yield from _of_map("functions", old["functions"], new["functions"], _function)


def _of_map(place: str, old: Spec, new: Spec, compare: Any) -> Iterator[Change]:
    """What was added and removed, and `compare` of everything else."""
    for key in dict.fromkeys([*old, *new]):
        where = f"{place}.{key.removeprefix('foundry-agents:index:')}"
        if key not in new:
            yield Change(where, "is removed", breaks=True)
        elif key not in old:
            yield Change(where, "is added", breaks=False)
        else:
            yield from compare(where, old[key], new[key])


def _resource(place: str, old: Spec, new: Spec) -> Iterator[Change]:
    yield from _words(place, old, new)
    yield from _of_map(f"{place}.inputs", old["inputProperties"], new["inputProperties"], _property)
    yield from _of_map(f"{place}.outputs", old["properties"], new["properties"], _property)
    yield from _required(f"{place}.inputs", old["requiredInputs"], new["requiredInputs"], more_breaks=True)
    yield from _required(f"{place}.outputs", old["required"], new["required"], more_breaks=False)
    for alias in old.get("aliases", []):
        if alias not in new.get("aliases", []):
            yield Change(place, f"the alias {alias['type']} is removed", breaks=True)
    if old.get("isComponent") != new.get("isComponent"):
        yield Change(place, "is a component now, or no longer", breaks=True)


def _type(place: str, old: Spec, new: Spec) -> Iterator[Change]:
    yield from _words(place, old, new)
    if "enum" in old or "enum" in new:
        before, after = ([value["value"] for value in side.get("enum", [])] for side in (old, new))
        for value in dict.fromkeys([*before, *after]):
            if value not in after:
                yield Change(place, f"the value {value} is removed", breaks=True)
            elif value not in before:
                yield Change(place, f"the value {value} is added", breaks=False)
        return
    yield from _of_map(place, old["properties"], new["properties"], _property)
    yield from _required(place, old.get("required", []), new.get("required", []), more_breaks=True)


def _function(place: str, old: Spec, new: Spec) -> Iterator[Change]:
    yield from _words(place, old, new)
    for side, more_breaks in (("inputs", True), ("outputs", False)):
        before, after = old[side], new[side]
        yield from _of_map(f"{place}.{side}", before["properties"], after["properties"], _property)
        yield from _required(f"{place}.{side}", before["required"], after["required"], more_breaks=more_breaks)


def _property(place: str, old: Spec, new: Spec) -> Iterator[Change]:
    yield from _words(place, old, new)
    for key in _OF_PROPERTIES:
        before, after = old.get(key), new.get(key)
        if before != after:
            # What was plain takes outputs too now; what becomes secret is only hidden.
            is_wider = (key == "plain" and not after) or (key == "secret" and bool(after))
            yield Change(place, f"{key}: {_shown(before)} → {_shown(after)}", breaks=not is_wider)


def _required(place: str, old: list[str], new: list[str], *, more_breaks: bool) -> Iterator[Change]:
    for name in dict.fromkeys([*old, *new]):
        if name not in old:
            yield Change(f"{place}.{name}", "is required now", breaks=more_breaks)
        elif name not in new:
            yield Change(f"{place}.{name}", "is no longer required", breaks=not more_breaks)


def _words(place: str, old: Spec, new: Spec) -> Iterator[Change]:
    for key in _WORDS:
        if old.get(key) != new.get(key):
            yield Change(place, f"another {key}", breaks=False)


def _shown(value: Any) -> str:
    return "nothing" if value is None else str(value)
