"""One request to Resource Manager, and the table entry that answers it."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from foundry_emulator.arm.errors import invalid_json
from foundry_emulator.arm.plane import Arm
from foundry_emulator.identity.state import Principal

_PARAMETER = re.compile(r"\{(\w+)(:path)?\}")


@dataclass
class Call:
    """A request that was authenticated, matched and authorized."""

    arm: Arm
    request: Request
    parameters: dict[str, str]
    principal: Principal
    path: str
    api_version: str
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def now(self) -> float:
        """The time of this local Azure, unix seconds."""
        return self.arm.clock.now()

    def text(self, name: str) -> str | None:
        """A member of the body that must be a string where it is present."""
        value = self.body.get(name)
        if value is not None and not isinstance(value, str):
            raise invalid_json(f"'{name}' must be a string")
        return value

    def mapping(self, name: str) -> dict[str, Any] | None:
        """A member of the body that must be an object where it is present."""
        value = self.body.get(name)
        if value is not None and not isinstance(value, dict):
            raise invalid_json(f"'{name}' must be an object")
        return value


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True)
class Operation:
    """An operation: its path, the right that it needs, its handler, and the source of its answers.

    Paths ignore case, as Azure's do. `{name}` is one segment, `{name:path}` any number.
    `action` is None if any caller with a token may call it (polling an operation, for example).
    """

    method: str
    path: str
    action: str | None
    handler: Handler
    source: str
    scope: str | None = None
    """The scope of the right, as a template. None: the path itself."""

    @property
    def pattern(self) -> re.Pattern[str]:
        """The path as a regular expression."""
        place, text = 0, ""
        for match in _PARAMETER.finditer(self.path):
            text += re.escape(self.path[place : match.start()])
            text += f"(?P<{match[1]}>{'.*' if match[2] else '[^/]+'})"
            place = match.end()
        return re.compile(text + re.escape(self.path[place:]), re.IGNORECASE)
