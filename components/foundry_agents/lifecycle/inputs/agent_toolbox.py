"""The toolbox that an agent's `tools` make, and names of what belongs to an agent.

Sources: recorded test traffic of azure-ai-projects, 2026-04 to 2026-07 (names with `_` and capitals); Microsoft's
guide to toolboxes (the endpoint without a version serves the default version). The longest name is not documented;
an agent's has 63 characters.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any
from urllib.parse import quote

from ..errors.input_issue import Issues, under
from .environment_variables import PROJECT_ENDPOINT_PLACEHOLDER
from .types import Form
from .unknown import Unknown

VARIABLE = "TOOLBOX_MCP_ENDPOINT"
"""The environment variable with the MCP endpoint of the toolbox's default version."""
SHARED_INPUTS = ("project_endpoint", "tools", "owner", "keep_versions", "adopt", "role_propagation_timeout")
"""The inputs of an agent that its toolbox gets too."""
MAX_NAME = 63
NAME = Form(
    re.compile(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{MAX_NAME - 1}}}"),
    "a toolbox name",
    f"1-{MAX_NAME} letters, digits, `_` and `-`, starting with a letter or digit",
)

_SUFFIX = "-tools"
_MARK_LENGTH = 6


def toolbox_name(agent_name: str) -> str:
    """The toolbox of an agent: `<agent>-tools`."""
    return derived_name(agent_name, _SUFFIX, MAX_NAME)


def variable(agent_name: str) -> dict[str, str]:
    """The environment variable that the agent gets. It stays the same when the tools change."""
    return {VARIABLE: mcp_endpoint(PROJECT_ENDPOINT_PLACEHOLDER, toolbox_name(agent_name))}


def mcp_endpoint(project_endpoint: str, name: str) -> str:
    """The endpoint that serves the default version: it stays the same when another version becomes the default."""
    return f"{project_endpoint}/toolboxes/{quote(name)}/mcp?api-version=v1"


def check_variable(tools: Any, variables: Any, path: str, issues: Issues) -> None:
    """Refuses a variable of the user's, in the map at `path`, that would hide the toolbox's endpoint."""
    has_tools = isinstance(tools, Unknown) or (isinstance(tools, list) and tools)
    if has_tools and isinstance(variables, dict) and VARIABLE in variables:
        issues.refuse(under(path, VARIABLE), "is set by `tools`", "remove one of the two")


def derived_name(agent_name: str, suffix: str, longest: int) -> str:
    """`<agent><suffix>`; if that is too long, it is cut, and a hash of the agent's name keeps it unique."""
    name = f"{agent_name}{suffix}"
    if len(name) <= longest:
        return name
    mark = hashlib.sha256(agent_name.encode()).hexdigest()[:_MARK_LENGTH]
    kept = agent_name[: longest - len(suffix) - len(mark) - 1].rstrip("-")
    return f"{kept}-{mark}{suffix}"
