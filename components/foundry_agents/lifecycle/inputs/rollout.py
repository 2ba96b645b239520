"""The input `rollout`: how traffic moves to a new version."""

from __future__ import annotations

import itertools
from typing import Any

from ..errors.problem import Findings, shown
from .scalars import check_choice, check_whole_number
from .unknown import Unknown

KEYS = ("steps", "hold", "check")
CHECKS = ("verify", "active")
DEFAULT_HOLD = 60
MAX_HOLD = 24 * 3600


def check(value: Any, path: str, findings: Findings) -> Any:
    """Checks the input; gives it back with all its keys."""
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, dict):
        findings.refuse(path, "must say the steps", "for example {steps: [10, 50], hold: 300}")
        return value
    findings.refuse_unknown_keys(value, path, KEYS)
    given = {key: item for key, item in value.items() if item is not None}
    return {
        "steps": _check_steps(given.get("steps", []), f"{path}.steps", findings),
        "hold": check_whole_number(
            given.get("hold", DEFAULT_HOLD), f"{path}.hold", findings, low=0, high=MAX_HOLD, unit="seconds"
        ),
        "check": check_choice(given.get("check", CHECKS[0]), f"{path}.check", findings, allowed=CHECKS),
    }


def _check_steps(value: Any, path: str, findings: Findings) -> Any:
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, list):
        findings.refuse(path, f"{shown(value)} is not a list", "list the percentages, for example [10, 50]")
        return value
    steps = [
        check_whole_number(item, f"{path}[{index}]", findings, low=1, high=100, unit="percent")
        for index, item in enumerate(value)
    ]
    numbers = [step for step in steps if isinstance(step, int) and not isinstance(step, bool)]
    if any(later <= earlier for earlier, later in itertools.pairwise(numbers)):
        findings.refuse(path, "must go up", "write each percentage once, ascending, such as [10, 50]")
    return steps[:-1] if steps and steps[-1] == 100 else steps
