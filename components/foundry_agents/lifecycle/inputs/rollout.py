"""The input `rollout`: how traffic moves to a new version."""

from __future__ import annotations

import itertools
from typing import Any

from ..errors.input_issue import Issues
from .schema import Field, Record
from .types import Choice, ListOf, WholeNumber

CHECKS = ("verify", "active")
DEFAULT_HOLD = 60
MAX_HOLD = 24 * 3600


def _check_steps(value: Any, path: str, issues: Issues) -> Any:
    """Percentages in ascending order; a last 100 is understood."""
    steps = _STEPS.check(value, path, issues)
    if not isinstance(steps, list):
        return steps
    numbers = [step for step in steps if isinstance(step, int) and not isinstance(step, bool)]
    if any(later <= earlier for earlier, later in itertools.pairwise(numbers)):
        issues.refuse(path, "the percentages do not ascend", "for example [10, 50]")
    return steps[:-1] if steps and steps[-1] == 100 else steps


_STEPS = ListOf(WholeNumber(1, 100, "percent"), "[10, 50]")

DEFAULT: dict[str, Any] = {"steps": [], "hold": DEFAULT_HOLD, "check": CHECKS[0]}

TYPE = Record(
    (
        Field(
            "steps",
            _STEPS,
            "Percentages of the traffic that the new version gets, in ascending order, before it gets all.",
            _check_steps,
            default=DEFAULT["steps"],
            default_words="all at once",
        ),
        Field("hold", WholeNumber(0, MAX_HOLD, "seconds"), "Seconds to hold each step.", default=DEFAULT["hold"]),
        Field(
            "check",
            Choice(CHECKS),
            "What must succeed after each step: `verify` verifies the version again, `active` reads its status.",
            default=DEFAULT["check"],
        ),
    ),
    "{steps: [10, 50], hold: 300}",
    name="Rollout",
    description="How traffic moves to a new version.",
)
