"""The words of a declaration, for pages and docstrings."""

from __future__ import annotations

from foundry_agents.lifecycle.inputs.schema import Field, OnChange, Record
from foundry_agents.lifecycle.inputs.types import ListOf


def summary(field: Field) -> str:
    """The docstring of a key."""
    said = [description(field)]
    if field.allowed:
        said.append(f"{'One of' if len(field.allowed) > 1 else 'Only'} {', '.join(field.allowed)}.")
    elif limits(field):
        said.append(f"Allowed: {limits(field)}.")
    if default(field) and not field.required:
        said.append(f"Default: {default(field)}.")
    if field.on_change is OnChange.REPLACE:
        said.append("A change replaces the resource.")
    return " ".join(said)


def description(field: Field) -> str:
    """The description; with the value that may be written instead of a map, where the language is not typed."""
    inner = field.type.item if isinstance(field.type, ListOf) else field.type
    shorthand = inner.shorthand if isinstance(inner, Record) else ""
    return f"{field.description} The {shorthand} alone can stand for the map." if shorthand else field.description


def default(field: Field) -> str:
    """What happens if the input is not set; empty if nothing does."""
    if field.default_words or field.default is None:
        return field.default_words
    return str(field.default).lower() if isinstance(field.default, bool) else str(field.default)


def limits(field: Field) -> str:
    """The allowed values; empty if there is nothing to say."""
    return field.limits or field.type.limits
