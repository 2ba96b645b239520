"""Generates `foundry_agents/args.py`: the arguments of the resources as users and their editors see them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from foundry_agents.lifecycle.inputs import agent, toolbox
from foundry_agents.lifecycle.inputs.protection import FIELD as PROTECT
from foundry_agents.lifecycle.inputs.schema import Field, Record
from foundry_agents.lifecycle.inputs.secret_variables import FIELD as SECRET_VARIABLES
from foundry_agents.lifecycle.inputs.types import (
    AnyMap,
    Either,
    Flag,
    ListOf,
    MapOf,
    Number,
    NumberOrText,
    Type,
    WholeNumber,
)
from tools.docs.field_words import summary
from tools.docs.python_code import docstring

DOCUMENT = Path(__file__).parents[2] / "components" / "foundry_agents" / "args.py"

_HEAD = '''"""The arguments of the resources. Generated from the declarations in `lifecycle/inputs`: run `make docs`.

Pulumi's analyzer reads these types: no `Literal`, no `int`, no annotations as strings.
"""

from typing import Any, TypedDict

import pulumi
from typing_extensions import NotRequired
'''


_SIMPLE: dict[type[Type], str] = {
    AnyMap: "dict[str, Any]",
    Either: "Any",  # the analyzer reads no unions
    Flag: "bool",
    Number: "float",
    NumberOrText: "Any",
    WholeNumber: "float",
}


def text() -> str:
    """The module."""
    classes = [
        *(_record(record) for record in _records((*agent.FIELDS, *toolbox.FIELDS))),
        typed_dict("AgentArgs", "TypedDict", "What an agent is, wherever it runs.", agent.OWN),
        typed_dict(
            "EnvironmentAgentArgs", "AgentArgs", "An agent of an `AgentEnvironment`.", (SECRET_VARIABLES, PROTECT)
        ),
        typed_dict("HostedAgentArgs", "AgentArgs", "An agent, and the project that it is in.", agent.PLACE),
        typed_dict("ToolboxArgs", "TypedDict", "A toolbox, and the project that it is in.", toolbox.FIELDS),
    ]
    return "\n\n".join([_HEAD, *classes])


def typed_dict(name: str, base: str, description: str, fields: Iterable[Field]) -> str:
    """The code of a TypedDict, required keys first."""
    ordered = sorted(fields, key=lambda field: not field.required)
    keys = "".join(_key(field) for field in ordered)
    return f"class {name}({base}):\n{docstring(description)}\n{keys}"


def _records(fields: Iterable[Field]) -> list[Record]:
    """The maps with known keys, inner ones first."""
    found: list[Record] = []
    for field in fields:
        inner = field.type.item if isinstance(field.type, ListOf) else field.type
        if isinstance(inner, Record):
            found += [record for record in (*_records(inner.parts), inner) if record not in found]
    return found


def _record(record: Record) -> str:
    return typed_dict(f"{record.name}Args", "TypedDict", record.description, record.parts)


def _key(field: Field) -> str:
    type_ = _python(field.type) if field.plain else f"pulumi.Input[{_python(field.type)}]"
    type_ = type_ if field.required else f"NotRequired[{type_}]"
    earlier = "".join(
        f"    {name}: {type_}\n" + docstring(f"Deprecated: use `{field.name}`.") for name in field.earlier_names
    )
    return f"    {field.name}: {type_}\n{docstring(summary(field))}{earlier}"


def _python(type_: Type) -> str:
    if isinstance(type_, ListOf):
        inner = _python(type_.item)
        return f"list[{inner}]" if inner == "Any" else f"list[pulumi.Input[{inner}]]"
    if isinstance(type_, MapOf):
        return f"dict[str, pulumi.Input[{_python(type_.item)}]]"
    if isinstance(type_, Record):
        return f"{type_.name}Args"
    return _SIMPLE.get(type(type_), "str")
