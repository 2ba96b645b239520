"""Creating 1, 4, 8 and 20 agents at once by `pulumi up --parallel 32`: as dynamic and as first-class resources.

Pulumi runs at most four operations of dynamic resources at a time. The local Azure keeps the times of the service.
Agents are not verified: that would measure how this machine starts containers.
"""

from __future__ import annotations

from typing import Any

from bench.place import Place, Program
from foundry_emulator.testing import Project
from tools import ROOT

WORKERS = 4
"""Of Pulumi's server of dynamic providers (`pulumi/dynamic/__main__.py`)."""
_COUNTS, _COUNTS_IF_SHORT = (1, 4, 8, 20), (1, 5)
_PROVISIONING, _PROVISIONING_IF_SHORT = 5.0, 1.0


AIM = 1.2
"""Seconds of 20 first-class agents, as a multiple of one."""
_PARALLEL = ("--parallel", "32")


def measure(place: Place) -> dict[str, Any]:
    project = place.project("many", "echo:v1.0")
    counts = _COUNTS_IF_SHORT if place.short else _COUNTS
    provisioning = _PROVISIONING_IF_SHORT if place.short else _PROVISIONING
    dynamic = {count: _program(place, project, count, "dynamic") for count in counts}
    first_class = {count: _program(place, project, count, "plugin", first_class=True) for count in counts}
    place.azure.settings(time_scale=1, provisioning_seconds=provisioning)
    seconds = {str(count): round(program.up(*_PARALLEL), 1) for count, program in dynamic.items()}
    of_plugin = {str(count): round(program.up(*_PARALLEL), 1) for count, program in first_class.items()}
    return {
        "provisioning seconds": provisioning,
        "workers": WORKERS,
        "seconds by agents": seconds,
        "seconds by first-class agents": of_plugin,
        "ratio": round(of_plugin[str(counts[-1])] / of_plugin[str(counts[0])], 3),
        "aim": AIM,
    }


def _program(place: Place, project: Project, count: int, kind: str, *, first_class: bool = False) -> Program:
    config = {
        "bench:count": count,
        "bench:kind": kind,
        "bench:project_endpoint": project.endpoint,
        "bench:image": f"{project.login_server}/echo:v1.0",
    }
    source = ROOT / "bench" / "programs" / "agents"
    return Program(place, f"agents-{kind}-{count}", source, config, first_class=first_class)
