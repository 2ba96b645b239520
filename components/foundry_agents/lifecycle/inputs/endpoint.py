"""What an agent's endpoint is like besides its traffic: protocols, authorization schemes and agent card.

What the program does not name is left as it is. Source: `AgentEndpointConfig` and `AgentCard` of
azure-ai-projects 2.10; PATCH of an agent, recorded test traffic, 2026-07 (arrays are replaced whole).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..errors.input_issue import Issues, shown
from .schema import Field, Record
from .types import Choice, ListOf, Text

SCHEMES = ("Entra", "BotService", "BotServiceRbac", "BotServiceTenant")
_SDK = "azure-ai-projects 2.10"


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


def check_schemes(value: Any, path: str, issues: Issues) -> Any:
    """Checks the list of authorization schemes."""
    checked = SCHEMES_TYPE.check(value, path, issues)
    for index, scheme in enumerate(checked if isinstance(checked, list) else ()):
        if isinstance(scheme, str) and scheme in checked[:index]:
            issues.refuse(f"{path}[{index}]", f"{shown(scheme)} is listed twice", "list each scheme once")
    return checked


SCHEMES_TYPE = ListOf(Choice(SCHEMES, "a scheme"), "[Entra]", shortest=1)

_SKILL = Record(
    (
        Field("id", Text(1), "Id of the skill.", source=_SDK, required=True),
        Field("name", Text(1), "Name of the skill.", source=_SDK, required=True),
        Field("description", Text(), "What the skill does.", source=_SDK),
        Field("tags", ListOf(Text(), "[finance]"), "Tags to find the skill by.", source=_SDK),
        Field("examples", ListOf(Text(), "['Sum up this invoice']"), "Prompts that use the skill.", source=_SDK),
    ),
    "{id: sum, name: Sums up}",
    name="AgentSkill",
    description="Something that an agent can do.",
)

CARD_TYPE = Record(
    (
        Field("version", Text(1), "Version of the card.", source=_SDK, required=True),
        Field("description", Text(), "What the agent does.", source=_SDK),
        Field("skills", ListOf(_SKILL, "[{id: sum, name: Sums up}]"), "What the agent can do.", source=_SDK),
    ),
    "{version: '1.0', skills: [{id: sum, name: Sums up}]}",
    name="AgentCard",
    description="How an agent presents itself to other agents.",
)
