"""Settings of a running local Azure, all of them changeable at run time (`PATCH /_emulator/settings`).

Durations are simulated seconds: they last `time_scale` times as long. Where the behaviour of the
real service is not known, or was seen in more than one form, it is a switch; its docstring says why.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True, use_attribute_docstrings=True)

    time_scale: float = Field(default=0.1, gt=0)
    """Real seconds per simulated second."""

    # --- How long things take -------------------------------------------------------------------

    create_version_seconds: float = Field(default=2, ge=0)
    """A create call itself. Real: 1 to 6 s. Source: recorded test traffic of azure-ai-projects, 2026."""
    provisioning_seconds: float = Field(default=20, ge=0)
    """creating -> active. Real: 10, 21 and 31 s. Source: recordings of the Java, .NET and Python SDK."""
    image_error_seconds: float = Field(default=2, ge=0)
    """creating -> failed for an image that cannot be pulled. Source: Azure-Samples/holiday-peak-hub."""
    session_create_seconds: float = Field(default=3, ge=0)
    """A new session, explicit or implicit, beside the start of the process. Real: 3 to 7 s."""
    default_idle_seconds: float = Field(default=900, ge=0)
    """Idle timeout of a session whose version sets none. Source: docstring of azure-ai-projects."""
    agent_start_timeout: float = Field(default=30, gt=0)
    """How long an agent may take until /readiness answers. REAL seconds: the process is real."""
    max_agent_processes: int = Field(default=8, ge=1)
    """Agent processes at once; the longest unused one is stopped for a new one."""
    role_propagation_seconds: float = Field(default=60, ge=0)
    """How long a new role assignment has no effect. Real: 60 to 120 s, at worst 15 minutes.
    Source: several issue reports; learn.microsoft.com says to wait."""
    account_create_seconds: float = Field(default=6, ge=0)
    """Source: recordings of the Azure CLI, cognitiveservices."""
    account_purge_seconds: float = Field(default=1, ge=0)
    """Source: recordings of the Azure CLI, cognitiveservices."""
    soft_delete_seconds: float = Field(default=48 * 3600, ge=0)
    """How long a deleted account keeps its name. Source: recordings of the Azure CLI."""
    capability_host_seconds: float = Field(default=30, ge=0)
    """Real: 2 to 5 minutes. Source: MicrosoftDocs/azure-ai-docs concepts-capability-hosts."""
    vault_create_seconds: float = Field(default=10, ge=0)
    """How long a new key vault says RegisteringDns. Source: azure-mgmt-keyvault (VaultProvisioningState)."""
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
    """Operations that answer without a body. None was recorded; a 204 has none in any case."""
    missing_role: Literal["403", "401"] = "403"
    """Refusal where the data-plane role is missing: 403 UserError (service layer, 2026-07 on) or
    401 PermissionDenied (gateway). Both were seen. Sources: microsoft/aspire PR 20161;
    microsoft-foundry/foundry-samples#692."""
    stale_list_status: bool = False
    """Lists of versions show `active` whatever the real status is. Three live reports saw it."""
    stale_latest_status: bool = False
    """`versions.latest` of an agent shows `active` whatever the real status is. Seen, as above."""
    already_active: bool = False
    """A create may answer `active` at once. Source: .NET recordings of 2026-04 to 2026-06."""
    status_flickers: bool = False
    """The second read of a version that is done shows `creating` again. azd waits for two equal reads,
    because of such a flicker. Source: Azure/azure-dev, extension azure.ai.agents."""
    version_failed_status: Literal[400, 409] = 409
    """Status of agent_version_failed. 400 in 2026-04 (Azure/azure-dev#7515), 409 in 2026-09."""
    asynchronous_delete: bool = False
    """Deletes leave `deleting` for `delete_seconds`. No recording shows it; Airflow's operator expects it."""
    delete_seconds: float = Field(default=5, ge=0)
    """Length of an asynchronous delete."""

    # --- Answers of ARM and of the registry -----------------------------------------------------

    registry_create: Literal["asynchronous", "synchronous"] = "asynchronous"
    """PUT of a new registry: 201 and an operation (recorded for Basic, 2025-04) or 200 and done at once
    (recorded for Premium, 2026-09). Source: recordings of the Azure CLI, acr."""
    repository_roles_on_legacy_registry: bool = True
    """Whether Container Registry Repository Reader and Writer count on a registry that is not in ABAC mode.
    The Foundry documentation recommends the Reader without naming a mode; ACR's own speaks of ABAC only."""
    conflicting_assignment_id: bool = True
    """Whether RoleAssignmentExists names the other assignment. Newer answers do, older ones do not."""
    directory_replication_seconds: float = Field(default=30, ge=0)
    """How long a new managed identity is unknown to role assignments that do not say its principal type.
    Source: text of PrincipalNotFound; its length is not documented."""
    project_write_seconds: float = Field(default=6, ge=0)
    """A write of a project, during which other writes in the account get a 409. Source: recordings of the
    Azure CLI, cognitiveservices; samples write models first, one by one, and the project after them."""
    deployment_write_seconds: float = Field(default=0.6, ge=0)
    """A write of a model deployment, during which others in the account get a 409. Source: recordings of the
    Azure CLI, cognitiveservices."""

    # --- Rules of the data plane ----------------------------------------------------------------

    dedupe: Literal["latest", "any", "off"] = "latest"
    """With which versions a new definition is compared. Documented and recorded: the latest one."""
    dedupe_metadata: bool = True
    """Whether metadata takes part in the comparison. Recorded for other kinds of agent; the networking
    documentation suggests otherwise."""
    dedupe_failed: bool = False
    """Whether a failed version can be the answer to a create. Reported: no."""
    create_existing_agent: Literal["conflict", "version"] = "conflict"
    """POST /agents with a name that exists: 409 (MicrosoftDocs/azure-ai-docs deploy-hosted-agent-code.md)
    or a new version (text of azure-rest-api-specs)."""
    last_version: Literal["deletes_agent", "keeps_agent"] = "deletes_agent"
    """What deleting the last version does to the agent. Inferred from .NET recordings."""
    delete_selected_version: Literal["allowed", "400", "409"] = "allowed"
    """Whether a version that the selector names can be deleted. Not documented, not recorded."""
    at_latest: Literal["active", "newest"] = "active"
    """What `@latest` serves while the newest version is not active: the newest active one, or nothing.
    Not documented."""
    selector_sum: Literal["several", "always", "never"] = "several"
    """When percentages must add up to 100. A single rule of 74 was recorded as accepted; community
    texts say that they must."""
    draft_versions: Literal["normal", "403"] = "normal"
    """`draft: true` without the preview: a normal version (azure-ai-docs) or preview_feature_required."""
    reserved_names: bool = True
    """Whether reserved environment variable names are refused. Refused live; a .NET recording of 2026-06
    (protocol `activity`) accepted two of them."""
    resource_tiers: Literal["wide", "documented"] = "wide"
    """cpu/memory: 0.5 to 4 in steps of 0.25 with twice as much Gi (older documentation, Aspire), or only
    the three pairs of the Terraform documentation of 2026-09."""
    max_versions: int = Field(default=1000, ge=1)
    """Versions per agent name. Source: azure-ai-docs limits-quotas-regions.md."""
    max_active_versions: int = Field(default=100, ge=1)
    """Versions of an agent that are active at once. Source: azure-ai-docs limits-quotas-regions.md."""
    max_agents: int = Field(default=200, ge=1)
    """Hosted agents per account. Source: azure-ai-docs limits-quotas-regions.md."""
    region_check: bool = True
    """Whether a project outside the regions of hosted agents is refused. Source: azure-ai vscode#589."""
    unknown_session: Literal["404", "create"] = "create"
    """Invoking with a session id that does not exist: refused, or created under that id. Not documented
    for the responses protocol."""
    delete_deleted_session: Literal["404", "204"] = "404"
    """Second delete of a session. Both are in the Java recordings."""
    session_starts_container: bool = True
    """Whether creating a session starts the container and waits for it, or the first call does. Creating one
    took 3 to 7 s in the recordings; documented is only that sessions have sandboxes."""
    list_deleted_sessions: bool = True
    """Whether lists show deleted sessions. They did in 2026-07, not in 2026-04 and 2026-05."""

    # --- Toolboxes ------------------------------------------------------------------------------

    builtin_tools_seconds: float = Field(default=0, ge=0)
    """How long the built-in tools of a new toolbox version are missing at its MCP endpoint. Real: about 10 s.
    Source: microsoft/GitHub-Copilot-for-Azure, skill microsoft-foundry."""
    code_interpreter_seconds: float = Field(default=30, gt=0)
    """How long a call of the code interpreter may take. REAL seconds: the process is real."""
    code_interpreter_megabytes: int = Field(default=512, ge=64)
    """Memory of a call of the code interpreter."""
    delete_default_version: Literal["400", "409"] = "400"
    """How deleting the default version of a toolbox is refused. That it is refused was reported, not with
    what."""
    unnamed_tools: Literal["one", "one_per_type"] = "one"
    """How many tools of a toolbox may have neither `name` nor `server_label`: one in all (live reports, samples)
    or one of each type (a documentation page)."""
    disabled_tool_types: list[str] = Field(default_factory=list)
    """Tool types that the subscription may not use. Which ones a new subscription may use is not documented."""
    file_search_without_stores: Literal["accepted", "400"] = "accepted"
    """A file_search tool without `vector_store_ids`: optional in azure-ai-projects, refused according to a
    community sample."""
    tool_name_separator: Literal[".", "___"] = "."
    """What stands between the label of a server and the name of its tool at the MCP endpoint. Both are
    documented by Microsoft."""
    toolbox_use: Literal["role", "agents"] = "role"
    """Who may use a toolbox: callers with a data-plane role (documentation), or the project's agents also
    without one. Who may not finds no tools at the endpoint."""
    toolbox_shows_latest: bool = False
    """Whether a toolbox has `updated_at` and `versions.latest`. azure-ai-projects 2.10.0 declares both; the
    recordings of 2026-04 to 2026-07 have neither."""

    # --- Agent processes ------------------------------------------------------------------------

    unresolved_placeholder: Literal["kept", "fails"] = "kept"
    """What a `${{connections.…}}` that names nothing becomes when a sandbox starts: it stays as it is in the
    variable (README of the sample env-vars-agent in foundry-samples: "UNRESOLVED_PLACEHOLDER"), or the sandbox
    does not start."""
    hosting_environment: bool = True
    """Set FOUNDRY_HOSTING_ENVIRONMENT, which makes azure-ai-agentserver keep responses in the platform's
    storage. The documentation names only FOUNDRY_HOSTED; the library reads this one."""
