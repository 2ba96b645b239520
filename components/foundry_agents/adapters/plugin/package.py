"""The package as its schema describes it: version, tokens, and the names of properties.

The schema is generated (`make docs`) and shipped with the package, so that starting analyzes nothing.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

import pulumi

from ..property_names import snake_case

NAME = "foundry-agents"
_LOCAL_TYPE = "#/types/"

Spec = Mapping[str, Any]
"""A part of the schema."""
Rename = Callable[[str], str]


@functools.cache
def schema_text() -> str:
    """The schema, as JSON."""
    return files("foundry_agents").joinpath("schema.json").read_text(encoding="utf-8")


@functools.cache
def schema() -> Spec:
    """The schema."""
    found: Spec = json.loads(schema_text())
    return found


def version() -> str:
    """The version of the package."""
    return str(schema()["version"])


def token(name: str) -> str:
    """The token of a resource, component or function."""
    return f"{NAME}:index:{name}"


def python_inputs(component: Spec, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """A component's inputs by their names in Python. Keys of maps that users choose stay as they are."""
    return _with_python_names(inputs, component["inputProperties"])


def wire_outputs(component: Spec, instance: object) -> dict[str, Any]:
    """A component's outputs by their names in the schema."""
    found = {}
    for name, spec in component["properties"].items():
        value = getattr(instance, snake_case(name), None)
        if value is not None:
            found[name] = _to_wire(value, spec)
    return found


def _with_python_names(values: Mapping[str, Any], properties: Spec) -> dict[str, Any]:
    return {snake_case(name): _to_python(value, properties.get(name, {})) for name, value in values.items()}


def _to_python(value: Any, spec: Spec) -> Any:
    if isinstance(value, pulumi.Output):
        return value.apply(lambda known: _to_python(known, spec)) if _has_names(spec) else value
    properties = properties_of(spec)
    if isinstance(value, dict):
        if properties is not None:
            return _with_python_names(value, properties)
        return {key: _to_python(one, spec.get("additionalProperties", {})) for key, one in value.items()}
    if isinstance(value, list):
        return [_to_python(one, spec.get("items", {})) for one in value]
    return value


def _to_wire(value: Any, spec: Spec) -> Any:
    if isinstance(value, pulumi.Output):
        return value.apply(lambda known: _to_wire(known, spec)) if _has_names(spec) else value
    properties = properties_of(spec)
    if isinstance(value, Mapping):
        if properties is not None:
            return {
                name: _to_wire(value[snake_case(name)], one)
                for name, one in properties.items()
                if snake_case(name) in value
            }
        return {key: _to_wire(one, spec.get("additionalProperties", {})) for key, one in value.items()}
    if isinstance(value, list):
        return [_to_wire(one, spec.get("items", {})) for one in value]
    return value


def properties_of(spec: Spec) -> Spec | None:
    """The properties of an object of this package; None for any other type."""
    reference = spec.get("$ref", "")
    if not reference.startswith(_LOCAL_TYPE):
        return None
    found: Spec | None = schema()["types"][reference.removeprefix(_LOCAL_TYPE)].get("properties")
    return found


def _has_names(spec: Spec) -> bool:
    """Whether a value of this type has names to translate, at any depth."""
    inner = [spec[key] for key in ("items", "additionalProperties") if key in spec]
    return properties_of(spec) is not None or any(map(_has_names, inner))
