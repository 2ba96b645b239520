"""How figures are summed up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def ratio(values: Sequence[float], base: Sequence[float]) -> float:
    """The median of the ratios of values that were taken in turn."""
    return median(one / other for one, other in zip(values, base, strict=True))


def spread(values: Sequence[float]) -> dict[str, float]:
    """What stands for many samples."""
    marks = {"least": 0, "p25": 25, "p75": 75, "most": 100}
    found = {name: percentile(values, percent) for name, percent in marks.items()} | {"median": median(values)}
    return {name: round(found[name], 3) for name in ("least", "p25", "median", "p75", "most")}
