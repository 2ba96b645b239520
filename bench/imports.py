"""Importing `foundry_agents`, against importing Pulumi and the parts of azure-native that it loads.

In a fresh interpreter each, in turn. azure-native loads a part when it is first used, so the base uses those that
are loaded when `foundry_agents` is.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from bench.figures import ratio, spread
from bench.place import Place

AIM = 1.15
_RUNS, _RUNS_IF_SHORT = 31, 5

_OURS = "import foundry_agents"
_LOADED_PARTS = """
import json, sys
import foundry_agents
names = [name.split(".") for name in sys.modules if name.startswith("pulumi_azure_native.")]
print(json.dumps(sorted({name[1] for name in names if len(name) > 2})))
"""


def measure(place: Place) -> dict[str, Any]:
    parts: list[str] = json.loads(_python(_LOADED_PARTS))
    base = "\n".join(
        [
            "import pulumi, pulumi.dynamic, pulumi_azure_native",
            *(f"from pulumi_azure_native import {part}\n{part}._utilities" for part in parts),
        ]
    )
    ours_seconds: list[float] = []
    base_seconds: list[float] = []
    for number in range((_RUNS_IF_SHORT if place.short else _RUNS) + 1):
        in_turn = [(_OURS, ours_seconds), (base, base_seconds)]
        for imports, seconds in in_turn if number % 2 else reversed(in_turn):
            taken = _seconds(imports)
            if number:  # the first run reads files that no cache has yet
                seconds.append(taken)
    place.keep("imports", {"base": base_seconds, "foundry_agents": ours_seconds})
    return {
        "runs": len(base_seconds),
        "base": ["pulumi", "pulumi_azure_native", *(f"pulumi_azure_native.{part}" for part in parts)],
        "seconds": {"base": spread(base_seconds), "foundry_agents": spread(ours_seconds)},
        "ratio": round(ratio(ours_seconds, base_seconds), 3),
        "aim": AIM,
    }


def _seconds(imports: str) -> float:
    """Without the start of the interpreter."""
    return float(
        _python(f"import time\nstarted = time.perf_counter()\n{imports}\nprint(time.perf_counter() - started)")
    )


def _python(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True).stdout
