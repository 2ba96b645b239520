"""An agent's properties as Pulumi keeps them, and what can be said of them without any network.

Properties are the inputs of `definition.FIELDS`, `logical_name` (the resource's name in its program),
and the outputs in `OUTPUTS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import definition
from .definition import Checked
from .unknown import differs

Properties = dict[str, Any]

LOGICAL_NAME = "logical_name"
OUTPUTS = ("version", "status", "image_reference", "principal_id", "client_id", "agent_guid", "endpoints")
REPLACING = ("agent_name", "project_endpoint")
CHANGING = (*definition.DEFINITION_FIELDS, "keep_versions")


@dataclass(frozen=True)
class Difference:
    """What a change of inputs means. `replaces` is a part of `changed`."""

    changed: list[str]
    replaces: list[str]


def check(inputs: Mapping[str, Any]) -> Checked:
    """Checks the inputs offline. The logical name is the adapter's and passes."""
    own = {LOGICAL_NAME: inputs[LOGICAL_NAME]} if LOGICAL_NAME in inputs else {}
    checked = definition.check({key: value for key, value in inputs.items() if key != LOGICAL_NAME})
    return Checked({**checked.inputs, **own}, checked.problems, checked.warnings)


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    """Compares recorded properties with new inputs.

    An unknown value is no change where an old one is known: otherwise every preview in which something
    upstream changes would show all agents as replaced.
    """
    replaces = [name for name in REPLACING if differs(old.get(name), new.get(name))]
    changed = [name for name in CHANGING if differs(old.get(name), new.get(name))]
    return Difference(replaces + changed, replaces)


def resource_id(inputs: Mapping[str, Any]) -> str:
    """The id of the resource, which is also its import id."""
    return f"{inputs['project_endpoint']}/agents/{inputs['agent_name']}"
