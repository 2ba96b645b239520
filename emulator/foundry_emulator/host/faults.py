"""Scripted faults: what goes wrong, at which request.

Every fault is of the world outside of the protocols (a gateway that throttles, a connection that
breaks); what the service itself may do in several ways is a switch in `settings`.
"""

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from foundry_emulator.host.requests_log import Plane


class Action(BaseModel):
    """What happens to the request.

    status: an answer made here. delay: `seconds` pass (real seconds), then it goes on normally.
    reset: the connection is reset. truncate: half of the answer's body, then the connection ends.
    silence: no answer, the connection stays open (until `seconds`, if given). kill: a process dies at once
    (SIGKILL). Killed `before`, the request has no effect and the connection is reset; killed `after`, the
    answer goes to the client if it still lives.
    """

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    kind: Literal["status", "delay", "reset", "truncate", "silence", "kill"]
    status: int = 500
    headers: dict[str, str] = Field(default_factory=dict)
    body: Any = None
    """JSON, or text as it is. None: the body that the plane has for this status; "" is an empty one."""
    seconds: float | None = None
    process: Literal["client", "engine"] | int = "client"
    """Of `kill`: who sent the request, the `pulumi` that started it, or a process id."""


class Fault(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    method: str = ".*"
    """Regular expression for the whole method."""
    path: str = ".*"
    """Regular expression, searched in the path (percent-decoded, without the query)."""
    plane: Plane | None = None
    nth: int = Field(default=1, ge=1)
    """The first matching request that it hits, counted from when it was added."""
    times: int | None = Field(default=1, ge=1)
    """How many requests in a row it hits. None: all from then on."""
    when: Literal["before", "after"] = "before"
    """Whether the request has taken effect when it happens."""
    action: Action


class ActiveFault(Fault):
    number: int = 0
    seen: int = 0
    hits: int = 0
    killed: list[int] = Field(default_factory=list)
    """The processes that it killed."""

    def matches(self, plane: Plane, method: str, path: str) -> bool:
        return (
            (self.plane is None or self.plane == plane)
            and re.fullmatch(self.method, method, re.IGNORECASE) is not None
            and re.search(self.path, path) is not None
        )


# The usual ones by name: `POST /_emulator/faults {"preset": "lost_create_answer"}`. Other keys of a
# fault given beside `preset` override it.
_CREATE = {"method": "POST", "path": "/agents/[^/]+/versions$", "plane": "data"}
PRESETS: dict[str, dict[str, Any]] = {
    # Seen from a virtual network: the first create outlived the client's read timeout and succeeded.
    "lost_create_answer": {**_CREATE, "when": "after", "action": {"kind": "reset"}},
    "silent_create": {**_CREATE, "when": "after", "action": {"kind": "silence"}},
    "truncated_create_answer": {**_CREATE, "when": "after", "action": {"kind": "truncate"}},
    "server_error_once": {"plane": "data", "action": {"kind": "status", "status": 500}},
    "server_error_after_create": {**_CREATE, "when": "after", "action": {"kind": "status", "status": 500}},
    "bad_gateway_once": {"plane": "data", "action": {"kind": "status", "status": 502, "body": ""}},
    "unavailable_once": {"plane": "data", "action": {"kind": "status", "status": 503}},
    "gateway_timeout_after_create": {
        **_CREATE,
        "when": "after",
        "action": {"kind": "status", "status": 504, "body": ""},
    },
    "throttled": {
        "plane": "data",
        "action": {"kind": "status", "status": 429, "headers": {"Retry-After": "1"}},
    },
    "throttled_without_retry_after": {"plane": "data", "action": {"kind": "status", "status": 429}},
    "concurrent_edit": {"plane": "data", "action": {"kind": "status", "status": 412}},
    "conflict_once": {"plane": "data", "action": {"kind": "status", "status": 409}},
    "reset_once": {"plane": "data", "action": {"kind": "reset"}},
    "slow_once": {"plane": "data", "action": {"kind": "delay", "seconds": 1.0}},
}


class Faults:
    def __init__(self) -> None:
        self._active: list[ActiveFault] = []
        self._count = 0

    def add(self, fault: Fault) -> ActiveFault:
        self._count += 1
        active = ActiveFault(**fault.model_dump(), number=self._count)
        self._active.append(active)
        return active

    def all(self) -> list[ActiveFault]:
        return list(self._active)

    def clear(self) -> None:
        self._active.clear()

    def hit(self, plane: Plane, method: str, path: str) -> ActiveFault | None:
        """The fault that this request meets; every fault that it matches counts it."""
        met: ActiveFault | None = None
        for fault in self._active:
            if not fault.matches(plane, method, path):
                continue
            fault.seen += 1
            last = None if fault.times is None else fault.nth + fault.times - 1
            if met is None and fault.seen >= fault.nth and (last is None or fault.seen <= last):
                fault.hits += 1
                met = fault
        return met
