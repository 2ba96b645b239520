"""The inputs of a toolbox: their declarations, and the check of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ..errors.input_issue import Issues
from . import agent_toolbox, common, metadata
from .common import SDK
from .schema import Checked, Field, OnChange, check_fields, names_of
from .tools import types as tools


def check(given: Mapping[str, Any]) -> Checked:
    """Checks a toolbox's inputs (by their names in `FIELDS`) without any network, as `agent.check` does."""
    issues = Issues()
    checked = check_fields(given, FIELDS, issues)
    return Checked(checked, issues.problems, issues.warnings)


def _check_tools(value: Any, path: str, issues: Issues) -> Any:
    if value == []:
        issues.refuse(path, "is empty", "list at least one tool, or remove the toolbox")
    return tools.check(value, path, issues)


FIELDS: tuple[Field, ...] = (
    Field(
        "toolbox_name",
        agent_toolbox.NAME,
        "Name of the toolbox in its project.",
        source=SDK,
        required=True,
        on_change=OnChange.REPLACE,
    ),
    common.project_endpoint("toolbox"),
    Field(
        "tools",
        tools.TYPE,
        "The tools. A type alone stands for a tool of that type; docs/definition.md lists the keys.",
        _check_tools,
        limits="at least one",
        source=SDK,
        required=True,
        on_change=OnChange.NEW_VERSION,
    ),
    common.description("toolbox"),
    common.metadata("toolbox", partial(metadata.check, reserved=metadata.TOOLBOX_RESERVED_KEYS)),
    common.owner("toolbox"),
    common.keep_versions("toolbox", "default"),
    common.adopt("toolbox"),
    common.role_propagation_timeout(),
)
FIELD_NAMES = names_of(FIELDS)
DEFINITION_FIELDS = names_of(FIELDS, OnChange.NEW_VERSION)
