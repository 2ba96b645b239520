"""Role assignments. Their names are derived from what they assign, so the same assignment has the same name."""

import uuid

import pulumi
from pulumi_azure_native import authorization

_NAMES = uuid.UUID("6f0f3a6e-0c6c-5c0c-9d1f-5a1f6b1c7f10")


def assign_role(
    name: str,
    *,
    role: pulumi.Input[str],
    scope: pulumi.Input[str],
    principal_id: pulumi.Input[str],
    principal_type: pulumi.Input[str | None],
    opts: pulumi.ResourceOptions,
) -> "authorization.RoleAssignment":
    """Assigns a built-in role to a principal at a scope.

    :param name: Name of the Pulumi resource.
    :param role: ID of a built-in role.
    :param scope: ARM ID that the role applies to.
    :param principal_id: Object ID of the user, group or service principal.
    :param principal_type: User, Group or ServicePrincipal. An output of None lets Azure look it up, which fails for an
        identity that was just created.
    :param opts: Options of the resource.
    """
    facts = pulumi.Output.all(scope, principal_id, role)
    return authorization.RoleAssignment(
        name,
        role_assignment_name=facts.apply(lambda values: str(uuid.uuid5(_NAMES, "|".join(values).lower()))),
        scope=scope,
        principal_id=principal_id,
        principal_type=principal_type,
        role_definition_id=pulumi.Output.all(scope, role).apply(lambda known: _definition_id(*known)),
        # Azure refuses a name that another scope uses, and a second assignment of the same role.
        opts=pulumi.ResourceOptions.merge(pulumi.ResourceOptions(delete_before_replace=True), opts),
    )


def _definition_id(scope: str, role: str) -> str:
    subscription = "/".join(scope.split("/")[:3])
    return f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"
