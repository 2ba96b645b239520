"""Callers who ask an agent without pause while it is updated again and again."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from foundry_emulator.testing import LocalAzure, Project

from .stack import AGENT, CHECKOUT, STAND_IN, TAGS, clean_environment
from .updates import STARTED

CALLERS = 2
# A version whose sessions are idle can be deleted: half a second after the last call, so that many are.
SETTINGS = {"time_scale": 0.01, "role_propagation_seconds": 0, "provisioning_seconds": 20, "default_idle_seconds": 50}


@dataclass
class Calls:
    """What the callers met."""

    answered: Counter[str] = field(default_factory=Counter)
    """Number of answers by version."""
    failed: list[str] = field(default_factory=list)

    @property
    def made(self) -> int:
        return sum(self.answered.values()) + len(self.failed)


def ask_during_updates(folder: Path, updates: int) -> Calls:
    """Raises AssertionError if an update fails."""
    azure = LocalAzure.start(folder / "azure", **SETTINGS)
    try:
        project = azure.make_project()
        for tag in TAGS:
            azure.push(f"{project.login_server}/echo:{tag}", STAND_IN)
        return _ask_during_updates(azure, project, updates)
    finally:
        azure.stop()


def _ask_during_updates(azure: LocalAzure, project: Project, updates: int) -> Calls:
    command = [sys.executable, "-m", "tests.crash.updates", project.endpoint, project.login_server, str(updates)]
    environment = {**clean_environment(), **azure.environment()}
    calls, is_over = Calls(), threading.Event()

    def ask() -> None:
        url = f"{project.endpoint}/agents/{AGENT}/endpoint/protocols/openai/responses"
        while not is_over.is_set():
            answer = azure.data("POST", url, {"input": "hello"})
            if answer.status == 200:
                calls.answered[answer.body["agent_reference"]["version"]] += 1
            else:
                calls.failed.append(f"{answer.status} {answer.raw.decode(errors='replace')[:300]}")

    with (
        subprocess.Popen(
            command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as updating,
        ThreadPoolExecutor(CALLERS) as pool,
    ):
        assert updating.stdout
        said, asking = [], []
        for line in updating.stdout:
            said.append(line)
            if line.strip() == STARTED:
                asking = [pool.submit(ask) for _ in range(CALLERS)]
        is_over.set()
        for caller in asking:
            caller.result()
    assert updating.returncode == 0, "".join(said)
    return calls
