"""The agents of an environment, with the connections for their secrets and the role assignments for their tools."""

from dataclasses import dataclass
from typing import Any, cast

import pulumi

from ..adapters.arguments import CheckedArgs
from ..args import AgentArgs, EnvironmentAgentArgs, HostedAgentArgs
from ..azure.agent_secrets import AgentSecrets, AgentSecretsArgs
from ..azure.arm_errors import arm_options
from ..azure.external_roles import tell_if_missing
from ..azure.foundry_project import FoundryProject
from ..azure.registry import AgentRegistry
from ..azure.role_assignment import assign_role
from ..hosted_agent import HostedAgent
from ..lifecycle.errors.input_issue import Issues
from ..lifecycle.inputs.secret_variables import connection_name, placeholders
from ..lifecycle.service.roles import FOUNDRY_USER
from .agents_check import warnings_of


@dataclass(frozen=True)
class Place:
    """Where the agents of an environment are, and what they need."""

    environment: pulumi.Resource
    name: str
    """Name of the environment."""
    project: FoundryProject
    registry: AgentRegistry
    vault: list[pulumi.Resource]
    """What must exist before a connection with secrets."""
    ready: list[pulumi.Resource]
    """What must exist before an agent, and is deleted after it."""
    assigns_roles: bool
    issues: Issues
    """What the check of the environment found."""


def register_agent(place: Place, agent_name: str, agent: EnvironmentAgentArgs) -> HostedAgent:
    """Registers an agent and what is its own.

    :param agent_name: Name of the agent, its key in `agents`.
    :param agent: The agent, without the inputs that the environment sets.
    """
    inputs: dict[str, Any] = {
        **_with_placeholders(agent_name, agent),
        "agent_name": agent_name,
        "project_endpoint": place.project.endpoint,
        "registry": place.registry.login_server,
        "registry_id": place.registry.registry_id,
        "pull_principal_id": place.project.principal_id,
    }
    protect = inputs.pop("protect", None)
    name = f"{place.name}-{agent_name}"
    needed = [*place.ready, *_secrets(place, name, agent_name, agent)]
    opts = pulumi.ResourceOptions(
        parent=place.environment,
        depends_on=needed,
        protect=protect,
        replace_with=place.project.replaced_with,
        # The project may come back under its old endpoint: deleted later, the old agent would be the new one.
        delete_before_replace=bool(place.project.replaced_with) or None,
    )
    checked = CheckedArgs(inputs, warnings_of(agent_name, place.issues))
    registered = HostedAgent(name, cast(HostedAgentArgs, checked), opts)
    if registered.has_tools:
        _grant_tools(place, f"{name}-tools-user", registered)
    return registered


def _secrets(place: Place, name: str, agent_name: str, agent: EnvironmentAgentArgs) -> list[pulumi.Resource]:
    """The connection that stores the agent's secrets. It must exist before the agent."""
    values = agent.get("secret_environment_variables")
    if not values:
        return []
    args: AgentSecretsArgs = {
        "project_id": place.project.project_id,
        "connection_name": connection_name(agent_name),
        "secret_environment_variables": values,
    }
    opts = pulumi.ResourceOptions(parent=place.environment, depends_on=place.vault, protect=agent.get("protect"))
    return [AgentSecrets(name, args, opts)]


def _grant_tools(place: Place, name: str, agent: HostedAgent) -> None:
    """Assigns Foundry User to the agent: an identity without a role on the project finds its toolbox empty."""
    wanted: dict[str, pulumi.Input[str]] = {
        "role": FOUNDRY_USER,
        "scope": place.project.project_id,
        "principal_id": agent.principal_id,
        "principal_type": "ServicePrincipal",
    }
    if not place.assigns_roles:
        tell_if_missing(agent, **wanted)
        return
    # In a preview, a changing agent has an unknown identity: every new image would show another role assignment.
    unknown_yet = ["principalId", "roleAssignmentName"] if pulumi.runtime.is_dry_run() else []
    assign_role(name, **wanted, opts=arm_options(agent, pulumi.ResourceOptions(ignore_changes=unknown_yet)))


def _with_placeholders(agent_name: str, agent: EnvironmentAgentArgs) -> AgentArgs:
    """The agent with the placeholders of its secrets among its environment variables."""
    own: dict[str, Any] = dict(agent)
    secret = own.pop("secret_environment_variables", None)
    if secret:
        standing = placeholders(connection_name(agent_name), secret)
        plain = own.get("environment_variables") or {}
        if isinstance(plain, pulumi.Output):
            own["environment_variables"] = plain.apply(lambda known: {**(known or {}), **standing})
        else:
            own["environment_variables"] = {**plain, **standing}
    return cast(AgentArgs, own)
