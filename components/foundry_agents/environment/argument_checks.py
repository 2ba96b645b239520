"""The checks of an environment's arguments, other than its agents."""

from __future__ import annotations

import re
from typing import Any

from ..azure.arm_id import VAULT_ID
from ..azure.regions import HOSTED_AGENT_REGIONS
from ..lifecycle.errors.input_issue import Issues, nearest, shown, under
from ..lifecycle.inputs.agent import OBJECT_ID
from ..lifecycle.inputs.schema import Field, Record
from ..lifecycle.inputs.types import Choice, Form, ListOf, MapOf, Text

NEW_VAULT = "new"
DEPLOYERS = ListOf(
    Record(
        (
            Field("principal_id", OBJECT_ID, "Object ID of the identity.", required=True),
            Field(
                "principal_type", Choice(("User", "Group", "ServicePrincipal")), "Type of the identity.", required=True
            ),
        ),
        "{principal_id: …, principal_type: ServicePrincipal}",
        name="Deployer",
        description="An identity that can deploy agents.",
    ),
    "[{principal_id: …, principal_type: ServicePrincipal}]",
)
TAGS = MapOf(Text(longest=256), "{team: payments}")
# Source: tag-resources.md of the Azure Resource Manager documentation.
MAX_TAGS = 50
_TAG_NAME = Form(re.compile(r"[^<>%&\\?/\0]{1,512}"), "a tag name", r"1-512 characters, none of < > % & \ ? /")
_LOCATION = re.compile(r"[a-z][a-z0-9]+")


def check_location(value: Any, path: str, issues: Issues) -> None:
    """Checks that it is a region. One that is not known to offer hosted agents is a warning: the list grows."""
    if not isinstance(value, str) or not _LOCATION.fullmatch(value):
        likely = "".join(value.lower().split()) if isinstance(value, str) else ""
        cure = f"use {likely}" if likely in HOSTED_AGENT_REGIONS else "use the name of a region, such as swedencentral"
        issues.refuse(path, f"{shown(value)} is not the name of a region", cure)
    elif value not in HOSTED_AGENT_REGIONS:
        likely = nearest(value, HOSTED_AGENT_REGIONS)
        cure = f"did you mean `{likely}`?" if likely else "check the list of regions for hosted agents"
        issues.warn(path, f"{shown(value)} is not known to offer hosted agents", cure)


def check_key_vault(value: Any, path: str, issues: Issues) -> None:
    """Checks that it is `new`, or the ARM ID of a key vault."""
    if value != NEW_VAULT:
        Form(VAULT_ID, "the ARM ID of a key vault", f"/subscriptions/…/vaults/…, or `{NEW_VAULT}`").check(
            value, path, issues
        )


def check_deployers(value: Any, path: str, issues: Issues) -> None:
    """Checks each deployer, and that none is listed twice."""
    DEPLOYERS.check(value, path, issues)
    principals = [item.get("principal_id") if isinstance(item, dict) else None for item in _items(value)]
    for index, principal in enumerate(principals):
        if isinstance(principal, str) and principal in principals[:index]:
            first = f"{path}[{principals.index(principal)}]"
            issues.refuse(f"{path}[{index}].principal_id", f"is the same as in {first}", "list each deployer once")


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def check_tags(value: Any, path: str, issues: Issues) -> None:
    """Checks the number of tags, their names and values."""
    TAGS.check(value, path, issues)
    if not isinstance(value, dict):
        return
    if len(value) > MAX_TAGS:
        issues.refuse(path, f"has {len(value)} tags", f"use at most {MAX_TAGS}")
    for name in value:
        _TAG_NAME.check(name, under(path, name), issues)
