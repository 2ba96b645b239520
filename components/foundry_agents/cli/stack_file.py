"""A stack's configuration file, with the line of each key."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from . import pulumi_yaml

_STEP = re.compile(r'\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|([^.\[\]]+)')


@dataclass(frozen=True)
class StackFile:
    """`Pulumi.<stack>.yaml`. Keys are without the project's name in front."""

    name: str
    project: str
    config: dict[str, Any]
    """Values by key; those of other projects, such as azure-native, are left out."""
    _root: Any

    @classmethod
    def read(cls, file: Path, project: str = "") -> StackFile:
        """
        :param project: The project whose keys are meant. Default: the one that has the agents.
        :raises ValueError: if the file is not YAML with a map `config`.
        """
        try:
            text = file.read_text(encoding="utf-8")
            content, root = pulumi_yaml.load(text), pulumi_yaml.compose(text)
        except (OSError, yaml.YAMLError) as error:
            raise ValueError(f"{file} cannot be read: {error}") from error
        config = content.get("config") if isinstance(content, dict) else None
        if not isinstance(config, dict):
            raise ValueError(f"{file} has no map `config`")
        project = project or _project_of(config)
        prefix = f"{project}:"
        own = {str(key).removeprefix(prefix): value for key, value in config.items() if str(key).startswith(prefix)}
        entries = next(_entries(value) for name, _key, value in _entries(root) if name == "config")
        return cls(
            file.as_posix(), project, own, [(name.removeprefix(prefix), key, value) for name, key, value in entries]
        )

    def line(self, path: str) -> int | None:
        """The line of a key such as `agents.echo.cpu`, or of the nearest one above it; None if it is not in here."""
        entries, found = self._root, None
        for quoted, index, plain in _STEP.findall(path):
            wanted = json.loads(quoted) if quoted else index or plain
            match = next(((key, value) for name, key, value in entries if name == wanted), None)
            if match is None:
                break
            key, value = match
            found = key.start_mark.line + 1
            entries = _entries(value)
        return found


def _project_of(config: dict[str, Any]) -> str:
    return next((str(key).rpartition(":")[0] for key in config if str(key).endswith(":agents")), "agent-environment")


def _entries(node: Any) -> list[tuple[str, Any, Any]]:
    if isinstance(node, yaml.MappingNode):
        return [(str(key.value), key, value) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [(str(index), item, item) for index, item in enumerate(node.value)]
    return []
