"""What an error of Azure Resource Manager means and what helps, said where it happens.

azure-native prints Azure's own words. A hook on our resources adds the cause and the cure from the catalogue, and
repeats what is known to pass by itself.
"""

import asyncio
import re
from typing import TypeVar
from weakref import WeakKeyDictionary

import pulumi

from ..lifecycle.errors.catalogue import explain

T = TypeVar("T")

REPEATABLE = {"RequestConflict", "PrincipalNotFound", "IfMatchPreconditionFailed"}
"""Another write of the same account is under way, an identity is not replicated yet, or an etag was outrun."""
ATTEMPTS = 6
PAUSE = 5.0

REFUSED_BY_VAULT = re.compile(r"key ?vault.*(?:forbidden|not authorized|access denied)", re.IGNORECASE | re.DOTALL)
"""The account may not write to its key vault: with a role that was just given, that passes within minutes."""
VAULT_ATTEMPTS = 120

_CODE = re.compile(r'Code="(\w+)"')


def arm_options(parent: pulumi.Resource, opts: pulumi.ResourceOptions | None = None) -> pulumi.ResourceOptions:
    """Options of an azure-native child: its parent, and the hook that explains its errors."""
    own = pulumi.ResourceOptions(parent=parent, hooks=pulumi.ResourceHookBinding(on_error=[_hook()]))
    return pulumi.ResourceOptions.merge(own, opts)


def explained(answer: pulumi.Output[T], tried: str) -> pulumi.Output[T]:
    """The answer of a function of azure-native; its failure ends the program with a message, not with a traceback."""

    def fail(error: Exception) -> T:
        entry = explain(_code_in(str(error)), where="resource manager")
        advice = f"\n{entry.cause}; {entry.cure}" if entry else ""
        raise pulumi.RunError(f"{tried}: {error}{advice}")

    return answer.recover(fail)


def _hook() -> pulumi.ErrorHook:
    """One per program: a hook is registered with the engine of the event loop that it was made on."""
    loop = asyncio.get_event_loop()
    if loop not in _hooks:
        _hooks[loop] = pulumi.ErrorHook("foundry-agents:arm-errors", on_error)
    return _hooks[loop]


_hooks: WeakKeyDictionary[asyncio.AbstractEventLoop, pulumi.ErrorHook] = WeakKeyDictionary()


async def on_error(args: pulumi.ErrorHookArgs) -> bool:
    """Whether to try the operation again; says what the last error means if not."""
    message = args.errors[0] if args.errors else ""
    code = _code_in(message)
    if len(args.errors) < _attempts(code, message):
        await asyncio.sleep(PAUSE)
        return True
    entry = explain(code, where="resource manager")
    if entry is not None:
        pulumi.log.error(f"{args.name}: {code}: {entry.cause}; {entry.cure}")
    return False


def _attempts(code: str, message: str) -> int:
    if REFUSED_BY_VAULT.search(message):
        return VAULT_ATTEMPTS
    return ATTEMPTS if code in REPEATABLE else 0


def _code_in(message: str) -> str:
    match = _CODE.search(message)
    return match[1] if match else ""
