"""Which versions of an agent get its traffic: read from the service's rules, and written as rules.

Source of the rules' form: PATCH of an agent, recorded test traffic of azure-ai-projects, 2026-07.
"""

from __future__ import annotations

from collections.abc import Mapping

from .answers import Agent, Endpoint, Rule, latest_version

FOLLOWS_LATEST = "@latest"

Weights = dict[str, int]
"""Percent of the traffic by version; they add up to 100."""


def weights(agent: Agent) -> Weights:
    """Percent by version, as in the service's rules, `@latest` included."""
    return {str(rule.get("agent_version")): round(float(rule.get("traffic_percentage") or 0)) for rule in _rules(agent)}


def served(agent: Agent) -> Weights:
    """Percent by version, with `@latest` as the version that it stands for."""
    newest = str(latest_version(agent).get("version") or "")
    found: Weights = {}
    for version, percent in weights(agent).items():
        number = newest if version == FOLLOWS_LATEST else version
        if number:
            found[number] = found.get(number, 0) + percent
    return found


def follows_latest(agent: Agent) -> bool:
    """Whether a new version gets traffic the moment it is active, as with every new agent."""
    return FOLLOWS_LATEST in weights(agent)


def most_served(shares: Mapping[str, int]) -> str:
    """The version that gets the most traffic; empty if none does."""
    return max(shares, key=lambda version: shares[version]) if shares else ""


def selector(shares: Weights) -> Endpoint:
    """The rules for these weights, as part of an endpoint."""
    rules: list[Rule] = [
        {"type": "FixedRatio", "agent_version": version, "traffic_percentage": percent}
        for version, percent in shares.items()
    ]
    return {"version_selector": {"version_selection_rules": rules}}


def _rules(agent: Agent) -> list[Rule]:
    selector_ = (agent.get("agent_endpoint") or {}).get("version_selector") or {}
    return selector_.get("version_selection_rules") or [{"agent_version": FOLLOWS_LATEST, "traffic_percentage": 100}]
