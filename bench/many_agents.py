"""Creating 1, 4, 8 and 20 agents at once by `pulumi up`. Pulumi runs at most four of them at a time.

The local Azure keeps the times of the service. Agents are not verified: that would measure how this machine starts
containers.
"""

from __future__ import annotations

from typing import Any

from bench.place import Place, Program
from tools import ROOT

WORKERS = 4
"""Of Pulumi's server of dynamic providers (`pulumi/dynamic/__main__.py`)."""
_COUNTS, _COUNTS_IF_SHORT = (1, 4, 8, 20), (1, 5)
_PROVISIONING, _PROVISIONING_IF_SHORT = 5.0, 1.0


def measure(place: Place) -> dict[str, Any]:
    project = place.project("many", "echo:v1.0")
    counts = _COUNTS_IF_SHORT if place.short else _COUNTS
    provisioning = _PROVISIONING_IF_SHORT if place.short else _PROVISIONING
    programs = {
        count: Program(
            place,
            f"agents-{count}",
            ROOT / "bench" / "programs" / "agents",
            {
                "bench:count": count,
                "bench:project_endpoint": project.endpoint,
                "bench:image": f"{project.login_server}/echo:v1.0",
            },
        )
        for count in counts
    }
    place.azure.settings(time_scale=1, provisioning_seconds=provisioning)
    seconds = {str(count): round(program.up(), 1) for count, program in programs.items()}
    return {"provisioning seconds": provisioning, "workers": WORKERS, "seconds by agents": seconds}
