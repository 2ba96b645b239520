"""The error codes that a deployment can meet, each with its likely cause and what to do: one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Where = Literal["version", "container", "data plane", "resource manager"]


@dataclass(frozen=True)
class Entry:
    """One code. `status` is set if the same code has different meanings with different HTTP statuses."""

    code: str
    where: Where
    cause: str
    cure: str
    source: str
    status: int | None = None


AGENT_DISABLED = "agent_disabled"
"""The code of a request to the endpoint of a disabled agent."""

_DOCS = "hosted-agent documentation, troubleshooting"
_LIVE = "reported from live runs, 2026"
_RECORDED = "recorded test traffic of Microsoft's SDKs and command lines"
_SKILL = "the first preview's deployment guide; today's service uses other codes"
_ARM = "Azure Resource Manager documentation, common deployment errors"

_NO_ROLE = "the caller has no data-plane role on the project, or its role assignment is still propagating"
_GRANT = (
    "assign Foundry User on the project to the deployer (deployers in the stack configuration), and wait a few minutes"
)
_PULL = (
    "the platform could not pull the image: the reference is wrong, the project's identity has no pull role, the "
    "registry's policy azureADAuthenticationAsArmPolicy is disabled, or the image is not built for linux/amd64"
)
_CHECK_PULL = (
    "check that the image is in the registry and the project's identity has AcrPull, then run `pulumi up` again"
)
_CHECK_IMAGE = "check the reference of the image, and that the image is pushed and built for linux/amd64"
_LATER = "run `pulumi up` again"
_READ_LOG = "read the last lines of its log; raise verify.timeout if it only needs more time"
_ISSUES = "microsoft-foundry/foundry-samples#515"
_PLATFORM = "the platform's error codes, as Azure/azure-dev lists them"

CATALOGUE: tuple[Entry, ...] = (
    # Why a version failed
    Entry("ImageError", "version", _PULL, _CHECK_PULL, _LIVE),
    Entry(
        "ProvisioningError",
        "version",
        "the platform could not create the sandbox",
        "run `pulumi up` again; if the error persists, try another region or see https://aka.ms/hostedagents/tsg/provisioning",
        _LIVE,
    ),
    Entry(
        "CodeError",
        "version",
        "the code package could not be built",
        "deploy an image instead, or see https://aka.ms/hostedagents/tsg/code",
        _LIVE,
    ),
    Entry("image_pull_failed", "version", _PULL, _CHECK_PULL, _DOCS),
    Entry(
        "InvalidAcrPullCredentials",
        "version",
        "the registry rejected the project's identity",
        "check that the registry's policy azureADAuthenticationAsArmPolicy is enabled, then run `pulumi up` again",
        _DOCS,
    ),
    Entry(
        "UnauthorizedAcrPull",
        "version",
        "the project's identity has no pull role, or its role assignment is still propagating",
        "assign it AcrPull on the registry, wait a few minutes, and run `pulumi up` again",
        _DOCS,
    ),
    Entry(
        "AcrImageNotFound",
        "version",
        "the image does not exist in the registry",
        "push it, then run `pulumi up` again",
        _DOCS,
    ),
    Entry(
        "RegistryNotFound",
        "version",
        "the registry does not exist, or the platform cannot reach it",
        "check the host in the image reference, and the registry's private endpoint and DNS if it has them",
        _DOCS,
    ),
    Entry(
        "SubscriptionIsNotRegistered",
        "version",
        "a resource provider is not registered in the subscription",
        "run az provider register --namespace Microsoft.CognitiveServices (and Microsoft.App), then `pulumi up` again",
        _DOCS,
    ),
    Entry("ImagePullBackOff", "version", _PULL, _CHECK_PULL, _SKILL),
    Entry(
        "InvalidContainerImage",
        "version",
        "the image reference is wrong, or the image cannot run",
        _CHECK_IMAGE,
        _SKILL,
    ),
    Entry(
        "CapabilityHostNotFound",
        "version",
        "the account has no capability host, which the first preview needed",
        "set capability_host: managed, and run `pulumi up` again",
        _SKILL,
    ),
    Entry(
        "ProtocolVersionNotSupported",
        "version",
        "the service does not support this protocol version",
        "set protocol_versions to the current versions, for example {protocol: responses, version: 2.0.0}",
        _SKILL,
    ),
    # Why a version that is active does not start or answer
    Entry(
        "session_not_ready",
        "container",
        "the container did not answer GET /readiness in time: it exits on start, listens on another port than PORT "
        "(8088), or is not built for linux/amd64",
        "read the last lines of its log, run the image locally, and raise verify.timeout if it only needs more time",
        _ISSUES,
    ),
    Entry("ReadinessTimeout", "container", "the container was not ready in time", _READ_LOG, _PLATFORM),
    Entry("ProxyTimeout", "container", "the container did not answer in time", _READ_LOG, _PLATFORM),
    Entry("SandboxIdle", "container", "the container was suspended during the request", _LATER, _PLATFORM),
    Entry("SandboxNotFound", "container", "the container exited during the request", _READ_LOG, _PLATFORM),
    Entry(
        "agent_version_not_ready",
        "container",
        "the version is still being provisioned, although its status is active",
        _LATER,
        _LIVE,
    ),
    Entry(
        "agent_version_failed",
        "container",
        "the version failed after it was active",
        "run `pulumi up` again: it creates another version",
        _LIVE,
    ),
    # What the data plane refuses
    Entry("PermissionDenied", "data plane", _NO_ROLE, _GRANT, _LIVE),
    Entry("UserError", "data plane", _NO_ROLE, _GRANT, _LIVE, status=403),
    Entry(
        "UserError",
        "data plane",
        "a limit of the service is reached, such as 1,000 versions of one agent",
        "delete versions that you no longer need (keep_versions), then run `pulumi up` again",
        "limits-quotas-regions.md",
        status=400,
    ),
    Entry("ForbiddenError", "data plane", _NO_ROLE, _GRANT, _LIVE),
    Entry(
        "Unauthorized",
        "data plane",
        "the token is missing, expired or for another audience",
        "sign in again (az login), or check the environment variables of the credential",
        _LIVE,
    ),
    Entry(
        "PublicAccessDisabled",
        "data plane",
        "the project answers only inside its virtual network",
        "run Pulumi on a machine inside that network",
        _LIVE,
    ),
    Entry(
        AGENT_DISABLED,
        "data plane",
        "the agent is disabled: its endpoint accepts no sessions, so no version can be verified",
        "enable the agent (POST agents/<name>:enable), then run `pulumi up` again; to deploy while it is disabled, "
        "set verify to off",
        "azure-rest-api-specs pull request 43919; azure-sdk-for-python pull request 47580",
    ),
    Entry(
        "ResourceNotFound",
        "data plane",
        "the project does not exist",
        "check project_endpoint, or deploy the environment first",
        _LIVE,
    ),
    Entry(
        "invalid_payload",
        "data plane",
        "the service does not accept the definition",
        "correct the property that the message names",
        _RECORDED,
    ),
    Entry(
        "bad_request",
        "data plane",
        "the service does not accept the definition: usually its size or its region",
        "use cpu 0.5, 1 or 2 with memory 1Gi, 2Gi or 4Gi, in a region that offers hosted agents",
        "deploy-hosted-agent-code.md",
    ),
    Entry(
        "conflict",
        "data plane",
        "sessions are active, or something else is changing the agent",
        "run `pulumi up` again once it is done",
        "deploy-hosted-agent-code.md",
    ),
    Entry("precondition_failed", "data plane", "something else is changing the agent", _LATER, _LIVE),
    Entry(
        "preview_feature_required",
        "data plane",
        "the definition uses a preview feature",
        "remove it, or enable the preview for the subscription",
        _RECORDED,
    ),
    Entry(
        "rate_limit_exceeded",
        "data plane",
        "too many requests",
        "run `pulumi up` again in a minute, with fewer parallel operations (--parallel)",
        _DOCS,
    ),
    Entry(
        "QuotaExceeded",
        "data plane",
        "the subscription's quota of hosted agents or sessions is used up",
        "delete agents or sessions that you no longer need, or request more quota in this region",
        _DOCS,
    ),
    Entry(
        "RegionalQuotaExceeded",
        "data plane",
        "the region has no capacity left for this subscription",
        "try later, or use another region",
        _DOCS,
    ),
    Entry("server_error", "data plane", "the service failed", _LATER, _LIVE),
    # What Resource Manager refuses
    Entry(
        "AuthorizationFailed",
        "resource manager",
        "the deployer is not authorized for this operation",
        "assign it Owner on the resource group, or set role_assignments: external if it must not assign roles",
        _ARM,
    ),
    Entry(
        "SubscriptionNotFound",
        "resource manager",
        "the subscription does not exist, or the credential belongs to another tenant",
        "set azure-native:subscriptionId in the stack file, and sign in to its tenant",
        _ARM,
    ),
    Entry(
        "ResourceGroupNotFound",
        "resource manager",
        "the resource group does not exist",
        "correct existing_resource_group, or let the environment create one (resource_group)",
        _ARM,
    ),
    Entry(
        "FlagMustBeSetForRestore",
        "resource manager",
        "an account of this name was deleted less than 48 hours ago and still holds the name",
        "purge it (az cognitiveservices account purge), or set another account_name",
        _RECORDED,
    ),
    Entry(
        "CustomDomainInUse",
        "resource manager",
        "the account's name is taken as a sub-domain, in Azure or by an account deleted less than 48 hours ago",
        "set another account_name, or purge the deleted account (az cognitiveservices account purge)",
        _ARM,
    ),
    Entry(
        "AlreadyInUse",
        "resource manager",
        "a registry of this name exists somewhere in Azure",
        "set another registry_name, or use your registry with existing_registry",
        _ARM,
    ),
    Entry(
        "ConflictError",
        "resource manager",
        "a key vault of this name was deleted, and holds the name for up to 90 days",
        "set another key_vault_name, or recover the vault (az keyvault recover --name <vault>) and set key_vault to "
        "its ARM ID",
        "Azure Key Vault documentation, soft delete",
    ),
    Entry(
        "VaultAlreadyExists",
        "resource manager",
        "a key vault of this name exists somewhere in Azure",
        "set another key_vault_name, or set key_vault to its ARM ID if it is yours",
        "Azure Key Vault documentation",
    ),
    Entry(
        "Forbidden",
        "resource manager",
        "the identity of the Foundry account may not write to the key vault of its connections, or its role assignment "
        "is still propagating",
        "assign it Key Vault Secrets Officer on the vault, wait a few minutes, and run `pulumi up` again",
        "set-up-key-vault-connection.md",
    ),
    Entry(
        "CannotDeleteResource",
        "resource manager",
        "it contains something that this stack does not manage, such as another project of the account",
        "delete that first, or add it to this stack with `pulumi import`",
        _LIVE,
    ),
    Entry(
        "CannotDeleteAccountWithDeployments",
        "resource manager",
        "the account still has model deployments",
        "delete them, then run the command again",
        _LIVE,
    ),
    Entry(
        "RequestConflict",
        "resource manager",
        "another operation on the account is in progress",
        "run the command again once it is done",
        _LIVE,
    ),
    Entry(
        "Conflict",
        "resource manager",
        "the account already has a capability host; network injection creates its own",
        "set capability_host: existing",
        _LIVE,
    ),
    Entry(
        "RoleAssignmentExists",
        "resource manager",
        "the identity already has this role, through an assignment of another stack or of somebody else",
        "set role_assignments: external; `pulumi up` then names the assignments that are missing. If nobody "
        "else manages that assignment, delete or import it instead",
        _RECORDED,
    ),
    Entry(
        "RoleAssignmentUpdateNotPermitted",
        "resource manager",
        "a role assignment cannot be changed to another identity or role",
        "delete it, then run `pulumi up` again",
        _LIVE,
    ),
    Entry(
        "PrincipalNotFound",
        "resource manager",
        "the identity does not exist in the tenant, or is too new to be known everywhere",
        "check principal_id and principal_type in deployers, then run `pulumi up` again",
        _RECORDED,
    ),
    Entry(
        "UnmatchedPrincipalType",
        "resource manager",
        "the identity does not have the given type",
        "correct principal_type in deployers: User, Group or ServicePrincipal",
        _ARM,
    ),
)


def explain(code: str, status: int | None = None, *, where: Where | None = None) -> Entry | None:
    """The entry of a code, from anywhere unless `where` is set; None if the code is not known."""
    for entry in CATALOGUE:
        is_it = entry.code == code and entry.status in (None, status)
        if is_it and where in (None, entry.where):
            return entry
    return None
