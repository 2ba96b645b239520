"""Starts and stops the process of a local Azure from another process."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from foundry_emulator.host.home import AZURE, Home

START_SECONDS = 20.0
STOP_SECONDS = 15.0


class Failed(Exception):
    """The local Azure did not start or stop. Says why in a sentence or two."""


@dataclass(frozen=True)
class Running:
    pid: int
    base_url: str
    fresh: bool
    """Whether it was started just now."""


def find(home: Home) -> Running | None:
    """The local Azure of `home`, if its process lives and answers."""
    port = home.read_ports().get(AZURE)
    pid = _pid(home)
    if port is None or pid is None or not home.ca.exists():
        return None
    answer = _health(home, port)
    if answer is None or answer["pid"] != pid or answer["home"] != str(home.root):
        return None
    return Running(pid, answer["base_url"], fresh=False)


def start(home: Home, settings: list[str]) -> Running:
    """Starts it and waits until it answers, unless it already runs. Raises Failed."""
    home.root.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(home):
        running = find(home)
        if running is not None:
            return running
        return _start(home, settings)


def stop(home: Home) -> bool:
    """Whether one was running. Raises Failed if it does not stop."""
    # The process that holds the lock is the local Azure of this folder, whether it answers or not. A process id
    # alone may belong to another program by now.
    if not _is_alive(home):
        home.pid.unlink(missing_ok=True)
        return False
    deadline = time.monotonic() + STOP_SECONDS
    asked = False
    while _is_alive(home):
        pid = _pid(home)
        if pid is not None and not asked:
            os.kill(pid, signal.SIGTERM)
            asked = True
        if time.monotonic() > deadline:
            raise Failed(f"The local Azure (process {pid}) does not stop. See its log: {home.log}")
        time.sleep(0.02)
    return True


def _start(home: Home, settings: list[str]) -> Running:
    home.pid.unlink(missing_ok=True)
    with home.log.open("ab") as log:
        mark = log.tell()
        process = subprocess.Popen(
            [sys.executable, "-m", "foundry_emulator.serve", str(home.root), *settings],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Failed(_reason(home, mark))
        # The process writes its pid when everything else is in place.
        if _pid(home) == process.pid:
            running = find(home)
            if running is not None:
                return Running(running.pid, running.base_url, fresh=True)
        time.sleep(0.02)
    process.terminate()
    raise Failed(f"The local Azure did not answer within {START_SECONDS:g} s. See its log: {home.log}")


def _reason(home: Home, mark: int) -> str:
    with home.log.open("rb") as log:
        log.seek(mark)
        lines = log.read().decode("utf-8", errors="replace").splitlines()
    said = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    return said[-1] if said else f"The local Azure exited during its start. See its log: {home.log}"


def _pid(home: Home) -> int | None:
    try:
        return int(home.pid.read_text())
    except (FileNotFoundError, ValueError):
        return None


def _health(home: Home, port: int) -> dict[str, Any] | None:
    trust = ssl.create_default_context(cafile=str(home.ca))
    try:
        with urllib.request.urlopen(f"https://localhost:{port}/_emulator/health", timeout=2, context=trust) as answer:
            content: dict[str, Any] = json.load(answer)
            return content
    except (OSError, ValueError, urllib.error.URLError):
        return None


@contextlib.contextmanager
def _one_at_a_time(home: Home) -> Iterator[None]:
    """Of two concurrent starts, the second finds the process of the first."""
    with (home.root / "start.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_alive(home: Home) -> bool:
    if not home.lock.exists():
        return False
    with home.lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
