"""Pulumi's property bags as plain Python values, and back."""

from typing import Any

from google.protobuf import json_format, struct_pb2

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine sends, and wants to be sent, for a value that a preview cannot know."""


def read(bag: struct_pb2.Struct) -> dict[str, Any]:
    """A property bag as a dictionary, without nulls; whole numbers become integers."""
    plain: dict[str, Any] = json_format.MessageToDict(bag)
    return {name: _plain(value) for name, value in plain.items() if value is not None}


def write(values: dict[str, Any]) -> struct_pb2.Struct:
    """A dictionary as a property bag."""
    bag = struct_pb2.Struct()
    bag.update(values)
    return bag


def has_unknown(value: Any) -> bool:
    """Whether anything in the value is unknown."""
    if isinstance(value, dict):
        return any(has_unknown(one) for one in value.values())
    if isinstance(value, list):
        return any(has_unknown(one) for one in value)
    return bool(value == UNKNOWN)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
