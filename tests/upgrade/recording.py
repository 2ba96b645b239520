"""What a released version left behind: one stack, and the local Azure that it was deployed to.

One folder of this directory per released version, written by `python -m tests.upgrade.record`. A local Azure chooses
its ports when it first starts: a recording keeps the ports it was made with, and `restore` rewrites them.
A recording never changes, except that `azure.json` follows when the local Azure's own format of it does.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.engine.addresses import at_ports, load, ports_of
from tests.engine.conftest import Stack

FOLDER = Path(__file__).parent
STACK_FILE = Path("stacks") / "Pulumi.local.yaml"
SETTINGS: dict[str, Any] = {"time_scale": 0.02, "role_propagation_seconds": 5}
"""Settings of the local Azure, both when recording and when testing."""
_SOURCE_POSITIONS = ("sourcePosition", "stackTrace")
"""Where the program registers a resource: Pulumi does not compare it."""


@dataclass(frozen=True)
class Recording:
    """One of them: `save` writes it, `restore` loads it."""

    folder: Path

    @property
    def version(self) -> str:
        """The released version that made it."""
        return self.folder.name

    def save(self, stack: Stack) -> None:
        """Writes the folder, which must not exist."""
        self.folder.mkdir()
        _write(self._stack, _exported(stack))
        _write(self._azure, _without_key(stack.azure.state()))
        _write(self._ports, ports_of(stack.azure))
        shutil.copy(stack.folder / STACK_FILE, self.folder)

    def restore(self, stack: Stack) -> None:
        """Replaces the stack, its configuration and everything in its local Azure."""
        ports = load(stack.azure, self._azure.read_text(), json.loads(self._ports.read_text()))
        shutil.copy(self.folder / STACK_FILE.name, stack.folder / STACK_FILE)
        export = stack.folder / "stack.json"
        export.write_text(at_ports(self._stack.read_text(), ports))
        stack.pulumi("stack", "import", "--file", str(export))
        stack.azure.clear_requests()

    @property
    def _stack(self) -> Path:
        return self.folder / "stack.json"

    @property
    def _azure(self) -> Path:
        return self.folder / "azure.json"

    @property
    def _ports(self) -> Path:
        return self.folder / "ports.json"


def recordings() -> list[Recording]:
    """All of them, oldest version first."""
    folders = [file.parent for file in FOLDER.glob("*/stack.json")]
    return [Recording(folder) for folder in sorted(folders, key=lambda folder: _numbers(folder.name))]


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def _exported(stack: Stack) -> dict[str, Any]:
    """Secrets stay encrypted; their passphrase is `local`. Paths of this machine are left out."""
    file = stack.folder / "exported.json"
    stack.pulumi("stack", "export", "--file", str(file))
    content: dict[str, Any] = json.loads(file.read_text())
    for resource in content["deployment"]["resources"]:
        for key in _SOURCE_POSITIONS:
            resource.pop(key, None)
    return content


def _without_key(state: dict[str, Any]) -> dict[str, Any]:
    """Without the key that signs the registries' tokens: loading a state that lacks it creates a new one."""
    registries = {name: value for name, value in state["registries"].items() if name != "signing_key"}
    return {**state, "registries": registries}


def _write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content, indent=1) + "\n")
