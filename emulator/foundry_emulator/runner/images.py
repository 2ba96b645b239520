"""Which local command stands for an image: `images.toml`, by manifest digest."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


class BadImagesFile(Exception):
    """`images.toml` is invalid. Says where."""


@dataclass(frozen=True)
class ImageCommand:
    digest: str
    reference: str
    """The reference that was pushed. Informational: images are found by digest."""
    command: str
    cwd: str
    env: dict[str, str] = field(default_factory=dict)

    @property
    def arguments(self) -> list[str]:
        return shlex.split(self.command)


def read(path: Path) -> dict[str, ImageCommand]:
    """By digest. Raises BadImagesFile."""
    if not path.exists():
        return {}
    try:
        content = tomli.loads(path.read_text())
        return {digest: _entry(digest, one) for digest, one in content.get("images", {}).items()}
    except (tomli.TOMLDecodeError, KeyError, TypeError, AttributeError) as problem:
        raise BadImagesFile(f"{path} is invalid: {problem}") from problem


def _entry(digest: str, one: dict[str, Any]) -> ImageCommand:
    env = {str(name): str(value) for name, value in one.get("env", {}).items()}
    return ImageCommand(digest, str(one["reference"]), str(one["command"]), str(one["cwd"]), env)


def record(path: Path, entry: ImageCommand) -> None:
    """Adds or replaces the entry of a digest. Raises BadImagesFile."""
    entries = {**read(path), entry.digest: entry}
    lines = [
        "# Which local command runs for an image. Written by `foundry-emulator push`. You can edit it:",
        "# a change applies from the next start of a process.",
    ]
    for one in entries.values():
        lines += [
            "",
            f"[images.{_quoted(one.digest)}]",
            f"reference = {_quoted(one.reference)}",
            f"command = {_quoted(one.command)}",
            f"cwd = {_quoted(one.cwd)}",
        ]
        if one.env:
            pairs = ", ".join(f"{_key(name)} = {_quoted(value)}" for name, value in one.env.items())
            lines.append(f"env = {{ {pairs} }}")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.write_text("\n".join(lines) + "\n")
    temporary.replace(path)


def _quoted(text: str) -> str:
    # JSON's escapes are a subset of those of TOML's basic strings, apart from DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _quoted(name)
