"""What the service answers."""

from __future__ import annotations

from typing import Any

Answer = dict[str, Any]


def latest_version(agent: Answer) -> Answer:
    """The newest version inside an agent's answer; its status may be stale."""
    return dict((agent.get("versions") or {}).get("latest") or {})
