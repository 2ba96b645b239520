"""What differs between an agent in the state and its new inputs, without any network."""

from __future__ import annotations

from ..inputs import agent as definition
from ..inputs.schema import Inputs, OnChange, names_of
from ..inputs.unknown import Unknown
from ..service.answers import ACTIVE
from .state import Diff, Recordings, differences, filled_in

REPLACING = names_of(definition.FIELDS, OnChange.REPLACE)
CHANGING = names_of(definition.FIELDS, OnChange.NEW_VERSION, OnChange.UPDATE)


def diff(old: Recordings, new: Inputs) -> Diff:
    """Compares recorded properties with new inputs."""
    filled = filled_in(new, old.get("project_endpoint"))
    inputs = differences(filled_in(old), filled, replacing=REPLACING, changing=CHANGING)
    return Diff([*inputs.changed, *_unfinished(old, new)], inputs.replaces)


def _unfinished(old: Recordings, new: Inputs) -> list[str]:
    """The outputs that are not as the inputs want them: changed by hand, or still to be done."""
    found = []
    serving = new.get("serve_version") or old.get("version")
    shares = old.get("traffic")
    if shares and not isinstance(serving, Unknown) and shares != {serving: 100}:
        found.append("traffic")
    if old.get("status") not in (None, ACTIVE):
        found.append("status")
    found += [name for name in ("versions_pending_deletion", "unmanaged_versions", "adopted_from") if old.get(name)]
    wanted = new.get("protocol_versions")
    if old.get("protocols") and isinstance(wanted, list) and not _names(wanted) <= {*old["protocols"]}:
        found.append("protocols")
    return found


def _names(protocol_versions: list[object]) -> set[str]:
    """The protocols that are known by name."""
    names = (record.get("protocol") for record in protocol_versions if isinstance(record, dict))
    return {name for name in names if isinstance(name, str)}
