"""YAML as the Pulumi CLI reads it, with the line of each node.

The CLI uses gopkg.in/yaml.v3, which mixes the two editions of YAML: `on`, `yes` and `12:30` are text as in YAML 1.2,
while `017` is octal and `1_000` is a number as in YAML 1.1. Dates become text, and keys that are numbers become text.

Source: yaml.v3, resolve.go and decode.go; sdk/go/common/workspace and sdk/go/common/resource/config of Pulumi. The
property tests compare this module with the CLI.
"""

from __future__ import annotations

import base64
import binascii
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.representer import SafeRepresenter
from ruamel.yaml.resolver import BaseResolver
from ruamel.yaml.tag import Tag

_TAG = "tag:yaml.org,2002:"
_PLAIN = f"{_TAG}plain"
"""The tag of scalars without quotes and tag of their own; `_plain_value` says what they are."""

_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]([0-7]+)|0[bB]([01]+)|0([0-7]+)|(0|[1-9][0-9]*))")
_BASES = (16, 8, 2, 8, 10)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_TIME = re.compile(
    rf"{_DATE.pattern}(?:[Tt]([0-9]{{1,2}}):([0-9]{{1,2}}):([0-9]{{1,2}})(\.[0-9]+)?(Z|[-+][0-9]{{2}}:[0-9]{{2}})"
    r"| ([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(\.[0-9]+)?)"
)
_SAFE_UNQUOTED = re.compile(r"[a-zA-Z/][\w./@-]*(?:[: ][\w./@-]+)*", re.ASCII)
_OLDER_BOOLEANS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}


class NotReadable(ValueError):
    """Text that Pulumi cannot read, and why."""


@dataclass(frozen=True)
class Entry:
    """A key of a map, or an item of a list."""

    key: Any
    """A key is text, a number, a boolean or None; an item's key is its index."""
    line: int
    """Counted from 1."""
    node: Node

    @property
    def name(self) -> str:
        """The key as text."""
        return _key_text(self.key)


def load(text: str) -> Any:
    """Returns the content of the first document.

    :raises NotReadable: if it is not YAML, or Pulumi refuses it.
    """
    node = compose(text)
    return None if node is None else value_of(node)


def dump(content: Any) -> str:
    """Returns the text of it, in the order of its keys. Quotes all text that YAML 1.1 or 1.2 could misread."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Representer = _Representer
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 10**6
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # declared as None
    out = io.StringIO()
    yaml.dump(content, out)
    return out.getvalue()


def compose(text: str) -> Node | None:
    """Returns the first document; None if there is none.

    :raises NotReadable: if it is not YAML.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.Resolver = _Resolver
    try:
        return next(yaml.compose_all(text), None)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}: " if mark else ""
        raise NotReadable(f"{place}{error.problem or error.context}") from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise NotReadable(str(error).splitlines()[0]) from error


def value_of(node: Node) -> Any:
    """Returns what the program gets of a node.

    :raises NotReadable: if Pulumi refuses it.
    """
    try:
        return _value(node)
    except RecursionError as error:
        raise NotReadable(f"line {_line(node)}: is nested too deeply, or contains itself") from error


def entries(node: Node) -> list[Entry]:
    """Returns the keys of a map with those that `<<` merges into it, or the items of a list.

    :raises NotReadable: if a key is there twice, or is not a scalar.
    """
    if isinstance(node, SequenceNode):
        return [Entry(index, _line(item), item) for index, item in enumerate(node.value)]
    if not isinstance(node, MappingNode):
        return []
    _refuse_duplicates(node)
    found: dict[str, Entry] = {}
    merged: list[Node] = []
    for key, value in node.value:
        if _is_merge(key):
            merged += value.value if isinstance(value, SequenceNode) else [value]
            continue
        if not isinstance(key, ScalarNode):
            raise NotReadable(f"line {_line(key)}: a map or a list cannot be a key")
        entry = Entry(_scalar(key), _line(key), value)
        found[entry.name] = entry
    for other in merged:
        if not isinstance(other, MappingNode):
            raise NotReadable(f"line {_line(other)}: `<<` needs a map, or a list of maps")
        for entry in entries(other):
            found.setdefault(entry.name, entry)
    return list(found.values())


def text_of(value: Any) -> str:
    """Returns a scalar as the text that Pulumi makes of it."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, float):
        return str(value)
    if 1e-6 <= abs(value) < 1e21:
        return format(Decimal(repr(value)), "f")
    return re.sub(r"e([-+])0+", r"e\1", repr(value))


class _Resolver(BaseResolver):
    """Leaves plain scalars to `_plain_value`."""

    processing_version = (1, 2)

    def __init__(self, version: Any = None, loader: Any = None) -> None:  # noqa: ARG002 - the library passes it
        super().__init__(loader)

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        if kind is ScalarNode and implicit[0]:
            return Tag(suffix=_PLAIN)
        return super().resolve(kind, value, (False, True))


class _Representer(SafeRepresenter):
    """Quotes text that either edition of YAML takes for something else."""

    def text(self, data: str) -> Any:
        plain = _SAFE_UNQUOTED.fullmatch(data) and data.lower() not in _OLDER_BOOLEANS
        return self.represent_scalar(f"{_TAG}str", data, style=None if plain else '"')

    def number(self, data: float) -> Any:
        text = repr(data)
        return self.represent_scalar(f"{_TAG}float", text if "." in text else text.replace("e", ".0e"))


_Representer.add_representer(str, _Representer.text)
_Representer.add_representer(float, _Representer.number)


def _value(node: Node) -> Any:
    if isinstance(node, ScalarNode):
        value = _scalar(node)
        # Whole numbers have no fraction in the JSON that programs get.
        is_whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e21
        return int(Decimal(repr(value))) if is_whole else value
    if isinstance(node, SequenceNode):
        return [_value(item) for item in node.value]
    return {entry.name: _value(entry.node) for entry in entries(node)}


def _scalar(node: ScalarNode) -> Any:
    tag, text = str(node.tag), str(node.value)
    if tag == f"{_TAG}binary":
        try:
            return base64.b64decode(text).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise NotReadable(f"line {_line(node)}: is not text in base64") from error
    if not tag.startswith(_TAG) or tag == f"{_TAG}str":
        return text
    value = _plain_value(text)
    if isinstance(value, float) and not math.isfinite(value):
        raise NotReadable(f"line {_line(node)}: `{text}` is not a number that Pulumi accepts")
    return value


def _plain_value(text: str) -> Any:
    """What a scalar without quotes stands for. Whole numbers that exceed 64 bits become floats, as in Pulumi."""
    if text in _WORDS:
        return _WORDS[text]
    if text[:1] == ".":
        return _number(text, text) if _FLOAT.fullmatch(text) else text
    if text[:1] not in "+-0123456789":
        return text
    if _DATE.match(text) and (moment := _moment(text)) is not None:
        return moment
    digits = text.replace("_", "")
    if whole := _INTEGER.fullmatch(digits):
        sign, *forms = whole.groups()
        number = next(int(form, base) for form, base in zip(forms, _BASES, strict=True) if form)
        number = -number if sign == "-" else number
        if -(2**63) <= number < 2**64:
            return number
    return _number(digits, text) if _FLOAT.fullmatch(digits) else text


def _number(digits: str, text: str) -> float | str:
    """A float; text where it is out of range."""
    value = float(digits)
    return text if math.isinf(value) else value


def _key_text(key: Any) -> str:
    """A key as Go prints it: large numbers with a fraction, and small ones, have an exponent of two digits."""
    if not isinstance(key, float):
        return text_of(key)
    if key == 0:
        return "0"
    sign, digits, _ = Decimal(repr(key)).normalize().as_tuple()
    exponent = Decimal(repr(key)).adjusted()
    if -4 <= exponent < 6:
        return format(Decimal(repr(key)).normalize(), "f")
    first, *others = map(str, digits)
    fraction = f".{''.join(others)}" if others else ""
    return f"{'-' if sign else ''}{first}{fraction}e{exponent:+03d}"


def _moment(text: str) -> str | None:
    """A date, or a date with a time, in the notation of Go; None where the text is neither."""
    date, time = _DATE.fullmatch(text), _TIME.fullmatch(text)
    if not (date or time):
        return None
    parts = [part for part in (time or date).groups() if part is not None]  # type: ignore[union-attr]
    zone = parts.pop() if time and parts[-1][0] in "Z+-" else "Z"
    fraction = parts.pop().rstrip("0").rstrip(".") if time and parts[-1][0] == "." else ""
    try:
        moment = datetime(*map(int, parts))  # type: ignore[arg-type]
    except ValueError:
        return None
    offset = "+0000 UTC" if zone in ("Z", "+00:00", "-00:00") else f"{zone.replace(':', '')} {zone.replace(':', '')}"
    return f"{moment:%Y-%m-%d %H:%M:%S}{fraction} {offset}"


def _refuse_duplicates(node: MappingNode) -> None:
    """Keys are the same if they are written the same, quotes aside."""
    first: dict[str, int] = {}
    for key in _scalars(node):
        if key.value in first:
            raise NotReadable(f"line {_line(key)}: the key `{key.value}` is already defined at line {first[key.value]}")
        first[key.value] = _line(key)


def _scalars(node: MappingNode) -> Iterator[ScalarNode]:
    return (key for key, _ in node.value if isinstance(key, ScalarNode))


def _is_merge(key: Node) -> bool:
    return isinstance(key, ScalarNode) and key.value == "<<" and key.tag in (_PLAIN, f"{_TAG}merge")


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
