"""The steps in which traffic moves to a new version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..service.traffic import Weights


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
