"""Validates inputs: reports all unknown and missing properties at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from azure_native.shapes import Field, ResourceType
from azure_native.wire import UNKNOWN


@dataclass(frozen=True)
class Problem:
    """One problem, and where it is."""

    path: str
    reason: str


def problems(resource_type: ResourceType, inputs: dict[str, Any]) -> list[Problem]:
    """All problems of the inputs."""
    return list(_object("", resource_type.inputs, inputs))


def _object(prefix: str, fields: Mapping[str, Field], values: dict[str, Any]) -> Iterator[Problem]:
    for name, value in values.items():
        place = f"{prefix}{name}"
        if name not in fields:
            yield Problem(place, "the azure-native stand-in of the local Azure does not know this property")
        else:
            yield from _value(place, fields[name], value)
    for name, known in fields.items():
        if known.required and name not in values:
            yield Problem(f"{prefix}{name}", f"missing required property '{prefix}{name}'")


def _value(place: str, known: Field, value: Any) -> Iterator[Problem]:
    if known.members is None or value == UNKNOWN:
        return
    if not isinstance(value, dict):
        yield Problem(place, "must be an object")
        return
    yield from _object(f"{place}.", known.members, value)
