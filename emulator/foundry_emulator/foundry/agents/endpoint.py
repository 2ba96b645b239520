"""The agent endpoint: defaults, PATCH, and which version a call goes to.

Sources: recordings of azure-ai-projects (sample_agent_endpoint) and Azure.AI.Projects
(TestPatchHostedAgent, TestAgentCRUD), 2026-06 and 2026-07.
"""

from __future__ import annotations

import re
from typing import Any

from foundry_emulator.foundry import errors
from foundry_emulator.foundry.state import Agent, Version
from foundry_emulator.foundry.wire import shape
from foundry_emulator.host.settings import Settings

AT_LATEST = "@latest"
SCHEMES = ("Entra", "BotService", "BotServiceRbac", "BotServiceTenant")
# Source: enumeration AgentEndpointProtocol of azure-ai-projects 2.10.0, which is open.
_PROTOCOL = re.compile(r"[a-z0-9_]+")
_ISOLATION = {"kind": "Entra"}


def default_endpoint() -> dict[str, Any]:
    """What a new agent has: all traffic to the latest version, the responses protocol only."""
    return {
        "version_selector": {
            "version_selection_rules": [{"type": "FixedRatio", "agent_version": AT_LATEST, "traffic_percentage": 100}]
        },
        "protocol_configuration": {"responses": {}},
        "authorization_schemes": [{"type": "Entra", "isolation_key_source": dict(_ISOLATION)}],
    }


def endpoint_body(agent: Agent) -> dict[str, Any]:
    """The endpoint in an answer: protocols both as a list and as configuration."""
    stored = agent.endpoint
    first = {
        "version_selector": stored["version_selector"],
        "protocols": list(stored["protocol_configuration"]),
        "protocol_configuration": stored["protocol_configuration"],
        "authorization_schemes": stored["authorization_schemes"],
    }
    return {**first, **{key: value for key, value in stored.items() if key not in first}}


def rules_of(agent: Agent) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = agent.endpoint["version_selector"]["version_selection_rules"]
    return rules


def patched(agent: Agent, change: object, settings: Settings) -> dict[str, Any]:
    """The endpoint after a merge patch: objects merge, arrays are replaced whole, null removes.

    What is removed falls back to its default. Raises ServiceError.
    """
    path = "/agent_endpoint"
    wanted = dict(shape.mapping(change, path))
    protocols = wanted.pop("protocols", None)
    if protocols is not None:
        names = [shape.text(one, f"{path}/protocols") for one in shape.array(protocols, f"{path}/protocols")]
        # The list says which protocols there are; configuration that is kept stays.
        present = agent.endpoint["protocol_configuration"]
        removed: dict[str, Any] = {name: None for name in present if name not in names}
        wanted["protocol_configuration"] = {**removed, **{name: {} for name in names}}
    merged = {**default_endpoint(), **merge(agent.endpoint, wanted)}
    _check_selector(agent, merged["version_selector"], settings)
    _check_protocols(merged["protocol_configuration"])
    merged["authorization_schemes"] = _schemes(merged["authorization_schemes"])
    return merged


def merge(target: Any, patch: Any) -> Any:
    """JSON merge patch. Source: RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result


def _check_selector(agent: Agent, selector: object, settings: Settings) -> None:
    path = "/agent_endpoint/version_selector"
    given = shape.required(shape.mapping(selector, path), "version_selection_rules", path)
    rules = shape.array(given, f"{path}/version_selection_rules")
    if not rules:
        raise errors.invalid(
            "agent_endpoint.version_selector.version_selection_rules", "At least one rule must be given."
        )
    for index, one in enumerate(rules):
        _check_rule(agent, shape.mapping(one, f"{path}/version_selection_rules/{index}"), index)
    total = sum(rule["traffic_percentage"] for rule in rules)
    must_sum = settings.selector_sum == "always" or (settings.selector_sum == "several" and len(rules) > 1)
    if must_sum and total != 100:
        # Source: aiappsgbb/awesome-gbb says so for several rules; text inferred.
        raise errors.invalid(
            "agent_endpoint.version_selector.version_selection_rules",
            f"The traffic percentages must add up to 100, not {total}.",
        )


def _check_rule(agent: Agent, rule: dict[str, Any], index: int) -> None:
    """Texts inferred; that drafts are refused: azure-ai-docs."""
    path = f"/agent_endpoint/version_selector/version_selection_rules/{index}"
    param = f"agent_endpoint.version_selector.version_selection_rules[{index}]"
    kind = shape.text(shape.required(rule, "type", path), f"{path}/type")
    if kind != "FixedRatio":
        raise errors.invalid(f"{param}.type", f"Rule type '{kind}' is not supported.")
    percentage = shape.required(rule, "traffic_percentage", path)
    if not 0 <= shape.integer(percentage, f"{path}/traffic_percentage") <= 100:
        raise errors.invalid(f"{param}.traffic_percentage", "The percentage must be between 0 and 100.")
    number = shape.text(shape.required(rule, "agent_version", path), f"{path}/agent_version")
    if number == AT_LATEST:
        return
    if number not in agent.versions:
        raise errors.invalid(f"{param}.agent_version", f"Agent {agent.name} with version {number} not found")
    if agent.versions[number].draft:
        raise errors.invalid(f"{param}.agent_version", "Draft versions cannot receive traffic.")


def _check_protocols(configuration: object) -> None:
    path = "/agent_endpoint/protocol_configuration"
    for name, value in shape.mapping(configuration, path).items():
        if not _PROTOCOL.fullmatch(name):
            param = f"agent_endpoint.protocol_configuration.{name}"
            raise errors.invalid(param, f"Unknown protocol '{name}'.")
        shape.mapping(value, f"{path}/{name}")


def _schemes(given: object) -> list[dict[str, Any]]:
    path = "/agent_endpoint/authorization_schemes"
    schemes = []
    for index, one in enumerate(shape.array(given, path)):
        scheme = shape.mapping(one, f"{path}/{index}")
        kind = shape.text(shape.required(scheme, "type", f"{path}/{index}"), f"{path}/{index}/type")
        if kind not in SCHEMES:
            raise errors.invalid(
                f"agent_endpoint.authorization_schemes[{index}].type", f"Unknown scheme type '{kind}'."
            )
        defaults = {"isolation_key_source": dict(_ISOLATION)} if kind == "Entra" else {}
        schemes.append({"type": kind, **defaults, **scheme})
    return schemes


def latest(agent: Agent, now: float, settings: Settings) -> Version | None:
    """What `@latest` stands for: see setting `at_latest`."""
    newest_first = [version for version in reversed(agent.versions.values()) if not version.draft]
    if not newest_first:
        return None
    if settings.at_latest == "newest":
        return newest_first[0]
    active = (version for version in newest_first if version.status(now) == "active")
    return next(active, newest_first[0])
