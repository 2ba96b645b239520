"""The tools of a toolbox: their types, the keys of each, and the check of a list of them.

Sources: `ToolboxTool` and its subclasses in azure-ai-projects 2.10; that at most one tool may be without `name` and
`server_label`: live reports, 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ...errors.input_issue import Issues, nearest, shown, under
from ..credentials import credential_format, sounds_secret
from ..schema import Field, Record, check_fields
from ..types import AnyMap, Choice, Either, Flag, Form, ListOf, MapOf, Number, Text, WholeNumber
from ..unknown import Unknown

APPROVALS = ("always", "never")
CALLERS = ("direct", "programmatic")
CONNECTORS = (
    "connector_dropbox",
    "connector_gmail",
    "connector_googlecalendar",
    "connector_googledrive",
    "connector_microsoftteams",
    "connector_outlookcalendar",
    "connector_outlookemail",
    "connector_sharepoint",
)
MEMORY_LIMITS = ("1g", "4g", "16g", "64g")
CONTEXT_SIZES = ("low", "medium", "high")
QUERY_TYPES = ("simple", "semantic", "vector", "vector_simple_hybrid", "vector_semantic_hybrid")
RANKERS = ("auto", "default-2024-11-15")
A2A_VERSION = "1.0"
MAX_RESULTS = 50

TYPE = ListOf(Either(str, Text(), AnyMap()), "[code_interpreter]")

_SERVERS = ("server_url", "project_connection_id", "connector_id", "tunnel_id")
_CREDENTIAL_HEADERS = {"authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "apikey"}
_AUTH_SCHEMES: dict[str, tuple[str, ...]] = {
    "anonymous": (),
    "managed_identity": ("audience",),
    "project_connection": ("project_connection_id",),
}
_USE_CONNECTION = (
    "remove it here, keep it in a connection of the project, and set project_connection_id to that (docs/tools.md)"
)


def _secret(_value: Any, path: str, issues: Issues) -> Any:
    """Never returns the value: nothing must keep it."""
    issues.refuse(path, "is a credential, and everyone who can read the toolbox can read it", _USE_CONNECTION)


def _headers(value: Any, path: str, issues: Issues) -> Any:
    for name in value if isinstance(value, dict) else ():
        place = under(path, name)
        if isinstance(name, str) and name.lower() in _CREDENTIAL_HEADERS:
            _secret(None, place, issues)
        elif isinstance(name, str) and sounds_secret(name.replace("-", "_")):
            issues.warn(
                place,
                "is named like a secret, and everyone who can read the toolbox can read its value",
                "if it is a secret, keep it in a connection, and set project_connection_id to that",
            )
    return _HEADERS.check(value, path, issues)


def _check_auth(value: Any, path: str, issues: Issues) -> Any:
    """The scheme decides which keys there are."""
    given = {"type": value} if isinstance(value, str) else value
    if not isinstance(given, dict):
        return _AUTH.check(given, path, issues)
    kind = given.get("type")
    needed = _AUTH_SCHEMES.get(kind, ()) if isinstance(kind, str) else ()
    scheme = Record(tuple(Field(name, Text(1), "", required=True) for name in needed), "{audience: https://…}")
    known = (_AUTH_TYPE, Field("security_scheme", scheme, "", required=True)) if needed else (_AUTH_TYPE,)
    if isinstance(kind, str) and kind in _AUTH_SCHEMES:
        return check_fields(given, known, issues, path)
    _AUTH_TYPE.check(kind, f"{path}.type", issues)
    return given


def _check_indexes(value: Any, path: str, issues: Issues) -> Any:
    checked = _INDEXES.check(value, path, issues)
    for number, index in enumerate(checked if isinstance(checked, list) else ()):
        if not isinstance(index, dict) or index.get("index_asset_id") is not None:
            continue
        for key in ("project_connection_id", "index_name"):
            if index.get(key) is None:
                issues.refuse(f"{path}[{number}].{key}", "is required", "set it, or set index_asset_id")
    return checked


_TEXTS = ListOf(Text(1), "[a, b]")
_HEADERS = MapOf(Text(), "{X-Team: payments}")
_URL = Form(re.compile(r"https?://[^\s/?#]+[^\s]*"), "a URL", "http://… or https://…")
_FILTER = Record((Field("tool_names", _TEXTS, ""), Field("read_only", Flag(), "")), "{tool_names: [search]}")
_APPROVALS = Record((Field("always", _FILTER, ""), Field("never", _FILTER, "")), "{never: {tool_names: [search]}}")
_CALLERS = Field("allowed_callers", ListOf(Choice(CALLERS), "[direct]"), "Who may call it.")
_AUTH_TYPE = Field("type", Choice(tuple(_AUTH_SCHEMES)), "", required=True)
_AUTH = Record((_AUTH_TYPE,), "{type: anonymous}")
_INDEX = Record(
    (
        Field("project_connection_id", Text(1), ""),
        Field("index_name", Text(1), ""),
        Field("query_type", Choice(QUERY_TYPES), ""),
        Field("top_k", WholeNumber(1, 1000, "results"), ""),
        Field("filter", Text(1), ""),
        Field("index_asset_id", Text(1), ""),
    ),
    "{project_connection_id: search, index_name: docs}",
)
_INDEXES = ListOf(_INDEX, "[{project_connection_id: search, index_name: docs}]", shortest=1)
_LABEL = Form(
    re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"),
    "a label",
    "1-64 letters, digits, `_` and `-`, starting with a letter or digit",
)

COMMON_KEYS = (
    Field(
        "name",
        Text(1),
        "Name of the tool in the toolbox. Default: its type, if only one tool has that type.",
    ),
    Field("description", Text(), "What the tool is for."),
    Field(
        "tool_configs",
        MapOf(
            Record((Field("pin", Flag(), ""), Field("additional_search_text", Text(), "")), "{pin: true}"),
            "{'*': {pin: true}}",
        ),
        "By the name of a tool, or `*`: whether it is listed when tools are found by search (`pin`), and more text to "
        "find it by.",
        limits="pin, additional_search_text",
    ),
)

TOOLS: dict[str, tuple[Field, ...]] = {
    "code_interpreter": (
        Field(
            "container",
            Either(
                str,
                Text(1),
                Record(
                    (
                        Field("type", Choice(("auto",)), "", required=True),
                        Field("file_ids", _TEXTS, ""),
                        Field("memory_limit", Choice(MEMORY_LIMITS), ""),
                        Field("network_policy", AnyMap(), ""),
                    ),
                    "{type: auto}",
                ),
            ),
            "The container that runs the code: its ID, or how to create one.",
            limits=f"type: auto, file_ids, memory_limit ({', '.join(MEMORY_LIMITS)}), network_policy",
        ),
        _CALLERS,
    ),
    "file_search": (
        Field("vector_store_ids", ListOf(Text(1), "[vs_1]", shortest=1), "The vector stores to search."),
        Field("max_num_results", WholeNumber(1, MAX_RESULTS, "results"), "Maximum number of passages to find."),
        Field(
            "ranking_options",
            Record(
                (
                    Field("ranker", Choice(RANKERS), ""),
                    Field("score_threshold", Number(0, 1), ""),
                    Field("hybrid_search", AnyMap(), ""),
                ),
                "{ranker: auto}",
            ),
            "How passages are ranked.",
            limits="ranker, score_threshold (0-1), hybrid_search",
        ),
        Field("filters", AnyMap(), "Which files to search, by their attributes."),
    ),
    "mcp": (
        Field("server_label", _LABEL, "Label of the MCP server, and prefix of its tools' names.", required=True),
        Field("server_url", _URL, "URL of the server."),
        Field(
            "project_connection_id",
            Text(1),
            "The connection of the project that has the credentials for the server.",
            limits="the name or the ID of a connection",
        ),
        Field("connector_id", Choice(CONNECTORS), "A connector of the platform, instead of a URL."),
        Field("tunnel_id", Text(1), "A secure MCP tunnel, instead of a URL."),
        Field("server_description", Text(), "What the server offers."),
        Field("headers", _HEADERS, "HTTP headers for the server. Everyone can read them: no credentials.", _headers),
        Field(
            "allowed_tools",
            Either(list, _TEXTS, _FILTER),
            "The tools of the server that the toolbox offers. Default: all.",
            limits="a list of names, or {tool_names, read_only}",
        ),
        _CALLERS,
        Field(
            "require_approval",
            Either(dict, _APPROVALS, Choice(APPROVALS)),
            "Whether the agent must ask its user first. The platform does not enforce it.",
            limits="always, never, or {always: {tool_names}, never: {tool_names}}",
        ),
        Field("defer_loading", Flag(), "Whether the server's tools are found by search only."),
    ),
    "web_search": (
        Field("external_web_access", Flag(), "Whether live pages may be fetched."),
        Field(
            "filters",
            Record((Field("allowed_domains", _TEXTS, ""),), "{allowed_domains: [learn.microsoft.com]}"),
            "Which sites to search.",
            limits="allowed_domains",
        ),
        Field(
            "user_location",
            Record(
                (
                    Field("type", Choice(("approximate",)), "", required=True),
                    Field("country", Text(1), ""),
                    Field("region", Text(1), ""),
                    Field("city", Text(1), ""),
                    Field("timezone", Text(1), ""),
                ),
                "{type: approximate, country: CH}",
            ),
            "Approximate location of the user.",
            limits="type: approximate, country, region, city, timezone",
        ),
        Field("search_context_size", Choice(CONTEXT_SIZES), "How much of the context the results may take."),
        Field(
            "custom_search_configuration",
            Record(
                (
                    Field("project_connection_id", Text(1), "", required=True),
                    Field("instance_name", Text(1), "", required=True),
                ),
                "{project_connection_id: bing, instance_name: docs}",
            ),
            "An instance of Bing Custom Search.",
            limits="project_connection_id, instance_name",
        ),
    ),
    "openapi": (
        Field(
            "openapi",
            Record(
                (
                    Field("name", Text(1), "", required=True),
                    Field("description", Text(), ""),
                    Field("spec", AnyMap(), "", required=True),
                    Field("auth", _AUTH, "", _check_auth, required=True),
                    Field("default_params", _TEXTS, ""),
                    Field("functions", ListOf(AnyMap(), "[{name: search}]"), ""),
                ),
                "{name: weather, spec: {…}, auth: anonymous}",
            ),
            "The HTTP API: its name, what it is for, its OpenAPI description, and how calls are authorized.",
            limits="name, description, spec, auth {type: anonymous, managed_identity or project_connection, "
            "security_scheme}, default_params, functions",
            required=True,
        ),
    ),
    "azure_ai_search": (
        Field(
            "azure_ai_search",
            Record(
                (Field("indexes", _INDEXES, "", _check_indexes, required=True),),
                "{indexes: [{project_connection_id: search, index_name: docs}]}",
            ),
            "The indexes to search.",
            limits=f"indexes: [{{project_connection_id, index_name, query_type ({', '.join(QUERY_TYPES)}), top_k, "
            "filter, index_asset_id}]",
            required=True,
        ),
    ),
    "a2a": (
        Field("base_url", _URL, "URL of the other agent."),
        Field("project_connection_id", Text(1), "The connection that has its address and credentials."),
        Field(
            "a2a_version",
            Choice((A2A_VERSION,)),
            "Version of the A2A protocol that it speaks.",
            limits=f"{A2A_VERSION}, which is the default",
            default=A2A_VERSION,
        ),
        Field(
            "agent_card_path",
            Text(1),
            "Path of its agent card, below the URL. The service's default: /.well-known/agent-card.json.",
        ),
        Field(
            "send_credentials_for_agent_card",
            Flag(),
            "Whether credentials are sent for the card too. The service's default: false.",
        ),
    ),
    "toolbox_search": (),
}
"""The keys of each type, besides `type` and `COMMON_KEYS`."""

UNCHECKED_TYPES = (
    "a2a_preview",
    "browser_automation",
    "browser_automation_preview",
    "fabric_iq_preview",
    "reminder_preview",
    "shell",
    "toolbox_search_preview",
    "web_iq_preview",
    "work_iq_preview",
)
"""Other types that the SDK has; their keys are not checked."""
TYPES = (*TOOLS, *UNCHECKED_TYPES)

# Types of which at least one of these keys must be set.
_ONE_OF = {"mcp": _SERVERS, "a2a": ("base_url", "project_connection_id")}
_TYPE_KEY = Field("type", Text(), "")
_AUTHORIZATION = Field("authorization", Text(), "", _secret)  # the SDK has it


def check(value: Any, path: str, issues: Issues) -> Any:
    """Checks a list of tools; returns them as the SDK has them, each with an identifier."""
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, list):
        issues.refuse(path, f"{shown(value)} is not a list", f"for example {TYPE.example}")
        return value
    tools = [_check_tool(one, f"{path}[{index}]", issues) for index, one in enumerate(value)]
    named = with_names(tools)
    _check_identifiers(named, path, issues)
    return named


def with_names(tools: list[Any]) -> list[Any]:
    """The tools; one without a name is named after its type, if only one has that type.

    An API gets the name in its definition.
    """
    nameless = [_default_name(tool) for tool in tools if _identifier(tool) is None]
    taken = [_identifier(tool) for tool in tools]
    found = []
    for tool in tools:
        name = _default_name(tool) if _identifier(tool) is None else None
        unique = isinstance(name, str) and nameless.count(name) == 1 and name not in taken
        found.append({**tool, "name": name} if unique else tool)
    return found


def _check_tool(value: Any, path: str, issues: Issues) -> Any:
    if isinstance(value, Unknown):
        return value
    tool = {"type": value} if isinstance(value, str) else value
    if not isinstance(tool, dict):
        issues.refuse(path, f"{shown(value)} is not a tool", "use its type, or {type: …} with more keys")
        return value
    kind = tool.get("type")
    if isinstance(kind, Unknown):
        return tool
    if not isinstance(kind, str) or kind not in TYPES:
        place = path if isinstance(value, str) else f"{path}.type"
        likely = nearest(kind, TYPES)
        reason = "is required" if kind is None else f"{shown(kind)} is not a tool type"
        issues.refuse(place, reason, f"did you mean `{likely}`?" if likely else f"use {', '.join(TOOLS)}")
        return tool
    if kind in TOOLS:
        checked = _check_known(kind, tool, path, issues)
    else:
        issues.warn(path, f"the keys of a `{kind}` are not checked", "check them against the SDK")
        checked = {key: one for key, one in tool.items() if one is not None}
    _check_for_credentials(tool, path, issues)
    return checked


def _check_known(kind: str, tool: dict[Any, Any], path: str, issues: Issues) -> dict[Any, Any]:
    known = [_TYPE_KEY, *COMMON_KEYS, *TOOLS[kind]]
    if kind == "mcp":
        known.append(_AUTHORIZATION)
    checked = check_fields(tool, known, issues, path)
    one_of = _ONE_OF.get(kind, ())
    if one_of and not any(checked.get(key) is not None for key in one_of):
        place, *others = one_of
        issues.refuse(f"{path}.{place}", "is required", f"set it, or set {' or '.join(others)}")
    if kind == "file_search" and "vector_store_ids" not in checked:
        issues.warn(path, "searches no vector store", "set vector_store_ids")
    return checked


def _check_identifiers(tools: list[Any], path: str, issues: Issues) -> None:
    """Every tool has an identifier of its own."""
    seen: list[str] = []
    for index, tool in enumerate(tools):
        identifier = _identifier(tool)
        if identifier is None and _default_name(tool):
            issues.refuse(
                f"{path}[{index}].name",
                f"is required, since several tools would be named `{_default_name(tool)}`",
                "set a name for each of them",
            )
        elif isinstance(identifier, str):
            if identifier in seen:
                key = "server_label" if tool["type"] == "mcp" else "name"
                issues.refuse(f"{path}[{index}].{key}", f"{shown(identifier)} is used twice", "use another one")
            seen.append(identifier)


def _identifier(tool: Any) -> Any:
    """The label of its server, or its name; None if it has neither, or is not a tool."""
    if not isinstance(tool, dict):
        return None
    return tool.get("server_label") if tool.get("type") == "mcp" else tool.get("name")


def _default_name(tool: Any) -> str | None:
    """The name of a tool without one; None for what is not a tool, or has a label instead."""
    if not isinstance(tool, dict) or not isinstance(tool.get("type"), str) or tool["type"] == "mcp":
        return None
    inner = tool.get("openapi") if tool["type"] == "openapi" else None
    name = inner.get("name") if isinstance(inner, dict) else None
    if name is not None:
        return name if isinstance(name, str) else None
    return str(tool["type"]) if tool["type"] in TYPES else None


def _check_for_credentials(tool: dict[Any, Any], path: str, issues: Issues) -> None:
    """Refuses credentials, since everyone who can read the toolbox can read its tools. Shows no value."""
    refused = {problem.path for problem in issues.problems}
    for place, text in _texts(tool, path):
        kind = credential_format(text)
        if kind is None or place in refused:
            continue
        if ".openapi.spec." in place:
            # Such descriptions have examples.
            issues.warn(place, f"has the format of a credential ({kind})", "make sure that it is only an example")
        else:
            issues.refuse(
                place,
                f"has the format of a credential ({kind}), and everyone who can read the toolbox can read it",
                _USE_CONNECTION,
            )


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _texts(one, under(path, key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _texts(one, f"{path}[{index}]")
