"""An agent's endpoint besides its traffic: protocols, authorization schemes and agent card.

Whatever the program does not set stays as it is. Source: `AgentEndpointConfig` and `AgentCard` of
azure-ai-projects 2.10; PATCH of an agent, recorded test traffic, 2026-07 (arrays are replaced as a whole).
"""

from __future__ import annotations

from collections.abc import Collection

from ..inputs.schema import Inputs
from .answers import Agent, AgentPatch, Endpoint, JsonObject

_URL_PATHS = {"responses": "openai/responses"}


def protocol_url(project_endpoint: str, agent_name: str, protocol: str) -> str:
    """The URL of an agent for a protocol. Source: hosted-agent documentation, agent endpoint."""
    scheme, _, rest = project_endpoint.partition("://")
    if protocol.endswith("_ws"):
        scheme = {"https": "wss", "http": "ws"}.get(scheme, scheme)
    return f"{scheme}://{rest}{protocol_path(agent_name, protocol)}?api-version=v1"


def protocol_path(agent_name: str, protocol: str) -> str:
    """Its path below the project endpoint."""
    return f"/agents/{agent_name}/endpoint/protocols/{_URL_PATHS.get(protocol, protocol)}"


def open_protocols(agent: Agent) -> list[str]:
    """The protocols that the endpoint answers to. The service returns a list, a map, or both."""
    endpoint = agent.get("agent_endpoint") or {}
    return sorted({*(endpoint.get("protocols") or []), *(endpoint.get("protocol_configuration") or {})})


def schemes(agent: Agent) -> list[str]:
    """The authorization schemes, by type."""
    given = (agent.get("agent_endpoint") or {}).get("authorization_schemes") or []
    return [str(scheme.get("type")) for scheme in given]


def card_as_set(agent: Agent, wanted: JsonObject) -> JsonObject:
    """The agent card, with only the keys that the program sets."""
    card = agent.get("agent_card") or {}
    return {key: _as_set(card.get(key), value) for key, value in wanted.items() if card.get(key) is not None}


def patch_for(inputs: Inputs, agent: Agent, formerly: Collection[str]) -> AgentPatch:
    """The merge-patch that makes the endpoint what the program sets; empty if it is so already.

    `formerly` are the protocols that the program set before: those that it no longer sets are closed.
    """
    wanted = [record["protocol"] for record in inputs["protocol_versions"]]
    present = open_protocols(agent)
    protocols: dict[str, JsonObject | None] = {name: {} for name in wanted if name not in present}
    protocols |= {name: None for name in present if name in formerly and name not in wanted}
    endpoint: Endpoint = {"protocol_configuration": protocols} if protocols else {}
    wanted_schemes = inputs.get("authorization_schemes")
    if wanted_schemes is not None and wanted_schemes != schemes(agent):
        endpoint["authorization_schemes"] = [{"type": scheme} for scheme in wanted_schemes]
    patch: AgentPatch = {"agent_endpoint": endpoint} if endpoint else {}
    card = inputs.get("agent_card")
    if card is not None and card_as_set(agent, card) != card:
        patch["agent_card"] = card
    return patch


def _as_set(theirs: object, wanted: object) -> object:
    """The value of the service, without the keys that it added to maps in lists."""
    if isinstance(theirs, list) and isinstance(wanted, list) and len(theirs) == len(wanted):
        return [_as_set(item, one) for item, one in zip(theirs, wanted, strict=True)]
    if isinstance(theirs, dict) and isinstance(wanted, dict):
        return {key: _as_set(theirs[key], wanted[key]) for key in wanted if key in theirs}
    return theirs
