"""`CapabilityHost`: the account's host for agents."""

from typing import Any, TypedDict, overload

import pulumi
from pulumi_azure_native import resources
from typing_extensions import NotRequired, Unpack

from ..adapters.arguments import NOT_GIVEN, arguments
from .arm_errors import arm_options

API_VERSION = "2025-12-01"
"""The oldest stable version with `enablePublicHostingEnvironment`, which azure-native's own resource lacks."""


class CapabilityHostArgs(TypedDict):
    """The account that gets a capability host."""

    resource_group_name: pulumi.Input[str]
    """Resource group of the account."""
    account_name: pulumi.Input[str]
    """Name of the account."""
    host_name: NotRequired[pulumi.Input[str]]
    """Name of the capability host. Default: `agents`."""


class CapabilityHost(pulumi.ComponentResource):
    """A capability host of kind Agents with the public hosting environment.

    Hosted agents have not needed one since April 2026; it does no harm. An account has at most one, it cannot be
    changed, and an account with network injection creates its own.
    """

    capability_host_id: pulumi.Output[str]
    """ARM ID of the capability host."""

    @overload
    def __init__(self, name: str, args: CapabilityHostArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...

    @overload
    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **keywords: Unpack[CapabilityHostArgs]
    ) -> None: ...

    def __init__(
        self,
        name: str,
        args: CapabilityHostArgs = NOT_GIVEN,
        opts: pulumi.ResourceOptions | None = None,
        **keywords: Any,
    ) -> None:
        """
        :param name: Name of the component; its resource is `<name>-host`.
        :param args: The host, as a dict or `CapabilityHostArgs`. Or pass its keys as keywords.
        :param opts: Pulumi's options.
        :raises pulumi.RunError: if the arguments are not valid.
        """
        args = arguments(CapabilityHostArgs, self, name, args, keywords)
        super().__init__("foundry-agents:index:CapabilityHost", name, None, opts)
        host = resources.Resource(
            f"{name}-host",
            resource_group_name=args["resource_group_name"],
            resource_provider_namespace="Microsoft.CognitiveServices",
            parent_resource_path=pulumi.Output.concat("accounts/", args["account_name"]),
            resource_type="capabilityHosts",
            resource_name_=args.get("host_name", "agents"),
            api_version=API_VERSION,
            properties={"capabilityHostKind": "Agents", "enablePublicHostingEnvironment": True},
            opts=arm_options(
                self, pulumi.ResourceOptions(replace_on_changes=["properties"], delete_before_replace=True)
            ),
        )
        self.capability_host_id = host.id
        self.register_outputs({"capabilityHostId": self.capability_host_id})
