"""Scripted faults: what goes wrong, at which request.

Faults come from outside the service (a gateway that throttles, a connection that breaks). Where the service itself
may behave in several ways, there is a setting.
"""

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from foundry_emulator.host.requests_log import Plane


class Action(BaseModel):
    """What happens to the request.

    status: a scripted answer. delay: the request or the answer waits for `seconds` (real seconds).
    reset: the connection is reset. truncate: the client gets half of the body, then the connection is reset.
    silence: no answer; the connection stays open (for `seconds`, if given). kill: SIGKILL to a process.
    Killed `before`, the request has no effect and the connection is reset; killed `after`, the client gets the
    answer if it still runs.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["status", "delay", "reset", "truncate", "silence", "kill"]
    status: int = 500
    headers: dict[str, str] = Field(default_factory=dict)
    body: Any = None
    """JSON, or text. None: the usual body of the plane for this status. "": an empty body."""
    seconds: float | None = None
    process: Literal["client", "engine"] | int = "client"
    """For `kill`: the client that sent the request, the `pulumi` that started it, or a process id."""


class Fault(BaseModel):
    """What goes wrong, and at which requests."""

    model_config = ConfigDict(extra="forbid")

    method: str = ".*"
    """Regular expression for the whole method."""
    path: str = ".*"
    """Regular expression, searched in the path (percent-decoded, without the query)."""
    plane: Plane | None = None
    nth: int = Field(default=1, ge=1)
    """The first matching request that it hits, counted from when the fault was added."""
    times: int | None = Field(default=1, ge=1)
    """How many requests in a row it hits. None: all from then on."""
    when: Literal["before", "after"] = "before"
    """Before or after the request takes effect."""
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


# Common faults by name: `POST /_emulator/faults {"preset": "lost_create_answer"}`. Keys beside `preset` override
# those of the preset.
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
        """The fault that hits this request. Every fault that matches the request counts it."""
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
