"""A stack's configuration file as Pulumi reads it, with the line of each key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node

from . import pulumi_yaml
from .pulumi_yaml import Entry, NotReadable

_STEP = re.compile(r'\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|([^.\[\]]+)')
_DEFAULT_PROJECT = "agent-environment"


@dataclass(frozen=True)
class StackFile:
    """`Pulumi.<stack>.yaml`. Keys have no namespace."""

    name: str
    project: str
    config: dict[str, Any]
    """Values by key. Scalars are text, as Pulumi passes them to the program; `secure:` values are as in the file. Keys
    of other namespaces, such as azure-native, are left out."""
    _entries: list[Entry]

    @classmethod
    def read(cls, file: Path, project: str = "") -> StackFile:
        """
        :param project: The namespace of the keys. Default: that of the key `agents`, or the name in the Pulumi.yaml
            above the file.
        :raises ValueError: if Pulumi cannot read the file.
        """
        try:
            root = pulumi_yaml.compose(file.read_text(encoding="utf-8"))
            if root is not None:
                pulumi_yaml.value_of(root)  # Pulumi refuses a mistake anywhere in the file
            listed = _config(root)
            project = project or _project_of(listed, file)
            own = _own(listed, project)
            config = {key: _passed(entry.node) for key, entry in own.items()}
        except (OSError, ValueError) as error:
            raise ValueError(f"{file} cannot be read: {error}") from error
        return cls(file.as_posix(), project, config, [Entry(key, item.line, item.node) for key, item in own.items()])

    def line(self, path: str) -> int | None:
        """Returns the line of a key such as `agents.echo.cpu`, or of the nearest one above it, if any."""
        entries, found = self._entries, None
        for quoted, index, plain in _STEP.findall(path):
            wanted = json.loads(quoted) if quoted else index or plain
            match = next((entry for entry in entries if entry.name == wanted), None)
            if match is None:
                break
            found = match.line
            entries = pulumi_yaml.entries(match.node)
        return found


def _config(root: Node | None) -> list[Entry]:
    if root is not None and not isinstance(root, MappingNode):
        raise NotReadable("it is not a map")
    config = next((entry for entry in pulumi_yaml.entries(root) if entry.name == "config"), None) if root else None
    if config is None or not isinstance(config.node, MappingNode):
        raise NotReadable("it has no map `config`")
    return [entry for entry in pulumi_yaml.entries(config.node) if entry.key is not None]  # as Pulumi does


def _own(listed: Iterable[Entry], project: str) -> dict[str, Entry]:
    """The project's keys. A key without namespace is the project's."""
    own: dict[str, Entry] = {}
    for entry in listed:
        namespace, key = _parsed(entry, project)
        if namespace != project:
            continue
        if key in own:
            raise NotReadable(
                f"line {entry.line}: `{key}` is already set at line {own[key].line}; remove one of the two"
            )
        own[key] = entry
    return own


def _parsed(entry: Entry, project: str) -> tuple[str, str]:
    """Source: sdk/go/common/resource/config, ParseKey: `namespace:name`, or the older `namespace:config:name`."""
    parts = entry.name.split(":")
    if len(parts) == 1 and isinstance(entry.key, str):
        return project, entry.name
    if len(parts) == 3 and parts[1] == "config":
        return parts[0], parts[2]
    if len(parts) != 2:
        raise NotReadable(f"line {entry.line}: `{entry.name}` is not a configuration key; use `{project}:<key>`")
    return parts[0], parts[1]


def _passed(node: Node) -> Any:
    """What the program gets: text for a scalar."""
    value = pulumi_yaml.value_of(node)
    if value is None:
        return ""
    return value if isinstance(value, (dict, list)) else pulumi_yaml.text_of(value)


def _project_of(listed: Iterable[Entry], file: Path) -> str:
    for entry in listed:
        namespace, _, key = entry.name.rpartition(":")
        if namespace and key == "agents":
            return namespace.removesuffix(":config")
    for folder in file.absolute().parents:
        try:
            program = pulumi_yaml.load((folder / "Pulumi.yaml").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(program, dict) and isinstance(program.get("name"), str):
            return str(program["name"])
    return _DEFAULT_PROJECT
