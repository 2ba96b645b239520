"""`make bench`: how long the operations of the stack `local` take, and how many requests they send; and the
properties of a definition on 10,000 bad and 2,000 good ones.

Works in a local Azure and a state of its own, in `.local/bench`, and writes `bench/results.json`. The figures
hold for the machine they were taken on; the service's own waiting times are those of the local Azure.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import ssl
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tools import LOCAL, ROOT, agent_images, local_azure
from tools.pulumi_cli import BIN
from tools.pulumi_stack import PulumiStack
from tools.step import exit_with, new_log, run_aloud

RESULTS = ROOT / "bench" / "results.json"
_HOME = LOCAL / "bench"


def main() -> None:
    log = new_log("bench")
    shutil.rmtree(_HOME, ignore_errors=True)
    _HOME.mkdir(parents=True)
    stack_file = _HOME / "Pulumi.local.yaml"
    shutil.copyfile(agent_images.STACK_FILE, stack_file)
    azure = local_azure.enter(_HOME, log)
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    try:
        results = _measured(azure, PulumiStack(log, config_file=stack_file), stack_file, log)
    finally:
        local_azure.stop(_HOME, log)
    results["properties of a definition"] = _properties(log)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(RESULTS.read_text())


def _measured(azure: str, stack: PulumiStack, stack_file: Path, log: Path) -> dict[str, Any]:
    stack.select()

    def push() -> None:
        agent_images.push_missing(_HOME, stack_file, stack.outputs()["registry"], log)

    operations: dict[str, dict[str, Any]] = {}
    operations["up: environment"] = _timed(azure, lambda: stack.up(without_agents=True))
    push()
    operations["up: agents"] = _timed(azure, stack.up)
    operations["up: no change"] = _timed(azure, stack.up)
    operations["preview: no change"] = _timed(azure, stack.preview)
    agents = _retag_one_image(stack_file)
    push()
    operations["preview: one image"] = _timed(azure, stack.preview)
    operations["up: one image"] = _timed(azure, stack.up)
    operations["destroy"] = _timed(azure, stack.destroy)
    machine = {"processors": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}
    return {"machine": machine, "agents": agents, "operations": operations}


def _properties(log: Path) -> dict[str, float]:
    """Seconds of the whole run; a property that does not hold fails the bench."""
    started = time.monotonic()
    run_aloud(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", "tests/properties"],
        "the whole run of the properties",
        log,
        environment={**os.environ, "FOUNDRY_AGENTS_PROPERTIES": "whole"},
    )
    return {"seconds": round(time.monotonic() - started, 1)}


def _timed(azure: str, operation: Callable[[], None]) -> dict[str, Any]:
    """Seconds, and requests by plane and method."""
    _ask(azure, "DELETE")
    started = time.monotonic()
    operation()
    seconds = round(time.monotonic() - started, 1)
    requests = Counter(f"{entry['plane']} {entry['method']}" for entry in _ask(azure, "GET"))
    return {"seconds": seconds, "requests": dict(sorted(requests.items()))}


def _ask(azure: str, method: str) -> list[dict[str, Any]]:
    """Read or clear the local Azure's log of requests."""
    trust = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
    request = urllib.request.Request(f"{azure}/_emulator/requests", method=method)
    with urllib.request.urlopen(request, context=trust) as answer:
        body = answer.read()
    return json.loads(body) if body else []


def _retag_one_image(stack_file: Path) -> int:
    """Give the first agent another image; returns how many agents there are."""
    content = yaml.safe_load(stack_file.read_text())
    agents = content["config"][agent_images.AGENTS_KEY]
    first = next(iter(agents.values()))
    first["image"] += "-next"
    stack_file.write_text(yaml.safe_dump(content))
    return len(agents)


if __name__ == "__main__":
    exit_with(main)
