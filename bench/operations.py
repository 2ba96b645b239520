"""The operations of the stack `local`: seconds, and requests by plane and method."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from bench.place import Place
from tools.local import agent_images
from tools.local.pulumi_stack import PulumiStack

NO_CHANGE = "up: no change"


def measure(place: Place) -> dict[str, Any]:
    stack_file = place.home / "Pulumi.local.yaml"
    shutil.copyfile(agent_images.STACK_FILE, stack_file)
    stack = PulumiStack(place.log, config_file=stack_file)
    place.azure.reset_settings()
    stack.select()

    def push() -> None:
        agent_images.push_missing(place.home, stack_file, stack.outputs()["registry"], place.log)

    def timed(operation: Callable[[], None]) -> dict[str, Any]:
        return _timed(place, operation)

    operations: dict[str, dict[str, Any]] = {}
    operations["up: environment"] = timed(lambda: stack.up(without_agents=True))
    push()
    operations["up: agents"] = timed(stack.up)
    operations[NO_CHANGE] = timed(stack.up)
    operations["preview: no change"] = timed(stack.preview)
    agents = _retag_one_image(stack_file)
    push()
    operations["preview: one image"] = timed(stack.preview)
    operations["up: one image"] = timed(stack.up)
    operations["destroy"] = timed(stack.destroy)
    return {"agents": agents, "operations": operations, "no-change up": _no_change(operations[NO_CHANGE])}


def _no_change(operation: dict[str, Any]) -> dict[str, Any]:
    requests: Counter[str] = Counter({"data": 0})
    for kind, count in operation["requests"].items():
        requests[kind.split()[0]] += count
    return {"requests by plane": dict(sorted(requests.items())), "aim": {"data": 0}}


def _timed(place: Place, operation: Callable[[], None]) -> dict[str, Any]:
    place.azure.clear_requests()
    started = time.monotonic()
    operation()
    seconds = round(time.monotonic() - started, 1)
    requests = Counter(f"{entry['plane']} {entry['method']}" for entry in place.azure.requests())
    return {"seconds": seconds, "requests": dict(sorted(requests.items()))}


def _retag_one_image(stack_file: Path) -> int:
    """Give the first agent another image; returns how many agents there are."""
    content = yaml.safe_load(stack_file.read_text())
    agents = content["config"][agent_images.AGENTS_KEY]
    first = next(iter(agents.values()))
    first["image"] += "-next"
    stack_file.write_text(yaml.safe_dump(content))
    return len(agents)
