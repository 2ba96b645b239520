"""The arguments of an environment. Generated from the declarations in inputs.py: run `make docs`.

Pulumi's analyzer reads these types: no `Literal`, no `int`, no annotations as strings.
"""

from typing import TypedDict

import pulumi
from typing_extensions import NotRequired

from ..args import EnvironmentAgentArgs


class DeployerArgs(TypedDict):
    """An identity that can deploy agents."""

    principal_id: pulumi.Input[str]
    """Object ID of the identity. Allowed: the GUID of the identity."""
    principal_type: pulumi.Input[str]
    """Type of the identity. One of User, Group, ServicePrincipal."""


class AgentEnvironmentArgs(TypedDict):
    """An environment. Only `location` and `agents` are required."""

    location: pulumi.Input[str]
    """Azure region of the resources that the environment creates. Allowed: a region that offers hosted agents."""
    agents: dict[str, EnvironmentAgentArgs]
    """The agents, by name. `docs/definition.md` lists the keys of an agent. An image without a host is pulled from the
    environment's registry."""
    resource_group: NotRequired[pulumi.Input[str]]
    """Name of the resource group to create. Allowed: 1-90 letters, digits and ( ) . _ -, without a period at the end.
    Default: `<environment>-group` and a random suffix."""
    existing_resource_group: NotRequired[pulumi.Input[str]]
    """Name of an existing resource group to create the resources in. Allowed: 1-90 letters, digits and ( ) . _ -,
    without a period at the end."""
    account_name: NotRequired[pulumi.Input[str]]
    """Name of the Foundry account to create, unique in Azure. Allowed: 2-64 letters, digits and hyphens. Default:
    `<environment>-` and a suffix derived from the subscription, the resource group, the location and the stack."""
    project_name: NotRequired[pulumi.Input[str]]
    """Name of the Foundry project to create. Allowed: 3-32 letters, digits and hyphens. Default: the name of the
    environment."""
    existing_project: NotRequired[pulumi.Input[str]]
    """ARM ID of an existing Foundry project. The environment creates no account and no project, and by default no
    capability host. Allowed: /subscriptions/…/accounts/<account>/projects/<project>."""
    registry_name: NotRequired[pulumi.Input[str]]
    """Name of the container registry to create, unique in Azure. Allowed: 5-50 letters and digits. Default:
    `<environment>` and a suffix derived from the subscription, the resource group, the location and the stack."""
    registry_sku: NotRequired[pulumi.Input[str]]
    """Pricing tier of the container registry to create. One of Basic, Standard, Premium. Default: Basic."""
    existing_registry: NotRequired[pulumi.Input[str]]
    """ARM ID of an existing container registry. The environment creates none. Allowed:
    /subscriptions/…/registries/<registry>."""
    repository_permissions: NotRequired[bool]
    """Whether the environment switches the registry that it creates to repository permissions (ABAC). On a registry in
    this mode, also an existing one, the project gets Container Registry Repository Reader: AcrPull and AcrPush have
    no effect there, for anybody. `false` leaves the mode as it is. A change never replaces the registry. Default:
    false."""
    capability_host: NotRequired[str]
    """Whether the environment creates the account's capability host (`managed`), the account has one (`existing`), or
    needs none (`none`). One of managed, existing, none. Default: managed; existing with `existing_project`."""
    key_vault: NotRequired[pulumi.Input[str]]
    """Key vault for the secrets of connections: `new` creates one, an ARM ID selects an existing one. It cannot be
    changed after the first secret. Allowed: new, or /subscriptions/…/vaults/<vault>. Default: a vault that Microsoft
    manages."""
    key_vault_name: NotRequired[pulumi.Input[str]]
    """Name of the key vault to create, unique in Azure. Only with `key_vault: new`. Allowed: 3-24 letters, digits and
    hyphens, starting with a letter, without two hyphens in a row or one at the end. Default: `<environment>-` and a
    suffix derived from the subscription, the resource group, the location and the stack."""
    deployers: NotRequired[list[pulumi.Input[DeployerArgs]]]
    """Identities that can deploy agents: they get Foundry User on the project. Default: the identity that runs the
    first `pulumi up`."""
    role_assignments: NotRequired[str]
    """Whether the environment creates the role assignments (`managed`), or somebody else does (`external`), because the
    deployer is not allowed to. With `external`, a warning names the `az` command of each assignment that is missing.
    One of managed, external. Default: managed."""
    tags: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Tags of the resource group, the account, the registry and the key vault. Allowed: at most 50; names of 1-512,
    values of at most 256 characters."""
    protect: NotRequired[bool]
    """Whether Pulumi refuses to delete or replace the environment and its parts. Deployers can be removed; to remove an
    agent, set its own `protect` to false first (docs/operations.md). Default: false."""
