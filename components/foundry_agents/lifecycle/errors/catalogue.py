"""The error codes that an environment and its agents can meet, with what they mean and what helps: one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Where = Literal["version", "container", "data plane", "resource manager"]


@dataclass(frozen=True)
class Entry:
    """One code. `status` is set where the same code means different things with different HTTP statuses."""

    code: str
    where: Where
    cause: str
    cure: str
    source: str
    status: int | None = None


_DOCS = "hosted-agent documentation, troubleshooting"
_LIVE = "reported from live runs, 2026"
_RECORDED = "recorded test traffic of Microsoft's SDKs and command lines"
_SKILL = "the first preview's deployment guide; today's service uses other codes"
_ARM = "Azure Resource Manager documentation, common deployment errors"

_NO_ROLE = "the caller has no data-plane role on the project, or the role does not work yet"
_GRANT = "give the deployer Foundry User on the project (deployers in the stack config) and wait a few minutes"
_PULL = (
    "the platform could not pull the image: wrong reference, no pull role for the project's identity, the registry's "
    "ARM-audience policy off, or not built for linux/amd64"
)
_CHECK_PULL = "check that the image is in the registry and the project's identity has AcrPull, then run up again"
_CHECK_IMAGE = "check the image's reference, and that it is built for linux/amd64 and pushed"
_LATER = "run up again"
_READ_LOG = "read its last log lines; raise verify.timeout if it only needs longer"
_ISSUES = "microsoft-foundry/foundry-samples#515"
_PLATFORM = "the platform's error codes, as Azure/azure-dev lists them"

CATALOGUE: tuple[Entry, ...] = (
    # Why a version failed
    Entry("ImageError", "version", _PULL, _CHECK_PULL, _LIVE),
    Entry(
        "ProvisioningError",
        "version",
        "the platform could not make the sandbox",
        "run up again; if it stays, try another region or see https://aka.ms/hostedagents/tsg/provisioning",
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
        "the registry did not accept the project's identity",
        "check that the registry's policy azureADAuthenticationAsArmPolicy is enabled, then run up again",
        _DOCS,
    ),
    Entry(
        "UnauthorizedAcrPull",
        "version",
        "the project's identity has no role to pull, or the role does not work yet",
        "give it AcrPull on the registry, wait a few minutes and run up again",
        _DOCS,
    ),
    Entry("AcrImageNotFound", "version", "the image is not in the registry", "push it, then run up again", _DOCS),
    Entry(
        "RegistryNotFound",
        "version",
        "there is no such registry, or the platform cannot reach it",
        "check the host in the image's reference, and its private endpoint and DNS if it has them",
        _DOCS,
    ),
    Entry(
        "SubscriptionIsNotRegistered",
        "version",
        "a resource provider is not registered in the subscription",
        "az provider register --namespace Microsoft.CognitiveServices (and Microsoft.App), then run up again",
        _DOCS,
    ),
    Entry("ImagePullBackOff", "version", _PULL, _CHECK_PULL, _SKILL),
    Entry("InvalidContainerImage", "version", "the image's reference is wrong or it cannot run", _CHECK_IMAGE, _SKILL),
    Entry(
        "CapabilityHostNotFound",
        "version",
        "the account has no capability host, which the first preview needed",
        "set capability_host: managed, run up for the environment, then for the agent",
        _SKILL,
    ),
    Entry(
        "ProtocolVersionNotSupported",
        "version",
        "the agent asks for a protocol version that the service does not speak",
        "set protocol_versions to the current ones, for example {protocol: responses, version: 2.0.0}",
        _SKILL,
    ),
    # Why a version that is active does not start or answer
    Entry(
        "session_not_ready",
        "container",
        "the container did not answer GET /readiness in time: it ends at its start, listens on another port than "
        "PORT (8088), or is not built for linux/amd64",
        "read its last log lines, start the image locally, and raise verify.timeout if it only needs longer",
        _ISSUES,
    ),
    Entry("ReadinessTimeout", "container", "the container was not ready in time", _READ_LOG, _PLATFORM),
    Entry("ProxyTimeout", "container", "the container did not answer in time", _READ_LOG, _PLATFORM),
    Entry("SandboxIdle", "container", "the container was suspended while it was asked", _LATER, _PLATFORM),
    Entry("SandboxNotFound", "container", "the container ended while it was asked", _READ_LOG, _PLATFORM),
    Entry(
        "agent_version_not_ready",
        "container",
        "the version is still being provisioned, although it is shown as active",
        _LATER,
        _LIVE,
    ),
    Entry(
        "agent_version_failed",
        "container",
        "the version failed after it was active",
        "run up again: another version is made",
        _LIVE,
    ),
    # What the data plane refuses
    Entry("PermissionDenied", "data plane", _NO_ROLE, _GRANT, _LIVE),
    Entry("UserError", "data plane", _NO_ROLE, _GRANT, _LIVE, status=403),
    Entry(
        "UserError",
        "data plane",
        "a limit of the service is reached, such as 1,000 versions of one agent",
        "delete versions that are not needed (keep_versions), then run up again",
        "limits-quotas-regions.md",
        status=400,
    ),
    Entry("ForbiddenError", "data plane", _NO_ROLE, _GRANT, _LIVE),
    Entry(
        "Unauthorized",
        "data plane",
        "the token is missing, expired or for another audience",
        "log in again (az login), or check the credential's environment variables",
        _LIVE,
    ),
    Entry(
        "PublicAccessDisabled",
        "data plane",
        "the project answers only inside its virtual network",
        "run pulumi from a machine inside that network",
        _LIVE,
    ),
    Entry(
        "ResourceNotFound",
        "data plane",
        "the project does not exist",
        "check project_endpoint, or run up for the environment first",
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
        "the service does not accept the definition, mostly its size or its region",
        "use cpu 0.5, 1 or 2 with memory 1Gi, 2Gi or 4Gi, in a region that offers hosted agents",
        "deploy-hosted-agent-code.md",
    ),
    Entry(
        "conflict",
        "data plane",
        "sessions are active, or something else changes the agent at the same time",
        "run up again when it is done",
        "deploy-hosted-agent-code.md",
    ),
    Entry("precondition_failed", "data plane", "something else changes the agent at the same time", _LATER, _LIVE),
    Entry(
        "preview_feature_required",
        "data plane",
        "the definition uses a feature that is in preview",
        "remove it, or enable the preview for the subscription",
        _RECORDED,
    ),
    Entry(
        "rate_limit_exceeded",
        "data plane",
        "too many requests",
        "run up again in a minute, with fewer resources at once (--parallel)",
        _DOCS,
    ),
    Entry(
        "QuotaExceeded",
        "data plane",
        "the subscription's quota of hosted agents or sessions is used up",
        "delete what is not needed, or ask for more quota in this region",
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
        "who runs up may not do this here",
        "let it run with Owner on the resource group, or set role_assignments: external if it may not write roles",
        _ARM,
    ),
    Entry(
        "SubscriptionNotFound",
        "resource manager",
        "the subscription does not exist, or the credential is of another tenant",
        "set azure-native:subscriptionId in the stack file, and log in to its tenant",
        _ARM,
    ),
    Entry(
        "ResourceGroupNotFound",
        "resource manager",
        "the resource group does not exist",
        "correct existing_resource_group, or let the environment make one (resource_group)",
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
        "a registry of this name exists, somewhere in Azure",
        "set another registry_name, or name yours with existing_registry",
        _ARM,
    ),
    Entry(
        "ConflictError",
        "resource manager",
        "a key vault of this name was deleted, and holds the name for up to 90 days",
        "recover it (az keyvault recover --name <vault>) and set key_vault to its ARM id",
        "Azure Key Vault documentation, soft delete",
    ),
    Entry(
        "VaultAlreadyExists",
        "resource manager",
        "a key vault of this name exists, somewhere in Azure",
        "set key_vault to its ARM id if it is yours, or give the resource group another name",
        "Azure Key Vault documentation",
    ),
    Entry(
        "Forbidden",
        "resource manager",
        "the identity of the Foundry account may not write to the key vault of its connections, or its role does not "
        "work yet",
        "give it Key Vault Secrets Officer on the vault, wait a few minutes, and run up again",
        "set-up-key-vault-connection.md",
    ),
    Entry(
        "CannotDeleteResource",
        "resource manager",
        "something that this stack does not know is inside it, such as another project of the account",
        "delete that first, or adopt it",
        _LIVE,
    ),
    Entry(
        "CannotDeleteAccountWithDeployments",
        "resource manager",
        "model deployments are left in the account",
        "delete them, then run again",
        _LIVE,
    ),
    Entry(
        "RequestConflict",
        "resource manager",
        "another operation on the account is under way",
        "run again when it is done",
        _LIVE,
    ),
    Entry(
        "Conflict",
        "resource manager",
        "the account has a capability host already; network injection makes its own",
        "set capability_host: existing",
        _LIVE,
    ),
    Entry(
        "RoleAssignmentExists",
        "resource manager",
        "this identity has this role already, under another assignment",
        "delete that assignment, or import it, or set role_assignments: external",
        _RECORDED,
    ),
    Entry(
        "RoleAssignmentUpdateNotPermitted",
        "resource manager",
        "a role assignment cannot be changed to another identity or role",
        "delete it, then run up again",
        _LIVE,
    ),
    Entry(
        "PrincipalNotFound",
        "resource manager",
        "the identity does not exist in the tenant, or is too new to be known everywhere",
        "check principal_id and principal_type in deployers, then run up again",
        _RECORDED,
    ),
    Entry(
        "UnmatchedPrincipalType",
        "resource manager",
        "the identity is not of the given type",
        "correct principal_type in deployers: User, Group or ServicePrincipal",
        _ARM,
    ),
)


def explain(code: str, status: int | None = None, *, where: Where | None = None) -> Entry | None:
    """The entry of a code, wherever it is from if `where` does not say; None for one that is not known."""
    for entry in CATALOGUE:
        is_it = entry.code == code and entry.status in (None, status)
        if is_it and where in (None, entry.where):
            return entry
    return None
