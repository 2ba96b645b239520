"""The differences between two sets of inputs, and which of them replace the resource."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from azure_native.shapes import ResourceType
from azure_native.wire import UNKNOWN

Kind = Literal["ADD", "DELETE", "UPDATE"]


@dataclass(frozen=True)
class Change:
    """One difference, by its path in the inputs."""

    path: str
    kind: Kind
    replaces: bool

    @property
    def property(self) -> str:
        """The top-level property."""
        return self.path.split(".")[0].split("[")[0]


def changes(resource_type: ResourceType, old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """Every difference. An unknown value counts as a change, as in the real plugin."""
    found = []
    for name in sorted(old.keys() | new.keys()):
        if name == "location" and same_place(old.get(name), new.get(name)):
            continue
        known = resource_type.inputs.get(name)
        replaces = known is not None and known.replaces
        found += [Change(path, kind, replaces) for path, kind in _compare(name, old.get(name), new.get(name))]
    return found


def delete_first(resource_type: ResourceType, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """A replacement with the same id needs the old resource to be deleted first."""
    return all(old.get(name) == new.get(name) and new.get(name) != UNKNOWN for name in resource_type.path_inputs)


def same_place(one: Any, other: Any) -> bool:
    """`Sweden Central` and `swedencentral` are the same location."""
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    return one.replace(" ", "").lower() == other.replace(" ", "").lower()


def _compare(path: str, old: Any, new: Any) -> Iterator[tuple[str, Kind]]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            yield from _compare(_member(path, name), old.get(name), new.get(name))
    elif isinstance(old, list) and isinstance(new, list):
        for place in range(max(len(old), len(new))):
            before = old[place] if place < len(old) else None
            after = new[place] if place < len(new) else None
            yield from _compare(f"{path}[{place}]", before, after)
    elif old is None:
        yield path, "ADD"
    elif new is None:
        yield path, "DELETE"
    else:
        yield path, "UPDATE"


def _member(path: str, name: str) -> str:
    return f"{path}.{name}" if name.replace("_", "a").isalnum() else f'{path}["{name}"]'
