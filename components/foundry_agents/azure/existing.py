"""Existing resources, which the components read and do not create."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

import pulumi
from pulumi_azure_native import authorization

from ..lifecycle.errors.input_issue import Issues
from .arm_errors import explained
from .arm_id import ProjectId, RegistryId, VaultId

Id = TypeVar("Id", ProjectId, RegistryId, VaultId)


def existing(
    resource_id: pulumi.Input[str], parse: Callable[[str], Id], component: pulumi.Resource
) -> pulumi.Output[Id]:
    """Returns the parts of the ARM ID of an existing resource.

    An ID in another subscription than the provider's ends the program: azure-native reads by name, so it would read
    the resource of the same name in its own subscription.
    """
    client = explained(
        authorization.get_client_config_output(opts=pulumi.InvokeOutputOptions(parent=component)),
        "reading the subscription of the provider",
    )

    def in_use(text: str, used: str) -> Id:
        where = _read(text, parse)
        if where.subscription.lower() != used.lower():
            raise pulumi.RunError(
                f"{text} is not in the subscription of the provider, {used}; use a resource in that subscription, or "
                "set `azure-native:subscriptionId`"
            )
        return where

    return pulumi.Output.all(resource_id, client.subscription_id).apply(lambda known: in_use(*known))


def _read(text: str, parse: Callable[[str], Id]) -> Id:
    try:
        return parse(text)
    except ValueError as error:
        raise pulumi.RunError(str(error)) from None


def refuse_incomplete(
    component: pulumi.Resource, name: str, args: Mapping[str, Any], needed: Collection[str], existing_id: str
) -> None:
    """Refuses arguments that neither say what to create nor which resource exists already.

    :param needed: What creating the resource needs.
    :param existing_id: The argument with the ARM ID of an existing one.
    """
    issues = Issues()
    for key in needed:
        if existing_id not in args and key not in args:
            issues.refuse(key, "is missing", f"set it, or `{existing_id}`")
    if issues.problems:
        told = "\n".join(["the arguments are not valid:", *map(str, issues.problems)])
        raise pulumi.RunError(f"{type(component).__name__} '{name}': {told}")
