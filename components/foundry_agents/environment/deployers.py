"""The identities that can deploy agents: their role assignments on the project."""

from typing import cast

import pulumi
from pulumi_azure_native import authorization

from ..azure.arm_errors import arm_options
from ..azure.role_assignment import assign_role
from ..lifecycle.service.roles import FOUNDRY_USER
from .arguments import DeployerArgs


def grant_deployers(
    environment: pulumi.Resource, name: str, deployers: list[pulumi.Input[DeployerArgs]], project_id: pulumi.Output[str]
) -> list[pulumi.Resource]:
    """Assigns Foundry User to the deployers that the program names.

    Each resource is named after its principal: the order of the list means nothing. The first one takes over the
    assignment to the first deployer, in case it is for one of these: Azure allows no second one. The
    others depend on it.
    """
    granted: list[pulumi.Resource] = []
    for index, listed in enumerate(deployers):
        deployer = cast(DeployerArgs, listed)  # the keys of an output are outputs
        principal = deployer["principal_id"]
        opts = pulumi.ResourceOptions(
            aliases=[] if granted else [pulumi.Alias(name=f"{name}-deployer")],
            depends_on=granted[:1],
            protect=False,  # an identity that is no longer listed must lose its role
        )
        granted.append(
            assign_role(
                f"{name}-deployer-{principal if isinstance(principal, str) else index}",
                role=FOUNDRY_USER,
                scope=project_id,
                principal_id=principal,
                principal_type=deployer["principal_type"],
                opts=arm_options(environment, opts),
            )
        )
    return granted


def grant_first_deployer(
    environment: pulumi.Resource, name: str, principal_id: pulumi.Output[str], project_id: pulumi.Output[str]
) -> "authorization.RoleAssignment":
    """Assigns Foundry User to the identity that runs the first `up`, and keeps it, whoever runs the next."""
    kept = pulumi.ResourceOptions(
        ignore_changes=["principalId", "principalType", "roleAssignmentName"],
        protect=False,  # naming deployers replaces this assignment by theirs
    )
    return assign_role(
        f"{name}-deployer",
        role=FOUNDRY_USER,
        scope=project_id,
        principal_id=principal_id,
        principal_type=pulumi.Output.from_input(None),
        opts=arm_options(environment, kept),
    )
