"""`AgentEnvironment`: everything that hosted agents need, and the agents."""

from collections.abc import Mapping
from typing import Any, cast, overload

import pulumi
from pulumi_azure_native import authorization, resources
from typing_extensions import Unpack

from ..adapters.arguments import NOT_GIVEN, arguments
from ..azure.arm_errors import arm_options, explained
from ..azure.capability_host import CapabilityHost
from ..azure.external_roles import tell_if_missing
from ..azure.foundry_project import FoundryProject
from ..azure.image_pull_access import ImagePullAccess, pull_role
from ..azure.key_vault import KeyVaultConnection, KeyVaultConnectionArgs
from ..azure.registry import AgentRegistry
from ..lifecycle.service.roles import FOUNDRY_USER
from . import names
from .agents import Place, register_agent
from .argument_checks import NEW_VAULT
from .arguments import AgentEnvironmentArgs, DeployerArgs
from .check import CheckedArguments, check_environment
from .deployers import grant_deployers, grant_first_deployer
from .outputs import AgentOutputs, outputs_of


class AgentEnvironment(pulumi.ComponentResource):
    """A resource group, a Foundry account and project, a container registry, role assignments, the capability host,
    and agents.

    Existing resources are named (`existing_…`) and only read. Wrong arguments are refused before anything is
    registered, all at once. It creates no networks, no models and no telemetry.
    """

    project_endpoint: pulumi.Output[str]
    """Data-plane endpoint of the Foundry project."""
    registry: pulumi.Output[str]
    """Login server of the registry."""
    agents: pulumi.Output[dict[str, AgentOutputs]]
    """What there is of each agent, by its name."""

    @overload
    def __init__(self, name: str, args: AgentEnvironmentArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...

    @overload
    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **keywords: Unpack[AgentEnvironmentArgs]
    ) -> None: ...

    def __init__(
        self,
        name: str,
        args: AgentEnvironmentArgs = NOT_GIVEN,
        opts: pulumi.ResourceOptions | None = None,
        **keywords: Any,
    ) -> None:
        """
        :param name: Name of the environment; the default names in Azure begin with it.
        :param args: The environment, as a dict or `AgentEnvironmentArgs`. Or pass its keys as keywords.
        :param opts: Pulumi's options; `protect` among the arguments is the same as here.
        :raises pulumi.RunError: if the arguments are not valid.
        """
        checked = args.issues() if isinstance(args, CheckedArguments) else None
        args = arguments(AgentEnvironmentArgs, self, name, args, keywords, check_keys=False)
        issues = checked or check_environment(cast(Mapping[str, Any], args))
        if issues.problems:
            told = "\n".join(["the arguments are not valid:", *map(str, issues.problems)])
            raise pulumi.RunError(f"AgentEnvironment '{name}': {told}")
        if args.get("protect"):
            opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(protect=True))
        super().__init__("foundry-agents:index:AgentEnvironment", name, None, opts)
        if pulumi.runtime.is_dry_run():  # once a run: every `up` begins with a preview
            for warning in issues.warnings:
                if not warning.path.startswith("agents"):  # an agent logs its own
                    pulumi.log.warn(str(warning), self)

        self._name, self._args = name, args
        self._children = pulumi.ResourceOptions(parent=self)
        self._client = explained(
            authorization.get_client_config_output(opts=pulumi.InvokeOutputOptions(parent=self)),
            "reading the identity that runs this program",
        )
        group = self._resource_group()
        project = self._project(group)
        registry = self._registry(group)
        vault = self._key_vault(project, group)
        ready = [*self._grants(project, registry), *self._capability_host(project), *vault]
        place = Place(self, name, project, registry, vault, ready, self._assigns_roles(), issues)
        agents = {agent_name: register_agent(place, agent_name, agent) for agent_name, agent in args["agents"].items()}

        self.project_endpoint = project.endpoint
        self.registry = registry.login_server
        self.agents = outputs_of(agents)
        self.register_outputs(
            {"projectEndpoint": self.project_endpoint, "registry": self.registry, "agents": self.agents}
        )

    def _resource_group(self) -> pulumi.Output[str]:
        if "existing_resource_group" in self._args:
            return pulumi.Output.from_input(self._args["existing_resource_group"])
        if "existing_project" in self._args and "existing_registry" in self._args:
            return pulumi.Output.from_input("")  # nothing is created that needs one
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
                "account_name": self._args.get("account_name", self._unique_name(group, joint="-")),
                "keep_name": "account_name" not in self._args,
                "project_name": self._args.get("project_name", names.project_name(self._name)),
                "tags": self._tags(),
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
                "registry_name": self._args.get("registry_name", self._unique_name(group, joint="")),
                "keep_name": "registry_name" not in self._args,
                "sku": self._args.get("registry_sku", "Basic"),
                "repository_permissions": self._args.get("repository_permissions", False),
                "tags": self._tags(),
            },
            self._children,
        )

    def _grants(self, project: FoundryProject, registry: AgentRegistry) -> list[pulumi.Resource]:
        if not self._assigns_roles():
            self._tell_of_missing_grants(project, registry)
            return []
        pull = ImagePullAccess(
            self._name,
            {
                "registry_id": registry.registry_id,
                "principal_id": project.principal_id,
                "repository_permissions": registry.repository_permissions,
            },
            self._children,
        )
        if "deployers" in self._args:
            return [pull, *grant_deployers(self, self._name, self._args["deployers"], project.project_id)]
        return [pull, grant_first_deployer(self, self._name, self._client.object_id, project.project_id)]

    def _tell_of_missing_grants(self, project: FoundryProject, registry: AgentRegistry) -> None:
        tell_if_missing(
            self,
            role=registry.repository_permissions.apply(pull_role),
            scope=registry.registry_id,
            principal_id=project.principal_id,
            principal_type="ServicePrincipal",
        )
        for listed in self._args.get("deployers", []):
            deployer = cast(DeployerArgs, listed)  # the keys of an output are outputs
            tell_if_missing(
                self,
                role=FOUNDRY_USER,
                scope=project.project_id,
                principal_id=deployer["principal_id"],
                principal_type=deployer["principal_type"],
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
        which: dict[str, Any] = {"existing_vault_id": vault}
        if isinstance(vault, str) and vault == NEW_VAULT:
            which = {
                "vault_name": self._args.get("key_vault_name", self._unique_name(group, joint="-", stem_length=15)),
                "keep_name": "key_vault_name" not in self._args,
                "location": self._args["location"],
                "tags": self._tags(),
            }
        args = {
            "resource_group_name": project.resource_group_name,
            "account_name": project.account_name,
            "external_role_assignment": not self._assigns_roles(),
            **which,
        }
        opts = pulumi.ResourceOptions(parent=self, depends_on=[project])
        return [KeyVaultConnection(self._name, cast(KeyVaultConnectionArgs, args), opts)]

    def _assigns_roles(self) -> bool:
        return self._args.get("role_assignments") != "external"

    def _tags(self) -> pulumi.Input[dict[str, pulumi.Input[str]]]:
        return self._args.get("tags", {})

    def _unique_name(self, group: pulumi.Output[str], *, joint: str, stem_length: int = 40) -> pulumi.Output[str]:
        return names.unique_name(
            self._name,
            self._client.subscription_id,
            group,
            self._args["location"],
            joint=joint,
            stem_length=stem_length,
        )
