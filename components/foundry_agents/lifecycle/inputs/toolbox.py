"""What a toolbox is: every input with its type, default, limits and source, and the check of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ..errors.problem import Findings
from . import metadata, toolbox_address
from .agent import (
    DEFAULT_KEEP_VERSIONS,
    DEFAULT_ROLE_PROPAGATION_TIMEOUT,
    MAX_KEEP_VERSIONS,
    MAX_WAIT,
    check_project_endpoint,
)
from .scalars import check_flag, check_form, check_text, check_whole_number
from .schema import Check, Checked, Field, check_fields
from .tools import types as tools

_SDK = "azure-ai-projects 2.10"

FIELDS: tuple[Field, ...] = (
    Field(
        "toolbox_name",
        "string",
        "Name of the toolbox in its project.",
        f"1-{toolbox_address.MAX_NAME} letters, digits, `_` and `-`, a letter or digit first",
        _SDK,
        required=True,
    ),
    Field(
        "project_endpoint",
        "string",
        "Endpoint of the Foundry project that the toolbox is in.",
        "https://…/api/projects/<project>",
        _SDK,
        required=True,
    ),
    Field(
        "tools",
        "list",
        "The tools; a word alone is a tool of that type. Their keys: below.",
        "at least one",
        _SDK,
        required=True,
        in_definition=True,
    ),
    Field("description", "string", "Description of the toolbox's version.", "", _SDK, in_definition=True),
    Field(
        "metadata",
        "map of string",
        "Pairs stored with each version.",
        f"at most {metadata.MAX_PAIRS} pairs, key {metadata.MAX_KEY}, value {metadata.MAX_VALUE} characters",
        _SDK,
        in_definition=True,
    ),
    Field(
        "owner",
        "string",
        "Whose the toolbox is: written into its metadata, so that no other stack changes or deletes it.",
        f"1-{metadata.MAX_VALUE} characters; kept from the toolbox's creation on",
        default="organization/project/stack",
    ),
    Field(
        "keep_versions",
        "number",
        "How many versions of the toolbox to keep, the default one included; older ones are deleted.",
        f"1-{MAX_KEEP_VERSIONS}",
        default=DEFAULT_KEEP_VERSIONS,
    ),
    Field(
        "adopt",
        "boolean",
        "Take over a toolbox that exists and is not ours, instead of refusing its name.",
        default=False,
    ),
    Field(
        "role_propagation_timeout",
        "number",
        "Seconds to keep trying while role assignments may not work yet.",
        f"0-{MAX_WAIT}",
        "Azure RBAC documentation: minutes, up to 15 seen",
        default=DEFAULT_ROLE_PROPAGATION_TIMEOUT,
    ),
)
FIELD_NAMES = tuple(item.name for item in FIELDS)
DEFINITION_FIELDS = tuple(item.name for item in FIELDS if item.in_definition)


def check(given: Mapping[str, Any]) -> Checked:
    """Checks a toolbox's inputs (by their names in `FIELDS`) without any network, as `definition.check` does."""
    findings = Findings()
    checked = check_fields(given, FIELDS, _CHECKS, findings)
    checked.setdefault("keep_versions", DEFAULT_KEEP_VERSIONS)
    checked.setdefault("role_propagation_timeout", DEFAULT_ROLE_PROPAGATION_TIMEOUT)
    return Checked(checked, findings.problems, findings.warnings)


def _check_tools(value: Any, path: str, findings: Findings) -> Any:
    if value == []:
        findings.refuse(path, "is empty", "list at least one tool, or remove the toolbox")
    return tools.check(value, path, findings)


_CHECKS: dict[str, Check] = {
    "toolbox_name": partial(
        check_form,
        form=toolbox_address.NAME,
        what="a name of a toolbox",
        cure=f"use 1-{toolbox_address.MAX_NAME} letters, digits, `_` and `-`, a letter or digit first",
    ),
    "project_endpoint": check_project_endpoint,
    "tools": _check_tools,
    "description": check_text,
    "metadata": partial(metadata.check, reserved=metadata.TOOLBOX_RESERVED_KEYS),
    "owner": partial(check_text, shortest=1, longest=metadata.MAX_VALUE),
    "keep_versions": partial(check_whole_number, low=1, high=MAX_KEEP_VERSIONS, unit="versions"),
    "adopt": check_flag,
    "role_propagation_timeout": partial(check_whole_number, low=0, high=MAX_WAIT, unit="seconds"),
}
