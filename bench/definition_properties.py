"""The properties of a definition, on 10,000 bad and 2,000 good ones."""

from __future__ import annotations

import os
import sys
import time

from bench.place import Place
from tools.local.step import run_aloud


def measure(place: Place) -> dict[str, float]:
    """Seconds of the run; a property that does not hold fails the bench."""
    started = time.monotonic()
    run_aloud(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", "tests/properties"],
        "the run of the properties",
        place.log,
        environment={**os.environ, "FOUNDRY_AGENTS_PROPERTIES": "small" if place.short else "whole"},
    )
    return {"seconds": round(time.monotonic() - started, 1)}
