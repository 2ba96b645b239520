"""Writes docs/unknowns.md: what nobody documents about the service, from the settings of the emulator."""

from __future__ import annotations

from pathlib import Path

from foundry_emulator.host.settings import Settings

DOCUMENT = Path(__file__).parents[2] / "docs" / "unknowns.md"

# How the package behaves, whichever way the service does.
EITHER_WAY = {
    "answer_status": "200, 201, 202 and 204 are all success.",
    "empty_bodies": "A write without an answer is read back.",
    "missing_role": "Both are a role that is missing or does not work yet, and waited for.",
    "stale_list_status": "Existence is asked of the agent, status of the single version; lists only name versions.",
    "stale_latest_status": "As above.",
    "already_active": "Then there is no waiting.",
    "status_flickers": "The first `active` counts.",
    "version_failed_status": "Either way the proof ends at once, and says why.",
    "asynchronous_delete": "A delete that was accepted counts as done; a version that is `deleting` does not serve.",
    "registry_create": "Left to azure-native.",
    "registry_put_resets_mode": "With `repository_permissions`, the mode is set again in the same `pulumi up`.",
    "repository_roles_on_legacy_registry": "AcrPull is given, repository roles only with `repository_permissions`.",
    "conflicting_assignment_id": "The message is shown as it is.",
    "dedupe": "The answer's version counts, whether it is new or not.",
    "dedupe_metadata": "The owner's mark never changes, so it never makes a version. If metadata is not compared, "
    "a change of nothing but `metadata` or `description` arrives with the next version.",
    "dedupe_failed": "A failed version that comes back is deleted, and the create repeated.",
    "create_existing_agent": "Agents are made by making a version, never by POST /agents.",
    "last_version": "The last version is deleted only together with its agent.",
    "delete_selected_version": "A version that serves is never deleted.",
    "at_latest": "Traffic is pinned to a number before a version is made, and stays pinned.",
    "selector_sum": "Weights add up to 100.",
    "draft_versions": "No drafts are made.",
    "reserved_names": "Reserved names are refused in the preview.",
    "resource_tiers": "Sizes outside the documented three are allowed with a warning.",
    "region_check": "A region that is not listed is a warning in the preview.",
    "unknown_session": "The package opens the sessions that it uses.",
    "delete_deleted_session": "A session that is gone already is fine.",
    "stop_idle_session": "The package stops no sessions.",
    "idle_session_version": "The package asks a new version in a session that it has just opened.",
    "session_starts_container": "Else `verify: start` proves no more than `active`; `request` proves that it answers.",
    "list_deleted_sessions": "The package lists no sessions.",
    "delete_default_version": "Another version is made the default before one is deleted.",
    "unnamed_tools": "Every tool gets a name of its own.",
    "disabled_tool_types": "The refusal is shown as it is.",
    "file_search_without_stores": "A search without stores is a warning; the refusal is shown as it is.",
    "tool_name_separator": "The endpoint is the container's business; the sample agent takes both.",
    "toolbox_use": "An environment gives an agent with tools the role, needed or not.",
    "toolbox_shows_latest": "Versions are listed.",
    "unresolved_placeholder": "The connection is made before the agent, so its placeholders always name something.",
    "hosting_environment": "The container's business.",
}

_HEAD = """# What is not known about the service

No live subscription has been used, and some behaviour is documented nowhere or in two ways. Each such thing is a
setting of the emulator, with the likelier behaviour as default, and the tests run the package both ways
(`tests/lifecycle/test_switches.py`). This page is made from the settings by `make docs`.

| setting | default | what is not known | how the package behaves either way |
|---|---|---|---|
"""

_FURTHER = """
Also unknown, and without a setting:

- Whether a project needs a connection to its container registry besides the pull role. Microsoft's own deployment
  tools differ; the environment makes none.
- How long role assignments take: 60 to 120 s are usual, 15 minutes were seen. `role_propagation_timeout` is 600 s.
- Which codes go with which status for quotas (429 is assumed), and whether `ImagePullBackOff`,
  `InvalidContainerImage`, `CapabilityHostNotFound` and `ProtocolVersionNotSupported`, known from the first preview,
  still occur. They are in the catalogue of errors all the same.
- The code and text with which a disabled agent (status 403) and an unknown conversation are refused, which connection
  of a type is the default one, and whether a session that failed says why. The local Azure chooses the oldest
  connection, and puts the reason on the session as `error`.
- Whether metadata `enableVnextExperience` still has an effect. It is sent, as Microsoft's tools do.
"""


def switches() -> list[str]:
    """The settings that choose between behaviours: those that are not plain numbers."""
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
