"""Recovers a stack after a run of Pulumi that was killed, wherever it was."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from .errors import TOOL_MISSING, CommandError
from .narrator import Narrator
from .pulumi_command import Ran, run, run_narrated

# What backends say when they refuse: files and buckets, and Pulumi Cloud.
LOCKED = re.compile(r"the stack is currently locked by|Another update is currently in progress")
_HOLDER = re.compile(r"created by (?P<user>\S+)@(?P<host>\S+) \(pid (?P<pid>\d+)\)")


class Pulumi(Protocol):
    """Runs a Pulumi command on the stack to recover."""

    def __call__(self, *arguments: str) -> Ran:
        """`pulumi("up", "--yes")`."""


def on_stack(stack: str, *, quiet: bool = False) -> Pulumi:
    """Pulumi on this stack. Operations tell what they do, or with `quiet` only their errors."""
    narrator = Narrator(progress=not quiet, warnings=not quiet)

    def pulumi(*arguments: str) -> Ran:
        if arguments[0] in ("up", "refresh"):
            return run_narrated(*arguments, "--stack", stack, narrator=narrator)
        return run(*arguments, "--stack", stack)

    return pulumi


def recover(pulumi: Pulumi, tell: Callable[[str], None], *, cancel: bool = False, refresh: bool = True) -> None:
    """Cancel the dead run if it holds the lock, bring the stack up, and clear the pending operations.

    In this order: only `up` can continue a create that was cut short, and its pending operation is the only record
    of it, so that record stays until `up` has succeeded. With `refresh`, `up` first reads the real resources: what a
    run did between its last record and its death is in no state.

    :param cancel: Also take the lock of a run on another machine, which cannot be seen from here.
    :raises CommandError: if the stack cannot be recovered; the message says why.
    """
    tell("Bringing the stack up")
    up = ("up", "--yes", "--skip-preview", *(("--refresh",) if refresh else ()))
    ran = pulumi(*up)
    if ran.code and LOCKED.search(ran.output):
        _refuse_if_alive(ran.output, cancel=cancel)
        tell("The run that holds the lock has ended. Canceling it and bringing the stack up again")
        _expect(pulumi("cancel", "--yes"), "The run that holds the lock cannot be canceled")
        ran = pulumi(*up)
    _expect(ran, "`pulumi up` failed. Fix the error above, then recover again")
    if unfinished(pulumi):
        tell("Clearing the pending operations of the interrupted run")
        cleared = pulumi("refresh", "--yes", "--skip-preview", "--clear-pending-creates")
        _expect(cleared, "The pending operations cannot be cleared")


def unfinished(pulumi: Pulumi) -> list[str]:
    """The URNs of resources with a pending operation."""
    exported = pulumi("stack", "export")
    _expect(exported, "The state of the stack cannot be read")
    deployment = json.loads(exported.output)["deployment"] or {}
    return [operation["resource"]["urn"] for operation in deployment.get("pending_operations") or []]


def _refuse_if_alive(refusal: str, *, cancel: bool) -> None:
    """Two runs at once would undo each other's work."""
    holder = _HOLDER.search(refusal)
    who = f"{holder['user']}@{holder['host']} (pid {holder['pid']})" if holder else "another update"
    if holder and holder["host"] == socket.gethostname():
        if _is_pulumi(holder["pid"]):
            raise CommandError(f"The stack is locked by {who}, which is still running. Wait for it, or press Ctrl-C.")
    elif not cancel:
        raise CommandError(
            f"The stack is locked by {who} on another machine. If that run has ended, recover with --cancel."
        )


def _is_pulumi(pid: str) -> bool:
    """Whether this process lives and is Pulumi: another process may have the id of a dead one by now."""
    try:
        found = subprocess.run(
            ["ps", "-o", "comm=", "-p", pid], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False
        )
    except FileNotFoundError as error:
        raise CommandError(
            "`ps` is not on PATH, so nothing tells whether the run that holds the lock is still alive.",
            exit_code=TOOL_MISSING,
        ) from error
    return found.returncode == 0 and Path(found.stdout.strip()).name == "pulumi"


def _expect(ran: Ran, otherwise: str) -> None:
    if ran.code:
        raise CommandError(f"{otherwise}.")
