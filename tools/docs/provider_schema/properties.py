"""The properties and types of the schema, from declarations of inputs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from foundry_agents.adapters.plugin import configuration
from foundry_agents.adapters.property_names import camel_case, with_camel_case_names
from foundry_agents.environment.inputs import ARGUMENT_NAMES
from foundry_agents.lifecycle.inputs.schema import Field, OnChange, Record, names_of
from foundry_agents.lifecycle.inputs.secret_variables import FIELD as SECRET_VARIABLES
from foundry_agents.lifecycle.inputs.types import (
    AnyMap,
    Choice,
    Either,
    Flag,
    ListOf,
    MapOf,
    Number,
    NumberOrText,
    Type,
    WholeNumber,
)
from tools.docs.field_words import default, limits

Spec = dict[str, Any]

_PYTHON_NAMES = [
    name for name in (*ARGUMENT_NAMES, SECRET_VARIABLES.name, *names_of(configuration.FIELDS)) if "_" in name
]
_QUOTED_NAME = re.compile(r"`[a-z]+(?:_[a-z]+)+`")
_NAMES = re.compile(rf"\b(?:{'|'.join(_PYTHON_NAMES)})\b")

PACKAGE = "foundry-agents"
ANY: Spec = {"$ref": "pulumi.json#/Any"}
_SIMPLE: dict[type[Type], Spec] = {
    AnyMap: {"type": "object", "additionalProperties": ANY},
    Either: ANY,
    Flag: {"type": "boolean"},
    Number: {"type": "number"},
    NumberOrText: {"type": "string"},
    WholeNumber: {"type": "integer"},
}


def token(name: str) -> str:
    """The token of a type, resource or function."""
    return f"{PACKAGE}:index:{name}"


@dataclass
class Types:
    """The object types and enumerations that the properties refer to, by token."""

    found: dict[str, Spec] = field(default_factory=dict)

    def properties(self, fields: Iterable[Field], owner: str) -> dict[str, Spec]:
        """The properties of some fields, earlier names too. `owner` begins the names of their enumerations."""
        found: dict[str, Spec] = {}
        for item in fields:
            spec = self.property(item, owner)
            found[camel_case(item.name)] = spec
            for earlier in item.earlier_names:
                message = f"Use `{camel_case(item.name)}`."
                found[camel_case(earlier)] = {
                    **spec,
                    "description": f"Deprecated: use `{camel_case(item.name)}`.",
                    "deprecationMessage": message,
                }
        return found

    def property(self, item: Field, owner: str) -> Spec:
        """The property of one field."""
        spec: Spec = {"description": described(item), **self.type(item.type, owner, item.name)}
        if has_plain_default(item):
            spec["default"] = item.default
        if item.on_change is OnChange.REPLACE:
            spec["willReplaceOnChanges"] = True
        if item.plain:
            spec["plain"] = True
        return as_secret(spec) if item.secret else spec

    def type(self, type_: Type, owner: str, name: str) -> Spec:
        """What a field takes. An enumeration without a name is named after its field."""
        if isinstance(type_, ListOf):
            return {"type": "array", "items": self.type(type_.item, owner, name)}
        if isinstance(type_, MapOf):
            return {"type": "object", "additionalProperties": self.type(type_.item, owner, name)}
        if isinstance(type_, Choice):
            return self._enumeration(type_, type_.name or f"{owner}{_pascal_case(name)}")
        if isinstance(type_, Record):
            return self.record(type_)
        return dict(_SIMPLE.get(type(type_), {"type": "string"}))

    def record(self, record: Record) -> Spec:
        """A reference to the type of a map with known keys."""
        return self.add(record.name, record.description, record.parts)

    def add(self, name: str, description: str, fields: Iterable[Field]) -> Spec:
        """Adds an object type; returns a reference to it."""
        fields = (*fields,)
        if token(name) not in self.found:
            self.found[token(name)] = {}  # its place, before those inside it
            self.found[token(name)] = {
                "description": description,
                "type": "object",
                "properties": self.properties(fields, name),
                "required": required(fields),
            }
        return {"$ref": f"#/types/{token(name)}"}

    def _enumeration(self, choice: Choice, name: str) -> Spec:
        values = [{"value": value} for value in choice.allowed]
        known = self.found.setdefault(token(name), {"type": "string", "enum": values})
        if known["enum"] != values:
            raise ValueError(f"two enumerations are named {name}: name one of them in its Choice")
        return {"$ref": f"#/types/{token(name)}"}


def required(fields: Iterable[Field]) -> list[str]:
    """The properties that must be set."""
    return sorted(camel_case(item.name) for item in fields if item.required)


def described(item: Field) -> str:
    """The description, with everything that the type does not say."""
    said = [item.description]
    if limits(item) and not isinstance(_innermost(item.type), Choice):
        said.append(f"Allowed: {limits(item)}.")
    if default(item) and not item.required and not has_plain_default(item):
        said.append(f"Default: {default(item)}.")
    return in_camel_case(" ".join(filter(None, said)))


def in_camel_case(text: str) -> str:
    """A text with the names of inputs as every language but Python has them."""
    named = _NAMES.sub(lambda found: camel_case(found[0]), with_camel_case_names(text))
    return _QUOTED_NAME.sub(lambda found: camel_case(found[0]), named)


def as_secret(spec: Spec) -> Spec:
    """A secret property. It takes outputs, even if the program must know the keys: a plain map takes no secret in Java,
    and what is generated for Go fails."""
    return {**{key: value for key, value in spec.items() if key != "plain"}, "secret": True}


def has_plain_default(item: Field) -> bool:
    """Whether every SDK may set the default: it is one value, whatever else is set."""
    is_value = isinstance(item.default, (bool, str, int, float))
    return is_value and not item.default_words and not getattr(item, "not_with", "")


def _innermost(type_: Type) -> Type:
    return _innermost(type_.item) if isinstance(type_, (ListOf, MapOf)) else type_


def _pascal_case(name: str) -> str:
    camel = camel_case(name)
    return camel[:1].upper() + camel[1:]
