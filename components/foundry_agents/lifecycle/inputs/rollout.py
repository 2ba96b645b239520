"""How traffic moves to a new version: the `rollout` input, and the plan that it comes to."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors.input_issue import Issues
from .schema import Field, Record
from .types import Choice, ListOf, WholeNumber

CHECKS = ("verify", "active")
DEFAULT_HOLD = 60
MAX_HOLD = 24 * 3600

Weights = dict[str, int]
"""Percent of the traffic by version; they add up to 100."""


def plan(serving: Mapping[str, int], goal: str, steps: Sequence[float]) -> list[Weights]:
    """The weights to set, one after the other, until `goal` has all traffic.

    :param serving: What serves now, all of it active; empty if nothing does.
    :param steps: Percent for `goal` on the way, ascending, without the last 100.

    Each entry adds up to 100, has at most two versions, and gives `goal` more than the one before.
    """
    others = {version: weight for version, weight in serving.items() if version != goal}
    if not others:
        return [{goal: 100}]
    before = max(others, key=lambda version: others[version])
    ahead = [int(percent) for percent in steps if serving.get(goal, 0) < percent < 100]  # Pulumi sends floats
    return [*({before: 100 - percent, goal: percent} for percent in ahead), {goal: 100}]


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
