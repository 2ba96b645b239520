"""What an agent's endpoint is like besides its traffic: protocols, authorization schemes and agent card.

What the program does not name is left as it is. Source: `AgentEndpointConfig` and `AgentCard` of
azure-ai-projects 2.10; PATCH of an agent, recorded test traffic, 2026-07 (arrays are replaced whole).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..errors.problem import Findings, shown
from .scalars import check_choice, check_text
from .unknown import Unknown

SCHEMES = ("Entra", "BotService", "BotServiceRbac", "BotServiceTenant")
CARD_KEYS = ("version", "description", "skills")
SKILL_KEYS = ("id", "name", "description", "tags", "examples")


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


def check_schemes(value: Any, path: str, findings: Findings) -> Any:
    """Checks the list of authorization schemes."""
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, list) or not value:
        findings.refuse(path, "must be a list of schemes", f"choose from {', '.join(SCHEMES)}")
        return value
    for index, scheme in enumerate(value):
        check_choice(scheme, f"{path}[{index}]", findings, allowed=SCHEMES, what="a scheme")
        if isinstance(scheme, str) and scheme in value[:index]:
            findings.refuse(f"{path}[{index}]", f"{shown(scheme)} is there twice", "name each scheme once")
    return value


def check_card(value: Any, path: str, findings: Findings) -> Any:
    """Checks the agent card."""
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, dict):
        findings.refuse(path, "must be a map", "for example {version: '1.0', skills: [{id: sum, name: Sums up}]}")
        return value
    findings.refuse_unknown_keys(value, path, CARD_KEYS)
    check_text(value.get("version", ""), f"{path}.version", findings, shortest=1)
    if value.get("description") is not None:
        check_text(value["description"], f"{path}.description", findings)
    skills = value.get("skills")
    if isinstance(skills, list):
        for index, skill in enumerate(skills):
            _check_skill(skill, f"{path}.skills[{index}]", findings)
    elif skills is not None and not isinstance(skills, Unknown):
        findings.refuse(f"{path}.skills", "must be a list", "for example [{id: sum, name: Sums up}]")
    return {key: item for key, item in value.items() if item is not None}


def _check_skill(value: Any, path: str, findings: Findings) -> None:
    if isinstance(value, Unknown):
        return
    if not isinstance(value, dict):
        findings.refuse(path, "must be a map", "write {id: sum, name: Sums up}")
        return
    findings.refuse_unknown_keys(value, path, SKILL_KEYS)
    for key in ("id", "name"):
        check_text(value.get(key, ""), f"{path}.{key}", findings, shortest=1)
    if value.get("description") is not None:
        check_text(value["description"], f"{path}.description", findings)
    for key in ("tags", "examples"):
        words = value.get(key) or []
        if isinstance(words, Unknown):
            continue
        if not isinstance(words, list):
            findings.refuse(f"{path}.{key}", "must be a list of text", "for example [finance]")
            continue
        for index, word in enumerate(words):
            check_text(word, f"{path}.{key}[{index}]", findings)


def _as_named(theirs: Any, named: Any) -> Any:
    """What the service shows, without the keys that it added to maps in lists."""
    if isinstance(theirs, list) and isinstance(named, list) and len(theirs) == len(named):
        return [_as_named(item, one) for item, one in zip(theirs, named, strict=True)]
    if isinstance(theirs, dict) and isinstance(named, dict):
        return {key: _as_named(theirs[key], named[key]) for key in named if key in theirs}
    return theirs
