"""The arguments of an environment, each declared once.

From `ARGUMENTS` come the check, the reading of the stack configuration, `AgentEnvironmentArgs` (arguments.py), the
section `config` of Pulumi.yaml, and docs/environment.md. `make docs` generates the last three.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ..azure.arm_id import PROJECT_ID, REGISTRY_ID
from ..lifecycle.inputs.schema import Field
from ..lifecycle.inputs.types import AnyMap, Choice, Flag, Form, Text
from .agents_check import check_agents
from .argument_checks import (
    DEPLOYERS,
    MAX_TAGS,
    NEW_VAULT,
    TAGS,
    check_deployers,
    check_key_vault,
    check_location,
    check_tags,
)


@dataclass(frozen=True, kw_only=True)
class Argument(Field):
    """An argument of an environment. A `plain` one decides which resources there are, so it cannot be an output."""

    example: Any
    """On the page."""
    not_with: str = ""
    """The argument that cannot be combined with this one."""

    @property
    def kind(self) -> str:
        """string, boolean, list or map."""
        return self.type.words.split()[0]


def _name(pattern: str, rule: str) -> Form:
    return Form(re.compile(pattern), "a valid name", rule)


_GROUP = _name(r"[\w().-]{0,89}[\w()-]", "1-90 letters, digits and ( ) . _ -, without a period at the end")
_SUFFIX = "a suffix derived from the subscription, the resource group, the location and the stack"
_EXAMPLE_GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-agents/providers"
_EXAMPLE_PRINCIPAL = "00000000-0000-0000-0000-000000000000"

ARGUMENTS: tuple[Argument, ...] = (
    Argument(
        "location",
        Text(),
        "Azure region of the resources that the environment creates.",
        check_location,
        limits="a region that offers hosted agents",
        source="hosted-agent-regions.json of the Azure Developer CLI",
        required=True,
        example="swedencentral",
    ),
    Argument(
        "agents",
        AnyMap(),
        "The agents, by name. `docs/definition.md` lists the keys of an agent. An image without a host is pulled from "
        "the environment's registry.",
        check_agents,
        required=True,
        plain=True,
        example={"triage": {"image": "triage:v1.4"}},
    ),
    Argument(
        "resource_group",
        _GROUP,
        "Name of the resource group to create.",
        default_words="`<environment>-group` and a random suffix",
        example="rg-agents",
        not_with="existing_resource_group",
    ),
    Argument(
        "existing_resource_group",
        _GROUP,
        "Name of an existing resource group to create the resources in.",
        example="rg-agents-prod",
    ),
    Argument(
        "account_name",
        _name(r"[a-zA-Z0-9][a-zA-Z0-9-]{0,62}[a-zA-Z0-9]", "2-64 letters, digits and hyphens"),
        "Name of the Foundry account to create, unique in Azure.",
        default_words=f"`<environment>-` and {_SUFFIX}",
        example="contoso-agents",
        not_with="existing_project",
    ),
    Argument(
        "project_name",
        _name(r"[a-zA-Z0-9][a-zA-Z0-9-]{1,30}[a-zA-Z0-9]", "3-32 letters, digits and hyphens"),
        "Name of the Foundry project to create.",
        default_words="the name of the environment",
        example="support",
        not_with="existing_project",
    ),
    Argument(
        "existing_project",
        Form(PROJECT_ID, "the ARM ID of a Foundry project", "/subscriptions/…/accounts/<account>/projects/<project>"),
        "ARM ID of an existing Foundry project. The environment creates no account and no project, and by default "
        "no capability host.",
        example=f"{_EXAMPLE_GROUP}/Microsoft.CognitiveServices/accounts/contoso-agents/projects/support",
    ),
    Argument(
        "registry_name",
        _name(r"[a-zA-Z0-9]{5,50}", "5-50 letters and digits"),
        "Name of the container registry to create, unique in Azure.",
        default_words=f"`<environment>` and {_SUFFIX}",
        example="contosoagents",
        not_with="existing_registry",
    ),
    Argument(
        "registry_sku",
        Choice(("Basic", "Standard", "Premium"), name="RegistrySku"),
        "Pricing tier of the container registry to create.",
        default="Basic",
        example="Premium",
        not_with="existing_registry",
    ),
    Argument(
        "existing_registry",
        Form(REGISTRY_ID, "the ARM ID of a container registry", "/subscriptions/…/registries/<registry>"),
        "ARM ID of an existing container registry. The environment creates none.",
        example=f"{_EXAMPLE_GROUP}/Microsoft.ContainerRegistry/registries/contosoagents",
    ),
    Argument(
        "repository_permissions",
        Flag(),
        "Whether the environment switches the registry that it creates to repository permissions (ABAC). On a registry "
        "in this mode, also an existing one, the project gets Container Registry Repository Reader: AcrPull and "
        "AcrPush have no effect there, for anybody. `false` leaves the mode as it is. A change never replaces the "
        "registry.",
        default=False,
        plain=True,
        example=True,
    ),
    Argument(
        "capability_host",
        Choice(("managed", "existing", "none"), name="CapabilityHostMode"),
        "Whether the environment creates the account's capability host (`managed`), the account has one (`existing`), "
        "or needs none (`none`).",
        default_words="managed; existing with `existing_project`",
        plain=True,
        example="none",
    ),
    Argument(
        "key_vault",
        Text(),
        "Key vault for the secrets of connections: `new` creates one, an ARM ID selects an existing one. It cannot be "
        "changed after the first secret.",
        check_key_vault,
        limits=f"{NEW_VAULT}, or /subscriptions/…/vaults/<vault>",
        source="docs/secrets.md",
        default_words="a vault that Microsoft manages",
        example=NEW_VAULT,
        not_with="existing_project",
    ),
    Argument(
        "key_vault_name",
        _name(
            r"(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]",
            "3-24 letters, digits and hyphens, starting with a letter, without two hyphens in a row or one at the end",
        ),
        "Name of the key vault to create, unique in Azure. Only with `key_vault: new`.",
        default_words=f"`<environment>-` and {_SUFFIX}",
        example="contoso-agents",
        not_with="existing_project",
    ),
    Argument(
        "deployers",
        DEPLOYERS,
        "Identities that can deploy agents: they get Foundry User on the project.",
        check_deployers,
        default_words="the identity that runs the first `pulumi up`",
        plain=True,
        example=[{"principal_id": _EXAMPLE_PRINCIPAL, "principal_type": "ServicePrincipal"}],
    ),
    Argument(
        "role_assignments",
        Choice(("managed", "external"), name="RoleAssignmentMode"),
        "Whether the environment creates the role assignments (`managed`), or somebody else does (`external`), because "
        "the deployer is not allowed to. With `external`, a warning names the `az` command of each assignment that is "
        "missing.",
        default="managed",
        plain=True,
        example="external",
    ),
    Argument(
        "tags",
        TAGS,
        "Tags of the resource group, the account, the registry and the key vault.",
        check_tags,
        limits=f"at most {MAX_TAGS}; names of 1-512, values of at most 256 characters",
        source="tag-resources.md of the Azure Resource Manager documentation",
        example={"team": "payments"},
    ),
    Argument(
        "protect",
        Flag(),
        "Whether Pulumi refuses to delete or replace the environment and its parts. Deployers can be removed; to "
        "remove an agent, set its own `protect` to false first (docs/operations.md).",
        default=False,
        plain=True,
        example=True,
    ),
)
ARGUMENT_BY_NAME = {item.name: item for item in ARGUMENTS}
ARGUMENT_NAMES = tuple(ARGUMENT_BY_NAME)
