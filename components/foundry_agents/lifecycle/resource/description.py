"""What a change of an agent leads to, in words: for pull requests, and wherever else a change is shown.

It needs what the state records and the new inputs, and no network. A value that may be secret must come as `Hidden` or
as `SECRET`: nothing here knows what is secret.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..inputs import agent as definition
from ..inputs.schema import Inputs
from ..inputs.unknown import Unknown, differs
from ..rollout.retirement import age, to_keep
from ..service.answers import ACTIVE
from ..service.traffic import most_served
from . import agent_diff
from .changes import MAPS, PropertyChange, changes_between, changes_of
from .state import filled_in, with_current_names
from .values import (
    NEW,
    NOT_KNOWN_YET,
    SECRET,
    literal,
    protocols_in_words,
    rollout_in_words,
    size_in_words,
    value_in_words,
)

# A secret has no path: what is hidden may be anywhere in the definition.
_IN_DEFINITION = {"", *definition.DEFINITION_FIELDS}
_KEPT = "is removed from this stack, and kept as it is"


@dataclass(frozen=True)
class Description:
    """A change of an agent, in words. Parts that do not apply are empty."""

    agent: str
    outcome: str
    """What happens to the agent, as the rest of a sentence that begins with its name."""
    changes: tuple[PropertyChange, ...] = ()
    traffic: str = ""
    retired: str = ""
    unchanged: str = ""
    because: str = ""
    """What was found on the service that leads to an update, although no input changes."""

    def lines(self) -> list[str]:
        """Everything, one line each."""
        said = [f"{self.agent} {self.outcome}", *(f"  {change}" for change in self.changes)]
        for label, text in self.remarks():
            said.append(f"  {label}: {text}")
        return said

    def remarks(self) -> list[tuple[str, str]]:
        """The parts beside the changes, each with its label."""
        named = (
            ("because", self.because),
            ("traffic", self.traffic),
            ("retired", self.retired),
            ("unchanged", self.unchanged),
        )
        return [(label, text) for label, text in named if text]


def of_create(new: Inputs) -> Description:
    """An agent that is not in the state yet."""
    outcome = f"is new: its first version serves {_once_verified(new)}"
    if new.get("adopt"):
        outcome = f"is adopted if it exists, otherwise created; a new version serves {_once_verified(new)}"
    return Description(_name(new), outcome, tuple(changes_between({}, new)))


def of_delete(old: Inputs, *, retained: bool = False) -> Description:
    """An agent that is deleted, or only removed from the state."""
    gone = PropertyChange("", "version that serves", value_in_words(old.get("version")), "")
    if retained:
        return Description(_name(old), _KEPT, (gone,))
    return Description(_name(old), "is deleted with its versions, its sessions and its identity", (gone,))


def of_deleted_toolbox(name: str, *, retained: bool = False) -> str:
    """A toolbox that is deleted, or only removed from the state, as a sentence."""
    return f"toolbox {name} {_KEPT if retained else 'is deleted with its versions'}"


def of_replacement(old: Inputs, new: Inputs) -> Description:
    """An agent that is replaced."""
    moved = [
        PropertyChange(name, name.replace("_", " "), value_in_words(old.get(name)), value_in_words(new.get(name)))
        for name in agent_diff.REPLACING
        if differs(old.get(name), new.get(name))
    ]
    if not moved:  # its project is replaced
        endpoint = value_in_words(old.get("project_endpoint"))
        moved = [PropertyChange("project_endpoint", "project endpoint", endpoint, NOT_KNOWN_YET)]
    outcome = (
        "is replaced, with its identity and URLs: another agent is created, and this one is deleted; "
        "assign the roles of its identity to the new one again"
    )
    return Description(_name(old), outcome, (*moved, *changes_between(old, new)))


def of_update(old: Inputs, new: Inputs, secrets: Sequence[str] = ()) -> Description:
    """An agent that is updated in place.

    :param old: What the state records, outputs included.
    :param new: The new inputs.
    :param secrets: What changes although it is `SECRET` on both sides: the provider has said so, in words of `changes`.
    """
    old = with_current_names(old)
    changes = tuple(changes_between(filled_in(old), filled_in(new, old.get("project_endpoint"))))
    seen = {change.what for change in changes}
    changes += tuple(_of_secret(what) for what in secrets if what not in seen)
    if not changes and not agent_diff.diff(old, new).changed:
        # Pulumi saw a difference that is hidden here.
        changes = (_of_secret("a secret value"),)
    serving, status = str(old.get("version") or ""), old.get("status") or ACTIVE
    pinned = str(new.get("serve_version") or "")
    in_definition = [change for change in changes if change.path.partition(".")[0].partition("[")[0] in _IN_DEFINITION]
    makes_version = not pinned and bool(in_definition)
    is_possible = all(change.new == NOT_KNOWN_YET for change in in_definition)
    newest = str(old.get("latest_version") or "")
    # Nothing here knows the definition of a version that does not serve; the service returns one that is equal.
    exists = newest if newest and newest != serving and not old.get("adopted_from") else ""
    former = str(old.get("adopted_from") or "")
    if former and not pinned:
        outcome, goal = f"is taken over from {former}: it gets a new version with this stack's mark", NEW
    elif former:
        outcome = f"is taken over from {former}: a new version marks it, and version {pinned} serves"
        goal = pinned
    elif pinned and pinned != serving:
        outcome, goal = f"serves version {pinned} again; no version is created", pinned
    elif pinned:
        outcome, goal = f"keeps serving version {pinned}, to which it is pinned; no version is created", pinned
    elif status != ACTIVE:
        outcome, goal = f"gets a new version, because version {serving} is {literal(status)}", NEW
    elif old.get("serve_version") and not makes_version and not exists:
        outcome, goal = f"keeps its version {serving} if it has this definition, otherwise gets another", serving
    elif makes_version or old.get("serve_version"):
        before = f"; version {serving} serves until that one is verified" if serving else ""
        version = f"version {exists} if it has this definition, otherwise a new version" if exists else "a new version"
        verb = "may get" if makes_version and is_possible else "gets"
        outcome, goal = f"{verb} {version}{before}", NEW
    else:
        outcome, goal = f"keeps its version {serving}" if serving else "keeps its version", serving
    return Description(
        _name(new),
        outcome,
        changes,
        traffic=_traffic(old, new, goal),
        retired=_retired(old, new, goal, exists),
        because=_because(old, new, makes_version=makes_version),
        unchanged=_unchanged(old, new, changes),
    )


def of_drift(recorded: Inputs, found: Inputs | None) -> Description:
    """An agent that is not what the state records. `found` is what exists; None if the agent does not."""
    if found is None:
        gone = PropertyChange("", "version that serves", value_in_words(recorded.get("version")), "")
        return Description(
            _name(recorded), "no longer exists; `pulumi up --refresh` creates it again, with another identity", (gone,)
        )
    moved = [
        change
        for name in ("version", "status", "traffic", "protocols")
        if differs(recorded.get(name), found.get(name))
        for change in changes_of(name, recorded.get(name), found.get(name))
    ]
    changes = (*moved, *changes_between(filled_in(recorded), filled_in(found)))
    return Description(_name(recorded), "is not what the state records; `pulumi up --refresh` corrects it", changes)


def of_same(old: Inputs) -> Description:
    """An agent that does not change."""
    return Description(_name(old), f"does not change; version {old.get('version') or '?'} serves")


def _of_secret(what: str) -> PropertyChange:
    words = what.partition(" `")[0]
    name = next((name for name, label in MAPS.items() if label == words), words.replace(" ", "_"))
    return PropertyChange(name if name in definition.FIELD_NAMES else "", what, literal(SECRET), "another one")


def _name(given: Inputs) -> str:
    name = given.get("agent_name")
    return str(name) if isinstance(name, str) else "the agent"


def _traffic(old: Inputs, new: Inputs, goal: str) -> str:
    shares = old.get("traffic")
    serving = {str(old["version"]): 100} if old.get("version") else {}
    if isinstance(shares, dict) and shares:
        serving = {str(version): int(share) for version, share in shares.items()}
    if goal != NEW:
        return "" if serving in ({goal: 100}, {}) else f"all to version {goal}, at once"
    wanted = new.get("rollout")
    if isinstance(wanted, Unknown):
        wanted = {"steps": wanted}
    elif not isinstance(wanted, dict):
        wanted = {}
    plan, has_steps = rollout_in_words(serving, wanted)
    words = f"{plan}, {_once_verified(new)}"
    if not has_steps or not serving:
        return words
    again = "it is verified again" if wanted.get("check", "verify") == "verify" else "it must still be active"
    return f"{words}; after each step {again}, otherwise all traffic goes back to version {most_served(serving)}"


def _once_verified(new: Inputs) -> str:
    verify = new.get("verify")
    kind = verify.get("kind") if isinstance(verify, dict) else verify
    if kind == "off":
        return "as soon as it is active"
    # The request may be secret, and is in plain text here.
    return "once it answers the request of `verify`" if kind == "request" else "once it starts"


def _because(old: Inputs, new: Inputs, *, makes_version: bool) -> str:
    """The reasons for an update that are in no input. What leads to a new version is told with that."""
    found = []
    outside = [str(number) for number in old.get("unmanaged_versions") or []]
    if outside:
        several = len(outside) > 1
        words = f"version{'s' if several else ''} {_listed(sorted(outside, key=age))}"
        found.append(f"{words} {'were' if several else 'was'} not created by a finished run of this stack")
    if not makes_version and "protocols" in agent_diff.diff(old, new).changed:
        found.append("the endpoint does not answer to every protocol of the definition")
    return "; ".join(found)


def _retired(old: Inputs, new: Inputs, goal: str, exists: str) -> str:
    keep = new.get("keep_versions")
    if isinstance(keep, Unknown) or keep is None:
        return ""
    recorded, waiting = old.get("versions"), [str(number) for number in old.get("versions_pending_deletion") or []]
    if not isinstance(recorded, list):
        return f"all but the newest {int(keep)}" if goal == NEW else ""
    versions = [str(number) for number in recorded]
    kept = to_keep(goal, versions, versions, int(keep))
    numbers = {*waiting, *(number for number in versions if number not in kept)}
    spared = {*numbers} - {*to_keep(exists, versions, versions, int(keep))} if goal == NEW and exists else numbers
    ended = "" if new.get("force_delete") else ", once {} sessions have ended"
    if spared == numbers:
        return _versions(numbers, ended)
    only_if_new = _versions(numbers - spared, "") + ", if a new version is created"
    return "; ".join(filter(None, (_versions(spared, ended), only_if_new)))


def _versions(numbers: Collection[str], ended: str) -> str:
    if not numbers:
        return ""
    several = len(numbers) > 1
    return f"version{'s' if several else ''} {_listed(sorted(numbers, key=age))}" + ended.format(
        "their" if several else "its"
    )


def _unchanged(old: Inputs, new: Inputs, changes: Sequence[PropertyChange]) -> str:
    """What stays, of everything that a reader may wonder about."""
    changed = {change.path.partition(".")[0].partition("[")[0] for change in changes}
    stays = []
    if "image" not in changed:
        stays.append("image")
    if "cpu" not in changed:
        stays.append(f"size ({size_in_words(new)})")
    if "protocol_versions" not in changed:
        stays.append(f"protocols ({protocols_in_words(new.get('protocol_versions'))})")
    for name, label in MAPS.items():
        left = _same_keys(old.get(name), new.get(name))
        if left:
            stays.append(f"{left} {label}{'s' if left > 1 and name != 'metadata' else ''}")
    return _listed([*stays, "identity", *(["URLs"] if "protocol_versions" not in changed else [])])


def _same_keys(before: object, after: object) -> int:
    if not isinstance(before, dict) or not isinstance(after, dict):
        return 0
    return sum(key in after and not differs(before[key], after[key]) for key in before)


def _listed(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
