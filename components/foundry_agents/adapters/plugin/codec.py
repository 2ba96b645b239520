"""Properties on the wire: a `Struct` to plain values and back, and which of them are secret.

The provider works on plain values. What is secret is noted by its place, and marked again on the way out: the engine
leaves that to a provider that accepts secrets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.struct_pb2 import ListValue, Struct, Value

from ...lifecycle.inputs.unknown import UNKNOWN, Unknown

Path = tuple[str | int, ...]
"""The place of a value: keys of maps, and positions in lists."""

# Source: sdk/go/common/resource and plugin/rpc.go of pulumi/pulumi.
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWN_TEXTS = {
    UNKNOWN_TEXT,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # a boolean
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # a number
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # a list
    "030794c1-ac77-496b-92df-f27374a8bd58",  # an asset
    "e48ece36-62e2-4504-bad9-02848725956a",  # an archive
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # a map
}


@dataclass(frozen=True)
class Decoded:
    """Plain values, `UNKNOWN` where they are not known yet, and the places of those that are secret."""

    values: dict[str, Any]
    secrets: frozenset[Path] = field(default_factory=frozenset)


def decode(properties: Struct) -> Decoded:
    """Reads properties. A null in a map is the same as a key that is not set."""
    secrets: set[Path] = set()
    values = _from_fields(properties.fields, (), secrets)
    return Decoded(values, frozenset(secrets))


def encode(values: Mapping[str, Any], secrets: Iterable[Path] = ()) -> Struct:
    """Writes properties. What is at or below a place of `secrets` is marked as secret; None is left out."""
    return _to_struct(values, (), frozenset(secrets))


def without_secrets(decoded: Decoded) -> dict[str, Any]:
    """The values, `UNKNOWN` where they are secret."""
    return {key: _without_secrets(value, (key,), decoded.secrets) for key, value in decoded.values.items()}


def texts_at(values: Mapping[str, Any], secrets: Iterable[Path]) -> set[str]:
    """The secret texts themselves, for keeping them out of messages."""
    found: set[str] = set()
    for path in secrets:
        _collect(_at(values, path), found)
    return found


def kept_secret(values: Mapping[str, Any], secrets: Iterable[Path]) -> frozenset[Path]:
    """The places in `values` that stay secret. Where a value was rewritten, all of it is."""
    return frozenset(place for path in secrets if (place := _place(values, path)) is not None)


def _place(values: Any, path: Path) -> Path | None:
    for depth, key in enumerate(path):
        if isinstance(values, Mapping):
            if key not in values:
                return None
            values = values[key]
        elif isinstance(values, list) and isinstance(key, int) and key < len(values):
            values = values[key]
        else:
            return path[:depth]
    return path


def _without_secrets(value: Any, path: Path, secrets: frozenset[Path]) -> Any:
    if path in secrets:
        return UNKNOWN
    if isinstance(value, dict):
        return {key: _without_secrets(one, (*path, key), secrets) for key, one in value.items()}
    if isinstance(value, list):
        return [_without_secrets(one, (*path, index), secrets) for index, one in enumerate(value)]
    return value


def _from_fields(fields: Mapping[str, Value], path: Path, secrets: set[Path]) -> dict[str, Any]:
    found = {key: _from_value(value, (*path, key), secrets) for key, value in fields.items()}
    return {key: value for key, value in found.items() if value is not None}


def _from_value(value: Value, path: Path, secrets: set[Path]) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if value.string_value in UNKNOWN_TEXTS else value.string_value
    if kind == "list_value":
        return [_from_value(one, (*path, index), secrets) for index, one in enumerate(value.list_value.values)]
    if kind == "struct_value":
        return _from_struct(value.struct_value, path, secrets)
    return None if kind in (None, "null_value") else getattr(value, kind)


def _from_struct(struct: Struct, path: Path, secrets: set[Path]) -> Any:
    fields = struct.fields
    signature = fields[SIGNATURE].string_value if SIGNATURE in fields else ""
    if signature == SECRET:
        secrets.add(path)
        return _from_value(fields["value"], path, secrets) if "value" in fields else None
    if signature == OUTPUT:
        if "secret" in fields and fields["secret"].bool_value:
            secrets.add(path)
        return _from_value(fields["value"], path, secrets) if "value" in fields else UNKNOWN
    return _from_fields(fields, path, secrets)


def _to_struct(values: Mapping[str, Any], path: Path, secrets: frozenset[Path]) -> Struct:
    return Struct(
        fields={
            str(key): _to_value(value, (*path, str(key)), secrets) for key, value in values.items() if value is not None
        }
    )


def _to_value(value: Any, path: Path, secrets: frozenset[Path]) -> Value:
    if path not in secrets:
        return _to_plain(value, path, secrets)
    hidden = {SIGNATURE: Value(string_value=SECRET), "value": _to_plain(value, path, frozenset())}
    return Value(struct_value=Struct(fields=hidden))


def _to_plain(value: Any, path: Path, secrets: frozenset[Path]) -> Value:
    if isinstance(value, Mapping):
        return Value(struct_value=_to_struct(value, path, secrets))
    if isinstance(value, (list, tuple)):
        items = [_to_value(one, (*path, index), secrets) for index, one in enumerate(value)]
        return Value(list_value=ListValue(values=items))
    if value is None:
        return Value(null_value=0)
    if isinstance(value, bool):
        return Value(bool_value=value)
    if isinstance(value, (int, float)):
        return Value(number_value=value)
    return Value(string_value=UNKNOWN_TEXT if isinstance(value, Unknown) else str(value))


def _at(values: Any, path: Path) -> Any:
    for key in path:
        if isinstance(values, Mapping):
            values = values.get(key)
        elif isinstance(values, list) and isinstance(key, int) and key < len(values):
            values = values[key]
        else:
            return None
    return values


def _collect(value: Any, found: set[str]) -> None:
    if isinstance(value, str) and value:
        found.add(value)
    elif isinstance(value, Mapping):
        for one in value.values():
            _collect(one, found)
    elif isinstance(value, list):
        for one in value:
            _collect(one, found)
