"""Checks of JSON values against what an operation takes, with the paths that the service reports."""

from __future__ import annotations

from typing import Any

from foundry_emulator.foundry import errors


def text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise _wrong(value, path, "string")
    return value


def integer(value: object, path: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(value, path, "integer")
    return value


def boolean(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(value, path, "boolean")
    return value


def mapping(value: object, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(value, path, "object")
    return value


def array(value: object, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(value, path, "array")
    return value


def texts(value: object, path: str) -> dict[str, str]:
    """An object whose values are all strings."""
    return {name: text(one, f"{path}/{name}") for name, one in mapping(value, path).items()}


def required(value: dict[str, Any], name: str, path: str) -> Any:
    if value.get(name) is None:
        raise errors.schema(f"{path}/{name}", "Required value is missing")
    return value[name]


def _wrong(value: object, path: str, wanted: str) -> errors.ServiceError:
    return errors.schema(path, f"Value is '{_json_type(value)}' but should be '{wanted}'")


def _json_type(value: object) -> str:
    """The name of a value's type in JSON."""
    if value is None:
        return "null"
    names: list[tuple[type, str]] = [
        (bool, "boolean"),
        (int, "integer"),
        (float, "number"),
        (str, "string"),
        (list, "array"),
    ]
    return next((name for kind, name in names if isinstance(value, kind)), "object")
