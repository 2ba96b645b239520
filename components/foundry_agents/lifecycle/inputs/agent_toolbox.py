"""The toolbox of an agent's own, which its input `tools` makes, and how its container finds it."""

from __future__ import annotations

from typing import Any

from ..errors.problem import Findings
from .derived_name import derived_name
from .environment_variables import PROJECT_ENDPOINT_PLACEHOLDER
from .toolbox_address import MAX_NAME, mcp_endpoint
from .unknown import Unknown

VARIABLE = "TOOLBOX_MCP_ENDPOINT"
"""The environment variable with the MCP endpoint of the toolbox's default version."""
SHARED_INPUTS = ("project_endpoint", "tools", "owner", "keep_versions", "adopt", "role_propagation_timeout")
"""The inputs of an agent that are its toolbox's too."""
_SUFFIX = "-tools"


def toolbox_name(agent_name: str) -> str:
    """The toolbox of an agent: `<agent>-tools`."""
    return derived_name(agent_name, _SUFFIX, MAX_NAME)


def variable(agent_name: str) -> dict[str, str]:
    """What the agent's environment variables get. It stays the same when the tools change."""
    return {VARIABLE: mcp_endpoint(PROJECT_ENDPOINT_PLACEHOLDER, toolbox_name(agent_name))}


def check_variable(value: Any, variables: Any, path: str, findings: Findings) -> None:
    """Refuses what would hide the toolbox's endpoint. `value` are the tools, `variables` those of the user."""
    has_tools = isinstance(value, Unknown) or (isinstance(value, list) and value)
    if has_tools and isinstance(variables, dict) and VARIABLE in variables:
        findings.refuse(f"{path}.{VARIABLE}", "is set by `tools`", "remove one of the two")
