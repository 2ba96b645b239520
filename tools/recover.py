"""`make recover`: puts a stack right after a run of Pulumi that was killed, wherever it was.

    python3 -m tools.recover [--cancel] [STACK]

The stack `local` is on the local Azure; any other is where the user's shell points. Repeating it does no harm.
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tools import LOCAL, local_azure
from tools.pulumi_cli import BIN
from tools.step import StepError, exit_with, new_log, output_of, run_aloud

LOCAL_STACK = "local"
# What backends say when they refuse: files and buckets, and the service.
_LOCKED = re.compile(r"the stack is currently locked by|Another update is currently in progress")
_HOLDER = re.compile(r"created by (?P<user>\S+)@(?P<host>\S+) \(pid (?P<pid>\d+)\)")


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it printed."""

    code: int
    output: str


class Pulumi(Protocol):
    """Runs a command of Pulumi on the stack that is to be put right."""

    def __call__(self, *arguments: str) -> Ran:
        """`pulumi("up", "--yes")`."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Put a stack right after a run of Pulumi that was killed.")
    parser.add_argument("--cancel", action="store_true", help="take the lock from a run that may still live elsewhere")
    parser.add_argument("stack", nargs="?", default=LOCAL_STACK)
    arguments = parser.parse_args()
    log = new_log("recover")
    if arguments.stack == LOCAL_STACK:
        print(f"The local Azure: {local_azure.enter(LOCAL, log)}")
    recover(_on(arguments.stack, log), lambda line: print(line, flush=True), cancel=arguments.cancel)


def recover(pulumi: Pulumi, tell: Callable[[str], None], *, cancel: bool = False, refresh: bool = True) -> None:
    """Cancels the dead run if it holds the lock, brings the stack up, and clears what Pulumi takes for unfinished.

    In this order: only `up` knows how to continue a create that was cut short (its record in Pulumi's state
    says no more than that there was one), so that record stays until `up` has succeeded. With `refresh`, `up`
    first reads what is really there: what a run did between its last record and its death is in no state.
    Raises StepError.
    """
    tell("Bringing the stack up")
    up = ("up", "--yes", "--skip-preview", *(("--refresh",) if refresh else ()))
    ran = pulumi(*up)
    if ran.code and _LOCKED.search(ran.output):
        _refuse_if_alive(ran.output, cancel=cancel)
        tell("The run that holds the lock is dead: cancelling it, and once more")
        _expect(pulumi("cancel", "--yes"), "The dead run could not be cancelled")
        ran = pulumi(*up)
    _expect(ran, "The stack could not be brought up; mend what the error above says, and run this again")
    if unfinished(pulumi):
        tell("Clearing the record of operations that were cut short: they are done")
        cleared = pulumi("refresh", "--yes", "--skip-preview", "--clear-pending-creates")
        _expect(cleared, "The record of unfinished operations could not be cleared")
    tell("The stack is as the program says, and nothing is unfinished.")


def unfinished(pulumi: Pulumi) -> list[str]:
    """The resources that Pulumi takes for unfinished, by URN."""
    exported = pulumi("stack", "export")
    _expect(exported, "The stack's state could not be read")
    deployment = json.loads(exported.output)["deployment"] or {}
    return [operation["resource"]["urn"] for operation in deployment.get("pending_operations") or []]


def _refuse_if_alive(refusal: str, *, cancel: bool) -> None:
    """Two runs at once would undo each other's work."""
    holder = _HOLDER.search(refusal)
    who = f"{holder['user']}@{holder['host']} (pid {holder['pid']})" if holder else "another update"
    if holder and holder["host"] == socket.gethostname():
        if _is_pulumi(holder["pid"]):
            raise StepError(f"The stack is locked by {who}, which still runs: let it end, or stop it with Ctrl-C.")
    elif not cancel:
        raise StepError(f"The stack is locked by {who}, not of this machine. If it is dead: make recover CANCEL=yes")


def _is_pulumi(pid: str) -> bool:
    """Whether this process lives and is Pulumi: the id of a dead one may be another's by now."""
    name = output_of(["ps", "-o", "comm=", "-p", pid])
    return name is not None and Path(name).name == "pulumi"


def _expect(ran: Ran, otherwise: str) -> None:
    if ran.code:
        raise StepError(f"{otherwise}.")


def _on(stack: str, log: Path) -> Pulumi:
    """Runs are shown as they go, and kept in the log; what is only to be read is not shown."""
    color = "always" if sys.stdout.isatty() else "never"

    def pulumi(*arguments: str) -> Ran:
        command = [str(BIN / "pulumi"), *arguments, "--stack", stack, "--non-interactive"]
        if arguments[0] == "stack":
            output = output_of(command)
            return Ran(1, "") if output is None else Ran(0, output)
        begin, code = log.stat().st_size, 0
        try:
            run_aloud([*command, "--color", color], f"`pulumi {arguments[0]}`", log)
        except StepError:
            code = 1
        return Ran(code, log.read_bytes()[begin:].decode(errors="replace"))

    return pulumi


if __name__ == "__main__":
    exit_with(main)
