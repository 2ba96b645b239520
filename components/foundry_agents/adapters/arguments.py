"""The arguments of a resource or component: a dict, an args object, or keywords, as in Pulumi's generated SDKs.

The class declares the forms for type checkers with overloads, and reads them with `arguments`::

    @overload
    def __init__(self, name: str, args: AgentRegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **keywords: Unpack[AgentRegistryArgs]
    ) -> None: ...
    def __init__(
        self,
        name: str,
        args: AgentRegistryArgs = NOT_GIVEN,
        opts: pulumi.ResourceOptions | None = None,
        **keywords: Any,
    ) -> None:
        args = arguments(AgentRegistryArgs, self, name, args, keywords)

Pulumi's analyzer reads the annotation of `args` in the last one: it must be the TypedDict itself, not a union.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

import pulumi

from ..lifecycle.errors.input_issue import InputIssue, Issues

Args = TypeVar("Args")

NOT_GIVEN: Any = None
"""The default of `args`."""


class CheckedArgs(dict[str, Any]):
    """Arguments that a component has checked, with the warnings of that check: the resource does not repeat it."""

    def __init__(self, args: Mapping[str, Any], warnings: Sequence[InputIssue]) -> None:
        super().__init__(args)
        self.warnings = warnings


def arguments(
    shape: type[Args],
    resource: pulumi.Resource,
    name: str,
    args: Any,
    keywords: Mapping[str, Any],
    *,
    check_keys: bool = True,
) -> Args:
    """Returns the arguments as a new dict. A None is the same as a key that is not set, and is left out.

    :param shape: The TypedDict of the arguments; an args object is an instance of it.
    :param resource: The resource under construction; errors name its class.
    :param name: Its name in the program; errors name it.
    :param args: What was passed as `args`.
    :param keywords: What was passed as keywords.
    :param check_keys: Whether to refuse unknown and missing keys. False where the resource checks its arguments
        itself, so that every problem is reported at once.
    :raises pulumi.RunError: if neither or both are passed, if `args` is not a dict, or if keys are wrong.
    """
    found = _one_of(resource, name, args, keywords)
    given = {key: value for key, value in found.items() if value is not None}
    if check_keys:
        _check_keys(shape, resource, name, given)
    return cast(Args, given)


def _one_of(resource: pulumi.Resource, name: str, args: Any, keywords: Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(args, pulumi.ResourceOptions):
        raise _error(resource, name, "resource options are not arguments; pass them as `opts`")
    if args is not None and not isinstance(args, Mapping):
        raise _error(resource, name, f"the arguments are a {type(args).__name__}; pass a dict, or keywords")
    if args is not None and keywords:
        listed = ", ".join(sorted(keywords))
        raise _error(resource, name, f"arguments are passed both as a dict and as keywords ({listed}); use one of them")
    if args is None and not keywords:
        raise _error(resource, name, "has no arguments; pass a dict, or keywords")
    return keywords if args is None else args


def _check_keys(shape: Any, resource: pulumi.Resource, name: str, given: Mapping[str, Any]) -> None:
    issues = Issues()
    issues.refuse_unknown_keys(dict(given), "", shape.__required_keys__ | shape.__optional_keys__)
    for key in shape.__annotations__:
        if key in shape.__required_keys__ and key not in given:
            issues.refuse(key, "is required", "set it")
    if issues.problems:
        raise _error(resource, name, "\n".join(["the arguments are not valid:", *map(str, issues.problems)]))


def _error(resource: pulumi.Resource, name: str, reason: str) -> pulumi.RunError:
    return pulumi.RunError(f"{type(resource).__name__} '{name}': {reason}")
