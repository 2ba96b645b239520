"""Addresses of a local Azure, in what another one left: each chooses its ports when it first starts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from foundry_emulator.testing import LocalAzure


def ports_of(azure: LocalAzure) -> dict[str, int]:
    """Of each server, by its name."""
    return dict(json.loads((azure.home.root / "ports.json").read_text()))


def at_ports(text: str, ports: Mapping[int, int]) -> str:
    """Rewrites every address of this machine. Raises KeyError for a port that `ports` does not have."""

    def replace(found: re.Match[str]) -> str:
        return f"{found['host']}:{ports[int(found['port'])]}"

    return re.sub(r"(?P<host>localhost|127\.0\.0\.1):(?P<port>\d+)", replace, text)


def load(azure: LocalAzure, state: str, ports: Mapping[str, int]) -> dict[int, int]:
    """Loads the state of a local Azure that had these ports; returns the port of each server now, by what it was."""
    # Twice: the first time opens the registry and the vault, which chooses their ports.
    azure.load(json.loads(state))
    now = ports_of(azure)
    moved = {port: now[name] for name, port in ports.items()}
    azure.load(json.loads(at_ports(state, moved)))
    return moved
