"""What a change of an agent means, in words: for pull requests, and wherever else a change is shown.

It is made of what the state records and of the new inputs alone, without any network. Values stand in backticks. A
value that is secret has to come as `SECRET`: nothing here knows what is secret.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..inputs import agent as definition
from ..inputs import common
from ..inputs.environment_variables import PROJECT_ENDPOINT_PLACEHOLDER
from ..inputs.image import parse
from ..inputs.unknown import Unknown, differs
from ..rollout import retirement
from ..rollout.plan import plan as rollout_plan
from ..service.traffic import Weights
from . import agent_properties as properties

SECRET = "[secret]"
"""Pulumi's own word for what it hides."""
NEW = "new"
"""In a plan of traffic, the version that is still to be made."""

_DIGEST = re.compile(r"(?<=sha256:)([0-9a-f]{12})[0-9a-f]{52}")
_LONGEST = 120
# A secret has no path: what is hidden may be anywhere in the definition.
_IN_DEFINITION = {"", *definition.DEFINITION_FIELDS}
# What nobody keeps a secret in.
_NEVER_SECRET = {"image", "cpu", "protocol_versions", "rollout", "serve_version", "keep_versions", "secrets_revision"}
# Named elsewhere in the description, or of no interest to who reads it.
_NOT_TOLD = {"agent_name", "project_endpoint", "registry", "registry_id", "pull_principal_id", "owner", "memory"}
_MAPS = {
    "environment_variables": "environment variable",
    "secret_environment_variables": "secret environment variable",
    "metadata": "metadata",
}


@dataclass(frozen=True)
class Changed:
    """One thing that changes, in words. `path` is the input, as in the stack's configuration."""

    path: str
    what: str
    old: str
    new: str

    def __str__(self) -> str:
        if not self.old:
            return f"{self.what}: {self.new} (new)"
        return f"{self.what}: {self.old} → {self.new}" if self.new else f"{self.what}: {self.old} (removed)"


@dataclass(frozen=True)
class Description:
    """A change of an agent, in words. What there is nothing to say about is empty."""

    agent: str
    outcome: str
    """What happens to the agent, as the rest of a sentence that begins with its name."""
    changes: tuple[Changed, ...] = ()
    traffic: str = ""
    retired: str = ""
    unchanged: str = ""

    def lines(self) -> list[str]:
        """The whole, one line each."""
        said = [f"{self.agent} {self.outcome}", *(f"  {change}" for change in self.changes)]
        for label, text in self.remarks():
            said.append(f"  {label}: {text}")
        return said

    def without_values(self) -> Description:
        """The same where secrets cannot be told from other values: it names what changes, not to what."""
        return replace(self, changes=tuple(_without_values(change) for change in self.changes))

    def remarks(self) -> list[tuple[str, str]]:
        """What there is to say beside the changes."""
        named = (("traffic", self.traffic), ("retired", self.retired), ("unchanged", self.unchanged))
        return [(label, text) for label, text in named if text]


def _without_values(change: Changed) -> Changed:
    if re.split(r"[.\[]", change.path)[0] in _NEVER_SECRET:
        return change
    new = ("another" if change.old else "a value") if change.new else ""
    return replace(change, old="a value" if change.old else "", new=new)


def of_create(new: Mapping[str, Any]) -> Description:
    """An agent that the state does not have yet."""
    outcome = f"is new: its first version serves {_once_proved(new)}"
    if new.get("adopt"):
        outcome = f"is taken over if it exists, and made if not; a new version serves {_once_proved(new)}"
    return Description(_name(new), outcome, tuple(_changes({}, new)))


def of_delete(old: Mapping[str, Any], *, retained: bool = False) -> Description:
    """An agent that goes, or that only Pulumi forgets."""
    gone = Changed("", "version that serves", _value(old.get("version")), "")
    if retained:
        return Description(_name(old), "is left as it is, and managed by this stack no longer", (gone,))
    return Description(_name(old), "is deleted with its versions, its sessions and its identity", (gone,))


def of_replacement(old: Mapping[str, Any], new: Mapping[str, Any]) -> Description:
    """An agent in whose place another one is made."""
    moved = [
        Changed(name, name.replace("_", " "), _value(old.get(name)), _value(new.get(name)))
        for name in properties.REPLACING
        if differs(old.get(name), new.get(name))
    ]
    outcome = (
        "is replaced: another agent is made, then this one deleted with its identity; "
        "what was granted to the identity has to be granted again"
    )
    return Description(_name(old), outcome, (*moved, *_changes(old, new)))


def of_update(old: Mapping[str, Any], new: Mapping[str, Any]) -> Description:
    """An agent that stays, with other inputs. `old` is what the state records, outputs included."""
    changes = tuple(_changes(old, new))
    if not properties.diff(old, new).changed:
        # Pulumi saw a difference that is hidden here.
        changes = (Changed("", "a secret value", _literal(SECRET), "another one"),)
    serving, status = str(old.get("version") or ""), old.get("status") or "active"
    pinned = str(new.get("serve_version") or "")
    makes_version = not pinned and (
        any(change.path.partition(".")[0].partition("[")[0] in _IN_DEFINITION for change in changes)
    )
    if pinned and pinned != serving:
        outcome, goal = f"serves version {pinned} again; no version is made", pinned
    elif pinned:
        outcome, goal = f"goes on serving version {pinned}, to which it is pinned; no version is made", pinned
    elif status != "active":
        outcome, goal = f"gets a new version, since version {serving} is {_literal(status)}", NEW
    elif makes_version or old.get("serve_version"):
        before = f"; version {serving} serves until that is proved" if serving else ""
        made = "a new version" if makes_version else "the version of this definition, made anew if it is gone"
        outcome, goal = f"gets {made}{before}", NEW
    else:
        outcome, goal = f"keeps its version {serving}" if serving else "keeps its version", serving
    return Description(
        _name(new),
        outcome,
        changes,
        traffic=_traffic(old, new, goal),
        retired=_retired(old, new, goal),
        unchanged=_unchanged(old, new, changes),
    )


def of_drift(recorded: Mapping[str, Any], found: Mapping[str, Any] | None) -> Description:
    """An agent that is not what the state records: that is old, what is there is new, None if it is gone."""
    if found is None:
        gone = Changed("", "version that serves", _value(recorded.get("version")), "")
        return Description(_name(recorded), "is gone; the next `up` makes it anew, with another identity", (gone,))
    moved = [
        change
        for name in ("version", "status", "traffic", "protocols")
        if differs(recorded.get(name), found.get(name))
        for change in _property(name, recorded.get(name), found.get(name))
    ]
    changes = (*moved, *_changes(_filled_in(recorded), _filled_in(found)))
    return Description(_name(recorded), "is not what the state records; the next `up` brings it back", changes)


def _filled_in(given: Mapping[str, Any]) -> dict[str, Any]:
    """With the endpoint in place of its placeholder, as the service shows it."""
    variables, endpoint = given.get("environment_variables"), given.get("project_endpoint")
    if not isinstance(variables, dict) or not isinstance(endpoint, str):
        return {**given}
    filled = {
        name: value.replace(PROJECT_ENDPOINT_PLACEHOLDER, endpoint) if isinstance(value, str) else value
        for name, value in variables.items()
    }
    return {**given, "environment_variables": filled}


def of_same(old: Mapping[str, Any]) -> Description:
    """An agent that stays what it is."""
    return Description(_name(old), f"does not change; version {old.get('version') or '?'} serves")


def plan_in_words(plan: Sequence[Weights], goal: str, hold: float) -> str:
    """Such as `10 % for 5 min, then 50 %, then all`; the time is that of each step."""
    *steps, _all = plan
    if not steps:
        return "all at once"
    shares = [f"{weights[goal]} %" for weights in steps]
    if hold:
        shares[0] += f" for {duration(hold)}"
    return ", then ".join([*shares, "all"])


def duration(seconds: float) -> str:
    """Such as `90 s`, `5 min` or `2 h`."""
    whole = int(seconds)
    for unit, length in (("h", 3600), ("min", 60)):
        if whole and whole % length == 0:
            return f"{whole // length} {unit}"
    return f"{whole} s"


def _name(given: Mapping[str, Any]) -> str:
    name = given.get("agent_name")
    return str(name) if isinstance(name, str) else "the agent"


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Changed]:
    """Every input that differs; of a new agent, all that are set."""
    with_host = not isinstance(new.get("registry"), Unknown) and not isinstance(old.get("registry"), Unknown)
    images = [_image(side, with_host=with_host) for side in (old, new)]
    if images[0] == images[1]:
        images = [_image(side, with_host=with_host, whole=True) for side in (old, new)]
    yield from _one("image", "image", *images, differ=_images_differ(old, new))
    yield from _one("cpu", "size", _size(old), _size(new), differ=_sizes_differ(old, new))
    for name in definition.FIELD_NAMES:
        if name in _NOT_TOLD or name in ("image", "cpu") or _is_default(name, old or new, new):
            continue
        before, after = old.get(name), new.get(name)
        if name in _MAPS and not isinstance(before, Unknown) and not isinstance(after, Unknown):
            yield from _pairs(name, before or {}, after or {})
        elif differs(before, after):
            yield from _property(name, before, after)


def _property(name: str, before: Any, after: Any) -> Iterator[Changed]:
    words = _WORDS.get(name)
    if words:
        yield Changed(
            name,
            _LABELS.get(name, name.replace("_", " ")),
            words(before) if before else "",
            words(after) if after else "",
        )
    elif isinstance(before, (dict, list)) or isinstance(after, (dict, list)):
        yield from _leaves(name, before, after)
    else:
        yield Changed(name, name.replace("_", " "), _value(before), _value(after))


def _one(path: str, what: str, before: str, after: str, *, differ: bool) -> Iterator[Changed]:
    if differ and before == after:  # such as two tags behind the same unknown registry
        return
    if differ:
        yield Changed(path, what, before, after)


def _pairs(name: str, before: Any, after: Any) -> Iterator[Changed]:
    """The keys of a user's map, one by one."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        if differs(before, after):
            yield Changed(name, name.replace("_", " "), _value(before), _value(after))
        return
    for key in sorted({*before, *after}):
        if key not in before or key not in after or differs(before[key], after[key]):
            yield Changed(
                f"{name}.{key}",
                f"{_MAPS[name]} `{key}`",
                _literal(before[key]) if key in before else "",
                _literal(after[key]) if key in after else "",
            )


def _leaves(name: str, before: Any, after: Any) -> Iterator[Changed]:
    """The values in maps and lists that differ, each with its path."""
    old, new = dict(_flat(name, before)), dict(_flat(name, after))
    for path in dict.fromkeys([*old, *new]):
        if path not in old or path not in new or differs(old[path], new[path]):
            place = path.removeprefix(name).lstrip(".")
            what = name.replace("_", " ") + (f" `{place}`" if place else "")
            yield Changed(
                path, what, _literal(old[path]) if path in old else "", _literal(new[path]) if path in new else ""
            )


def _flat(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _flat(f"{path}.{key}", item)
    elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        for index, item in enumerate(value):
            yield from _flat(f"{path}[{index}]", item)
    elif value not in (None, {}, []):
        yield path, value


def _is_default(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether both sides say what goes without saying: defaults that the check filled in."""
    return all(side.get(name) in (None, *_DEFAULTS.get(name, ())) for side in (old, new))


def _image(given: Mapping[str, Any], *, with_host: bool, whole: bool = False) -> str:
    image = given.get("image")
    if not isinstance(image, str):
        return _value(image)
    registry = given.get("registry")
    try:
        host = parse(image).host
    except ValueError:
        host = ""
    if with_host and not host and isinstance(registry, str) and registry not in ("", SECRET):
        image = f"{registry}/{image}"
    return _literal(image, whole=whole)


def _images_differ(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return differs(old.get("image"), new.get("image")) or differs(old.get("registry"), new.get("registry"))


def _size(given: Mapping[str, Any]) -> str:
    cpu, memory = given.get("cpu"), given.get("memory")
    if cpu is None and memory is None:
        return ""
    return f"{_plain(cpu)} CPU, {_plain(memory)}"


def _sizes_differ(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return differs(old.get("cpu"), new.get("cpu")) or differs(old.get("memory"), new.get("memory"))


def _plain(value: Any) -> str:
    return "?" if isinstance(value, Unknown) or value is None else str(value)


def _protocols(value: Any) -> str:
    if not isinstance(value, list):
        return _value(value)
    spoken = [record if isinstance(record, dict) else {"protocol": record} for record in value]
    return ", ".join(f"{_plain(record.get('protocol'))} {_plain(record.get('version'))}" for record in spoken)


def _verify(value: Any) -> str:
    if not isinstance(value, dict):
        return _value(value)
    kind = value.get("kind", "start")
    if kind == "request":
        asked = _literal(value["prompt"]) if "prompt" in value else "a request of its own"
        return f"it answers {asked}"
    return {"start": "it starts", "off": "nothing is proved"}.get(str(kind), _literal(kind))


def _rollout(value: Any) -> str:
    if not isinstance(value, dict):
        return _value(value)
    return _plan_in_words({"": 100}, value)[0]


def _plan_in_words(serving: Weights, wanted: Mapping[str, Any]) -> tuple[str, bool]:
    """The plan, and whether it is more than one step."""
    steps, hold = wanted.get("steps") or [], wanted.get("hold") or 0
    if not isinstance(steps, list) or not all(isinstance(number, (int, float)) for number in (*steps, hold)):
        return "step by step, which steps is not known yet", True
    plan = rollout_plan(serving, NEW, steps)
    return plan_in_words(plan, NEW, float(hold)), len(plan) > 1


def _seconds(value: Any) -> str:
    return duration(value) if isinstance(value, (int, float)) else _value(value)


def _shares(value: Any) -> str:
    if not isinstance(value, dict):
        return _value(value)
    return " and ".join(f"{_plain(share)} % to version {version}" for version, share in value.items())


def _names(value: Any) -> str:
    return ", ".join(map(_literal, value)) if isinstance(value, list) else _value(value)


_LABELS = {"protocol_versions": "protocols", "idle_timeout_seconds": "idle timeout"}
_WORDS = {
    "protocol_versions": _protocols,
    "verify": _verify,
    "rollout": _rollout,
    "idle_timeout_seconds": _seconds,
    "active_timeout": _seconds,
    "role_propagation_timeout": _seconds,
    "authorization_schemes": _names,
    "protocols": _names,
    "traffic": _shares,
}
_DEFAULTS: dict[str, tuple[Any, ...]] = {
    "keep_versions": (common.DEFAULT_KEEP_VERSIONS,),
    "active_timeout": (definition.DEFAULT_ACTIVE_TIMEOUT,),
    "role_propagation_timeout": (common.DEFAULT_ROLE_PROPAGATION_TIMEOUT,),
    "verify": (definition.check({}).inputs.get("verify"),),
    "rollout": (definition.check({}).inputs.get("rollout"),),
}


def _traffic(old: Mapping[str, Any], new: Mapping[str, Any], goal: str) -> str:
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
    plan, has_steps = _plan_in_words(serving, wanted)
    words = f"{plan}, {_once_proved(new)}"
    if not has_steps or not serving:
        return words
    again = "that is proved again" if wanted.get("check", "verify") == "verify" else "it must still be active"
    return f"{words}; after each step {again}, else all goes back to version {_most_served(serving)}"


def _most_served(serving: Weights) -> str:
    return max(serving, key=lambda version: serving[version])


def _once_proved(new: Mapping[str, Any]) -> str:
    verify = new.get("verify")
    kind = verify.get("kind") if isinstance(verify, dict) else verify
    if kind == "off":
        return "as soon as it is active"
    # What is asked may be secret, and comes in clear here.
    return "once it answers what `verify` asks" if kind == "request" else "once it starts"


def _retired(old: Mapping[str, Any], new: Mapping[str, Any], goal: str) -> str:
    keep = new.get("keep_versions")
    if isinstance(keep, Unknown) or keep is None:
        return ""
    recorded, waiting = old.get("versions"), [str(number) for number in old.get("retiring") or []]
    if not isinstance(recorded, list):
        return f"all but the newest {int(keep)}" if goal == NEW else ""
    versions = [str(number) for number in recorded]
    kept = retirement.to_keep(goal, versions, versions, int(keep))
    numbers = [*waiting, *(number for number in versions if number not in kept)]
    if not numbers:
        return ""
    several = len(numbers) > 1
    wait = "" if new.get("force_delete") else f", once {'their' if several else 'its'} sessions have ended"
    return f"version{'s' if several else ''} {_listed(sorted(set(numbers), key=_number))}{wait}"


def _number(version: str) -> tuple[bool, int]:
    return (not version.isdigit(), int(version) if version.isdigit() else 0)


def _unchanged(old: Mapping[str, Any], new: Mapping[str, Any], changes: Sequence[Changed]) -> str:
    """What a reader may wonder about, and what stays."""
    changed = {change.path.partition(".")[0].partition("[")[0] for change in changes}
    stays = []
    if "image" not in changed:
        stays.append("image")
    if "cpu" not in changed:
        stays.append(f"size ({_size(new)})")
    if "protocol_versions" not in changed:
        stays.append(f"protocols ({_protocols(new.get('protocol_versions'))})")
    for name, label in _MAPS.items():
        left = _same_keys(old.get(name), new.get(name))
        if left:
            stays.append(f"{left} {label}{'s' if left > 1 and name != 'metadata' else ''}")
    return _listed([*stays, "identity", *(["URLs"] if "protocol_versions" not in changed else [])])


def _same_keys(before: Any, after: Any) -> int:
    if not isinstance(before, dict) or not isinstance(after, dict):
        return 0
    return sum(key in after and not differs(before[key], after[key]) for key in before)


def _listed(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _value(value: Any) -> str:
    return "" if value is None else _literal(value)


def _literal(value: Any, *, whole: bool = False) -> str:
    """A value in backticks, in one printable line; shortened unless `whole`, digests to their first 12 digits."""
    if isinstance(value, Unknown):
        return "not known yet"
    if value in (SECRET, ""):
        return "a secret" if value else "empty"
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # Pulumi hands 3 over as 3.0
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = text if whole else _DIGEST.sub(r"\1…", text)
    text = "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)
    if len(text) > _LONGEST and not whole:
        text = f"{text[:_LONGEST]}…"
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    gap = " " if "`" in text else ""
    return f"{fence}{gap}{text}{gap}{fence}"
