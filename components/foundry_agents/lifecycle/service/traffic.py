"""Which versions of an agent get its traffic: read from the service's rules, and written as rules.

Source of the rules' form: PATCH of an agent, recorded test traffic of azure-ai-projects, 2026-07.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .answers import Answer, latest_version

FOLLOWS_LATEST = "@latest"

Weights = dict[str, int]
"""Percent of the traffic by version; they add up to 100."""


def weights(existing: Answer) -> Weights:
    """Percent by version, as the service's rules say; `@latest` stands as the service writes it."""
    return {
        str(rule.get("agent_version")): round(float(rule.get("traffic_percentage") or 0)) for rule in _rules(existing)
    }


def served(existing: Answer) -> Weights:
    """Percent by version, with `@latest` as the version that it means."""
    newest = str(latest_version(existing).get("version") or "")
    found: Weights = {}
    for version, percent in weights(existing).items():
        number = newest if version == FOLLOWS_LATEST else version
        if number:
            found[number] = found.get(number, 0) + percent
    return found


def follows_latest(existing: Answer) -> bool:
    """Whether a new version would get traffic the moment it is active, as with every new agent."""
    return FOLLOWS_LATEST in weights(existing)


def most_served(shares: Mapping[str, int]) -> str:
    """The version that gets the most traffic; empty if none does."""
    return max(shares, key=lambda version: shares[version]) if shares else ""


def selector(shares: Weights) -> dict[str, Any]:
    """The rules for these weights, as part of an endpoint."""
    rules = [
        {"type": "FixedRatio", "agent_version": version, "traffic_percentage": percent}
        for version, percent in shares.items()
    ]
    return {"version_selector": {"version_selection_rules": rules}}


def _rules(existing: Answer) -> list[dict[str, Any]]:
    endpoint = existing.get("agent_endpoint") or {}
    rules = (endpoint.get("version_selector") or {}).get("version_selection_rules") or []
    return list(rules) or [{"agent_version": FOLLOWS_LATEST, "traffic_percentage": 100}]
