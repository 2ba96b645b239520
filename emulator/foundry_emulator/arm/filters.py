"""`$filter` of the lists of resources and of resource groups.

Source: learn.microsoft.com REST reference, "Resources - List": `eq` and `ne` with single properties, `substringof`, and
`tagName` with or without `tagValue`; with a filter by tag the answer has no tags. A filter that the local Azure does
not evaluate is refused, since ignoring it would answer with too much.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from foundry_emulator.arm import errors
from foundry_emulator.arm.ids import segment
from foundry_emulator.arm.state import Resource

_COMPARED = re.compile(r"(?P<name>\w+)\s+(?P<how>eq|ne)\s+'(?P<value>[^']*)'", re.IGNORECASE)
_CONTAINED = re.compile(r"substringof\(\s*'(?P<value>[^']*)'\s*,\s*(?P<name>\w+)\s*\)", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+(?=(?:[^']*'[^']*')*[^']*$)", re.IGNORECASE)  # not inside of quotes

_PROPERTIES: dict[str, Callable[[Resource], str]] = {
    "resourcetype": lambda resource: resource.type,
    "name": lambda resource: resource.name,
    "resourcegroup": lambda resource: segment(resource.id, "resourceGroups"),
    "location": lambda resource: resource.location or "",
}
_SEARCHED = ("name", "resourcegroup")


@dataclass(frozen=True)
class Filter:
    """What a resource must be to be listed."""

    conditions: tuple[Callable[[Resource], bool], ...] = ()
    by_tag: bool = False

    def fits(self, resource: Resource) -> bool:
        return all(condition(resource) for condition in self.conditions)


def parsed(text: str, *, tags_only: bool = False) -> Filter:
    """Raises ArmError for a filter that is not understood. `tags_only`: for resource groups."""
    if not text.strip():
        return Filter()
    conditions: list[Callable[[Resource], bool]] = []
    tag: dict[str, str] = {}
    for part in _AND.split(text.strip()):
        compared = _COMPARED.fullmatch(part)
        name = compared["name"].lower() if compared else ""
        if compared and name in ("tagname", "tagvalue") and compared["how"].lower() == "eq" and name not in tag:
            tag[name] = compared["value"]
        elif tags_only:
            raise _invalid(text)
        else:
            conditions.append(_condition(part, text))
    if "tagvalue" in tag and "tagname" not in tag:
        raise _invalid(text)
    if tag:
        conditions.append(_tagged(tag))
    return Filter(tuple(conditions), by_tag=bool(tag))


def _condition(part: str, text: str) -> Callable[[Resource], bool]:
    if (found := _COMPARED.fullmatch(part)) and found["name"].lower() in _PROPERTIES:
        read, wanted = _PROPERTIES[found["name"].lower()], found["value"].lower()
        equal = found["how"].lower() == "eq"
        return lambda resource: (read(resource).lower() == wanted) is equal
    if (found := _CONTAINED.fullmatch(part)) and found["name"].lower() in _SEARCHED:
        read, wanted = _PROPERTIES[found["name"].lower()], found["value"].lower()
        return lambda resource: wanted in read(resource).lower()
    raise _invalid(text)


def _tagged(tag: Mapping[str, str]) -> Callable[[Resource], bool]:
    """Names of tags ignore case, values do not. Source: learn.microsoft.com, "Use tags to organize"."""

    def fits(resource: Resource) -> bool:
        tags = {name.lower(): value for name, value in (resource.tags or {}).items()}
        name = tag["tagname"].lower()
        return name in tags and tag.get("tagvalue") in (None, tags[name])

    return fits


def _invalid(text: str) -> errors.ArmError:
    return errors.invalid_value(
        "InvalidFilterInQueryString", f"Invalid $filter '{text}' specified in the query string."
    )
