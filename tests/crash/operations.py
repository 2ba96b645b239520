"""The operations that are walked: what is there, what the program says then, and what is to come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from . import by_hand
from .stack import AGENT, STAND_IN, CrashStack, Snapshot  # noqa: F401

Wanted = dict[str, Any]

TOOLBOXES = "/toolboxes/"
ROLLOUT = {"verify": "start", "rollout": {"steps": [10, 50], "hold": 0}}


@dataclass(frozen=True)
class Operation:
    """`prepare` leads to the state in which the program is changed to `wanted` and brought up.

    `back` is what the program says after the kill; without it, still `wanted`. `walked` is where the requests are
    at which it is killed, below the project. `first_class` chooses the plugin's resources instead of dynamic ones.
    """

    name: str
    prepare: Callable[[CrashStack], None]
    wanted: Wanted | None
    back: Wanted | None = None
    walked: str = "/"
    first_class: bool = False

    @property
    def is_create(self) -> bool:
        """Whether there is nothing before."""
        return self.prepare is _nothing

    def ready(self, stack: CrashStack, empty: Snapshot) -> Snapshot:
        """The moment before the operation; the program is changed already."""
        stack.restore(empty)
        stack.first_class = self.first_class
        self.prepare(stack)
        stack.want(self.wanted)
        stack.azure.clear_requests()
        return stack.snapshot()


def _agent(tag: str, **inputs: Any) -> Wanted:
    return {"image": f"echo:{tag}", **inputs}


def _nothing(stack: CrashStack) -> None:
    """Neither agent nor state."""


def _up(*programs: Wanted) -> Callable[[CrashStack], None]:
    def prepare(stack: CrashStack) -> None:
        for wanted in programs:
            stack.want(wanted)
            ran = stack.up()
            if ran.code:
                raise AssertionError(ran.output)

    return prepare


def _made_by_hand(stack: CrashStack) -> None:
    """An agent that no Pulumi made, at version 1 of image v1."""
    by_hand.make_agent(stack.azure, stack.project, AGENT)


def _deleted_by_hand(stack: CrashStack) -> None:
    """The state has an agent that the service has no more."""
    _up(_agent("v1"))(stack)
    answer = stack.azure.data("DELETE", f"{stack.project.endpoint}/agents/{AGENT}?force=true")
    assert answer.status == 200, answer.raw


ONE_KEPT = {"keep_versions": 1}
# The agent beside the toolbox is walked in the operations above: here it has no proof, and few requests.
WITH_TOOLS = {**ONE_KEPT, "verify": "off", "tools": ["code_interpreter"]}
OTHER_TOOLS = {**WITH_TOOLS, "tools": ["web_search", {"type": "code_interpreter", "name": "sums"}]}
WITHOUT_TOOLS = {**ONE_KEPT, "verify": "off"}
CREATE = Operation("create", _nothing, _agent("v1", verify="start"))
UPDATE = Operation("update", _up(_agent("v1", **ONE_KEPT)), _agent("v2", **ONE_KEPT, **ROLLOUT))
RETURN = Operation(
    "update, then back",
    _up(_agent("v1", **ONE_KEPT)),
    _agent("v2", **ONE_KEPT, **ROLLOUT),
    back=_agent("v1", **ONE_KEPT),
)
ROLLBACK = Operation("rollback", _up(_agent("v1"), _agent("v2")), _agent("v2", serve_version="1"))
FORWARD = Operation("rollback ends", _up(_agent("v1"), _agent("v2"), _agent("v2", serve_version="1")), _agent("v2"))
ADOPT = Operation("adopt", _made_by_hand, _agent("v1", adopt=True))
ADOPT_AND_UPDATE = Operation("adopt and update", _made_by_hand, _agent("v2", adopt=True, **ROLLOUT))
ANEW = Operation("update of one that is gone", _deleted_by_hand, _agent("v2"))
DELETE = Operation("delete", _up(_agent("v1"), _agent("v2")), None)
CREATE_WITH_TOOLS = Operation("create with tools", _nothing, _agent("v1", **WITH_TOOLS), walked=TOOLBOXES)
CHANGE_TOOLS = Operation("tools changed", _up(_agent("v1", **WITH_TOOLS)), _agent("v1", **OTHER_TOOLS))
RETURN_TO_TOOLS = Operation(
    "tools changed, then back",
    _up(_agent("v1", **WITH_TOOLS)),
    _agent("v1", **OTHER_TOOLS),
    back=_agent("v1", **WITH_TOOLS),
)
REMOVE_TOOLS = Operation("tools removed", _up(_agent("v1", **WITH_TOOLS)), _agent("v1", **WITHOUT_TOOLS))
DELETE_WITH_TOOLS = Operation("delete with tools", _up(_agent("v1", **WITH_TOOLS)), None, walked=TOOLBOXES)

# Both adapters share the lifecycle. What the plugin adds: another process, and its way of recording what was begun.
CREATE_FIRST_CLASS, UPDATE_FIRST_CLASS, DELETE_FIRST_CLASS = (
    replace(operation, name=f"{operation.name}, first-class", first_class=True)
    for operation in (CREATE, UPDATE, DELETE)
)

OPERATIONS = (
    *(CREATE, UPDATE, RETURN, ROLLBACK, FORWARD, ADOPT, ADOPT_AND_UPDATE, ANEW, DELETE),
    *(CREATE_WITH_TOOLS, CHANGE_TOOLS, RETURN_TO_TOOLS, REMOVE_TOOLS, DELETE_WITH_TOOLS),
    *(CREATE_FIRST_CLASS, UPDATE_FIRST_CLASS, DELETE_FIRST_CLASS),
)
