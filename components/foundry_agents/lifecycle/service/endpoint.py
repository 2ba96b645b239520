"""An agent's endpoint besides its traffic: protocols, authorization schemes and agent card.

Whatever the program does not set stays as it is. Source: `AgentEndpointConfig` and `AgentCard` of
azure-ai-projects 2.10; PATCH of an agent, recorded test traffic, 2026-07 (arrays are replaced as a whole).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

_URL_PATHS = {"responses": "openai/responses"}


def protocol_url(project_endpoint: str, agent_name: str, protocol: str) -> str:
    """Where an agent is called by this protocol. Source: hosted-agent documentation, agent endpoint."""
    scheme, _, rest = project_endpoint.partition("://")
    if protocol.endswith("_ws"):
        scheme = {"https": "wss", "http": "ws"}.get(scheme, scheme)
    return f"{scheme}://{rest}{protocol_path(agent_name, protocol)}?api-version=v1"


def protocol_path(agent_name: str, protocol: str) -> str:
    """The same, below the endpoint of the project."""
    return f"/agents/{agent_name}/endpoint/protocols/{_URL_PATHS.get(protocol, protocol)}"


def open_protocols(existing: Mapping[str, Any]) -> list[str]:
    """The protocols that the endpoint answers to. The service shows a list, a map, or both."""
    endpoint = existing.get("agent_endpoint") or {}
    return sorted({*(endpoint.get("protocols") or []), *(endpoint.get("protocol_configuration") or {})})


def schemes(existing: Mapping[str, Any]) -> list[str]:
    """The authorization schemes, by type."""
    given = (existing.get("agent_endpoint") or {}).get("authorization_schemes") or []
    return [str(scheme.get("type")) for scheme in given]


def card_as_named(existing: Mapping[str, Any], named: Mapping[str, Any]) -> dict[str, Any]:
    """The card as it is, with the keys that the program names."""
    card = existing.get("agent_card") or {}
    return {key: _as_named(card.get(key), value) for key, value in named.items() if card.get(key) is not None}


def change_of(inputs: Mapping[str, Any], existing: Mapping[str, Any], formerly: Collection[str]) -> dict[str, Any]:
    """The merge-patch that makes the endpoint what the program names; empty if it is.

    `formerly` are the protocols that the program named before: those that it names no more are closed.
    """
    named = [record["protocol"] for record in inputs["protocol_versions"]]
    present = open_protocols(existing)
    protocols: dict[str, Any] = {name: {} for name in named if name not in present}
    protocols |= {name: None for name in present if name in formerly and name not in named}
    endpoint: dict[str, Any] = {"protocol_configuration": protocols} if protocols else {}
    wanted = inputs.get("authorization_schemes")
    if wanted is not None and wanted != schemes(existing):
        endpoint["authorization_schemes"] = [{"type": scheme} for scheme in wanted]
    patch: dict[str, Any] = {"agent_endpoint": endpoint} if endpoint else {}
    card = inputs.get("agent_card")
    if card is not None and card_as_named(existing, card) != card:
        patch["agent_card"] = card
    return patch


def _as_named(theirs: Any, named: Any) -> Any:
    """What the service shows, without the keys that it added to maps in lists."""
    if isinstance(theirs, list) and isinstance(named, list) and len(theirs) == len(named):
        return [_as_named(item, one) for item, one in zip(theirs, named, strict=True)]
    if isinstance(theirs, dict) and isinstance(named, dict):
        return {key: _as_named(theirs[key], named[key]) for key in named if key in theirs}
    return theirs
