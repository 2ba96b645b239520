"""The settings of a local Azure. All of them can change at run time (`PATCH /_emulator/settings`).

Durations are simulated seconds: each lasts `time_scale` real seconds. Where the behavior of the real service is
unknown, or was observed in several forms, a setting selects it; its docstring says why.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Timing, behavior and limits of one local Azure."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True, use_attribute_docstrings=True)

    time_scale: float = Field(default=0.1, gt=0)
    """Real seconds per simulated second."""

    # --- How long things take -------------------------------------------------------------------

    create_version_seconds: float = Field(default=2, ge=0)
    """Duration of the create call itself. Real: 1 to 6 s. Source: recorded test traffic of azure-ai-projects, 2026."""
    provisioning_seconds: float = Field(default=20, ge=0)
    """creating -> active. Real: 10, 21 and 31 s. Source: recordings of the Java, .NET and Python SDK."""
    image_error_seconds: float = Field(default=2, ge=0)
    """creating -> failed, for an image that cannot be pulled. Source: Azure-Samples/holiday-peak-hub."""
    session_create_seconds: float = Field(default=3, ge=0)
    """Creation of a session, explicit or implicit, in addition to the start of the process. Real: 3 to 7 s."""
    default_idle_seconds: float = Field(default=900, ge=0)
    """Idle timeout of a session whose version does not set one. Source: docstring of azure-ai-projects."""
    agent_start_timeout: float = Field(default=30, gt=0)
    """How long an agent may take until /readiness answers. Real seconds, since the process is real."""
    max_agent_processes: int = Field(default=8, ge=1)
    """Agent processes at once. The least recently used one is stopped for a new one."""
    role_propagation_seconds: float = Field(default=60, ge=0)
    """How long a new role assignment has no effect. Real: 60 to 120 s, up to 15 minutes.
    Source: several issue reports; learn.microsoft.com advises to wait."""
    account_create_seconds: float = Field(default=6, ge=0)
    """Source: recordings of the Azure CLI, cognitiveservices."""
    account_purge_seconds: float = Field(default=1, ge=0)
    """Source: recordings of the Azure CLI, cognitiveservices."""
    soft_delete_seconds: float = Field(default=48 * 3600, ge=0)
    """How long a deleted account keeps its name. Source: recordings of the Azure CLI."""
    capability_host_seconds: float = Field(default=30, ge=0)
    """Real: 2 to 5 minutes. Source: MicrosoftDocs/azure-ai-docs concepts-capability-hosts."""
    vault_create_seconds: float = Field(default=10, ge=0)
    """How long a new key vault reports RegisteringDns. Source: azure-mgmt-keyvault (VaultProvisioningState)."""
    registry_create_seconds: float = Field(default=1, ge=0)
    """Source: recordings of the Azure CLI, acr."""
    resource_group_delete_seconds: float = Field(default=15, ge=0)
    """Real: minutes. Source: test cassettes of azd."""

    # --- Answers of the data plane --------------------------------------------------------------

    answer_status: dict[str, int] = Field(default_factory=dict)
    """Another success status for an operation, e.g. {"create_version": 201, "delete_version": 204}.
    Operations: create_version create_agent update_agent get_agent list_agents get_version list_versions
    patch_agent delete_version delete_agent create_session delete_session create_toolbox_version get_toolbox
    list_toolboxes get_toolbox_version list_toolbox_versions update_toolbox delete_toolbox_version
    delete_toolbox. Every recording has 200 (sessions 201 and 204, deletes of toolboxes 204); older clients
    and the documentation also accept 201, 202 and 204."""
    empty_bodies: list[str] = Field(default_factory=list)
    """Operations that answer without a body. None was recorded. A 204 never has one."""
    missing_role: Literal["403", "401"] = "403"
    """Error for a caller without the data-plane role: 403 UserError (service layer, since 2026-07) or
    401 PermissionDenied (gateway). Both were observed. Sources: microsoft/aspire PR 20161;
    microsoft-foundry/foundry-samples#692."""
    stale_list_status: bool = False
    """Lists of versions show `active`, whatever the status is. Reported three times."""
    stale_latest_status: bool = False
    """`versions.latest` of an agent shows `active`, whatever the status is. Reported, as above."""
    already_active: bool = False
    """A create may answer `active` at once. Source: .NET recordings of 2026-04 to 2026-06."""
    status_flickers: bool = False
    """The second read of a version that is active or failed shows `creating` again. azd waits for two equal reads
    for this reason. Source: Azure/azure-dev, extension azure.ai.agents."""
    version_failed_status: Literal[400, 409] = 409
    """Status of agent_version_failed. 400 in 2026-04 (Azure/azure-dev#7515), 409 in 2026-09."""
    asynchronous_delete: bool = False
    """Deleted agents and versions show `deleting` for `delete_seconds`. No recording shows it; Airflow's operator
    expects it."""
    delete_seconds: float = Field(default=5, ge=0)
    """Length of an asynchronous delete."""

    # --- Answers of ARM and of the registry -----------------------------------------------------

    registry_create: Literal["asynchronous", "synchronous"] = "asynchronous"
    """PUT of a new registry: 201 and an operation (recorded for Basic, 2025-04), or 200 without one
    (recorded for Premium, 2026-09). Source: recordings of the Azure CLI, acr."""
    registry_put_resets_mode: bool = False
    """Whether a PUT of a registry without roleAssignmentMode, such as one with an API version that lacks it, resets the
    mode. Not documented."""
    repository_roles_on_legacy_registry: bool = True
    """Whether Container Registry Repository Reader and Writer have an effect on a registry that is not in ABAC mode.
    The Foundry documentation recommends the Reader without a mode; that of ACR mentions ABAC only."""
    conflicting_assignment_id: bool = True
    """Whether RoleAssignmentExists names the existing assignment. Newer answers do, older ones do not."""
    directory_replication_seconds: float = Field(default=30, ge=0)
    """How long a new managed identity is unknown to role assignments without a principal type.
    Source: text of PrincipalNotFound; the duration is not documented."""
    project_write_seconds: float = Field(default=6, ge=0)
    """Duration of a write of a project; other writes in the account get a 409 meanwhile. Source: recordings of the
    Azure CLI, cognitiveservices; samples write models first, one by one, and the project after them."""
    deployment_write_seconds: float = Field(default=0.6, ge=0)
    """Duration of a write of a model deployment; others in the account get a 409 meanwhile. Source: recordings of the
    Azure CLI, cognitiveservices."""

    # --- Rules of the data plane ----------------------------------------------------------------

    dedupe: Literal["latest", "any", "off"] = "latest"
    """Which versions a new definition is compared with. Documented and recorded: the latest one."""
    dedupe_metadata: bool = True
    """Whether the comparison includes metadata. Recorded for other kinds of agents; the networking documentation
    suggests otherwise."""
    dedupe_failed: bool = False
    """Whether a create can return a failed version. Reported: no."""
    create_existing_agent: Literal["conflict", "version"] = "conflict"
    """POST /agents with an existing name: 409 (MicrosoftDocs/azure-ai-docs deploy-hosted-agent-code.md)
    or a new version (text of azure-rest-api-specs)."""
    last_version: Literal["deletes_agent", "keeps_agent"] = "deletes_agent"
    """Whether deleting the last version deletes the agent. Inferred from .NET recordings."""
    delete_selected_version: Literal["allowed", "400", "409"] = "allowed"
    """Whether a version that the version selector names can be deleted. Neither documented nor recorded."""
    at_latest: Literal["active", "newest"] = "active"
    """What `@latest` serves while the newest version is not active: the newest active version, or nothing.
    Not documented."""
    selector_sum: Literal["several", "always", "never"] = "several"
    """When percentages must add up to 100. A single rule of 74 was recorded as accepted; community texts say that
    the sum must be 100."""
    draft_versions: Literal["normal", "403"] = "normal"
    """`draft: true` without the preview feature: a normal version (azure-ai-docs) or preview_feature_required."""
    reserved_names: bool = True
    """Whether reserved environment variable names are refused for images. Reported as refused (Azure/azure-dev#7820);
    the .NET recording TestHostedAgentCreation of 2026-06-23 (protocol `activity`) has two that were accepted, so with
    this protocol they are always accepted here."""
    resource_tiers: Literal["wide", "documented"] = "wide"
    """CPU and memory: 0.5 to 4 cores in steps of 0.25 with twice as many Gi (older documentation, Aspire), or only the
    three pairs of the Terraform documentation of 2026-09."""
    max_versions: int = Field(default=1000, ge=1)
    """Versions per agent name. Source: azure-ai-docs limits-quotas-regions.md."""
    max_active_versions: int = Field(default=100, ge=1)
    """Active versions of an agent at once. Source: azure-ai-docs limits-quotas-regions.md."""
    max_agents: int = Field(default=200, ge=1)
    """Hosted agents per account. Source: azure-ai-docs limits-quotas-regions.md."""
    region_check: bool = True
    """Whether a project outside the regions of hosted agents is refused. Source: azure-ai vscode#589."""
    unknown_session: Literal["404", "create"] = "create"
    """A call with an unknown session id: refused, or a session with that id is created. Not documented for the
    responses protocol."""
    delete_deleted_session: Literal["404", "204"] = "404"
    """The second delete of a session. The Java recordings have both."""
    stop_idle_session: Literal[409, 204] = 409
    """Stopping a session that is stopped or idle already: session_already_stopped (azd expects it: Azure/azure-dev
    PR 8942), or success (MicrosoftDocs/azure-ai-docs PR 772)."""
    idle_session_version: Literal["serving", "own"] = "serving"
    """Which version answers the next call of a session that was stopped or idle: the one that gets the traffic
    (observed by azd's authors, Azure/azure-dev PR 8942), or the one that the session was opened on (documented as
    "sessions are bound to a version"; Azure/azure-dev#7789). An active session keeps its version, and the first call
    of a session goes to the version that it was opened on."""
    session_starts_container: bool = True
    """Whether creating a session starts the container and waits for it, or the first call does. Creating one took
    3 to 7 s in the recordings; the documentation only says that sessions have sandboxes."""
    list_deleted_sessions: bool = True
    """Whether lists show deleted sessions. They did in 2026-07, but not in 2026-04 and 2026-05."""

    # --- Toolboxes ------------------------------------------------------------------------------

    builtin_tools_seconds: float = Field(default=0, ge=0)
    """How long the MCP endpoint of a new toolbox version lacks the built-in tools. Real: about 10 s.
    Source: microsoft/GitHub-Copilot-for-Azure, skill microsoft-foundry."""
    code_interpreter_seconds: float = Field(default=30, gt=0)
    """How long a call of the code interpreter may take. Real seconds, since the process is real."""
    code_interpreter_megabytes: int = Field(default=512, ge=64)
    """Memory that a call of the code interpreter may use."""
    delete_default_version: Literal["400", "409"] = "400"
    """The status that refuses to delete the default version of a toolbox. Reports do not name it."""
    unnamed_tools: Literal["one", "one_per_type"] = "one"
    """How many tools of a toolbox may have neither `name` nor `server_label`: one (reports, samples), or one of each
    type (a documentation page)."""
    disabled_tool_types: list[str] = Field(default_factory=list)
    """Tool types that are disabled for the subscription. Which ones a new subscription may use is not documented."""
    file_search_without_stores: Literal["accepted", "400"] = "accepted"
    """A file_search tool without `vector_store_ids`: optional in azure-ai-projects, refused according to a
    community sample."""
    tool_name_separator: Literal[".", "___"] = "."
    """The separator between the label of a server and the name of its tool at the MCP endpoint. Microsoft documents
    both."""
    toolbox_use: Literal["role", "agents"] = "role"
    """Who may use a toolbox: callers with a data-plane role (documentation), or also the project's agents without one.
    For all others the endpoint has no tools."""
    toolbox_shows_latest: bool = False
    """Whether a toolbox has `updated_at` and `versions.latest`. azure-ai-projects 2.10.0 declares both; the
    recordings of 2026-04 to 2026-07 have neither."""

    # --- Agent processes ------------------------------------------------------------------------

    unresolved_placeholder: Literal["kept", "fails"] = "kept"
    """What happens to a `${{connections.…}}` that names nothing when a sandbox starts: it stays in the variable (README
    of the sample env-vars-agent in foundry-samples: "UNRESOLVED_PLACEHOLDER"), or the sandbox does not start."""
    hosting_environment: bool = True
    """Set FOUNDRY_HOSTING_ENVIRONMENT, which makes azure-ai-agentserver keep responses in the platform's
    storage. The documentation names only FOUNDRY_HOSTED; the library reads this one."""
