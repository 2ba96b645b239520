"""The two spellings of a property: `snake_case` in Python, `camelCase` in Pulumi's state and other languages.

Keys inside the maps of a user (environment variables, metadata, a request's body, tools) are data, not names, and stay
as they are.
"""

import re
from collections.abc import Callable
from typing import Any

from ..lifecycle.inputs import agent, secret_variables, toolbox
from ..lifecycle.inputs.schema import names_at_any_depth, names_of_user_maps

Convert = Callable[[Any], Any]
"""Replaces a value that is neither a map nor a list."""


def camel_case(name: str) -> str:
    """`project_endpoint` to `projectEndpoint`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def snake_case(name: str) -> str:
    """`projectEndpoint` to `project_endpoint`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def to_camel_case(properties: Any, convert: Convert = lambda value: value) -> Any:
    """Properties with the names that Pulumi's state has; `convert` is applied to every value."""
    return _converted(properties, camel_case, convert)


def to_snake_case(properties: Any, convert: Convert = lambda value: value) -> Any:
    """Properties with the names that Python has; `convert` is applied to every value."""
    return _converted(properties, snake_case, convert)


def camel_case_path(path: str) -> str:
    """`environment_variables.LOG_LEVEL` to `environmentVariables.LOG_LEVEL`, and `steps[0]` to itself."""
    found, is_users = [], False
    for part in re.split(r"([.\[\]])", path):
        found.append(part if is_users else camel_case(part) if part else part)
        is_users = is_users or part in _USER_MAPS
    return "".join(found)


def with_camel_case_names(text: str) -> str:
    """A message with the names of inputs as every language but Python has them."""
    return _INPUT_NAMES.sub(lambda found: camel_case(found[0]), text)


_INPUTS = names_of_user_maps((*agent.FIELDS, *toolbox.FIELDS))
_OUTPUTS = {"endpoints", "traffic"}
_DECLARED = names_at_any_depth((*agent.FIELDS, *toolbox.FIELDS, secret_variables.FIELD))
_INPUT_NAMES = re.compile(rf"\b(?:{'|'.join(sorted(name for name in _DECLARED if '_' in name))})\b")
_USER_MAPS = {*_INPUTS, *map(camel_case, _INPUTS), *_OUTPUTS}


def _converted(value: Any, rename: Callable[[str], str], convert: Convert) -> Any:
    if isinstance(value, dict):
        return {
            rename(key): _converted(item, str if key in _USER_MAPS else rename, convert) for key, item in value.items()
        }
    if isinstance(value, list):
        return [_converted(item, rename, convert) for item in value]
    return convert(value)
