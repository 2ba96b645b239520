"""What Pulumi's state keeps of a resource besides its inputs, and how a change of inputs is found in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..inputs.unknown import differs
from ..service.mark import Mark

Properties = dict[str, Any]

LOGICAL_NAME = "logical_name"
"""The resource's name in its program; part of the mark."""


@dataclass(frozen=True)
class Difference:
    """What a change of inputs means. `replaces` is a part of `changed`."""

    changed: list[str]
    replaces: list[str]


def difference(
    old: Mapping[str, Any], new: Mapping[str, Any], *, replacing: Sequence[str], changing: Sequence[str]
) -> Difference:
    """Compares recorded properties with new inputs.

    An unknown value is no change where an old one is known: otherwise every preview in which something
    upstream changes would show everything as replaced.
    """
    replaces = [name for name in replacing if differs(old.get(name), new.get(name))]
    changed = [name for name in changing if differs(old.get(name), new.get(name))]
    return Difference([*replaces, *changed], replaces)


def mark_of(properties: Mapping[str, Any]) -> Mark:
    """The mark; it stays the one that the resource was created with."""
    return Mark(str(properties["owner"]), str(properties[LOGICAL_NAME]))


def known_of(old: Mapping[str, Any]) -> dict[str, Any]:
    """What the state knows of versions: the arguments of `Known`."""
    return {
        "versions": None if old.get("versions") is None else [str(number) for number in old["versions"]],
        "retiring": [str(number) for number in old.get("retiring") or []],
        "latest": str(old.get("latest_version") or ""),
        "made_outside": [str(number) for number in old.get("made_outside") or []],
        "adopted_from": str(old.get("adopted_from") or ""),
    }


def with_outputs(inputs: Mapping[str, Any], mark: Mark, outputs: Mapping[str, Any]) -> Properties:
    """All properties of a resource."""
    return {**inputs, "owner": mark.owner, LOGICAL_NAME: mark.name, **outputs}
