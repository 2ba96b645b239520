"""The inputs that agents and toolboxes have in common. `of` is the one that declares the input."""

from __future__ import annotations

import re
from typing import Any, Literal

from ..errors.input_issue import Issues, shown
from . import metadata as pairs
from .schema import Field, OnChange
from .types import Check, Flag, Text, WholeNumber
from .unknown import Unknown

SDK = "azure-ai-projects 2.10"
DEFAULT_KEEP_VERSIONS = 2
MAX_KEEP_VERSIONS = 99  # of the 100 that may be active, one is for the next
DEFAULT_ROLE_PROPAGATION_TIMEOUT = 600
MAX_WAIT = 24 * 3600

_PROJECT_ENDPOINT = re.compile(r"https://[\w.-]+(?::[0-9]{1,5})?(?:/[\w.~%-]+)*/api/projects/[\w.~%-]+", re.ASCII)

Kind = Literal["agent", "toolbox"]


def check_project_endpoint(value: Any, path: str, issues: Issues) -> Any:
    """Checks the endpoint; returns it without a slash at its end."""
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, str) or not _PROJECT_ENDPOINT.fullmatch(value.rstrip("/")):
        issues.refuse(
            path,
            f"{shown(value)} is not a project endpoint",
            "use https://<account>.services.ai.azure.com/api/projects/<project>",
        )
        return value
    return value.rstrip("/")


def project_endpoint(of: Kind) -> Field:
    return Field(
        "project_endpoint",
        Text(),
        f"Endpoint of the Foundry project that the {of} is in.",
        check_project_endpoint,
        limits="https://…/api/projects/<project>",
        source=SDK,
        required=True,
        on_change=OnChange.REPLACE,
    )


def description(of: Kind) -> Field:
    return Field(
        "description",
        Text(),
        f"Description of the {of}'s version.",
        source=SDK,
        on_change=OnChange.NEW_VERSION,
    )


def metadata(of: Kind, check: Check) -> Field:
    return Field(
        "metadata",
        pairs.TYPE,
        f"Metadata of each version of the {of}.",
        check,
        limits=pairs.LIMITS,
        source=SDK,
        on_change=OnChange.NEW_VERSION,
    )


def owner(of: Kind) -> Field:
    return Field(
        "owner",
        Text(1, pairs.MAX_VALUE),
        f"Who manages the {of}. It is written into the metadata, so that no other stack changes or deletes the {of}; "
        f"it is set when the {of} is created, and a later change has no effect.",
        default_words="organization/project/stack",
    )


def keep_versions(of: Kind, serving: str) -> Field:
    return Field(
        "keep_versions",
        WholeNumber(1, MAX_KEEP_VERSIONS, "versions"),
        f"Number of versions to keep, including the {serving} one; older versions of the {of} are deleted.",
        default=DEFAULT_KEEP_VERSIONS,
        on_change=OnChange.UPDATE,
    )


def adopt(of: Kind, more: str = "") -> Field:
    return Field(
        "adopt",
        Flag(),
        f"Take over {'an' if of == 'agent' else 'a'} {of} that exists and is not managed by this stack, instead of "
        f"refusing its name.{more}",
        default=False,
    )


def role_propagation_timeout() -> Field:
    return Field(
        "role_propagation_timeout",
        WholeNumber(0, MAX_WAIT, "seconds"),
        "Seconds to retry while role assignments may still be propagating.",
        source="Azure RBAC documentation: minutes, up to 15 seen",
        default=DEFAULT_ROLE_PROPAGATION_TIMEOUT,
    )
