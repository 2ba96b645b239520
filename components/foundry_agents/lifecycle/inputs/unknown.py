"""The value that is not known yet: in a preview, the future output of another resource."""

from __future__ import annotations

from typing import Any, Final


class Unknown:
    """A value that is known only after `pulumi up`. There is one instance, `UNKNOWN`."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


def has_unknown(value: Any) -> bool:
    """Whether a value, or a part of it, is not known yet."""
    if isinstance(value, dict):
        return any(map(has_unknown, value.values()))
    if isinstance(value, list):
        return any(map(has_unknown, value))
    return isinstance(value, Unknown)


def may_differ(old: Any, new: Any) -> bool:
    """Whether the values differ, or may once the new one is known."""
    return differs(old, new) or (has_unknown(new) and not has_unknown(old))


def differs(old: Any, new: Any) -> bool:
    """Whether the values certainly differ: what is unknown may still be equal."""
    if isinstance(old, Unknown) or isinstance(new, Unknown):
        return False
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() != new.keys() or any(differs(old[key], new[key]) for key in new)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) != len(new) or any(map(differs, old, new))
    return bool(old != new)
