"""What differs, property by property, in the notation of the engine: `environmentVariables.LOG_LEVEL`, `tools[1]`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pulumi.runtime.proto import provider_pb2

from ...lifecycle.inputs.unknown import Unknown, differs, may_differ
from ..property_names import camel_case

_PLAIN_KEY = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_ADD, _DELETE, _UPDATE = "ADD", "DELETE", "UPDATE"


def detailed_diff(
    old: Mapping[str, Any], new: Mapping[str, Any], changed: Sequence[str], replaces: Sequence[str], inputs: set[str]
) -> dict[str, provider_pb2.PropertyDiff]:
    """The differences in the properties `changed`, by path.

    :param old: Properties by their names in the schema, as the state has them.
    :param new: Inputs by their names in the schema.
    :param changed: The properties that differ, by their names in Python; outputs too.
    :param replaces: Those of them that replace the resource.
    :param inputs: The inputs, by their names in Python.
    """
    found: dict[str, provider_pb2.PropertyDiff] = {}
    for property_ in changed:
        name, is_input = camel_case(property_), property_ in inputs
        places = list(_differences(name, old.get(name), new.get(name))) if is_input else []
        for path, kind in places or [(name, _UPDATE)]:
            suffix = "_REPLACE" if property_ in replaces else ""
            found[path] = provider_pb2.PropertyDiff(
                kind=getattr(provider_pb2.PropertyDiff, kind + suffix), inputDiff=is_input
            )
    return found


def _differences(path: str, old: Any, new: Any) -> Iterator[tuple[str, str]]:
    if old is None or new is None:
        if old is not new:
            yield path, _ADD if old is None else _DELETE
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from _differences(_below(path, key), old.get(key), new.get(key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _in_lists(path, old, new)
    elif isinstance(new, Unknown) or may_differ(old, new):
        yield path, _UPDATE


def _in_lists(path: str, old: list[Any], new: list[Any]) -> Iterator[tuple[str, str]]:
    """Items that have a name are compared by name, all others by position."""
    before, after = _by_name(old), _by_name(new)
    if before is None or after is None:
        for index in range(max(len(old), len(new))):
            sides = (side[index] if index < len(side) else None for side in (old, new))
            yield from _differences(f"{path}[{index}]", *sides)
        return
    kinds: dict[int, str] = {}
    for name in dict.fromkeys([*before, *after]):
        here, there = before.get(name), after.get(name)
        if here is not None and here == there:
            yield from _differences(f"{path}[{here}]", old[here], new[here])
        elif here is not None and there is not None and not differs(old[here], new[there]):
            continue
        else:
            for place, kind in ((here, _DELETE), (there, _ADD)):
                if place is not None:
                    kinds[place] = _UPDATE if place in kinds else kind
    yield from ((f"{path}[{index}]", kind) for index, kind in kinds.items())


def _by_name(items: list[Any]) -> dict[str, int] | None:
    """The position of each item by its name, or None if they do not all have one of their own."""
    named: dict[str, int] = {}
    for index, item in enumerate(items):
        name = (
            (item.get("name") or item.get("server_label") or item.get("protocol")) if isinstance(item, dict) else None
        )
        if not isinstance(name, str) or name in named:
            return None
        named[name] = index
    return named


def _below(path: str, key: str) -> str:
    if _PLAIN_KEY.fullmatch(key):
        return f"{path}.{key}"
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'{path}["{escaped}"]'
