"""`AgentRegistry`, the container registry of the agents' images, and `ImagePullAccess`, the right to pull."""

from typing import TypedDict

import pulumi
from pulumi_azure_native import containerregistry
from typing_extensions import NotRequired

from ..lifecycle.service.roles import ACR_PULL, REPOSITORY_READER
from .arm_errors import arm_options, explained
from .arm_id import parse_registry_id
from .role_assignment import assign_role


class AgentRegistryArgs(TypedDict):
    """Where the registry is, or which one it is."""

    resource_group_name: NotRequired[pulumi.Input[str]]
    """Resource group of the registry. Needed unless the registry exists."""
    location: NotRequired[pulumi.Input[str]]
    """Azure region. Needed unless the registry exists."""
    registry_name: NotRequired[pulumi.Input[str]]
    """Name, unique in all of Azure: 5-50 letters and digits. Needed unless the registry exists."""
    sku: NotRequired[pulumi.Input[str]]
    """Basic (default), Standard or Premium."""
    tags: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Tags of the registry."""
    existing_registry_id: NotRequired[str]
    """ARM id of a registry that exists and is only read."""


class AgentRegistry(pulumi.ComponentResource):
    """An Azure container registry that Foundry can pull from: ARM tokens accepted, no admin user.

    It neither builds nor pushes images. With `existing_registry_id` it makes nothing.
    """

    registry_id: pulumi.Output[str]
    """ARM id of the registry."""
    login_server: pulumi.Output[str]
    """Host of the registry, such as agents1234.azurecr.io."""

    def __init__(self, name: str, args: AgentRegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("foundry-agents:index:AgentRegistry", name, None, opts)
        if "existing_registry_id" in args:
            self._read(args["existing_registry_id"])
        else:
            self._make(name, args)
        self.register_outputs({"registryId": self.registry_id, "loginServer": self.login_server})

    def _make(self, name: str, args: AgentRegistryArgs) -> None:
        registry = containerregistry.Registry(
            f"{name}-registry",
            registry_name=args["registry_name"],
            resource_group_name=args["resource_group_name"],
            location=args["location"],
            sku={"name": args.get("sku", "Basic")},
            admin_user_enabled=False,
            # Foundry presents an ARM token. Without this policy every pull fails and leaves no trace
            # in the registry's log (azure-ai-docs, pull request 759).
            policies={"azure_ad_authentication_as_arm_policy": {"status": "enabled"}},
            tags=args.get("tags"),
            opts=arm_options(self),
        )
        self.registry_id = registry.id
        self.login_server = registry.login_server

    def _read(self, registry_id: str) -> None:
        where = parse_registry_id(registry_id)
        registry = explained(
            containerregistry.get_registry_output(
                resource_group_name=where.resource_group,
                registry_name=where.registry,
                opts=pulumi.InvokeOutputOptions(parent=self),
            ),
            f"reading {registry_id}",
        )
        self.registry_id = pulumi.Output.from_input(registry_id)
        self.login_server = registry.login_server


class ImagePullAccessArgs(TypedDict):
    """Who may pull from which registry."""

    registry_id: pulumi.Input[str]
    """ARM id of the registry."""
    principal_id: pulumi.Input[str]
    """Object id of the identity that pulls: the project's."""
    repository_permissions: NotRequired[bool]
    """Whether the registry is in the mode 'RBAC Registry + ABAC Repository Permissions', in which AcrPull
    has no effect and Container Registry Repository Reader is given instead. Default false."""


class ImagePullAccess(pulumi.ComponentResource):
    """The right of a project's identity to pull images.

    A new assignment takes some minutes to work; `HostedAgent` waits for that. It gives no right to push.
    """

    role_assignment_id: pulumi.Output[str]
    """ARM id of the role assignment."""

    def __init__(self, name: str, args: ImagePullAccessArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("foundry-agents:index:ImagePullAccess", name, None, opts)
        assignment = assign_role(
            f"{name}-pull",
            role=REPOSITORY_READER if args.get("repository_permissions") else ACR_PULL,
            scope=args["registry_id"],
            principal_id=args["principal_id"],
            principal_type="ServicePrincipal",
            opts=arm_options(self),
        )
        self.role_assignment_id = assignment.id
        self.register_outputs({"roleAssignmentId": self.role_assignment_id})
