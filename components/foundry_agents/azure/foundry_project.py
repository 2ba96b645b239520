"""`FoundryProject`: a Microsoft Foundry account and a project in it, new or existing."""

from typing import Any, TypedDict, cast, overload

import pulumi
from pulumi.output import UNKNOWN
from pulumi_azure_native import cognitiveservices
from typing_extensions import NotRequired, Unpack

from ..adapters.arguments import NOT_GIVEN, arguments
from .arm_errors import arm_options, explained
from .arm_id import ProjectId, parse_project_id
from .existing import existing, refuse_incomplete

_ENDPOINT = "AI Foundry API"


class FoundryProjectArgs(TypedDict):
    """A project to create, or an existing one."""

    resource_group_name: NotRequired[pulumi.Input[str]]
    """Resource group of the account. Required unless the project exists."""
    location: NotRequired[pulumi.Input[str]]
    """Azure region, such as swedencentral. Required unless the project exists."""
    account_name: NotRequired[pulumi.Input[str]]
    """Name of the account, also its subdomain, so unique in Azure: 2-64 letters, digits and hyphens. Required
    unless the project exists."""
    keep_name: NotRequired[bool]
    """Whether an account that exists keeps its name when `account_name` changes. A new or replaced one gets the
    new name. Default: false."""
    project_name: NotRequired[pulumi.Input[str]]
    """Name of the project: 3-32 letters, digits and hyphens. Required unless the project exists."""
    tags: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Tags of the account. Default: none."""
    existing_project_id: NotRequired[pulumi.Input[str]]
    """ARM ID of an existing project, in the subscription of the provider. It is only read."""


class FoundryProject(pulumi.ComponentResource):
    """A Foundry account (kind AIServices, no local keys) with one project, each with its own identity.

    It creates no models, networks or connections. With `existing_project_id` it creates nothing.
    """

    endpoint: pulumi.Output[str]
    """Data-plane endpoint of the project, as the project reports it."""
    principal_id: pulumi.Output[str]
    """Object ID of the project's identity, which pulls the images of its agents."""
    project_id: pulumi.Output[str]
    """ARM ID of the project."""
    account_name: pulumi.Output[str]
    """Name of the account."""
    resource_group_name: pulumi.Output[str]
    """Resource group of the account."""

    @overload
    def __init__(self, name: str, args: FoundryProjectArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...

    @overload
    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **keywords: Unpack[FoundryProjectArgs]
    ) -> None: ...

    def __init__(
        self,
        name: str,
        args: FoundryProjectArgs = NOT_GIVEN,
        opts: pulumi.ResourceOptions | None = None,
        **keywords: Any,
    ) -> None:
        """
        :param name: Name of the component; its resources are `<name>-account` and `<name>-project`.
        :param args: The project, as a dict or `FoundryProjectArgs`. Or pass its keys as keywords.
        :param opts: Pulumi's options.
        :raises pulumi.RunError: if the arguments are not valid.
        """
        args = arguments(FoundryProjectArgs, self, name, args, keywords)
        needed = ("resource_group_name", "location", "account_name", "project_name")
        refuse_incomplete(self, name, args, needed, "existing_project_id")
        super().__init__("foundry-agents:index:FoundryProject", name, None, opts)
        # What lives in the project is gone when it is replaced, even if the new one has the same endpoint.
        self.replaced_with: list[pulumi.Resource] = []
        if "existing_project_id" in args:
            self._read(args["existing_project_id"])
        else:
            self._create(name, args)
        self.register_outputs(
            {
                "endpoint": self.endpoint,
                "principalId": self.principal_id,
                "projectId": self.project_id,
                "accountName": self.account_name,
                "resourceGroupName": self.resource_group_name,
            }
        )

    def _create(self, name: str, args: FoundryProjectArgs) -> None:
        account = cognitiveservices.Account(
            f"{name}-account",
            account_name=args["account_name"],
            resource_group_name=args["resource_group_name"],
            location=args["location"],
            kind="AIServices",
            sku={"name": "S0"},
            identity={"type": cognitiveservices.ResourceIdentityType.SYSTEM_ASSIGNED},
            properties={
                "allow_project_management": True,
                "custom_sub_domain_name": args["account_name"],
                "disable_local_auth": True,  # agents and deployers have Entra identities
                "public_network_access": "Enabled",
            },
            tags=args.get("tags"),
            opts=arm_options(
                self,
                pulumi.ResourceOptions(
                    ignore_changes=["accountName", "properties.customSubDomainName"] if args.get("keep_name") else []
                ),
            ),
        )
        # No tags on the project: in the preview of an update, the identity of a changed resource is unknown, so a
        # changed tag would show the pull role as replaced.
        project = cognitiveservices.Project(
            f"{name}-project",
            project_name=args["project_name"],
            account_name=account.name,
            resource_group_name=args["resource_group_name"],
            location=args["location"],
            identity={"type": cognitiveservices.ResourceIdentityType.SYSTEM_ASSIGNED},
            opts=arm_options(self),
        )
        self.replaced_with = [project]
        self.endpoint = project.properties.apply(_endpoint)
        self.principal_id = project.identity.apply(_principal_id)
        self.project_id = project.id
        self.account_name = account.name
        self.resource_group_name = pulumi.Output.from_input(args["resource_group_name"])

    def _read(self, project_id: pulumi.Input[str]) -> None:
        where: pulumi.Output[ProjectId] = existing(project_id, parse_project_id, self)
        self.account_name = where.apply(lambda parts: parts.account)
        self.resource_group_name = where.apply(lambda parts: parts.resource_group)
        project = explained(
            cognitiveservices.get_project_output(
                resource_group_name=self.resource_group_name,
                account_name=self.account_name,
                project_name=where.apply(lambda parts: parts.project),
                opts=pulumi.InvokeOutputOptions(parent=self),
            ),
            "reading the Foundry project",
        )
        self.endpoint = project.properties.apply(_endpoint)
        self.principal_id = project.identity.apply(_principal_id)
        self.project_id = pulumi.Output.all(project_id, where).apply(lambda known: cast(str, known[0]))


def _endpoint(properties: Any) -> pulumi.Input[str]:
    endpoints = (properties.endpoints if properties else None) or {}
    return _given(endpoints.get(_ENDPOINT), "endpoint")


def _principal_id(identity: Any) -> pulumi.Input[str]:
    return _given(identity.principal_id if identity else None, "system-assigned identity")


def _given(value: str | None, what: str) -> pulumi.Input[str]:
    """What is unknown in a preview, and must be set after the deployment."""
    if value:
        return value
    if pulumi.runtime.is_dry_run():
        return pulumi.Output.from_input(cast(str, UNKNOWN))
    raise pulumi.RunError(f"the Foundry project has no {what}")
