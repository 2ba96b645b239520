"""Names of what belongs to an agent: the agent's own name and a suffix."""

from __future__ import annotations

import hashlib

_MARK_LENGTH = 6


def derived_name(agent_name: str, suffix: str, longest: int) -> str:
    """`<agent><suffix>`, cut with a mark of the whole name where that is too long."""
    name = f"{agent_name}{suffix}"
    if len(name) <= longest:
        return name
    mark = hashlib.sha256(agent_name.encode()).hexdigest()[:_MARK_LENGTH]
    kept = agent_name[: longest - len(suffix) - len(mark) - 1].rstrip("-")
    return f"{kept}-{mark}{suffix}"
