"""The value that is not known yet: what a preview has in place of another resource's future output."""

from __future__ import annotations

from typing import Any, Final


class Unknown:
    """Stands for a value that only `pulumi up` will know. There is one instance, `UNKNOWN`."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


def contains_unknown(value: Any) -> bool:
    """Whether the value is unknown or has something unknown in it."""
    if isinstance(value, Unknown):
        return True
    if isinstance(value, dict):
        return any(contains_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(contains_unknown(item) for item in value)
    return False


def differs(old: Any, new: Any) -> bool:
    """Whether the new value certainly differs from the old one: what is unknown may still be equal."""
    if isinstance(new, Unknown):
        return False
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() != new.keys() or any(differs(old[key], new[key]) for key in new)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) != len(new) or any(map(differs, old, new))
    return bool(old != new)
