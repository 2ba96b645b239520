"""`AgentEnvironment`: everything that hosted agents need, and the agents."""

import hashlib
import re
from typing import Any, TypedDict, cast

import pulumi
from pulumi_azure_native import authorization, resources
from typing_extensions import NotRequired

from ..args import AgentArgs, EnvironmentAgentArgs
from ..azure.agent_secrets import AgentSecrets
from ..azure.arm_errors import arm_options, explained
from ..azure.capability_host import CapabilityHost
from ..azure.foundry_project import FoundryProject
from ..azure.key_vault import KeyVaultConnection, KeyVaultConnectionArgs
from ..azure.registry import AgentRegistry, ImagePullAccess
from ..azure.role_assignment import assign_role
from ..hosted_agent import HostedAgent
from ..lifecycle.inputs.secret_variables import connection_name, placeholders
from ..lifecycle.service.roles import FOUNDRY_USER
from .check import NEW_VAULT, check_environment


class DeployerArgs(TypedDict):
    """Who may deploy agents."""

    principal_id: pulumi.Input[str]
    """Object id of the user, group or service principal."""
    principal_type: pulumi.Input[str]
    """User, Group or ServicePrincipal."""


class AgentEnvironmentArgs(TypedDict):
    """An environment. Only `location` and `agents` are needed."""

    location: str
    """Azure region, such as swedencentral."""
    agents: dict[str, EnvironmentAgentArgs]
    """The agents, by name. An image without a host is in the environment's registry."""
    resource_group: NotRequired[str]
    """Name of the resource group to make. Default: Pulumi's own, with a random suffix."""
    existing_resource_group: NotRequired[str]
    """Name of a resource group that exists."""
    account_name: NotRequired[str]
    """Name of the Foundry account to make. Default: made of the environment's name and a suffix."""
    project_name: NotRequired[str]
    """Name of the Foundry project to make. Default: the environment's name."""
    existing_project: NotRequired[str]
    """ARM id of a Foundry project that exists."""
    registry_name: NotRequired[str]
    """Name of the registry to make. Default: made of the environment's name and a suffix."""
    registry_sku: NotRequired[str]
    """Basic (default), Standard or Premium."""
    existing_registry: NotRequired[str]
    """ARM id of a registry that exists."""
    repository_permissions: NotRequired[bool]
    """Whether the registry grants rights per repository (ABAC). Default false."""
    capability_host: NotRequired[str]
    """managed (default), existing or none. With `existing_project` the default is existing."""
    key_vault: NotRequired[str]
    """Where the secrets of connections are kept: `new`, a key vault that is made, or the ARM id of one that
    exists. Default: with Foundry, in a vault of Microsoft's. It cannot be changed later."""
    deployers: NotRequired[list[DeployerArgs]]
    """Who may deploy agents. Default: the identity of the first `pulumi up`."""
    role_assignments: NotRequired[str]
    """managed (default), or external where the deployer may not write roles and others do."""
    tags: NotRequired[dict[str, str]]
    """Tags of the resource group, the account and the registry."""
    protect: NotRequired[bool]
    """Whether Pulumi refuses to delete any part of the environment. Default false."""


class AgentEnvironment(pulumi.ComponentResource):
    """A resource group, a Foundry account and project, a registry, roles, the capability host, and agents.

    What exists already is named (`existing_…`) and only read. Wrong arguments are refused before anything
    is registered, all at once. It makes no network, no models and no telemetry.
    """

    project_endpoint: pulumi.Output[str]
    """Data-plane endpoint of the Foundry project."""
    registry: pulumi.Output[str]
    """Login server of the registry."""
    agents: pulumi.Output[dict[str, Any]]
    """By agent name: name, version, status, image, principal_id and endpoints (URL by protocol)."""

    def __init__(self, name: str, args: AgentEnvironmentArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """
        :param name: Name of the environment; the default names in Azure begin with it.
        :param args: The environment.
        :param opts: Pulumi's options; `protect` among the arguments is the same as here.
        :raises pulumi.RunError: if arguments are wrong.
        """
        findings = check_environment(args)
        if findings.problems:
            raise pulumi.RunError("\n".join(["the environment is not valid:", *map(str, findings.problems)]))
        if args.get("protect"):
            opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(protect=True))
        super().__init__("foundry-agents:index:AgentEnvironment", name, None, opts)
        for warning in findings.warnings:
            pulumi.log.warn(str(warning), self)

        self._name, self._args = name, _without_none(args)
        self._children = pulumi.ResourceOptions(parent=self)
        self._client = explained(
            authorization.get_client_config_output(opts=pulumi.InvokeOutputOptions(parent=self)),
            "finding out who runs this program",
        )
        group = self._resource_group()
        project = self._project(group)
        registry = self._registry(group)
        self._vault = self._key_vault(project, group)
        ready = [*self._grants(project, registry), *self._capability_host(project), *self._vault]
        agents = {
            agent_name: self._agent(agent_name, agent, project, registry, ready)
            for agent_name, agent in self._args["agents"].items()
        }

        self.project_endpoint = project.endpoint
        self.registry = registry.login_server
        self.agents = pulumi.Output.all(**{agent_name: _summary(agent) for agent_name, agent in agents.items()})
        self.register_outputs(
            {"projectEndpoint": self.project_endpoint, "registry": self.registry, "agents": self.agents}
        )

    def _resource_group(self) -> pulumi.Output[str]:
        if "existing_resource_group" in self._args:
            return pulumi.Output.from_input(self._args["existing_resource_group"])
        if "existing_project" in self._args and "existing_registry" in self._args:
            return pulumi.Output.from_input("")  # nothing is made that would need one
        group = resources.ResourceGroup(
            f"{self._name}-group",
            resource_group_name=self._args.get("resource_group"),
            location=self._args["location"],
            tags=self._args.get("tags"),
            opts=arm_options(self),
        )
        return cast(pulumi.Output[str], group.name)

    def _project(self, group: pulumi.Output[str]) -> FoundryProject:
        if "existing_project" in self._args:
            return FoundryProject(self._name, {"existing_project_id": self._args["existing_project"]}, self._children)
        return FoundryProject(
            self._name,
            {
                "resource_group_name": group,
                "location": self._args["location"],
                "account_name": self._args.get("account_name") or self._unique(group, "-"),
                "project_name": self._args.get("project_name") or _project_name(self._name),
                "tags": {**self._args.get("tags", {})},
            },
            self._children,
        )

    def _registry(self, group: pulumi.Output[str]) -> AgentRegistry:
        if "existing_registry" in self._args:
            return AgentRegistry(self._name, {"existing_registry_id": self._args["existing_registry"]}, self._children)
        return AgentRegistry(
            self._name,
            {
                "resource_group_name": group,
                "location": self._args["location"],
                "registry_name": self._args.get("registry_name") or self._unique(group, ""),
                "sku": self._args.get("registry_sku", "Basic"),
                "tags": {**self._args.get("tags", {})},
            },
            self._children,
        )

    def _unique(self, group: pulumi.Output[str], joint: str, stem_length: int = 40) -> pulumi.Output[str]:
        """A name that is unique in Azure, and stays the same as long as the resource group is the same."""
        stem = re.sub(r"[^a-z0-9]", "", self._name.lower())[:stem_length]
        facts = pulumi.Output.all(self._client.subscription_id, group)
        return facts.apply(lambda values: f"{stem}{joint}{hashlib.sha256('/'.join(values).encode()).hexdigest()[:8]}")

    def _grants(self, project: FoundryProject, registry: AgentRegistry) -> list[pulumi.Resource]:
        if self._args.get("role_assignments") == "external":
            return []
        pull = ImagePullAccess(
            self._name,
            {
                "registry_id": registry.registry_id,
                "principal_id": project.principal_id,
                "repository_permissions": self._args.get("repository_permissions", False),
            },
            self._children,
        )
        if "deployers" not in self._args:
            return [pull, self._first_deployer(project)]
        return [pull, *self._named_deployers(project)]

    def _named_deployers(self, project: FoundryProject) -> list[pulumi.Resource]:
        """Grants whom the program names. Each is called after its principal: the order of the list means nothing.

        The first one takes over the grant that the stack had made without names: Azure allows no second one, should
        that be for one of these. The others wait for it.
        """
        granted: list[pulumi.Resource] = []
        for index, deployer in enumerate(self._args["deployers"]):
            principal = deployer["principal_id"]
            opts = pulumi.ResourceOptions(
                delete_before_replace=True,
                aliases=[] if granted else [pulumi.Alias(name=f"{self._name}-deployer")],
                depends_on=granted[:1],
            )
            granted.append(
                assign_role(
                    f"{self._name}-deployer-{principal if isinstance(principal, str) else index}",
                    role=FOUNDRY_USER,
                    scope=project.project_id,
                    principal_id=principal,
                    principal_type=deployer["principal_type"],
                    opts=arm_options(self, opts),
                )
            )
        return granted

    def _first_deployer(self, project: FoundryProject) -> "authorization.RoleAssignment":
        """Grants the identity that runs the first `up`, and keeps that grant whoever runs the next."""
        return assign_role(
            f"{self._name}-deployer",
            role=FOUNDRY_USER,
            scope=project.project_id,
            principal_id=self._client.object_id,
            principal_type=pulumi.Output.from_input(None),
            opts=arm_options(
                self,
                pulumi.ResourceOptions(ignore_changes=["principalId", "principalType", "roleAssignmentName"]),
            ),
        )

    def _capability_host(self, project: FoundryProject) -> list[pulumi.Resource]:
        default = "existing" if "existing_project" in self._args else "managed"
        if self._args.get("capability_host", default) != "managed":
            return []
        host = CapabilityHost(
            self._name,
            {"resource_group_name": project.resource_group_name, "account_name": project.account_name},
            pulumi.ResourceOptions(parent=self, depends_on=[project]),
        )
        return [host]

    def _key_vault(self, project: FoundryProject, group: pulumi.Output[str]) -> list[pulumi.Resource]:
        vault = self._args.get("key_vault")
        if vault is None:
            return []
        place = {"resource_group_name": project.resource_group_name, "account_name": project.account_name}
        which: dict[str, Any] = {"existing_vault_id": vault}
        if vault == NEW_VAULT:
            which = {
                "vault_name": self._unique(group, "-", stem_length=15),
                "location": self._args["location"],
                "tags": {**self._args.get("tags", {})},
            }
        external = self._args.get("role_assignments") == "external"
        args = cast(KeyVaultConnectionArgs, {**place, **which, "external_role_assignment": external})
        return [KeyVaultConnection(self._name, args, pulumi.ResourceOptions(parent=self, depends_on=[project]))]

    def _secrets(self, agent_name: str, agent: EnvironmentAgentArgs, project: FoundryProject) -> list[pulumi.Resource]:
        """What keeps the agent's secrets; it must be there before the agent."""
        values = agent.get("secret_environment_variables")
        if not values:
            return []
        secrets = AgentSecrets(
            f"{self._name}-{agent_name}",
            {
                "project_id": project.project_id,
                "connection_name": connection_name(agent_name),
                "secret_environment_variables": values,
            },
            pulumi.ResourceOptions(parent=self, depends_on=self._vault),
        )
        return [secrets]

    def _agent(
        self,
        agent_name: str,
        agent: EnvironmentAgentArgs,
        project: FoundryProject,
        registry: AgentRegistry,
        ready: list[pulumi.Resource],
    ) -> HostedAgent:
        made = HostedAgent(
            f"{self._name}-{agent_name}",
            {
                **_with_placeholders(agent_name, agent),
                "agent_name": agent_name,
                "project_endpoint": project.endpoint,
                "registry": registry.login_server,
                "registry_id": registry.registry_id,
                "pull_principal_id": project.principal_id,
            },
            # So that a destroy removes the agents before what they need.
            pulumi.ResourceOptions(parent=self, depends_on=[*ready, *self._secrets(agent_name, agent, project)]),
        )
        if made.has_tools and self._args.get("role_assignments") != "external":
            self._use_of_tools(agent_name, made, project)
        return made

    def _use_of_tools(self, agent_name: str, agent: HostedAgent, project: FoundryProject) -> None:
        """Lets the agent use its toolbox: an identity without a role on the project finds it empty."""
        # In a preview an agent that changes has no identity: every new image would preview as another grant.
        unknown_yet = ["principalId", "roleAssignmentName"] if pulumi.runtime.is_dry_run() else []
        assign_role(
            f"{self._name}-{agent_name}-tools-user",
            role=FOUNDRY_USER,
            scope=project.project_id,
            principal_id=agent.principal_id,
            principal_type="ServicePrincipal",
            opts=arm_options(agent, pulumi.ResourceOptions(ignore_changes=unknown_yet)),
        )


def _with_placeholders(agent_name: str, agent: EnvironmentAgentArgs) -> AgentArgs:
    """The agent as the resource takes it: what stands for its secrets among its other variables."""
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


def _without_none(args: AgentEnvironmentArgs) -> AgentEnvironmentArgs:
    """None means the same as a key that is not there."""
    return cast(AgentEnvironmentArgs, {key: value for key, value in args.items() if value is not None})


def _project_name(name: str) -> str:
    cleaned = re.sub(r"[^a-zA-Z0-9-]", "-", name).strip("-")[:32].strip("-")
    return cleaned if len(cleaned) >= 3 else f"{cleaned}-project".strip("-")


def _summary(agent: HostedAgent) -> pulumi.Output[dict[str, Any]]:
    return pulumi.Output.all(
        name=agent.agent_name,
        version=agent.version,
        previous_version=agent.previous_version,
        status=agent.status,
        traffic=agent.traffic,
        versions_pending_deletion=agent.versions_pending_deletion,
        image=agent.image_reference,
        principal_id=agent.principal_id,
        endpoints=agent.endpoints,
    )
