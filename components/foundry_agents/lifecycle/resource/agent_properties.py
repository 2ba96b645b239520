"""An agent's properties as Pulumi keeps them, and what can be said of them without any network.

Properties are the inputs of `definition.FIELDS`, `logical_name` (the resource's name in its program),
and the outputs in `OUTPUTS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..inputs import agent as definition
from ..inputs.schema import Checked
from ..inputs.unknown import Unknown
from . import state as resource_state
from .state import Difference, difference

LOGICAL_NAME = resource_state.LOGICAL_NAME
INPUTS = (*definition.FIELD_NAMES, LOGICAL_NAME)
OUTPUTS = (
    "version",
    "status",
    "image_reference",
    "traffic",
    "versions",
    "previous_version",
    "latest_version",
    "made_outside",
    "retiring",
    "protocols",
    "adopted_from",
    "principal_id",
    "client_id",
    "agent_guid",
    "endpoints",
)
REPLACING = ("agent_name", "project_endpoint")
CHANGING = (*definition.DEFINITION_FIELDS, "keep_versions", "serve_version", "authorization_schemes", "agent_card")


def check(inputs: Mapping[str, Any]) -> Checked:
    """Checks the inputs offline. The logical name is the adapter's and passes."""
    own = {LOGICAL_NAME: inputs[LOGICAL_NAME]} if LOGICAL_NAME in inputs else {}
    checked = definition.check({key: value for key, value in inputs.items() if key != LOGICAL_NAME})
    return Checked({**checked.inputs, **own}, checked.problems, checked.warnings)


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    """Compares recorded properties with new inputs."""
    inputs = difference(old, new, replacing=REPLACING, changing=CHANGING)
    return Difference([*inputs.changed, *_unfinished(old, new)], inputs.replaces)


def _unfinished(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The outputs that are not as the inputs want them: moved by hand, or still to be done."""
    found = []
    serving = new.get("serve_version") or old.get("version")
    shares = old.get("traffic")
    if shares and not isinstance(serving, Unknown) and shares != {serving: 100}:
        found.append("traffic")
    if old.get("status") not in (None, "active"):
        found.append("status")
    found += [name for name in ("retiring", "made_outside") if old.get(name)]
    spoken = new.get("protocol_versions")
    if old.get("protocols") and isinstance(spoken, list) and not _names(spoken) <= {*old["protocols"]}:
        found.append("protocols")
    return found


def _names(protocol_versions: list[Any]) -> set[str]:
    """The protocols that are known by name."""
    names = (record.get("protocol") for record in protocol_versions if isinstance(record, dict))
    return {name for name in names if isinstance(name, str)}


def resource_id(inputs: Mapping[str, Any]) -> str:
    """The id of the resource, which is also its import id."""
    return f"{inputs['project_endpoint']}/agents/{inputs['agent_name']}"
