"""Which values of an agent a preview may show, where secrets come in plain text.

`plain_inputs`, beside the inputs, names those that may be shown. Every other value may be secret, and is `Hidden`.

- A dynamic provider does not see which values are secret. The program names the inputs that are literals in it, and the
  state keeps that list for the next preview.
- The plugin sees which values are secret on either side, and names all others each time. It records no list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..inputs import agent as definition
from ..inputs.credentials import PLACEHOLDER, sounds_secret
from ..inputs.unknown import Unknown
from .state import PLAIN_INPUTS, Properties, Recordings

USER_MAPS = ("environment_variables", "metadata")
"""The inputs whose keys are judged one by one: one may be secret, and the next one not."""

# Nobody keeps a secret in these.
_NEVER_SECRET = {
    "agent_name",
    "project_endpoint",
    "registry",
    "registry_id",
    "pull_principal_id",
    "owner",
    "image",
    "cpu",
    "memory",
    "protocol_versions",
    "rollout",
    "serve_version",
    "keep_versions",
    "secrets_revision",
    "idle_timeout_seconds",
    "enable_memory_snapshot",
    "rai_policy_name",
    "registry_connection_id",
    "authorization_schemes",
    "force_delete",
    "allow_mutable_tag",
    "adopt",
    "active_timeout",
    "role_propagation_timeout",
}
_MAY_BE_SECRET = [name for name in definition.FIELD_NAMES if name not in _NEVER_SECRET]
_DEFAULTS = {"verify": definition.check({}).inputs.get("verify")}
_NEVER_SECRET_IN_VERIFY = ("kind", "protocol", "timeout", "expected_status")


class Hidden:
    """A value that may be secret. It equals any other one with this value."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        return bool(self._value == (other._value if isinstance(other, Hidden) else other))

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "a value"


def has_hidden(value: Any) -> bool:
    """Whether a value, or a part of it, may be secret."""
    if isinstance(value, dict):
        return any(map(has_hidden, value.values()))
    if isinstance(value, list):
        return any(map(has_hidden, value))
    return isinstance(value, Hidden)


def plain_inputs(given: Mapping[str, Any]) -> list[str]:
    """The inputs, and the keys of `USER_MAPS`, that are literals of the program and that nobody takes for secrets.

    :param given: The arguments of an agent, with outputs of other resources as Pulumi has them.
    """
    found = []
    for name in _MAY_BE_SECRET:
        value = given.get(name)
        if name in USER_MAPS:
            keys = value if isinstance(value, dict) else {}
            found += [f"{name}.{key}" for key, item in keys.items() if _is_literal(item) and not _sounds(key, item)]
        elif value is not None and _is_literal(value):
            found.append(name)
    return found


def hidden(old: Recordings, new: Recordings) -> tuple[Properties, Properties]:
    """Both sides of a change, with `Hidden` instead of each value that may be secret on either side."""
    return _hidden(old, new), _hidden(new, old)


def still_plain(before: Recordings, after: Recordings) -> list[str]:
    """The plain inputs of what was recorded that a read found unchanged: nobody knows of others what they are."""
    return [path for path in before.get(PLAIN_INPUTS) or [] if _at(before, path) == _at(after, path)]


def _hidden(given: Recordings, other: Recordings) -> Properties:
    shown = {**given}
    for name in _MAY_BE_SECRET:
        value = given.get(name)
        if name in USER_MAPS and isinstance(value, dict):
            shown[name] = {
                key: item if _may_show(f"{name}.{key}", given, other) else _in_hiding(item)
                for key, item in value.items()
            }
        elif value is not None and not _may_show(name, given, other):
            shown[name] = _in_hiding(value)
            if name == "verify" and isinstance(value, dict):
                shown[name] |= {key: value[key] for key in _NEVER_SECRET_IN_VERIFY if key in value}
    return shown


def _may_show(path: str, given: Recordings, other: Recordings) -> bool:
    if path not in (given.get(PLAIN_INPUTS) or ()):
        return False
    return _at(other, path) in (None, _DEFAULTS.get(path)) or path in (other.get(PLAIN_INPUTS) or ())


def _at(properties: Recordings, path: str) -> Any:
    """The value at the path; `UNKNOWN` if the map of it is not known; None if there is none."""
    name, _, key = path.partition(".")
    value = properties.get(name)
    return value.get(key) if key and isinstance(value, dict) else value


def _in_hiding(value: Any) -> Any:
    """The value, with each of its parts hidden; keys are no secrets."""
    if isinstance(value, dict):
        return {key: _in_hiding(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_in_hiding(item) for item in value]
    return value if value is None or isinstance(value, Unknown) else Hidden(value)


def _is_literal(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_literal, value.values()))
    if isinstance(value, list):
        return all(map(_is_literal, value))
    return value is None or isinstance(value, (str, int, float))


def _sounds(key: object, value: object) -> bool:
    """Whether it is called as a secret is, and is more than a placeholder for one."""
    return sounds_secret(str(key)) and bool(PLACEHOLDER.sub("", str(value)).strip())
