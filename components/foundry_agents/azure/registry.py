"""`AgentRegistry`: the container registry of the agents' images, new or existing."""

from typing import Any, TypedDict, cast, overload

import pulumi
from pulumi_azure_native import containerregistry
from typing_extensions import NotRequired, Unpack

from ..adapters.arguments import NOT_GIVEN, arguments
from .arm_errors import arm_options, explained
from .arm_id import RegistryId, parse_registry_id
from .existing import existing, refuse_incomplete


class AgentRegistryArgs(TypedDict):
    """A registry to create, or an existing one."""

    resource_group_name: NotRequired[pulumi.Input[str]]
    """Resource group of the registry. Required unless the registry exists."""
    location: NotRequired[pulumi.Input[str]]
    """Azure region, such as swedencentral. Required unless the registry exists."""
    registry_name: NotRequired[pulumi.Input[str]]
    """Name, unique in Azure: 5-50 letters and digits. Required unless the registry exists."""
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
        self.register_outputs({"registryId": self.registry_id, "loginServer": self.login_server})

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
            opts=arm_options(self),
        )
        self.registry_id = registry.id
        self.login_server = registry.login_server

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
