"""Recovery says what it does, in the order that loses nothing, and never takes the lock from a run that lives."""

import json
import os
import socket

import pytest

from foundry_agents.cli import recover as module
from foundry_agents.cli.errors import CommandError
from foundry_agents.cli.pulumi_command import Ran
from foundry_agents.cli.recover import recover

PENDING = {"pending_operations": [{"type": "creating", "resource": {"urn": "urn:pulumi:s::p::t::echo"}}]}
DEAD = "999999999"


def refusal(pid: str = DEAD, host: str = "") -> Ran:
    held = f"created by me@{host or socket.gethostname()} (pid {pid}) at 2026-11-21T12:00:00Z"
    return Ran(1, f"error: the stack is currently locked by 1 lock(s). Either wait\n  file:///a.json: {held}\n")


class Stack:
    """Answers as Pulumi does, and keeps what it was asked."""

    def __init__(self, *ups: Ran, pending: bool = False) -> None:
        self.ups, self.pending = list(ups), pending
        self.asked: list[str] = []

    def __call__(self, *arguments: str) -> Ran:
        self.asked.append(arguments[0])
        if arguments[0] == "up":
            return self.ups.pop(0)
        if arguments[0] == "stack":
            return Ran(0, json.dumps({"deployment": PENDING if self.pending else {}}))
        return Ran(0, "")


def told(stack: Stack, *, cancel: bool = False) -> list[str]:
    lines: list[str] = []
    recover(stack, lines.append, cancel=cancel)
    return lines


def test_a_dead_run_is_cancelled_and_the_record_is_cleared_last() -> None:
    stack = Stack(refusal(), Ran(0, ""), pending=True)
    lines = told(stack)
    assert stack.asked == ["up", "cancel", "up", "stack", "refresh"]
    assert len(lines) == 3


def test_without_a_lock_nothing_is_cancelled_and_without_a_record_nothing_is_cleared() -> None:
    stack = Stack(Ran(0, ""))
    assert len(told(stack)) == 1
    assert stack.asked == ["up", "stack"]


def test_the_record_of_a_create_stays_until_an_up_has_succeeded() -> None:
    stack = Stack(refusal(), Ran(1, "error: no image"), pending=True)
    with pytest.raises(CommandError, match="`pulumi up` failed"):
        told(stack)
    assert "refresh" not in stack.asked


def test_a_run_that_lives_keeps_its_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_is_pulumi", lambda pid: pid == "42")
    stack = Stack(refusal("42"))
    with pytest.raises(CommandError, match=r"pid 42\), which is still running"):
        told(stack, cancel=True)
    assert stack.asked == ["up"]


def test_another_process_that_has_the_id_now_is_not_taken_for_the_run() -> None:
    assert told(Stack(refusal(str(os.getpid())), Ran(0, "")))


@pytest.mark.parametrize(
    "locked", [refusal(host="elsewhere"), Ran(1, "error: [409] Conflict: Another update is currently in progress.")]
)
def test_a_run_that_cannot_be_seen_keeps_its_lock_unless_the_user_says_so(locked: Ran) -> None:
    with pytest.raises(CommandError, match="recover with --cancel"):
        told(Stack(locked))
    stack = Stack(locked, Ran(0, ""))
    told(stack, cancel=True)
    assert stack.asked == ["up", "cancel", "up", "stack"]
