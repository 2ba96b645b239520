"""The inputs of an agent that change, in words: one by one, with their values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..inputs import agent as definition
from ..inputs import common
from ..inputs.image import parse
from ..inputs.schema import Inputs
from ..inputs.unknown import Unknown, differs, may_differ
from .values import SECRET, literal, property_in_words, size_in_words, value_in_words

MAPS = {
    "environment_variables": "environment variable",
    "secret_environment_variables": "secret environment variable",
    "metadata": "metadata",
}

# Described elsewhere, or of no interest to a reader.
_NOT_LISTED = {"agent_name", "project_endpoint", "registry", "registry_id", "pull_principal_id", "owner", "memory"}


@dataclass(frozen=True)
class PropertyChange:
    """One thing that changes, in words. `path` is the input, as in the stack's configuration."""

    path: str
    what: str
    old: str
    new: str

    def __str__(self) -> str:
        if not self.old:
            return f"{self.what}: {self.new} (new)"
        return f"{self.what}: {self.old} → {self.new}" if self.new else f"{self.what}: {self.old} (removed)"


def changes_between(old: Inputs, new: Inputs) -> Iterator[PropertyChange]:
    """Every input that differs; of a new agent, all that are set."""
    with_host = not isinstance(new.get("registry"), Unknown) and not isinstance(old.get("registry"), Unknown)
    images = [_image(side, with_host=with_host) for side in (old, new)]
    if images[0] == images[1]:
        images = [_image(side, with_host=with_host, whole=True) for side in (old, new)]
    yield from _one("image", "image", *images, differ=_images_differ(old, new))
    yield from _one("cpu", "size", size_in_words(old), size_in_words(new), differ=_sizes_differ(old, new))
    for name in definition.FIELD_NAMES:
        if name in _NOT_LISTED or name in ("image", "cpu") or _is_default(name, old or new, new):
            continue
        before, after = old.get(name), new.get(name)
        if name in MAPS and not isinstance(before, Unknown) and not isinstance(after, Unknown):
            yield from _pairs(name, before or {}, after or {})
        elif may_differ(before, after):
            yield from changes_of(name, before, after)


def changes_of(name: str, before: object, after: object) -> Iterator[PropertyChange]:
    """What differs in one input or output."""
    old, new = property_in_words(name, before), property_in_words(name, after)
    what = _LABELS.get(name, name.replace("_", " "))
    is_known = not isinstance(before, Unknown) and not isinstance(after, Unknown)
    if old is not None and new is not None and old != new:
        yield PropertyChange(name, what, old, new)
    elif is_known and (isinstance(before, (dict, list)) or isinstance(after, (dict, list))):
        yield from _leaves(name, before, after)
    else:
        yield _change(name, what, value_in_words(before), value_in_words(after))


def _change(path: str, what: str, before: str, after: str) -> PropertyChange:
    """Of values that differ, also where nobody sees how: hidden ones, and long ones."""
    return PropertyChange(path, what, before, "another" if before == after else after)


def _one(path: str, what: str, before: str, after: str, *, differ: bool) -> Iterator[PropertyChange]:
    if differ and before == after:  # such as two tags behind the same unknown registry
        return
    if differ:
        yield PropertyChange(path, what, before, after)


def _pairs(name: str, before: object, after: object) -> Iterator[PropertyChange]:
    """The keys of a user's map, one by one."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        if differs(before, after):
            yield _change(name, name.replace("_", " "), value_in_words(before), value_in_words(after))
        return
    for key in sorted({*before, *after}):
        if key not in before or key not in after or may_differ(before[key], after[key]):
            yield _change(
                f"{name}.{key}",
                f"{MAPS[name]} `{key}`",
                literal(before[key]) if key in before else "",
                literal(after[key]) if key in after else "",
            )


def _leaves(name: str, before: object, after: object) -> Iterator[PropertyChange]:
    """The values in maps and lists that differ, each with its path."""
    old, new = dict(_flat(name, before)), dict(_flat(name, after))
    for path in dict.fromkeys([*old, *new]):
        if path not in old or path not in new or may_differ(old[path], new[path]):
            place = path.removeprefix(name).lstrip(".")
            what = name.replace("_", " ") + (f" `{place}`" if place else "")
            yield _change(
                path, what, literal(old[path]) if path in old else "", literal(new[path]) if path in new else ""
            )


def _flat(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _flat(f"{path}.{key}", item)
    elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        for index, item in enumerate(value):
            yield from _flat(f"{path}[{index}]", item)
    elif value not in (None, {}, []):
        yield path, value


def _is_default(name: str, old: Inputs, new: Inputs) -> bool:
    """Whether both sides have the default, which the check has set."""
    return all(side.get(name) in (None, *_DEFAULTS.get(name, ())) for side in (old, new))


def _image(given: Inputs, *, with_host: bool, whole: bool = False) -> str:
    image = given.get("image")
    if not isinstance(image, str):
        return value_in_words(image)
    registry = given.get("registry")
    try:
        host = parse(image).host
    except ValueError:
        host = ""
    if with_host and not host and isinstance(registry, str) and registry not in ("", SECRET):
        image = f"{registry}/{image}"
    return literal(image, whole=whole)


def _images_differ(old: Inputs, new: Inputs) -> bool:
    return may_differ(old.get("image"), new.get("image")) or differs(old.get("registry"), new.get("registry"))


def _sizes_differ(old: Inputs, new: Inputs) -> bool:
    return differs(old.get("cpu"), new.get("cpu")) or differs(old.get("memory"), new.get("memory"))


_LABELS = {"protocol_versions": "protocols", "idle_timeout_seconds": "idle timeout"}
_DEFAULTS: dict[str, tuple[object, ...]] = {
    "keep_versions": (common.DEFAULT_KEEP_VERSIONS,),
    "active_timeout": (definition.DEFAULT_ACTIVE_TIMEOUT,),
    "role_propagation_timeout": (common.DEFAULT_ROLE_PROPAGATION_TIMEOUT,),
    "verify": (definition.check({}).inputs.get("verify"),),
    "rollout": (definition.check({}).inputs.get("rollout"),),
}
