"""The tools of a toolbox: their types, the keys of each, and the check of a list of them.

Sources: `ToolboxTool` and its subclasses in azure-ai-projects 2.10; that at most one tool may be without `name` and
`server_label`: live reports, 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from ...errors.problem import Findings, nearest, shown, under
from ..credentials import credential_format, sounds_secret
from ..scalars import check_choice, check_flag, check_form, check_text, check_whole_number
from ..schema import Check
from ..unknown import Unknown
from .values import any_map, check_keys, either, list_of, map_of, map_with, number_between, some_text, url

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
SERVER_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")

_SERVERS = ("server_url", "project_connection_id", "connector_id", "tunnel_id")
_CREDENTIAL_HEADERS = {"authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "apikey"}
_AUTH_SCHEMES: dict[str, tuple[str, ...]] = {
    "anonymous": (),
    "managed_identity": ("audience",),
    "project_connection": ("project_connection_id",),
}
_USE_CONNECTION = (
    "remove it here, keep it in a connection of the project, and name that in project_connection_id (docs/tools.md)"
)


@dataclass(frozen=True)
class Key:
    """One key of a tool."""

    name: str
    type: str
    description: str
    check: Check
    limits: str = ""
    required: bool = False


def _secret(_value: Any, path: str, findings: Findings) -> Any:
    """Never gives the value back: nothing must keep it."""
    findings.refuse(path, "is a credential, and everyone who may read the toolbox could read it", _USE_CONNECTION)


def _headers(value: Any, path: str, findings: Findings) -> Any:
    if not isinstance(value, dict):
        return any_map(value, path, findings)
    for name in value:
        place = under(path, name)
        if isinstance(name, str) and name.lower() in _CREDENTIAL_HEADERS:
            _secret(None, place, findings)
        elif isinstance(name, str) and sounds_secret(name.replace("-", "_")):
            findings.warn(
                place,
                "sounds like a secret, and everyone who may read the toolbox can read its value",
                "if it is one, keep it in a connection and name that in project_connection_id",
            )
    return map_of(check_text)(value, path, findings)


def _check_auth(value: Any, path: str, findings: Findings) -> Any:
    if isinstance(value, Unknown):
        return value
    if isinstance(value, str):
        value = {"type": value}
    if not isinstance(value, dict):
        findings.refuse(path, f"{shown(value)} is not a map", "for example {type: anonymous}")
        return value
    kind = check_choice(value.get("type"), f"{path}.type", findings, allowed=_AUTH_SCHEMES)
    if not isinstance(kind, str) or kind not in _AUTH_SCHEMES:
        return value
    needed = _AUTH_SCHEMES[kind]
    keys: dict[str, Check] = {"type": lambda one, _path, _findings: one}
    if needed:
        keys["security_scheme"] = map_with(dict.fromkeys(needed, some_text), required=needed)
    return check_keys(value, path, findings, keys, tuple(keys))


_TEXTS = list_of(some_text)
_FILTER = map_with({"tool_names": _TEXTS, "read_only": check_flag})
_APPROVAL = partial(check_choice, allowed=APPROVALS)
_CALLERS = Key(
    "allowed_callers",
    "list of string",
    "Who may call it.",
    list_of(partial(check_choice, allowed=CALLERS)),
    ", ".join(CALLERS),
)

COMMON_KEYS = (
    Key(
        "name",
        "string",
        "Its name among the tools of the toolbox. Default: its type, where only one has it.",
        some_text,
    ),
    Key("description", "string", "What it is for.", check_text),
    Key(
        "tool_configs",
        "map",
        "By the name of a tool, or `*`: whether it is listed although tools are searched (`pin`), and text that it is "
        "found by too.",
        map_of(map_with({"pin": check_flag, "additional_search_text": check_text})),
        "pin, additional_search_text",
    ),
)

TOOLS: dict[str, tuple[Key, ...]] = {
    "code_interpreter": (
        Key(
            "container",
            "string or map",
            "The container that runs the code: the id of one, or how to make it.",
            either(
                str,
                some_text,
                map_with(
                    {
                        "type": partial(check_choice, allowed=("auto",)),
                        "file_ids": _TEXTS,
                        "memory_limit": partial(check_choice, allowed=MEMORY_LIMITS),
                        "network_policy": any_map,
                    },
                    required=("type",),
                ),
            ),
            f"type: auto, file_ids, memory_limit ({', '.join(MEMORY_LIMITS)}), network_policy",
        ),
        _CALLERS,
    ),
    "file_search": (
        Key("vector_store_ids", "list of string", "The vector stores to search.", list_of(some_text, shortest=1)),
        Key(
            "max_num_results",
            "number",
            "How many passages to find at most.",
            partial(check_whole_number, low=1, high=MAX_RESULTS, unit="results"),
            f"1-{MAX_RESULTS}",
        ),
        Key(
            "ranking_options",
            "map",
            "How passages are ranked.",
            map_with(
                {
                    "ranker": partial(check_choice, allowed=RANKERS),
                    "score_threshold": number_between(0, 1),
                    "hybrid_search": any_map,
                }
            ),
            "ranker, score_threshold (0-1), hybrid_search",
        ),
        Key("filters", "map", "Which files to search, by their attributes.", any_map),
    ),
    "mcp": (
        Key(
            "server_label",
            "string",
            "Label of the MCP server; the names of its tools begin with it.",
            partial(
                check_form,
                form=SERVER_LABEL,
                what="a label",
                cure="use 1-64 letters, digits, `_` and `-`, a letter or digit first",
            ),
            "1-64 letters, digits, `_`, `-`",
            required=True,
        ),
        Key("server_url", "string", "Its URL.", url, "http:// or https://"),
        Key(
            "project_connection_id",
            "string",
            "The connection of the project that has the credentials for the server.",
            some_text,
            "the name or the id of a connection",
        ),
        Key(
            "connector_id",
            "string",
            "A connector of the platform in place of a URL.",
            partial(check_choice, allowed=CONNECTORS),
            ", ".join(CONNECTORS),
        ),
        Key("tunnel_id", "string", "A secure MCP tunnel in place of a URL.", some_text),
        Key("server_description", "string", "What the server offers.", check_text),
        Key("headers", "map of string", "HTTP headers for the server, readable by all; no credentials.", _headers),
        Key(
            "allowed_tools",
            "list or map",
            "The tools of the server that the toolbox offers. Default: all.",
            either(list, _TEXTS, _FILTER),
            "a list of names, or {tool_names, read_only}",
        ),
        _CALLERS,
        Key(
            "require_approval",
            "string or map",
            "Whether the agent has to ask its user first; the platform does not enforce it.",
            either(dict, map_with({"always": _FILTER, "never": _FILTER}), _APPROVAL),
            "always, never, or {always: {tool_names}, never: {tool_names}}",
        ),
        Key("defer_loading", "boolean", "Whether its tools are found by search only.", check_flag),
    ),
    "web_search": (
        Key("external_web_access", "boolean", "Whether live pages may be fetched.", check_flag),
        Key("filters", "map", "Which sites to search.", map_with({"allowed_domains": _TEXTS}), "allowed_domains"),
        Key(
            "user_location",
            "map",
            "Where the user is, about.",
            map_with(
                {
                    "type": partial(check_choice, allowed=("approximate",)),
                    "country": some_text,
                    "region": some_text,
                    "city": some_text,
                    "timezone": some_text,
                },
                required=("type",),
            ),
            "type: approximate, country, region, city, timezone",
        ),
        Key(
            "search_context_size",
            "string",
            "How much of the context the results may take.",
            partial(check_choice, allowed=CONTEXT_SIZES),
            ", ".join(CONTEXT_SIZES),
        ),
        Key(
            "custom_search_configuration",
            "map",
            "An instance of Bing Custom Search.",
            map_with(
                {"project_connection_id": some_text, "instance_name": some_text},
                required=("project_connection_id", "instance_name"),
            ),
            "project_connection_id, instance_name",
        ),
    ),
    "openapi": (
        Key(
            "openapi",
            "map",
            "The HTTP API: its name, what it is for, its OpenAPI description, and how calls are authorized.",
            map_with(
                {
                    "name": some_text,
                    "description": check_text,
                    "spec": any_map,
                    "auth": _check_auth,
                    "default_params": _TEXTS,
                    "functions": list_of(any_map),
                },
                required=("name", "spec", "auth"),
            ),
            "name, description, spec, auth {type: anonymous, managed_identity or project_connection, "
            "security_scheme}, default_params, functions",
            required=True,
        ),
    ),
    "azure_ai_search": (
        Key(
            "azure_ai_search",
            "map",
            "The indexes to search.",
            map_with(
                {
                    "indexes": list_of(
                        map_with(
                            {
                                "project_connection_id": some_text,
                                "index_name": some_text,
                                "query_type": partial(check_choice, allowed=QUERY_TYPES),
                                "top_k": partial(check_whole_number, low=1, high=1000, unit="results"),
                                "filter": some_text,
                                "index_asset_id": some_text,
                            }
                        ),
                        shortest=1,
                    )
                },
                required=("indexes",),
            ),
            f"indexes: [{{project_connection_id, index_name, query_type ({', '.join(QUERY_TYPES)}), top_k, filter, "
            "index_asset_id}]",
            required=True,
        ),
    ),
    "a2a": (
        Key("base_url", "string", "URL of the other agent.", url, "http:// or https://"),
        Key("project_connection_id", "string", "The connection with its address and credentials.", some_text),
        Key(
            "a2a_version",
            "string",
            "Version of the A2A protocol that it speaks.",
            partial(check_choice, allowed=(A2A_VERSION,)),
            f"{A2A_VERSION}, which is the default",
        ),
        Key(
            "agent_card_path",
            "string",
            "Where its card is, below the URL. The service's default: /.well-known/agent-card.json.",
            some_text,
        ),
        Key(
            "send_credentials_for_agent_card",
            "boolean",
            "Whether credentials are sent for the card too. The service's default: false.",
            check_flag,
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
"""What the SDK has too; its keys are the user's to know."""
TYPES = (*TOOLS, *UNCHECKED_TYPES)

# What at least one of must be set.
_ONE_OF = {"mcp": _SERVERS, "a2a": ("base_url", "project_connection_id")}


def check(value: Any, path: str, findings: Findings) -> Any:
    """Checks a list of tools; gives them back as the SDK has them, each with an identifier."""
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, list):
        findings.refuse(path, "must be a list of tools", "for example [code_interpreter]")
        return value
    tools = [_check_tool(one, f"{path}[{index}]", findings) for index, one in enumerate(value)]
    named = with_names(tools)
    _check_identifiers(named, path, findings)
    return named


def with_names(tools: list[Any]) -> list[Any]:
    """The tools, those without a name called by their type where that is theirs alone.

    An API is called by the name that its definition has.
    """
    nameless = [_default_name(tool) for tool in tools if _identifier(tool) is None]
    taken = [_identifier(tool) for tool in tools]
    found = []
    for tool in tools:
        name = _default_name(tool) if _identifier(tool) is None else None
        unique = isinstance(name, str) and nameless.count(name) == 1 and name not in taken
        found.append({**tool, "name": name} if unique else tool)
    return found


def _check_tool(value: Any, path: str, findings: Findings) -> Any:
    if isinstance(value, Unknown):
        return value
    tool = {"type": value} if isinstance(value, str) else value
    if not isinstance(tool, dict):
        findings.refuse(path, f"{shown(value)} is not a tool", "write its type, or {type: …} with more keys")
        return value
    kind = tool.get("type")
    if isinstance(kind, Unknown):
        return tool
    if not isinstance(kind, str) or kind not in TYPES:
        place = path if isinstance(value, str) else f"{path}.type"
        likely = nearest(kind, TYPES)
        reason = "is missing" if kind is None else f"{shown(kind)} is not a type of tool"
        findings.refuse(place, reason, f"did you mean `{likely}`?" if likely else f"use {', '.join(TOOLS)}")
        return tool
    if kind in TOOLS:
        checked = _check_known(kind, tool, path, findings)
    else:
        findings.warn(path, f"the keys of a `{kind}` are not checked", "see that they are as the SDK has them")
        checked = {key: one for key, one in tool.items() if one is not None}
    _check_for_credentials(tool, path, findings)
    return checked


def _check_known(kind: str, tool: dict[Any, Any], path: str, findings: Findings) -> dict[Any, Any]:
    known = (*COMMON_KEYS, *TOOLS[kind])
    keys: dict[str, Check] = {"type": lambda value, _path, _findings: value, **{key.name: key.check for key in known}}
    if kind == "mcp":
        keys["authorization"] = _secret
    checked = check_keys(tool, path, findings, keys, tuple(key.name for key in known if key.required))
    one_of = _ONE_OF.get(kind, ())
    if one_of and not any(checked.get(key) is not None for key in one_of):
        place, *others = one_of
        findings.refuse(f"{path}.{place}", "is missing", f"set it, or {' or '.join(others)}")
    if kind == "a2a":
        checked.setdefault("a2a_version", A2A_VERSION)
    if kind == "file_search" and "vector_store_ids" not in checked:
        findings.warn(path, "searches no vector store", "set vector_store_ids")
    if kind == "azure_ai_search":
        _check_indexes(checked.get(kind), f"{path}.{kind}", findings)
    return checked


def _check_indexes(value: Any, path: str, findings: Findings) -> None:
    indexes = value.get("indexes") if isinstance(value, dict) else None
    for number, index in enumerate(indexes if isinstance(indexes, list) else ()):
        if not isinstance(index, dict) or index.get("index_asset_id") is not None:
            continue
        for key in ("project_connection_id", "index_name"):
            if index.get(key) is None:
                findings.refuse(f"{path}.indexes[{number}].{key}", "is missing", "set it, or index_asset_id")


def _check_identifiers(tools: list[Any], path: str, findings: Findings) -> None:
    """Every tool has an identifier, and no two have the same."""
    seen: list[str] = []
    for index, tool in enumerate(tools):
        identifier = _identifier(tool)
        if identifier is None and _default_name(tool):
            findings.refuse(
                f"{path}[{index}].name",
                f"is missing, and `{_default_name(tool)}` does not tell the tools apart",
                "give each of them a name",
            )
        elif isinstance(identifier, str):
            if identifier in seen:
                key = "server_label" if tool["type"] == "mcp" else "name"
                findings.refuse(f"{path}[{index}].{key}", f"{shown(identifier)} is there twice", "use another")
            seen.append(identifier)


def _identifier(tool: Any) -> Any:
    """The label of its server, or its name; None if it has neither, or is no tool."""
    if not isinstance(tool, dict):
        return None
    return tool.get("server_label") if tool.get("type") == "mcp" else tool.get("name")


def _default_name(tool: Any) -> str | None:
    """What it is called where nobody says; None for what is no tool, or is called by its label."""
    if not isinstance(tool, dict) or not isinstance(tool.get("type"), str) or tool["type"] == "mcp":
        return None
    inner = tool.get("openapi") if tool["type"] == "openapi" else None
    name = inner.get("name") if isinstance(inner, dict) else None
    if name is not None:
        return name if isinstance(name, str) else None
    return str(tool["type"]) if tool["type"] in TYPES else None


def _check_for_credentials(tool: dict[Any, Any], path: str, findings: Findings) -> None:
    """Everyone who may read the toolbox can read its tools. Shows no value."""
    refused = {problem.path for problem in findings.problems}
    for place, text in _texts(tool, path):
        kind = credential_format(text)
        if kind is None or place in refused:
            continue
        if ".openapi.spec." in place:
            # Such descriptions come with examples.
            findings.warn(place, f"has the format of a credential ({kind})", "see that it is only an example")
        else:
            findings.refuse(
                place,
                f"has the format of a credential ({kind}), and everyone who may read the toolbox could read it",
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
