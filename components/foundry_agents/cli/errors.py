"""How a command ends: its exit code, and one sentence where it fails."""

from __future__ import annotations

FAILED = 1
"""The command failed, or has findings."""
WRONG_USAGE = 2
TOOL_MISSING = 3
INTERRUPTED = 130


class CommandError(Exception):
    """A command that failed. The message is what the user reads."""

    def __init__(self, message: str, *, exit_code: int = FAILED) -> None:
        super().__init__(message)
        self.exit_code = exit_code
