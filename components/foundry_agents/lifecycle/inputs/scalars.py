"""The checks of single values: text, a flag, a whole number, one of a few words.

Each returns the value, in the notation that is kept. Unknown values pass.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from ..errors.input_issue import Issues, nearest, shown
from .unknown import Unknown

_LARGEST_EXACT = 2**53
"""Pulumi carries numbers as doubles: whole ones are exact up to here."""
_NOT_SENDABLE = re.compile("[\0\ud800-\udfff]")


def check_text(value: Any, path: str, issues: Issues, *, shortest: int = 0, longest: int | None = None) -> Any:
    """Text that can be sent: no NUL, no half of a surrogate pair; lengths in characters."""
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, str):
        issues.refuse(path, f"{shown(value)} is not a string", quoted(value))
    elif found := _NOT_SENDABLE.search(value):
        issues.refuse(path, f"contains the character {shown(found[0])}, which cannot be sent", "remove it")
    elif len(value) < shortest:
        issues.refuse(path, "is empty", "set a value, or remove the key")
    elif longest is not None and len(value) > longest:
        issues.refuse(path, f"has {len(value)} characters", f"use at most {longest}")
    return value


def check_form(value: Any, path: str, issues: Issues, *, form: re.Pattern[str], what: str, cure: str) -> Any:
    """Text that matches a pattern."""
    if not isinstance(value, Unknown) and not (isinstance(value, str) and form.fullmatch(value)):
        issues.refuse(path, "is required" if value is None else f"{shown(value)} is not {what}", cure)
    return value


def text_of_number(value: Any) -> str | None:
    """A number as the text that was probably meant; None if it is not one, or may have lost digits."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if not -_LARGEST_EXACT <= value <= _LARGEST_EXACT:
        return None  # NaN too
    return str(int(value)) if value == int(value) else str(value)


def quoted(value: Any) -> str:
    """The cure for a value that should have been text."""
    if isinstance(value, (dict, list)) or value is None:
        return "use a string"
    return f'put it in quotes: "{shown(value).strip("`")}"'


def check_flag(value: Any, path: str, issues: Issues) -> Any:
    """True or false."""
    if not isinstance(value, (Unknown, bool)):
        is_quoted = isinstance(value, str) and value.lower() in ("true", "false")
        cure = f"use {str(value).lower()} without quotes" if is_quoted else "use true or false"
        issues.refuse(path, f"{shown(value)} is not a Boolean", cure)
    return value


def check_whole_number(value: Any, path: str, issues: Issues, *, low: int, high: int, unit: str) -> Any:
    """A whole number in a range; 3.0 is 3."""
    if isinstance(value, Unknown):
        return value
    cure = f"use a whole number of {unit} from {low} to {high}"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        is_quoted = isinstance(value, str) and value.isdecimal()
        issues.refuse(path, f"{shown(value)} is not a number", f"{cure}, without quotes" if is_quoted else cure)
    elif not low <= value <= high or value != int(value):
        issues.refuse(path, f"{shown(value)} is out of range", cure)
    else:
        return int(value)
    return value


def check_choice(value: Any, path: str, issues: Issues, *, allowed: Collection[str], what: str = "") -> Any:
    """One of a few words."""
    if isinstance(value, Unknown) or (isinstance(value, str) and value in allowed):
        return value
    likely = nearest(value, allowed)
    issues.refuse(
        path,
        "is required" if value is None else f"{shown(value)} is not {what or 'allowed'}",
        f"did you mean `{likely}`?" if likely else f"use {one_of(allowed)}",
    )
    return value


def one_of(words: Collection[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last
