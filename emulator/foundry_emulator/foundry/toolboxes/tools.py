"""The tools of a toolbox: which types there are and what a definition must have.

Source: azure-ai-projects 2.10.0 (ToolboxTool and its subclasses); recordings of Azure.AI.Projects for the refusal
of a type; microsoft/GitHub-Copilot-for-Azure, skill microsoft-foundry, for the rule of identifiers.
"""

from __future__ import annotations

from typing import Any

from foundry_emulator.foundry import errors
from foundry_emulator.foundry.wire import shape
from foundry_emulator.host.settings import Settings

# The required fields of each type. All other fields are echoed unchanged.
_REQUIRED: dict[str, tuple[str, ...]] = {
    "code_interpreter": (),
    "file_search": (),
    "web_search": (),
    "mcp": ("server_label",),
    "azure_ai_search": ("azure_ai_search",),
    "openapi": ("openapi",),
    "a2a": ("a2a_version",),
    "a2a_preview": (),
    "browser_automation": (),
    "browser_automation_preview": (),
    "reminder_preview": (),
    "work_iq_preview": (),
    "fabric_iq_preview": (),
    "web_iq_preview": (),
    "shell": (),
    "toolbox_search": (),
    "toolbox_search_preview": (),
}
SEARCH = ("toolbox_search", "toolbox_search_preview")
"""With one of these, the others are found instead of listed."""
_SERVER = ("server_url", "connector_id", "tunnel_id")


def check(value: object, settings: Settings) -> list[dict[str, Any]]:
    """The tools as the service echoes them. Raises ServiceError for the first rule that they break."""
    tools = [shape.mapping(one, f"/tools/{index}") for index, one in enumerate(shape.array(value, "/tools"))]
    for index, tool in enumerate(tools):
        _check_tool(tool, index, settings)
    _check_identifiers(tools, settings)
    return tools


def _check_tool(tool: dict[str, Any], index: int, settings: Settings) -> None:
    path = f"/tools/{index}"
    kind = shape.text(shape.required(tool, "type", path), f"{path}/type")
    if kind not in _REQUIRED or kind in settings.disabled_tool_types:
        raise errors.tool_not_enabled(kind, index)
    for name in _REQUIRED[kind]:
        shape.required(tool, name, path)
    for name in ("name", "description", "server_label", "server_url"):
        if tool.get(name) is not None:
            shape.text(tool[name], f"{path}/{name}")
    if kind == "mcp" and not any(tool.get(name) for name in _SERVER):
        raise errors.invalid(f"tools[{index}]", "One of server_url, connector_id, or tunnel_id must be provided.")
    stores = shape.array(tool.get("vector_store_ids") or [], f"{path}/vector_store_ids")
    if kind == "file_search" and not stores and settings.file_search_without_stores == "400":
        raise errors.invalid(f"tools[{index}].vector_store_ids", "At least one vector store is required.")


def _check_identifiers(tools: list[dict[str, Any]], settings: Settings) -> None:
    unnamed = [tool["type"] for tool in tools if not identifier(tool)]
    several = len(unnamed) > 1 if settings.unnamed_tools == "one" else len(unnamed) > len(set(unnamed))
    if several:
        raise errors.tools_without_identifiers()
    known = [identifier(tool) for tool in tools if identifier(tool)]
    twice = sorted({one for one in known if known.count(one) > 1})
    if twice:
        raise errors.invalid("tools", f"Several tools have the identifier '{twice[0]}'.")


def identifier(tool: dict[str, Any]) -> str:
    """The name of a tool, or the label of its server; empty for a tool that has neither."""
    return str(tool.get("server_label") if tool["type"] == "mcp" else tool.get("name") or "")
