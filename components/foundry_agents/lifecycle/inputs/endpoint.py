"""The inputs of an agent's endpoint: authorization schemes and agent card.

Source: `AgentEndpointConfig` and `AgentCard` of azure-ai-projects 2.10.
"""

from __future__ import annotations

from typing import Any

from ..errors.problem import Findings, shown
from .scalars import check_choice, check_text
from .unknown import Unknown

SCHEMES = ("Entra", "BotService", "BotServiceRbac", "BotServiceTenant")
CARD_KEYS = ("version", "description", "skills")
SKILL_KEYS = ("id", "name", "description", "tags", "examples")


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
