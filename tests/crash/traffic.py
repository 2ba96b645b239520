"""What the callers of an agent met, told from the log of requests: was there always a version to answer them?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

LATEST = "@latest"


class Traffic:
    """Follows one agent, from what the service had at the beginning, through the requests that changed it."""

    def __init__(self, agent: Mapping[str, Any] | None, now: float) -> None:
        self._versions: dict[str, bool] = {}
        """Numbers, and whether the version is known to be active."""
        self._rules: list[dict[str, Any]] = [{"agent_version": LATEST, "traffic_percentage": 100}]
        if agent is not None:
            self._rules = agent["endpoint"]["version_selector"]["version_selection_rules"]
            for number, version in agent["versions"].items():
                self._versions[number] = version["settled_at"] <= now and version["error"] is None
        self._has_served = self._serves()

    def lost(self, entries: Iterable[Mapping[str, Any]]) -> list[str]:
        """After which requests callers were sent to a version that was not there or not active."""
        found = []
        for entry in entries:
            _, of_agents, place = entry["path"].rstrip("/").partition("/agents/")
            if not of_agents or entry["status"] is None or not 200 <= entry["status"] < 300:
                continue
            self._apply(entry["method"], place.split("/"), entry)
            serves = self._serves()
            if self._has_served and not serves:
                found.append(f"{entry['method']} {entry['path']}")
            self._has_served = self._has_served or serves
        return found

    def _apply(self, method: str, place: list[str], entry: Mapping[str, Any]) -> None:
        body = _json(entry["response_body"])
        match method, place[1:]:
            case ("POST", ["versions"]) | ("GET", ["versions", _]):
                if body.get("version"):
                    self._versions[str(body["version"])] = body.get("status") == "active"
            case ("PATCH" | "GET", []):
                self._rules = body["agent_endpoint"]["version_selector"]["version_selection_rules"]
            case ("DELETE", ["versions", number]):
                self._versions.pop(number, None)
            case ("DELETE", []):
                self._versions.clear()

    def _serves(self) -> bool:
        """Whether every rule that gets traffic leads to an active version."""
        active = [number for number, is_active in self._versions.items() if is_active]
        routed = [rule["agent_version"] for rule in self._rules if rule["traffic_percentage"]]
        return all(bool(active) if number == LATEST else number in active for number in routed)


def _json(body: str) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
