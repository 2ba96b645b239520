"""What errors of Azure Resource Manager mean and what to do about them, logged with the resource that failed.

azure-native prints Azure's own message. A hook on the components' resources adds the cause and the cure from the
catalogue, and retries errors that are known to pass.
"""

import asyncio
import re
import time
from typing import TypeVar
from weakref import WeakKeyDictionary

import pulumi

from ..lifecycle.errors.catalogue import explain

T = TypeVar("T")

REPEATABLE = {"RequestConflict", "PrincipalNotFound", "IfMatchPreconditionFailed"}
"""Another write to the same account is in progress, an identity is not replicated yet, or an ETag is out of date."""
DEADLINE = 20 * 60.0
"""Seconds: a capability host takes minutes, and no other write to its account succeeds until it is done."""
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 30.0
"""Seconds between two attempts. The engine ends a resource after 100 attempts."""

REFUSED_BY_VAULT = re.compile(r"key ?vault.*(?:forbidden|not authorized|access denied)", re.IGNORECASE | re.DOTALL)
"""The account is not allowed to write to its key vault: a new role assignment takes minutes to propagate."""
EXISTS_ALREADY = re.compile(r"cannot create already existing resource", re.IGNORECASE)
"""azure-native looks for a resource before it creates one."""

_CODE = re.compile(r'Code="(\w+)"')


def arm_options(parent: pulumi.Resource, opts: pulumi.ResourceOptions | None = None) -> pulumi.ResourceOptions:
    """Returns the options of an azure-native child: its parent, and the hook that explains its errors."""
    own = pulumi.ResourceOptions(parent=parent, hooks=pulumi.ResourceHookBinding(on_error=[_hook()]))
    return pulumi.ResourceOptions.merge(own, opts)


def explained(answer: pulumi.Output[T], tried: str) -> pulumi.Output[T]:
    """Returns the answer of a function of azure-native. Its failure ends the program with a message, no traceback.

    :param tried: What the function does, for the message, such as "reading the registry".
    """

    def fail(error: Exception) -> T:
        entry = explain(_code_in(str(error)), where="resource manager")
        advice = f"\n{entry.cause}; {entry.cure}" if entry else ""
        raise pulumi.RunError(f"{tried}: {error}{advice}")

    return answer.recover(fail)


def _hook() -> pulumi.ErrorHook:
    """One per program: a hook is registered with the engine of the event loop that it was created on."""
    loop = asyncio.get_event_loop()
    if loop not in _hooks:
        _hooks[loop] = pulumi.ErrorHook("foundry-agents:arm-errors", on_error)
    return _hooks[loop]


_hooks: WeakKeyDictionary[asyncio.AbstractEventLoop, pulumi.ErrorHook] = WeakKeyDictionary()


async def on_error(args: pulumi.ErrorHookArgs) -> bool:
    """Returns whether to retry the operation. If not, logs what the last error means."""
    message = args.errors[0] if args.errors else ""
    code = _code_in(message)
    if len(args.errors) == 1:
        _started[args.urn] = time.monotonic()
    if _may_pass(code, message) and time.monotonic() - _started[args.urn] < DEADLINE:
        await asyncio.sleep(min(FIRST_PAUSE * 1.2 ** (len(args.errors) - 1), LONGEST_PAUSE))
        return True
    if args.type.endswith(":RoleAssignment") and EXISTS_ALREADY.search(message):
        code = "RoleAssignmentExists"
    entry = explain(code, where="resource manager")
    if entry is not None:
        pulumi.log.error(f"{args.name}: {code}: {entry.cause}; {entry.cure}")
    return False


_started: dict[str, float] = {}
"""When the operation on each resource failed first, by URN."""


def _may_pass(code: str, message: str) -> bool:
    return code in REPEATABLE or bool(REFUSED_BY_VAULT.search(message))


def _code_in(message: str) -> str:
    match = _CODE.search(message)
    return match[1] if match else ""
