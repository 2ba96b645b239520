"""Gets what a make target needs, side by side: Python packages are installed while Go compiles.

    python3 -m tools.local.prepare PART…

A part that is up to date takes no time. The parts are the keys of `PARTS`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from tools import LOCAL, ROOT
from tools.local import examples, languages, pulumi_cli, sdks
from tools.local.side_by_side import run_all
from tools.local.step import StepError, exit_with
from tools.local.virtual_environment import ensure

WRONG_USAGE = 2


def _environment(*more: str) -> None:
    ensure(ROOT / ".venv", ["requirements.txt", "./emulator", *more])


def _sample(name: str) -> None:
    ensure(LOCAL / "agents" / name, [f"agents/{name}/requirements.txt"])


PARTS: dict[str, Callable[[], None]] = {
    "environment": _environment,
    "checks": lambda: _environment("tests/requirements.txt"),
    "plots": lambda: _environment("tests/requirements.txt", "bench/requirements.txt"),
    "pulumi": pulumi_cli.main,
    "echo": lambda: _sample("echo"),
    "tools": lambda: _sample("tools"),
    "languages": languages.main,
    "sdks": sdks.main,
    "examples": examples.main,
}


def main() -> None:
    wanted = sys.argv[1:]
    unknown = [part for part in wanted if part not in PARTS]
    if unknown or not wanted:
        raise StepError(f"Name one or more of {', '.join(PARTS)}.", exit_code=WRONG_USAGE)
    run_all([PARTS[part] for part in wanted])


if __name__ == "__main__":
    exit_with(main)
