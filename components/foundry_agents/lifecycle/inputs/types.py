"""The types of inputs. A type checks a value, and tells the pages and the generated argument types what it takes.

`check` returns the value in the notation that is kept. Unknown values pass.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors.input_issue import Issues, shown, under
from .scalars import check_choice, check_flag, check_form, check_text, check_whole_number
from .unknown import Unknown

Check = Callable[[Any, str, Issues], Any]
"""Takes a value, its path and where to put issues; returns the value in the notation that is kept."""


class Type(ABC):
    """What an input takes."""

    @property
    @abstractmethod
    def words(self) -> str:
        """The type on the pages, such as `list of string`."""

    @property
    def limits(self) -> str:
        """The allowed values on the pages; empty if there is nothing to say."""
        return ""

    def check(self, value: Any, path: str, issues: Issues) -> Any:
        """Checks a value that may not be known yet."""
        return value if isinstance(value, Unknown) else self._check(value, path, issues)

    @abstractmethod
    def _check(self, value: Any, path: str, issues: Issues) -> Any:
        """Checks a value that is known, but perhaps for its parts."""


@dataclass(frozen=True)
class Text(Type):
    """A string; lengths in characters."""

    shortest: int = 0
    longest: int | None = None

    words = "string"

    @property
    def limits(self) -> str:
        return f"{self.shortest}-{self.longest} characters" if self.longest else ""

    def _check(self, value: Any, path: str, issues: Issues) -> Any:
        return check_text(value, path, issues, shortest=self.shortest, longest=self.longest)


@dataclass(frozen=True)
class Form(Type):
    """A string that matches a pattern: `what` completes "is not …", `rule` completes "use …"."""

    pattern: re.Pattern[str]
    what: str
    rule: str

    words = "string"

    @property
    def limits(self) -> str:
        return self.rule

    def _check(self, value: Any, path: str, issues: Issues) -> Any:
        return check_form(value, path, issues, form=self.pattern, what=self.what, cure=f"use {self.rule}")


@dataclass(frozen=True)
class Choice(Type):
    """One of a few words; `what` completes "is not …"."""

    allowed: tuple[str, ...]
    what: str = ""
    name: str = ""
    """Of the enumeration in the schema of the provider; by default named after the input."""

    words = "string"

    @property
    def limits(self) -> str:
        return ", ".join(self.allowed)

    def _check(self, value: Any, path: str, issues: Issues) -> Any:
        return check_choice(value, path, issues, allowed=self.allowed, what=self.what)


@dataclass(frozen=True)
class Flag(Type):
    """True or false."""

    words = "boolean"

    def _check(self, value: Any, path: str, issues: Issues) -> Any:
        return check_flag(value, path, issues)


@dataclass(frozen=True)
class WholeNumber(Type):
    """A whole number in a range."""

    low: int
    high: int
    unit: str

    words = "integer"

    @property
    def limits(self) -> str:
        return f"{self.low}-{self.high}"

    def _check(self, value: Any, path: str, issues: Issues) -> Any:
        return check_whole_number(value, path, issues, low=self.low, high=self.high, unit=self.unit)


@dataclass(frozen=True)
class Number(Type):
    """A number in a range, whole or not."""

    low: float
    high: float

    words = "number"

    @property
    def limits(self) -> str:
        return f"{self.low:g}-{self.high:g}"

    def _check(self, value: Any, path: str, issues: Issues) -> Any:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not (is_number and self.low <= value <= self.high):
            issues.refuse(path, f"{shown(value)} is out of range", f"use a number from {self.low:g} to {self.high:g}")
        return value


@dataclass(frozen=True)
class NumberOrText(Type):
    """A number, or a string that stands for one; the input's own check reads it."""

    words = "number or string"

    def _check(self, value: Any, *_place: Any) -> Any:
        return value


@dataclass(frozen=True)
class ListOf(Type):
    """A list of values of one type; `example` completes "for example …"."""

    item: Type
    example: str
    shortest: int = 0

    @property
    def words(self) -> str:
        return f"list of {self.item.words}"

    @property
    def limits(self) -> str:
        return self.item.limits

    def _check(self, value: Any, path: str, issues: Issues) -> Any:
        if not isinstance(value, list):
            issues.refuse(path, f"{shown(value)} is not a list", f"for example {self.example}")
            return value
        if len(value) < self.shortest:
            issues.refuse(path, "is empty", f"list at least {self.shortest}, or remove the key")
        return [self.item.check(one, f"{path}[{index}]", issues) for index, one in enumerate(value)]


@dataclass(frozen=True)
class MapOf(Type):
    """A map from names that the user chooses to values of one type; `example` completes "for example …"."""

    item: Type
    example: str

    @property
    def words(self) -> str:
        return f"map of {self.item.words}"

    @property
    def limits(self) -> str:
        return self.item.limits

    def _check(self, value: Any, path: str, issues: Issues) -> Any:
        if not isinstance(value, dict):
            issues.refuse(path, f"{shown(value)} is not a map", f"for example {self.example}")
            return value
        return {key: self.item.check(one, under(path, key), issues) for key, one in value.items()}


@dataclass(frozen=True)
class AnyMap(Type):
    """A map that only its reader understands."""

    words = "map"

    def _check(self, value: Any, path: str, issues: Issues) -> Any:
        if not isinstance(value, dict):
            issues.refuse(path, f"{shown(value)} is not a map", "use {key: value}")
        return value


@dataclass(frozen=True)
class Either(Type):
    """Two types: values of the Python type `first_kind` are of the first, all others of the second."""

    first_kind: type
    first: Type
    second: Type

    @property
    def words(self) -> str:
        return f"{self.first.words} or {self.second.words}"

    @property
    def limits(self) -> str:
        return "; or ".join(filter(None, (self.first.limits, self.second.limits)))

    def _check(self, value: Any, path: str, issues: Issues) -> Any:
        return (self.first if isinstance(value, self.first_kind) else self.second).check(value, path, issues)
