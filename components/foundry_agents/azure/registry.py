"""`AgentRegistry`: the container registry of the agents' images, new or existing."""

from typing import Any, TypedDict, cast, overload

import pulumi
from pulumi_azure_native import containerregistry, resources
from typing_extensions import NotRequired, Unpack

from ..adapters.arguments import NOT_GIVEN, arguments
from ..lifecycle.service.registry_mode import API_VERSION, BY_REPOSITORY
from .arm_errors import arm_options, explained
from .arm_id import RegistryId, parse_registry_id
from .existing import existing, refuse_incomplete
from .registry_mode import RegistryMode


class AgentRegistryArgs(TypedDict):
    """A registry to create, or an existing one."""

    resource_group_name: NotRequired[pulumi.Input[str]]
    """Resource group of the registry. Required unless the registry exists."""
    location: NotRequired[pulumi.Input[str]]
    """Azure region, such as swedencentral. Required unless the registry exists."""
    registry_name: NotRequired[pulumi.Input[str]]
    """Name, unique in Azure: 5-50 letters and digits. Required unless the registry exists."""
    keep_name: NotRequired[bool]
    """Whether a registry that exists keeps its name when `registry_name` changes. A new or replaced one gets the
    new name. Default: false."""
    repository_permissions: NotRequired[bool]
    """Whether to set the mode of the created registry to "RBAC Registry + ABAC Repository Permissions". Default: false,
    which leaves the mode as it is. A change never replaces the registry."""
    sku: NotRequired[pulumi.Input[str]]
    """Pricing tier: Basic (default), Standard or Premium."""
    tags: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Tags of the registry. Default: none."""
    existing_registry_id: NotRequired[pulumi.Input[str]]
    """ARM ID of an existing registry, in the subscription of the provider. It is only read."""


class AgentRegistry(pulumi.ComponentResource):
    """An Azure container registry that Foundry can pull from: it accepts Azure Resource Manager tokens and has no
    admin user.

    It neither builds nor pushes images. With `existing_registry_id` it creates nothing.
    """

    registry_id: pulumi.Output[str]
    """ARM ID of the registry."""
    login_server: pulumi.Output[str]
    """Login server of the registry, such as agents1234.azurecr.io."""
    repository_permissions: pulumi.Output[bool]
    """Whether the registry is in the mode "RBAC Registry + ABAC Repository Permissions", as Azure reports it."""

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
        """
        :param name: Name of the component; its resource is `<name>-registry`.
        :param args: The registry, as a dict or `AgentRegistryArgs`. Or pass its keys as keywords.
        :param opts: Pulumi's options.
        :raises pulumi.RunError: if the arguments are not valid.
        """
        args = arguments(AgentRegistryArgs, self, name, args, keywords)
        needed = ("resource_group_name", "location", "registry_name")
        refuse_incomplete(self, name, args, needed, "existing_registry_id")
        super().__init__("foundry-agents:index:AgentRegistry", name, None, opts)
        if "existing_registry_id" in args:
            self._read(args["existing_registry_id"])
        else:
            self._create(name, args)
        self.register_outputs(
            {
                "registryId": self.registry_id,
                "loginServer": self.login_server,
                "repositoryPermissions": self.repository_permissions,
            }
        )

    def _create(self, name: str, args: AgentRegistryArgs) -> None:
        registry = containerregistry.Registry(
            f"{name}-registry",
            registry_name=args["registry_name"],
            resource_group_name=args["resource_group_name"],
            location=args["location"],
            sku={"name": args.get("sku", "Basic")},
            admin_user_enabled=False,
            # Foundry presents an Azure Resource Manager token. Without this policy every pull fails, and the registry
            # does not log it (azure-ai-docs, pull request 759).
            policies={"azure_ad_authentication_as_arm_policy": {"status": "enabled"}},
            tags=args.get("tags"),
            opts=arm_options(
                self, pulumi.ResourceOptions(ignore_changes=["registryName"] if args.get("keep_name") else [])
            ),
        )
        self.registry_id = registry.id
        self.login_server = registry.login_server
        if args.get("repository_permissions"):
            # It only sets a property, so it is neither deleted before the registry nor kept from being removed.
            opts = pulumi.ResourceOptions(parent=self, deleted_with=registry, protect=False)
            mode = RegistryMode(f"{name}-registry-mode", registry.id, opts)
            self.repository_permissions = mode.urn.apply(lambda _: True)
        else:
            # Its mode can have been switched since it was created, and decides which role can pull.
            self.repository_permissions = self._mode(registry.id.apply(parse_registry_id))

    def _read(self, registry_id: pulumi.Input[str]) -> None:
        where: pulumi.Output[RegistryId] = existing(registry_id, parse_registry_id, self)
        registry = explained(
            containerregistry.get_registry_output(
                resource_group_name=where.apply(lambda parts: parts.resource_group),
                registry_name=where.apply(lambda parts: parts.registry),
                opts=pulumi.InvokeOutputOptions(parent=self),
            ),
            "reading the container registry",
        )
        self.registry_id = pulumi.Output.all(registry_id, where).apply(lambda known: cast(str, known[0]))
        self.login_server = registry.login_server
        self.repository_permissions = self._mode(where)

    def _mode(self, where: pulumi.Output[RegistryId]) -> pulumi.Output[bool]:
        found = explained(
            resources.get_resource_output(
                resource_group_name=where.apply(lambda parts: parts.resource_group),
                resource_provider_namespace="Microsoft.ContainerRegistry",
                parent_resource_path="",
                resource_type="registries",
                resource_name=where.apply(lambda parts: parts.registry),
                api_version=API_VERSION,
                opts=pulumi.InvokeOutputOptions(parent=self),
            ),
            "reading the mode of the container registry",
        )
        return found.properties.apply(lambda known: bool((known or {}).get("roleAssignmentMode") == BY_REPOSITORY))
