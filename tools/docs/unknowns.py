"""Writes docs/unknowns.md: what nobody documents about the service, from the settings of the emulator."""

from __future__ import annotations

from pathlib import Path

from foundry_emulator.host.settings import Settings

DOCUMENT = Path(__file__).parents[2] / "docs" / "unknowns.md"

# How the package behaves, whichever way the service does.
EITHER_WAY = {
    "answer_status": "200, 201, 202 and 204 are all success.",
    "empty_bodies": "After a write without a response body, the package reads the result.",
    "missing_role": "Both mean a role that is missing or still propagating; the package retries until "
    "`role_propagation_timeout`.",
    "stale_list_status": "The package reads the status of each version by itself, and takes only names from lists.",
    "stale_latest_status": "The same.",
    "already_active": "The package does not wait then.",
    "status_flickers": "The first `active` counts.",
    "version_failed_status": "With both, the verification ends at once and says why.",
    "asynchronous_delete": "A delete that was accepted counts as done; a version that is `deleting` does not serve.",
    "registry_create": "Left to azure-native.",
    "registry_put_resets_mode": "With `repository_permissions`, the mode is set again in the same `pulumi up`.",
    "repository_roles_on_legacy_registry": "The pull role follows the mode of the registry: repository roles only in "
    "ABAC mode.",
    "conflicting_assignment_id": "The service's message is shown unchanged.",
    "dedupe": "The version in the response counts, new or not.",
    "dedupe_metadata": "The owner's mark never changes, so it never creates a version. If metadata is not compared, "
    "a change of nothing but `metadata` or `description` arrives with the next version.",
    "dedupe_failed": "A failed version that comes back is deleted, and the create repeated.",
    "create_existing_agent": "The package creates an agent by creating its first version, never with POST /agents.",
    "last_version": "The last version is deleted only together with its agent.",
    "delete_selected_version": "A version that serves is never deleted.",
    "at_latest": "Traffic is pinned to a number before a version is created, and stays pinned.",
    "selector_sum": "Weights add up to 100.",
    "draft_versions": "The package creates no drafts.",
    "reserved_names": "Reserved names are refused in the preview.",
    "resource_tiers": "Sizes outside the documented three are allowed with a warning.",
    "region_check": "A region that is not listed is a warning in the preview.",
    "unknown_session": "The package opens the sessions that it uses.",
    "delete_deleted_session": "A session that is gone already is fine.",
    "stop_idle_session": "The package stops no sessions.",
    "idle_session_version": "The package asks a new version in a session that it has just opened.",
    "session_starts_container": "If it does not, `verify: start` shows no more than `active`; `request` shows that the "
    "agent answers.",
    "list_deleted_sessions": "The package lists no sessions.",
    "delete_default_version": "Another version is made the default before one is deleted.",
    "unnamed_tools": "Every tool gets its own name.",
    "disabled_tool_types": "The service's refusal is shown unchanged.",
    "file_search_without_stores": "A search without stores is a warning; the service's refusal is shown unchanged.",
    "tool_name_separator": "Only the container calls the endpoint; the sample agent accepts both.",
    "toolbox_use": "An environment grants agents with tools the role, needed or not.",
    "toolbox_shows_latest": "The package lists the versions.",
    "unresolved_placeholder": "The connection is created before the agent, so its placeholders always name something.",
    "hosting_environment": "Only the container reads it.",
}

_HEAD = """# What is not known about the service

No live subscription has been used, and some behavior is not documented, or documented in two ways. Each case is a
setting of the emulator, with the likelier behavior as its default, and the tests run the package both ways
(`tests/lifecycle/test_switches.py`). This page is made from the settings by `make docs`.

| setting | default | what is not known | how the package behaves either way |
|---|---|---|---|
"""

_FURTHER = """
Also unknown, and without a setting:

- Whether a project needs a connection to its container registry besides the pull role. Microsoft's own deployment
  tools differ; the environment makes none.
- How long role assignments take to work: usually 60 to 120 s; 15 minutes have been reported. `role_propagation_timeout`
  is 600 s by default.
- Which codes go with which status for quotas (429 is assumed), and whether `ImagePullBackOff`,
  `InvalidContainerImage`, `CapabilityHostNotFound` and `ProtocolVersionNotSupported`, known from the first preview,
  still occur. The catalogue of errors has them in any case.
- The code and text with which a disabled agent (status 403) and an unknown conversation are refused, which connection
  of a type is the default one, and whether a session that failed says why. The local Azure chooses the oldest
  connection, and puts the reason on the session as `error`.
- Whether metadata `enableVnextExperience` still has an effect. It is sent, as Microsoft's tools do.
"""


def switches() -> list[str]:
    """The settings that choose between behaviors: those that are not plain numbers."""
    return [name for name, field in Settings.model_fields.items() if field.annotation not in (int, float)]


def text() -> str:
    """The page."""
    return _HEAD + "".join(map(_row, switches())) + _FURTHER


def _row(name: str) -> str:
    field = Settings.model_fields[name]
    default = field.get_default(call_default_factory=True)
    what = " ".join((field.description or "").split())
    cells = (f"`{name}`", f"`{default}`", what, EITHER_WAY[name])
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"
