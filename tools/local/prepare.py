"""Gets what a make target needs, side by side: Python packages are installed while Go compiles.

    python3 -m tools.local.prepare PART…

A part that is up to date takes no time. The parts are the keys of `PARTS`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait

from tools import LOCAL, ROOT
from tools.local import pulumi_cli
from tools.local.step import StepError, exit_with, stop_all
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
}


def main() -> None:
    wanted = sys.argv[1:]
    unknown = [part for part in wanted if part not in PARTS]
    if unknown or not wanted:
        raise StepError(f"Name one or more of {', '.join(PARTS)}.", exit_code=WRONG_USAGE)
    with ThreadPoolExecutor(len(wanted)) as pool:
        first: list[Future[None]] = []
        works = [pool.submit(PARTS[part]) for part in wanted]
        try:
            done, _ = wait(works, return_when=FIRST_EXCEPTION)
            first = [work for work in done if work.exception()]
        finally:  # one that failed, or Ctrl-C, ends the others
            if not all(work.done() for work in works):
                stop_all()
    for work in first:
        work.result()  # raises what it failed with


if __name__ == "__main__":
    exit_with(main)
