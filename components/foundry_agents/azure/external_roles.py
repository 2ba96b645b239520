"""Role assignments that somebody else must create: the missing ones, each with the command that creates it."""

import asyncio
import functools

import pulumi

from ..lifecycle.errors.exceptions import ServiceError
from ..lifecycle.service.connections import Connections
from ..lifecycle.service.roles import az_command, has_role, name_of


def tell_if_missing(
    component: pulumi.Resource,
    *,
    role: pulumi.Input[str],
    scope: pulumi.Input[str],
    principal_id: pulumi.Input[str],
    principal_type: pulumi.Input[str],
) -> pulumi.Output[bool]:
    """Warns of a role assignment that does not exist, as soon as its parts are known. Returns whether it exists.

    In a preview, the identities of resources that are still to be created are not: the update then warns.

    :param component: The resource that the warning is about.
    :param role: ID of a built-in role.
    :param scope: ARM ID that the role must apply to.
    :param principal_id: Object ID of the user, group or service principal.
    :param principal_type: User, Group or ServicePrincipal.
    """

    async def look(known: list[str]) -> bool:
        role, scope, principal_id, principal_type = known
        command = az_command(role, scope, principal_id, principal_type)
        try:
            exists = await is_assigned(role, scope, principal_id, principal_type)
        except ServiceError as error:
            pulumi.log.info(
                f"this role assignment must exist, but could not be looked up ({error.first_line}): {command}",
                component,
            )
            return False
        if not exists:
            pulumi.log.warn(
                f"the identity {principal_id} lacks {name_of(role)} on {scope}, and role assignments are external: "
                f"have it assigned with `{command}`",
                component,
            )
        return exists

    known: pulumi.Output[list[str]] = pulumi.Output.all(role, scope, principal_id, principal_type)
    return known.apply(look)


async def is_assigned(role: str, scope: str, principal_id: str, principal_type: str) -> bool:
    """Returns whether a principal has a role at a scope. Raises `ServiceError` if that cannot be read."""
    is_group = principal_type == "Group"
    # Their event loop is another one, so that one credential serves the whole program.
    return await asyncio.to_thread(
        _connections().run,
        lambda services: has_role(services.resource_manager(), role, scope, principal_id, is_group=is_group),
    )


@functools.cache
def _connections() -> Connections:
    return Connections()
