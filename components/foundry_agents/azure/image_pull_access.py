"""`ImagePullAccess`: the role assignment that lets a project's identity pull images."""

from typing import Any, TypedDict, overload

import pulumi
from typing_extensions import NotRequired, Unpack

from ..adapters.arguments import NOT_GIVEN, arguments
from ..lifecycle.service.roles import ACR_PULL, REPOSITORY_READER
from .arm_errors import arm_options
from .role_assignment import assign_role


class ImagePullAccessArgs(TypedDict):
    """A registry, and the identity that pulls from it."""

    registry_id: pulumi.Input[str]
    """ARM ID of the registry."""
    principal_id: pulumi.Input[str]
    """Object ID of the identity that pulls: the project's."""
    repository_permissions: NotRequired[pulumi.Input[bool]]
    """Whether the registry is in the mode "RBAC Registry + ABAC Repository Permissions", in which AcrPull has no
    effect and the identity gets Container Registry Repository Reader instead. Default: false."""


class ImagePullAccess(pulumi.ComponentResource):
    """A role assignment that lets a project's identity pull images.

    A new role assignment takes minutes to propagate; `HostedAgent` waits for that. It does not allow pushing.
    """

    role_assignment_id: pulumi.Output[str]
    """ARM ID of the role assignment."""

    @overload
    def __init__(self, name: str, args: ImagePullAccessArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...

    @overload
    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **keywords: Unpack[ImagePullAccessArgs]
    ) -> None: ...

    def __init__(
        self,
        name: str,
        args: ImagePullAccessArgs = NOT_GIVEN,
        opts: pulumi.ResourceOptions | None = None,
        **keywords: Any,
    ) -> None:
        """
        :param name: Name of the component; its resource is `<name>-pull`.
        :param args: The registry and the identity, as a dict or `ImagePullAccessArgs`. Or pass its keys as keywords.
        :param opts: Pulumi's options.
        :raises pulumi.RunError: if the arguments are not valid.
        """
        args = arguments(ImagePullAccessArgs, self, name, args, keywords)
        super().__init__("foundry-agents:index:ImagePullAccess", name, None, opts)
        assignment = assign_role(
            f"{name}-pull",
            role=pulumi.Output.from_input(args.get("repository_permissions", False)).apply(pull_role),
            scope=args["registry_id"],
            principal_id=args["principal_id"],
            principal_type="ServicePrincipal",
            opts=arm_options(self),
        )
        self.role_assignment_id = assignment.id
        self.register_outputs({"roleAssignmentId": self.role_assignment_id})


def pull_role(repository_permissions: bool) -> str:
    """Returns the ID of the role that lets an identity pull from a registry with or without repository permissions."""
    return REPOSITORY_READER if repository_permissions else ACR_PULL
