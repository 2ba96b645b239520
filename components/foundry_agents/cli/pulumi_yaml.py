"""YAML as Pulumi reads it: `on`, `yes` and `12:30` are text, which YAML's older edition takes for something else.

Source: yaml.v3, resolve.go; JSON-like scalars of YAML 1.2.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

_OLDER = {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {  # noqa: RUF012 - declared so by the library
        first: [(tag, form) for tag, form in resolvers if tag not in _OLDER]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class _Dumper(yaml.SafeDumper):
    """Quotes text that either edition takes for something else."""


for _tag, _form, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0b[01_]+|0o?[0-7_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*)", "-+0123456789"),
    (
        "float",
        r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+.0123456789",
    ),
):
    for _class in (_Loader, _Dumper):
        _class.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_form})\Z"), list(_first))


def load(text: str) -> Any:
    """The content. Raises `yaml.YAMLError`."""
    return yaml.load(text, Loader=_Loader)


def dump(content: Any) -> str:
    """The text of it, in the order of its keys."""
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True)


def compose(text: str) -> yaml.Node | None:
    """The nodes, with their places."""
    return yaml.compose(text, Loader=_Loader)
