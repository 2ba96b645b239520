"""Generates `lifecycle/inputs/script_definition.py`: the keys of an agent's definition in scripts."""

from __future__ import annotations

from pathlib import Path

from foundry_agents.lifecycle.inputs import agent
from foundry_agents.lifecycle.inputs.schema import Field, Record
from foundry_agents.lifecycle.inputs.types import Flag, ListOf, MapOf, Number, NumberOrText, Type, WholeNumber
from tools.docs.field_words import summary
from tools.docs.python_code import docstring

_LIFECYCLE = Path(__file__).parents[2] / "components" / "foundry_agents" / "lifecycle"
DOCUMENT = _LIFECYCLE / "inputs" / "script_definition.py"

_GIVEN_ELSEWHERE = ("agent_name", "project_endpoint", "owner")  # to `deploy`, and to `HostedAgents`

_HEAD = '''"""The keys of an agent's definition in scripts. Generated from the declarations: run `make docs`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ScriptDefinition:
    """What an agent is; None is the default of each key."""

'''


_SIMPLE: dict[type[Type], str] = {
    Flag: "bool",
    Number: "float",
    NumberOrText: "str | float",
    WholeNumber: "int",
}


def text() -> str:
    """The module."""
    fields = sorted(
        (field for field in agent.FIELDS if field.name not in _GIVEN_ELSEWHERE), key=lambda field: not field.required
    )
    return _HEAD + "".join(_key(field) for field in fields)


def _key(field: Field) -> str:
    optional = f"{_python(field.type)} | None = None"
    earlier = "".join(
        f"    {name}: {optional}\n" + docstring(f"Deprecated: use `{field.name}`.") for name in field.earlier_names
    )
    type_ = _python(field.type) if field.required else optional
    return f"    {field.name}: {type_}\n{docstring(summary(field))}{earlier}"


def _python(type_: Type) -> str:
    if isinstance(type_, ListOf):
        return "list[str]" if type_.item.words == "string" else "list[Any]"
    if isinstance(type_, MapOf):
        return f"Mapping[str, {_python(type_.item)}]"
    if isinstance(type_, Record):
        return "Mapping[str, Any] | str" if type_.shorthand else "Mapping[str, Any]"
    return _SIMPLE.get(type(type_), "str")
