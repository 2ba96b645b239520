"""The two spellings of a property: `snake_case` in Python, `camelCase` in Pulumi's state and other languages.

Keys inside the maps of a user (environment variables, metadata, a request's body, tools) are data, not names,
and stay as they are.
"""

from collections.abc import Callable
from typing import Any

_USER_MAPS = {"environment_variables", "environmentVariables", "metadata", "endpoints", "traffic", "body", "tools"}


def camel_case(name: str) -> str:
    """`project_endpoint` to `projectEndpoint`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def snake_case(name: str) -> str:
    """`projectEndpoint` to `project_endpoint`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def to_camel_case(properties: Any) -> Any:
    """Properties with the names that Pulumi's state has."""
    return _renamed(properties, camel_case)


def to_snake_case(properties: Any) -> Any:
    """Properties with the names that Python has."""
    return _renamed(properties, snake_case)


def _renamed(value: Any, rename: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {rename(key): item if key in _USER_MAPS else _renamed(item, rename) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, rename) for item in value]
    return value
