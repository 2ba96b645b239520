"""What an environment says if somebody else manages its role assignments."""

from typing import cast

import pulumi

from ..azure.foundry_project import FoundryProject
from ..azure.registry import AgentRegistry
from ..lifecycle.service.roles import ACR_PULL, FOUNDRY_USER, REPOSITORY_READER
from .arguments import DeployerArgs


def say_needed_grants(
    environment: pulumi.Resource,
    project: FoundryProject,
    registry: AgentRegistry,
    deployers: list[pulumi.Input[DeployerArgs]],
) -> None:
    """Logs the command for each role assignment that must exist, as soon as its parts are known.

    Also after a stack changed to `role_assignments: external`, whose preview shows its own assignments as deleted.
    """
    pull = registry.repository_permissions.apply(lambda abac: REPOSITORY_READER if abac else ACR_PULL)
    _say(environment, project.principal_id, "ServicePrincipal", pull, registry.registry_id)
    for listed in deployers:
        deployer = cast(DeployerArgs, listed)  # the keys of an output are outputs
        _say(environment, deployer["principal_id"], deployer["principal_type"], FOUNDRY_USER, project.project_id)


def _say(environment: pulumi.Resource, *parts: pulumi.Input[str]) -> None:
    pulumi.Output.all(*parts).apply(lambda known: pulumi.log.info(_needed(*known), environment))


def _needed(principal_id: str, principal_type: str, role: str, scope: str) -> str:
    return (
        "role_assignments is external, so this role assignment must exist: az role assignment create "
        f"--assignee-object-id {principal_id} --assignee-principal-type {principal_type} --role {role} --scope {scope}"
    )
