"""The requests to the local Azure and its answers."""

import json
import re
from collections import deque
from typing import Literal

from pydantic import BaseModel

Plane = Literal["arm", "data", "registry", "vault", "identity", "control"]

BODY_LIMIT = 64 * 1024
_KEPT = 5000
_SECRET_JSON = re.compile(r'("(?:access_token|refresh_token|id_token|client_secret)"\s*:\s*")[^"]*(")')
# The value of a secret in a vault; credentials of a connection, whatever their members are.
_SECRET_VALUE = re.compile(r'("value"\s*:\s*")(?:[^"\\]|\\.)*("?)')
_CREDENTIALS = re.compile(r'"credentials"\s*:\s*(?=\{)')
_SECRET_FORM = re.compile(r"((?:^|&)(?:access_token|refresh_token|client_secret|client_assertion)=)[^&]*")


class LoggedRequest(BaseModel):
    number: int
    time: float
    plane: Plane
    method: str
    path: str
    query: str
    principal: str | None
    """Display name of the caller."""
    status: int | None
    """None: the connection ended without an answer."""
    duration: float
    request_headers: dict[str, str]
    request_body: str
    response_body: str
    fault: str | None = None
    """What a scripted fault did to it."""


class RequestLog:
    def __init__(self) -> None:
        self._entries: deque[LoggedRequest] = deque(maxlen=_KEPT)
        self._count = 0
        self._cleared_at = 0

    def next_number(self) -> int:
        self._count += 1
        return self._count

    def add(self, entry: LoggedRequest) -> None:
        if entry.number > self._cleared_at:
            self._entries.append(entry)

    def entries(self) -> list[LoggedRequest]:
        """In the order of the requests."""
        return sorted(self._entries, key=lambda entry: entry.number)

    def clear(self) -> None:
        """Drops all entries, and those of requests that are still being answered."""
        self._entries.clear()
        self._cleared_at = self._count


def shown(body: bytes, plane: Plane) -> str:
    """A body for the log: at most 64 kB, without tokens, credentials of connections and values of secrets."""
    text = _without_credentials(body[:BODY_LIMIT].decode("utf-8", errors="replace"))
    if plane == "vault":
        text = _SECRET_VALUE.sub(r"\1***\2", text)
    return _SECRET_FORM.sub(r"\1***", _SECRET_JSON.sub(r"\1***\2", text))


def _without_credentials(text: str) -> str:
    """Every object called `credentials` becomes `"***"`; after one that is cut off, the rest is dropped."""
    shown_so_far, place = "", 0
    while (found := _CREDENTIALS.search(text, place)) is not None:
        shown_so_far += text[place : found.end()] + '"***"'
        try:
            _, place = json.JSONDecoder().raw_decode(text, found.end())
        except ValueError:
            return shown_so_far
    return shown_so_far + text[place:]
