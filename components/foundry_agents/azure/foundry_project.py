"""`FoundryProject`: a Microsoft Foundry account and a project in it, made or adopted."""

from typing import Any, TypedDict, cast

import pulumi
from pulumi.output import UNKNOWN
from pulumi_azure_native import cognitiveservices
from typing_extensions import NotRequired

from .arm_errors import arm_options, explained
from .arm_id import parse_project_id

_ENDPOINT = "AI Foundry API"


class FoundryProjectArgs(TypedDict):
    """Where the project is, or which one it is."""

    resource_group_name: NotRequired[pulumi.Input[str]]
    """Resource group of the account. Needed unless the project exists."""
    location: NotRequired[pulumi.Input[str]]
    """Azure region, such as swedencentral. Needed unless the project exists."""
    account_name: NotRequired[pulumi.Input[str]]
    """Name of the account, which is also its sub-domain and so unique in all of Azure: 2-64 letters, digits
    and hyphens. Needed unless the project exists."""
    project_name: NotRequired[pulumi.Input[str]]
    """Name of the project: 3-32 letters, digits and hyphens. Needed unless the project exists."""
    tags: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Tags of the account."""
    existing_project_id: NotRequired[str]
    """ARM id of a project that exists and is only read."""


class FoundryProject(pulumi.ComponentResource):
    """A Foundry account (kind AIServices, no local keys) with one project, each with its own identity.

    It makes no models, networks or connections. With `existing_project_id` it makes nothing at all.
    """

    endpoint: pulumi.Output[str]
    """Data-plane endpoint of the project, as the project itself gives it."""
    principal_id: pulumi.Output[str]
    """Object id of the project's identity, which pulls the images of its agents."""
    project_id: pulumi.Output[str]
    """ARM id of the project."""
    account_name: pulumi.Output[str]
    """Name of the account."""
    resource_group_name: pulumi.Output[str]
    """Resource group of the account."""

    def __init__(self, name: str, args: FoundryProjectArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("foundry-agents:index:FoundryProject", name, None, opts)
        if "existing_project_id" in args:
            self._read(args["existing_project_id"])
        else:
            self._make(name, args)
        self.register_outputs(
            {
                "endpoint": self.endpoint,
                "principalId": self.principal_id,
                "projectId": self.project_id,
                "accountName": self.account_name,
                "resourceGroupName": self.resource_group_name,
            }
        )

    def _make(self, name: str, args: FoundryProjectArgs) -> None:
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
                "disable_local_auth": True,  # agents and deployers come with Entra identities
                "public_network_access": "Enabled",
            },
            tags=args.get("tags"),
            opts=arm_options(self),
        )
        # The project bears no tags: in the preview of an update the identity of what changes is unknown,
        # and a changed tag would show the pull role as replaced.
        project = cognitiveservices.Project(
            f"{name}-project",
            project_name=args["project_name"],
            account_name=account.name,
            resource_group_name=args["resource_group_name"],
            location=args["location"],
            identity={"type": cognitiveservices.ResourceIdentityType.SYSTEM_ASSIGNED},
            opts=arm_options(self),
        )
        self.endpoint = project.properties.apply(_endpoint)
        self.principal_id = project.identity.apply(_principal_id)
        self.project_id = project.id
        self.account_name = account.name
        self.resource_group_name = pulumi.Output.from_input(args["resource_group_name"])

    def _read(self, project_id: str) -> None:
        where = parse_project_id(project_id)
        project = explained(
            cognitiveservices.get_project_output(
                resource_group_name=where.resource_group,
                account_name=where.account,
                project_name=where.project,
                opts=pulumi.InvokeOutputOptions(parent=self),
            ),
            f"reading {project_id}",
        )
        self.endpoint = project.properties.apply(_endpoint)
        self.principal_id = project.identity.apply(_principal_id)
        self.project_id = pulumi.Output.from_input(project_id)
        self.account_name = pulumi.Output.from_input(where.account)
        self.resource_group_name = pulumi.Output.from_input(where.resource_group)


def _endpoint(properties: Any) -> pulumi.Input[str]:
    endpoints = (properties.endpoints if properties else None) or {}
    return _given(endpoints.get(_ENDPOINT), "endpoint")


def _principal_id(identity: Any) -> pulumi.Input[str]:
    return _given(identity.principal_id if identity else None, "system-assigned identity")


def _given(value: str | None, what: str) -> pulumi.Input[str]:
    """What Azure gives only after an up: in a preview it is not known, afterwards it must be there."""
    if value:
        return value
    if pulumi.runtime.is_dry_run():
        return pulumi.Output.from_input(cast(str, UNKNOWN))
    raise pulumi.RunError(f"the Foundry project has no {what}")
