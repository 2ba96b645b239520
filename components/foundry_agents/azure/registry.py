"""`AgentRegistry`: the container registry of the agents' images, new or existing."""

from typing import Any, TypedDict, cast, overload

import pulumi
from pulumi.output import UNKNOWN
from pulumi_azure_native import containerregistry, resources
from typing_extensions import NotRequired, Unpack

from ..adapters.arguments import NOT_GIVEN, arguments
from .arm_errors import arm_options, explained
from .arm_id import RegistryId, parse_registry_id
from .existing import existing, refuse_incomplete

API_VERSION = "2025-11-01"
"""A version with `roleAssignmentMode`, which azure-native's own resource lacks."""
BY_REPOSITORY = "AbacRepositoryPermissions"
"""The mode "RBAC Registry + ABAC Repository Permissions", in which AcrPull has no effect."""


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
    """Whether the registry to create is in the mode "RBAC Registry + ABAC Repository Permissions". Default: false.
    A change replaces the registry."""
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
        elif args.get("repository_permissions"):
            self._create_with_mode(name, args)
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
            opts=arm_options(self, _keeping(args, "registryName")),
        )
        self.registry_id = registry.id
        self.login_server = registry.login_server
        # Its mode can have been switched since it was created.
        self.repository_permissions = self._mode(registry.id.apply(parse_registry_id))

    def _create_with_mode(self, name: str, args: AgentRegistryArgs) -> None:
        registry = resources.Resource(
            f"{name}-registry",
            resource_group_name=args["resource_group_name"],
            resource_provider_namespace="Microsoft.ContainerRegistry",
            parent_resource_path="",
            resource_type="registries",
            resource_name_=args["registry_name"],
            api_version=API_VERSION,
            location=args["location"],
            sku={"name": args.get("sku", "Basic")},
            properties={
                "adminUserEnabled": False,
                "policies": {"azureADAuthenticationAsArmPolicy": {"status": "enabled"}},
                "roleAssignmentMode": BY_REPOSITORY,
            },
            tags=args.get("tags"),
            opts=arm_options(self, _keeping(args, "resourceName")),
        )
        self.registry_id = registry.id
        self.login_server = registry.properties.apply(_login_server)
        self.repository_permissions = registry.urn.apply(lambda _: True)

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


def _keeping(args: AgentRegistryArgs, name: str) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(ignore_changes=[name] if args.get("keep_name") else [])


def _login_server(properties: Any) -> pulumi.Input[str]:
    """Unknown in a preview."""
    known = (properties or {}).get("loginServer")
    return cast(str, known) if known else pulumi.Output.from_input(cast(str, UNKNOWN))
