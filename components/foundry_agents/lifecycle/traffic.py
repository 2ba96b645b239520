"""Which versions of an agent get its traffic: read from the service's rules, and written as rules.

Source of the rules' form: PATCH of an agent, recorded test traffic of azure-ai-projects, 2026-07.
"""

from __future__ import annotations

from typing import Any

from .change import Change
from .service import AgentService, Answer, latest_version

FOLLOWS_LATEST = "@latest"


def served(existing: Answer) -> str:
    """The version that gets the most traffic."""
    rules = _rules(existing)
    if follows_latest(existing):
        return str(latest_version(existing).get("version") or "")
    return str(max(rules, key=lambda rule: float(rule.get("traffic_percentage") or 0)).get("agent_version"))


def served_versions(existing: Answer) -> set[str]:
    """The versions that get traffic."""
    if follows_latest(existing):
        return {str(latest_version(existing).get("version"))}
    return {str(rule.get("agent_version")) for rule in _rules(existing)}


def follows_latest(existing: Answer) -> bool:
    return any(rule.get("agent_version") == FOLLOWS_LATEST for rule in _rules(existing)) or not _rules(existing)


async def pin(service: AgentService, change: Change, number: str) -> None:
    """Keeps all traffic on one version, whatever is made next."""
    await service.change_endpoint(change.agent, {"version_selector": _all_to(number)})


async def route(service: AgentService, change: Change, version: Answer) -> None:
    """Sends all traffic to one version, and opens the endpoint for the protocols it speaks."""
    number = str(version["version"])
    endpoint: dict[str, Any] = {"version_selector": _all_to(number)}
    spoken = [record["protocol"] for record in change.inputs["protocol_versions"]]
    if spoken != ["responses"]:
        endpoint["protocol_configuration"] = {protocol: {} for protocol in spoken}
    await service.change_endpoint(change.agent, endpoint)
    change.tell(f"version {number} serves")


def _all_to(number: str) -> dict[str, Any]:
    rule = {"type": "FixedRatio", "agent_version": number, "traffic_percentage": 100}
    return {"version_selection_rules": [rule]}


def _rules(existing: Answer) -> list[dict[str, Any]]:
    endpoint = existing.get("agent_endpoint") or {}
    return list((endpoint.get("version_selector") or {}).get("version_selection_rules") or [])
