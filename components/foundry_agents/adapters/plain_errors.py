"""Errors that Pulumi's server for dynamic providers reports without a traceback.

The server reports `traceback.format_exc()` of whatever a provider raises. `sys.tracebacklimit` would change that for
every provider and thread of the process, so only the server's own name for the module is replaced.
"""

import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any


class PlainError(Exception):
    """An error whose message is all that the user sees."""


def unexpected(error: Exception) -> str:
    """The message for an error that nobody expected; the file that it names has the traceback."""
    with tempfile.NamedTemporaryFile("w", prefix="foundry-agents-", suffix=".log", delete=False) as log:
        traceback.print_exception(error, file=log)
    return f"unexpected {type(error).__name__}: {error}; please report it with {Path(log.name)}"


def report_without_traceback() -> None:
    """Makes Pulumi's server report a `PlainError` as one line. Every other error keeps its traceback."""
    server = sys.modules["__main__"]
    if vars(server).get("traceback") is traceback:
        setattr(server, "traceback", _Traceback())  # noqa: B010 - not an attribute that its type declares


class _Traceback:
    """The module `traceback`, with another `format_exc`."""

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)

    def format_exc(self, limit: int | None = None, chain: bool = True) -> str:
        """Returns the last error as text."""
        error = sys.exc_info()[1]
        if isinstance(error, PlainError):
            return "".join(traceback.format_exception_only(type(error), error))
        return traceback.format_exc(limit, chain)
