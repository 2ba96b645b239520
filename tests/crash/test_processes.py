"""Whichever process of a run is killed, the others end: nobody has to look for them."""

import contextlib
import time
from collections.abc import Callable

import psutil
import pytest

from .stack import AGENT, UP, CrashStack, Snapshot

WAITING = {"image": "echo:v1", "active_timeout": 20}
ENDS_WITHIN = 60.0
PROCESSES: dict[str, Callable[[list[str]], bool]] = {
    "engine": lambda command: command[0].endswith("pulumi") and "up" in command,
    "language host": lambda command: command[0].endswith("pulumi-language-python"),
    "program": lambda command: any(part.endswith("pulumi-language-python-exec") for part in command),
    "provider": lambda command: any("dynamic/__main__" in part or part == "pulumi.dynamic" for part in command),
}


@pytest.mark.parametrize("victim", PROCESSES)
def test_every_process_of_a_run_ends_after_one_of_them_is_killed(
    stack: CrashStack, empty: Snapshot, victim: str
) -> None:
    stack.restore(empty)
    stack.want(WAITING)
    stack.azure.settings(provisioning_seconds=10**6)
    running = stack.start_pulumi(*UP)
    try:
        _wait_for(lambda: AGENT in stack.agents())
        assert all(_find(stack, name) for name in PROCESSES)
        for process in _find(stack, victim):
            process.kill()
        running.ended()
        # Pulumi's language host looks every five minutes whether its engine lives. It does nothing by itself.
        stays = "language host" if victim == "engine" else ""
        _wait_for(lambda: len(stack.orphans_of_the_engine()) == (len(_find(stack, stays)) if stays else 0))
    finally:
        stack.azure.reset_settings()
        stack.end_orphans()


def _find(stack: CrashStack, name: str) -> list[psutil.Process]:
    found = []
    for process in stack.orphans_of_the_engine():
        with contextlib.suppress(psutil.Error):
            if (command := process.cmdline()) and PROCESSES[name](command):
                found.append(process)
    return found


def _wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + ENDS_WITHIN
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.1)
