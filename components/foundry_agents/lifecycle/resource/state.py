"""The properties of a resource as a state records them, and how a change of inputs is found in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..inputs.environment_variables import PROJECT_ENDPOINT_PLACEHOLDER
from ..inputs.schema import Checked, Inputs
from ..inputs.unknown import UNKNOWN, differs, may_differ
from ..rollout.state import History, Recorded, RecordedAgent, Versions
from ..service.mark import Mark

Properties = dict[str, Any]
"""Inputs and outputs by name."""
Recordings = Mapping[str, Any]
"""The same, as a state has them."""

_TAKEN_AS_UNCHANGED = ("registry",)
LOGICAL_NAME = "logical_name"
"""The resource's name in its program; part of the mark."""
PLAIN_INPUTS = "plain_inputs"
"""The inputs that are literals of the program, so that previews may show their values; see `hidden`."""
ADDED_INPUTS = (LOGICAL_NAME, PLAIN_INPUTS)
"""What adapters add to the inputs that the user sets. It is recorded, and a change of it is no change."""
DEPRECATED_OUTPUTS = {"retiring": "versions_pending_deletion", "made_outside": "unmanaged_versions"}
"""Today's names of outputs by those that states of 0.1 have."""


@dataclass(frozen=True)
class Diff:
    """What a change of inputs leads to. `replaces` is a part of `changed`."""

    changed: list[str]
    replaces: list[str]


def check_set_inputs(inputs: Inputs, check: Callable[[Inputs], Checked]) -> Checked:
    """The check of what the user set; what the adapter adds passes."""
    checked = check({key: value for key, value in inputs.items() if key not in ADDED_INPUTS})
    checked.inputs.update({key: inputs[key] for key in ADDED_INPUTS if key in inputs})
    return checked


def differences(old: Recordings, new: Inputs, *, replacing: Sequence[str], changing: Sequence[str]) -> Diff:
    """Compares recorded properties with new inputs.

    An unknown value is a possible change, such as an image that is still being built. Where a resource is, and the
    registry, are taken as unchanged: otherwise every preview in which something upstream changes would show everything
    as replaced.
    """
    replaces = [name for name in replacing if differs(old.get(name), new.get(name))]
    changed = [
        name
        for name in changing
        if (differs if name in _TAKEN_AS_UNCHANGED else may_differ)(old.get(name), new.get(name))
    ]
    return Diff([*replaces, *changed], replaces)


def filled_in(given: Recordings, endpoint: object = None) -> Properties:
    """With the project endpoint instead of its placeholder, as the service returns it.

    `endpoint` stands for one that is not known yet.
    """
    variables, own = given.get("environment_variables"), given.get("project_endpoint")
    known = own if isinstance(own, str) else endpoint
    if not isinstance(variables, dict) or not isinstance(known, str):
        return {**given}
    filled = {
        name: value.replace(PROJECT_ENDPOINT_PLACEHOLDER, known) if isinstance(value, str) else value
        for name, value in variables.items()
    }
    return {**given, "environment_variables": filled}


def with_current_names(recorded: Recordings) -> Properties:
    """The properties with today's names of outputs."""
    return {DEPRECATED_OUTPUTS.get(name, name): value for name, value in recorded.items()}


def known_or_unknown(recorded: Recordings, name: str) -> object:
    """A recorded output; `UNKNOWN` if it is not recorded, or was empty because nothing existed yet."""
    value = recorded.get(name)
    return UNKNOWN if value in (None, "") else value


def mark_of(properties: Recordings) -> Mark:
    """The mark; it stays the one that the resource was created with."""
    return Mark(str(properties["owner"]), str(properties[LOGICAL_NAME]))


def recorded_agent(old: Recordings) -> RecordedAgent:
    """What the state records of an agent. States of earlier releases have the version only."""
    recorded = recorded_toolbox(old)
    version = str(old.get("version") or "")
    traffic = old.get("traffic") or ({version: 100} if version else {})
    return RecordedAgent(
        recorded.history,
        recorded.versions,
        recorded.adopted_from,
        traffic={str(number): int(percent) for number, percent in traffic.items()},
        protocols=[str(record["protocol"]) for record in old.get("protocol_versions") or []],
        agent_guid=str(old.get("agent_guid") or ""),
    )


def recorded_toolbox(old: Recordings) -> Recorded:
    """What the state records of a toolbox."""
    kept = old.get("versions")
    history = History.UNKNOWN if kept is None else History.RECORDED if kept else History.EMPTY
    versions = Versions(
        kept=[str(number) for number in kept or []],
        latest=str(old.get("latest_version") or ""),
        pending_deletion=[str(number) for number in old.get("versions_pending_deletion") or []],
        unmanaged=[str(number) for number in old.get("unmanaged_versions") or []],
    )
    return Recorded(history, versions, str(old.get("adopted_from") or ""))


def with_outputs(inputs: Inputs, mark: Mark, outputs: Mapping[str, object]) -> Properties:
    """All properties of a resource."""
    return {**inputs, "owner": mark.owner, LOGICAL_NAME: mark.name, **outputs}
