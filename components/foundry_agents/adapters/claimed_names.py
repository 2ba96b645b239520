"""No two resources of one program are the same agent or toolbox: each would undo what the other does."""

from dataclasses import dataclass
from typing import Any, Literal
from weakref import WeakKeyDictionary

import pulumi


@dataclass(frozen=True)
class _Claim:
    kind: Literal["agent", "toolbox"]
    resource: str
    """Class and name of the resource in the program."""
    project_endpoint: Any
    name: Any


_CLAIMS: WeakKeyDictionary[pulumi.Resource, list[_Claim]] = WeakKeyDictionary()
"""What resources are, by the stack of their program: a process may run several."""


def claim(resource: pulumi.Resource, name: str, kind: Literal["agent", "toolbox"], args: Any) -> None:
    """Notes which agent or toolbox a resource is, and refuses one that another resource of the program is already.

    Values that a preview does not know are compared as soon as they are known.

    :param resource: The resource under construction.
    :param name: Its name in the program.
    :param args: Its arguments.
    :raises pulumi.RunError: if another resource is the same; it names both.
    """
    stack = pulumi.runtime.get_root_resource()
    place, own_name = args.get("project_endpoint"), args.get(f"{kind}_name")
    if stack is None or place is None or own_name is None:
        return  # a provider that constructs one component; or a check refuses what is missing
    own = _Claim(kind, f"{type(resource).__name__} '{name}'", place, own_name)
    claims = _CLAIMS.setdefault(stack, [])
    for other in claims:
        _compare(other, own)
    claims.append(own)


def _compare(other: _Claim, own: _Claim) -> None:
    names, projects = (other.name, own.name), (other.project_endpoint, own.project_endpoint)
    if other.kind != own.kind or _differ(*names) or _differ(*projects):
        return
    if _are_same(*names) and _are_same(*projects):
        raise _refusal(other, own, own.name)

    def compare(known: list[Any]) -> None:
        if _are_same(*known[:2]) and _are_same(*known[2:]):
            raise _refusal(other, own, known[0])

    pulumi.Output.all(*names, *projects).apply(compare)


def _differ(first: Any, second: Any) -> bool:
    """Whether two values are known to differ."""
    return not isinstance(first, pulumi.Output) and not isinstance(second, pulumi.Output) and first != second


def _are_same(first: Any, second: Any) -> bool:
    """Whether they are the same, known or not."""
    if isinstance(first, pulumi.Output) or isinstance(second, pulumi.Output):
        return first is second
    return bool(first == second)


def _refusal(other: _Claim, own: _Claim, name: Any) -> pulumi.RunError:
    which = f"`{name}`" if isinstance(name, str) else "of this name"
    return pulumi.RunError(
        f"{own.resource}: {own.kind}_name: {other.resource} is the {own.kind} {which} in the same project already; "
        f"use another {own.kind}_name, or remove one of the two resources"
    )
