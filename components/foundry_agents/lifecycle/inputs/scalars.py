"""The checks of values that are one thing: text, a flag, a whole number, one of a few words.

Each gives the value back, in the notation that is kept. Unknown values pass.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from ..errors.problem import Findings, nearest, shown
from .unknown import Unknown

_LARGEST_EXACT = 2**53
"""Pulumi carries numbers as doubles: whole ones are exact up to here."""
_NOT_SENDABLE = re.compile("[\0\ud800-\udfff]")


def check_text(value: Any, path: str, findings: Findings, *, shortest: int = 0, longest: int | None = None) -> Any:
    """Text that can be sent: no NUL, no half of a surrogate pair; lengths in characters."""
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, str):
        findings.refuse(path, f"{shown(value)} is not text", quoted(value))
    elif found := _NOT_SENDABLE.search(value):
        findings.refuse(path, f"has the character {shown(found[0])}, which cannot be sent", "remove it")
    elif len(value) < shortest:
        findings.refuse(path, "is empty", "write something, or remove the key")
    elif longest is not None and len(value) > longest:
        findings.refuse(path, f"has {len(value)} characters", f"keep it under {longest + 1}")
    return value


def check_form(value: Any, path: str, findings: Findings, *, form: re.Pattern[str], what: str, cure: str) -> Any:
    """Text of one form."""
    if not isinstance(value, Unknown) and not (isinstance(value, str) and form.fullmatch(value)):
        findings.refuse(path, "is missing" if value is None else f"{shown(value)} is not {what}", cure)
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
        return "write text"
    return f'put it in quotes: "{shown(value).strip("`")}"'


def check_flag(value: Any, path: str, findings: Findings) -> Any:
    """True or false."""
    if not isinstance(value, (Unknown, bool)):
        is_quoted = isinstance(value, str) and value.lower() in ("true", "false")
        cure = f"write {str(value).lower()} without quotes" if is_quoted else "write true or false"
        findings.refuse(path, f"{shown(value)} is neither true nor false", cure)
    return value


def check_whole_number(value: Any, path: str, findings: Findings, *, low: int, high: int, unit: str) -> Any:
    """A whole number in a range; 3.0 is 3."""
    if isinstance(value, Unknown):
        return value
    cure = f"write a whole number of {unit} from {low} to {high}"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        is_quoted = isinstance(value, str) and value.isdecimal()
        findings.refuse(path, f"{shown(value)} is not a number", f"{cure}, without quotes" if is_quoted else cure)
    elif not low <= value <= high or value != int(value):
        findings.refuse(path, f"{shown(value)} is out of range", cure)
    else:
        return int(value)
    return value


def check_choice(value: Any, path: str, findings: Findings, *, allowed: Collection[str], what: str = "") -> Any:
    """One of a few words."""
    if isinstance(value, Unknown) or (isinstance(value, str) and value in allowed):
        return value
    likely = nearest(value, allowed)
    findings.refuse(
        path,
        "is missing" if value is None else f"{shown(value)} is not {what or 'allowed'}",
        f"did you mean `{likely}`?" if likely else f"use {' or '.join(allowed)}",
    )
    return value
