"""What a toolbox version offers at its MCP endpoint to one caller, and what happens when a tool is called.

Source: microsoft/GitHub-Copilot-for-Azure, skill microsoft-foundry (names, `_meta`, arguments), and
MicrosoftDocs/azure-ai-docs toolbox. The texts that the tools answer with are not documented.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import mcp_types as types

from foundry_emulator.foundry.call import Call
from foundry_emulator.foundry.errors import ServiceError
from foundry_emulator.foundry.state import Toolbox, ToolboxVersion
from foundry_emulator.foundry.stores import text_search, vector_stores
from foundry_emulator.foundry.toolboxes import remote_servers
from foundry_emulator.foundry.toolboxes.tools import SEARCH
from foundry_emulator.runner import code_interpreter


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


_TEXT = {"type": "string"}
# By type: the description and the arguments of the tool.
_BUILT_IN: dict[str, tuple[str, dict[str, Any]]] = {
    "code_interpreter": ("Runs Python code and returns what it prints.", _object(code=_TEXT)),
    "file_search": ("Finds passages in the uploaded files.", _object(queries={"type": "array", "items": _TEXT})),
    "web_search": ("Searches the web.", _object(search_query=_TEXT)),
    "azure_ai_search": ("Searches an index of Azure AI Search.", _object(query=_TEXT)),
    "a2a": ("Sends a message to another agent.", _object(message={"type": "object"})),
    "a2a_preview": ("Sends a message to another agent.", _object(message={"type": "object"})),
}
_OTHER = {"type": "object", "properties": {}}
_FIND, _CALL = "tool_search", "call_tool"
_META = {
    _FIND: ("Finds the tools that fit a description.", _object(query=_TEXT)),
    _CALL: ("Calls a tool that tool_search found.", _object(name=_TEXT, arguments={"type": "object"})),
}
_FOUND_TOOLS = 5
_FOUND_PASSAGES = 10


class UnknownTool(Exception):
    """The caller has no tool of that name."""


class Catalog:
    """The tools of a version, for the caller."""

    def __init__(self, call: Call, toolbox: Toolbox, version: ToolboxVersion) -> None:
        self._call = call
        self._toolbox = toolbox
        self._version = version
        self._settings = call.plane.settings

    async def listed(self) -> list[types.Tool]:
        """As `tools/list` shows them: none for callers without the right, two where tools are searched."""
        tools = self._usable()
        if not any(tool["type"] in SEARCH for tool in tools):
            return await self._all(tools)
        pinned = [one for one in await self._all(tools) if self._is_pinned(one.name)]
        searching = [
            types.Tool(name=name, description=what, input_schema=schema, _meta=_meta({"type": "toolbox_search"}, name))
            for name, (what, schema) in _META.items()
        ]
        return [*searching, *pinned]

    async def call(self, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
        """Raises UnknownTool."""
        tools = self._usable()
        if name in _META and any(tool["type"] in SEARCH for tool in tools):
            return await (self._find(arguments) if name == _FIND else self._call_found(arguments))
        for tool in tools:
            if tool["type"] == "mcp" and name.startswith(self._prefix(tool)):
                return await self._pass_on(tool, name.removeprefix(self._prefix(tool)), arguments)
            if tool["type"] not in ("mcp", *SEARCH) and name == _own_name(tool):
                return await self._run(tool, arguments)
        raise UnknownTool(name)

    # --- Which there are --------------------------------------------------------------------------

    def _usable(self) -> list[dict[str, Any]]:
        """The definitions that count for this caller, now."""
        agents = self._settings.toolbox_use == "agents" and self._call.is_agent()
        if not agents and not self._call.may("invoke"):
            return []
        ready_at = self._version.created_at + self._call.plane.clock.scaled(self._settings.builtin_tools_seconds)
        ready = self._call.now >= ready_at
        return [tool for tool in self._version.tools if ready or tool["type"] == "mcp"]

    async def _all(self, tools: list[dict[str, Any]]) -> list[types.Tool]:
        offered = await asyncio.gather(*(self._offered(tool) for tool in tools if tool["type"] not in SEARCH))
        return [one for group in offered for one in group]

    async def _offered(self, tool: dict[str, Any]) -> list[types.Tool]:
        if tool["type"] != "mcp":
            what, schema = _BUILT_IN.get(tool["type"], ("", _OTHER))
            description = tool.get("description") or what
            name = _own_name(tool)
            return [types.Tool(name=name, description=description, input_schema=schema, _meta=_meta(tool, name))]
        try:
            found = await remote_servers.tools_of(self._call, tool)
        except remote_servers.Unavailable as problem:
            self._report(tool, problem)
            return []
        return [self._prefixed(tool, one) for one in found]

    def _prefixed(self, tool: dict[str, Any], one: types.Tool) -> types.Tool:
        meta = {**(one.meta or {}), **_meta(tool, one.name)}
        return one.model_copy(update={"name": self._prefix(tool) + one.name, "meta": meta})

    def _prefix(self, tool: dict[str, Any]) -> str:
        return f"{tool['server_label']}{self._settings.tool_name_separator}"

    def _is_pinned(self, name: str) -> bool:
        for tool in self._version.tools:
            configs = tool.get("tool_configs") or {}
            own = name.removeprefix(self._prefix(tool)) if tool["type"] == "mcp" else name
            mine = name.startswith(self._prefix(tool)) if tool["type"] == "mcp" else name == _own_name(tool)
            if mine and (configs.get(own) or configs.get("*") or {}).get("pin"):
                return True
        return False

    def _report(self, tool: dict[str, Any], problem: remote_servers.Unavailable) -> None:
        sys.stdout.write(f"toolbox {self._toolbox.name}: MCP server {tool['server_label']} has no tools: {problem}\n")

    # --- What they do -----------------------------------------------------------------------------

    async def _run(self, tool: dict[str, Any], arguments: dict[str, Any]) -> types.CallToolResult:
        if tool["type"] == "code_interpreter":
            return await self._interpret(tool, arguments)
        if tool["type"] == "file_search":
            return self._search_files(tool, arguments)
        return _failed(f"The local Azure cannot run the tool '{_own_name(tool)}': the type {tool['type']} needs Azure.")

    async def _interpret(self, tool: dict[str, Any], arguments: dict[str, Any]) -> types.CallToolResult:
        code = arguments.get("code")
        if not isinstance(code, str):
            return _failed("The argument 'code' must be a string.")
        container = tool.get("container")
        file_ids = container.get("file_ids") or [] if isinstance(container, dict) else []
        known = self._call.uploads.files
        outcome = await code_interpreter.run(
            code,
            seconds=self._settings.code_interpreter_seconds,
            megabytes=self._settings.code_interpreter_megabytes,
            files={known[one].filename: known[one].text for one in file_ids if one in known},
        )
        return types.CallToolResult(content=[_text(outcome.text)], is_error=outcome.failed)

    def _search_files(self, tool: dict[str, Any], arguments: dict[str, Any]) -> types.CallToolResult:
        queries = arguments.get("queries")
        if not isinstance(queries, list) or not queries or not all(isinstance(one, str) for one in queries):
            return _failed("The argument 'queries' must be a list of strings.")
        limit = int(tool.get("max_num_results") or _FOUND_PASSAGES)
        try:
            found = vector_stores.found_in(self._call, tool.get("vector_store_ids") or [], queries, limit)
        except ServiceError as problem:
            return _failed(problem.message)
        if not found:
            return types.CallToolResult(content=[_text("Nothing was found.")])
        return types.CallToolResult(content=[_text(_passage(one)) for one in found])

    async def _pass_on(self, tool: dict[str, Any], name: str, arguments: dict[str, Any]) -> types.CallToolResult:
        try:
            result = await remote_servers.call_tool(self._call, tool, name, arguments)
        except remote_servers.Unavailable as problem:
            return _failed(f"The MCP server '{tool['server_label']}' cannot be used: {problem}")
        if result is None:
            raise UnknownTool(self._prefix(tool) + name)
        return result

    async def _find(self, arguments: dict[str, Any]) -> types.CallToolResult:
        tools = {one.name: one for one in await self._all(self._usable())}
        texts = [text_search.Passage(name, name, f"{name} {tool.description}") for name, tool in tools.items()]
        found = text_search.search(str(arguments.get("query", "")), texts, _FOUND_TOOLS)
        shown = [tools[one.passage.file_id].model_dump(mode="json", by_alias=True, exclude_none=True) for one in found]
        return types.CallToolResult(content=[_text(json.dumps(shown))])

    async def _call_found(self, arguments: dict[str, Any]) -> types.CallToolResult:
        name, given = arguments.get("name"), arguments.get("arguments") or {}
        if not isinstance(name, str) or name in _META or not isinstance(given, dict):
            return _failed("The argument 'name' must name a tool, and 'arguments' must be an object.")
        return await self.call(name, given)


def _own_name(tool: dict[str, Any]) -> str:
    inner = tool.get("openapi") if tool["type"] == "openapi" else None
    default = inner.get("name") if isinstance(inner, dict) else None
    return str(tool.get("name") or default or tool["type"])


def _meta(tool: dict[str, Any], name: str) -> dict[str, Any]:
    """What clients are to know of a tool; that it needs approval is for them to enforce."""
    configuration = {"type": tool["type"], "require_approval": _approval(tool, name)}
    configuration |= {key: tool[key] for key in ("server_label", "server_url") if tool.get(key)}
    return {"tool_configuration": configuration}


def _approval(tool: dict[str, Any], name: str) -> str:
    wanted = tool.get("require_approval") or ("always" if tool["type"] == "mcp" else "never")
    if isinstance(wanted, str):
        return wanted
    return "never" if name in ((wanted.get("never") or {}).get("tool_names") or []) else "always"


def _passage(found: text_search.Found) -> str:
    return f"{found.passage.filename} (score {found.score:.2f})\n{found.passage.text}"


def _text(text: str) -> types.TextContent:
    return types.TextContent(type="text", text=text)


def _failed(reason: str) -> types.CallToolResult:
    return types.CallToolResult(content=[_text(reason)], is_error=True)
