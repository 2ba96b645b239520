"""What callers met is told from the log: also what lasted for one request only."""

import json
from typing import Any

from .traffic import Traffic

AGENT = "/accounts/acc1/api/projects/p1/agents/echo"


def entry(method: str, path: str, body: object = None, status: int | None = 200) -> dict[str, Any]:
    return {"method": method, "path": AGENT + path, "status": status, "response_body": json.dumps(body)}


def rules(*numbers: str) -> dict[str, Any]:
    return {
        "version_selector": {
            "version_selection_rules": [
                {"agent_version": n, "traffic_percentage": 100 // len(numbers)} for n in numbers
            ]
        }
    }


def agent(*routed: str) -> dict[str, Any]:
    return {"endpoint": rules(*routed), "versions": {"1": {"settled_at": 0.0, "error": None}}}


def version(number: str, status: str) -> dict[str, str]:
    return {"version": number, "status": status}


def patched(*routed: str) -> dict[str, Any]:
    return entry("PATCH", "", {"agent_endpoint": rules(*routed)})


def test_a_rollout_loses_nothing() -> None:
    run = [
        entry("POST", "/versions", version("2", "creating")),
        entry("GET", "/versions/2", version("2", "active")),
        patched("1", "2"),
        patched("2"),
        entry("DELETE", "/versions/1"),
    ]
    assert Traffic(agent("1"), 1.0).lost(run) == []


def test_a_version_that_serves_and_is_deleted_is_lost() -> None:
    assert Traffic(agent("1"), 1.0).lost([entry("DELETE", "/versions/1")]) == [f"DELETE {AGENT}/versions/1"]


def test_traffic_to_a_version_that_is_not_active_is_lost() -> None:
    run = [entry("POST", "/versions", version("2", "creating")), patched("1", "2"), patched("1")]
    assert Traffic(agent("1"), 1.0).lost(run) == [f"PATCH {AGENT}"]


def test_a_toolbox_is_no_agent() -> None:
    gone = {**entry("DELETE", ""), "path": AGENT.replace("/agents/echo", "/toolboxes/echo-tools")}
    assert Traffic(agent("1"), 1.0).lost([gone]) == []


def test_a_request_without_effect_changes_nothing() -> None:
    assert Traffic(agent("1"), 1.0).lost([entry("DELETE", "/versions/1", status=None)]) == []


def test_an_agent_that_is_made_has_nothing_to_lose_until_it_serves() -> None:
    run = [entry("POST", "/versions", version("1", "creating")), entry("GET", "/versions/1", version("1", "active"))]
    assert Traffic(None, 1.0).lost(run) == []
    assert Traffic(None, 1.0).lost([*run, entry("DELETE", "")]) == [f"DELETE {AGENT}"]
