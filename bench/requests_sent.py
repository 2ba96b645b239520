"""The requests to the service of one create, one update and one delete of an agent, by method.

With everything as by default, so a version is verified before it serves. The requests that wait for a version to
become active are counted apart: there are more the longer that takes.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any

from bench.place import Place
from bench.service import IMAGE, NEXT_IMAGE, connected, inputs
from foundry_agents.lifecycle.resource.agent import AGENT
from foundry_emulator.testing import Project

POLLS = "GET, waiting"
_PROVISIONING, _PROVISIONING_IF_SHORT = 20.0, 2.0
_AGENT = "requests"


def measure(place: Place) -> dict[str, Any]:
    project = place.project("requests", IMAGE, NEXT_IMAGE)
    provisioning = _PROVISIONING_IF_SHORT if place.short else _PROVISIONING
    place.azure.settings(time_scale=1, provisioning_seconds=provisioning)
    return {"provisioning seconds": provisioning, "requests": asyncio.run(_life(place, project))}


async def _life(place: Place, project: Project) -> dict[str, dict[str, int]]:
    async with connected(project) as service:
        first, second = inputs(project, _AGENT), inputs(project, _AGENT, image=NEXT_IMAGE)
        made, create = await _counted(place, "1", AGENT.create(service, first, _nobody))
        changed, update = await _counted(place, "2", AGENT.update(service, made, second, _nobody))
        _, delete = await _counted(place, "", AGENT.delete(service, changed))
        return {"create": create, "update": update, "delete": delete}


async def _counted(place: Place, new_version: str, operation: Coroutine[Any, Any, Any]) -> tuple[Any, dict[str, int]]:
    await asyncio.to_thread(place.azure.clear_requests)
    result = await operation
    entries = await asyncio.to_thread(place.azure.requests, plane="data")
    counts = Counter(
        POLLS if entry["method"] == "GET" and entry["path"].endswith(f"/versions/{new_version}") else entry["method"]
        for entry in entries
    )
    return result, dict(sorted(counts.items()))


def _nobody(_line: str) -> None:
    """Who watches."""
