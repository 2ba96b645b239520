"""The inputs of an agent's endpoint: authorization schemes and agent card.

Source: `AgentEndpointConfig` and `AgentCard` of azure-ai-projects 2.10.
"""

from __future__ import annotations

from typing import Any

from ..errors.input_issue import Issues, shown
from .schema import Field, Record
from .types import Choice, ListOf, Text

SCHEMES = ("Entra", "BotService", "BotServiceRbac", "BotServiceTenant")
_SDK = "azure-ai-projects 2.10"


def check_schemes(value: Any, path: str, issues: Issues) -> Any:
    """Checks the list of authorization schemes."""
    checked = SCHEMES_TYPE.check(value, path, issues)
    for index, scheme in enumerate(checked if isinstance(checked, list) else ()):
        if isinstance(scheme, str) and scheme in checked[:index]:
            issues.refuse(f"{path}[{index}]", f"{shown(scheme)} is listed twice", "list each scheme once")
    return checked


SCHEMES_TYPE = ListOf(Choice(SCHEMES, "a scheme", name="AuthorizationScheme"), "[Entra]", shortest=1)

_SKILL = Record(
    (
        Field("id", Text(1), "ID of the skill.", source=_SDK, required=True),
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
