"""Selects the version for the next call, by the rules of the version selector."""

from __future__ import annotations

from typing import Any

from foundry_emulator.foundry.state import Agent


class TrafficSplit:
    """Chooses versions so that the shares come out exactly, not only on average.

    The service selects at random; exact shares suit tests that count.
    """

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, str], dict[int, int]] = {}

    def next_version(self, key: str, agent: Agent) -> str:
        """The `agent_version` of the rule whose turn it is."""
        rules: list[dict[str, Any]] = agent.endpoint["version_selector"]["version_selection_rules"]
        counts = self._counts.setdefault((key, agent.guid, repr(rules)), {})
        sent = sum(counts.values()) + 1
        weight = sum(rule["traffic_percentage"] for rule in rules) or 1

        def behind(index: int) -> float:
            share: int = rules[index]["traffic_percentage"]
            return share / weight * sent - counts.get(index, 0)

        candidates = [i for i, rule in enumerate(rules) if rule["traffic_percentage"] > 0] or [0]
        chosen = max(candidates, key=behind)
        counts[chosen] = counts.get(chosen, 0) + 1
        number: str = rules[chosen]["agent_version"]
        return number
