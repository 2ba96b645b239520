"""The check of a whole environment's arguments, offline and before anything is registered."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pulumi

from .arm_id import parse_project_id, parse_registry_id
from .lifecycle import definition
from .lifecycle.problem import Findings, unknown_key
from .lifecycle.unknown import UNKNOWN, Unknown
from .regions import HOSTED_AGENT_REGIONS

CAPABILITY_HOST = ("managed", "existing", "none")
ROLE_ASSIGNMENTS = ("managed", "external")
REGISTRY_SKUS = ("Basic", "Standard", "Premium")
PRINCIPAL_TYPES = ("User", "Group", "ServicePrincipal")

# What the environment itself says about each agent.
_GIVEN_BY_ENVIRONMENT = ("agent_name", "project_endpoint", "registry", "registry_id", "pull_principal_id")
_AGENT_KEYS = [name for name in definition.FIELD_NAMES if name not in _GIVEN_BY_ENVIRONMENT]
_LOCATION = re.compile(r"[a-z0-9]+")
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

Check = Callable[[Any, str, Findings], None]


def check_environment(args: Mapping[str, Any]) -> Findings:
    """Checks the arguments of an `AgentEnvironment`: every problem at once, each with its path."""
    findings = Findings()
    given = {key: _plain(value) for key, value in args.items() if value is not None}
    for key, value in given.items():
        if key not in _CHECKS:
            findings.problems.append(unknown_key("", key, _CHECKS))
        elif not isinstance(value, Unknown):
            _CHECKS[key](value, key, findings)
    for key in ("location", "agents"):
        if key not in given:
            findings.refuse(key, "is missing", "set it")
    for key, existing in _INSTEAD_OF.items():
        if key in given and existing in given:
            findings.refuse(key, f"says how to make what `{existing}` says is there", "remove one of the two")
    return findings


def _check_agents(value: Any, path: str, findings: Findings) -> None:
    if not isinstance(value, dict):
        findings.refuse(path, "must be a map from agent name to agent", "for example {echo: {image: echo:v1.0}}")
        return
    for name, agent in value.items():
        if not isinstance(agent, dict):
            findings.refuse(f"{path}.{name}", "must be an agent", "write at least {image: …}")
            continue
        for key in agent.keys() - {*_AGENT_KEYS, *definition.EARLIER_NAMES}:
            findings.problems.append(unknown_key(f"{path}.{name}", key, _AGENT_KEYS))
        known = {key: item for key, item in agent.items() if key in (*_AGENT_KEYS, *definition.EARLIER_NAMES)}
        checked = definition.check({**known, "agent_name": name, "project_endpoint": UNKNOWN})
        findings.problems += [problem.below(f"{path}.{name}") for problem in checked.problems]


def _check_location(value: Any, path: str, findings: Findings) -> None:
    if not isinstance(value, str) or not _LOCATION.fullmatch(value):
        findings.refuse(path, f"`{value}` is not a region", "write it as Azure does, for example swedencentral")
    elif value not in HOSTED_AGENT_REGIONS:
        findings.warn(path, f"`{value}` is not known to offer hosted agents", "see the region list of hosted agents")


def _check_deployers(value: Any, path: str, findings: Findings) -> None:
    if not isinstance(value, list):
        findings.refuse(path, "must be a list", "for example [{principal_id: …, principal_type: ServicePrincipal}]")
        return
    keys = ("principal_id", "principal_type")
    for index, deployer in enumerate(value):
        place = f"{path}[{index}]"
        if not isinstance(deployer, dict):
            findings.refuse(place, "must be a deployer", "write {principal_id: …, principal_type: …}")
            continue
        for key in deployer.keys() - set(keys):
            findings.problems.append(unknown_key(place, key, keys))
        principal, kind = deployer.get("principal_id"), deployer.get("principal_type")
        if not isinstance(principal, Unknown) and not (isinstance(principal, str) and _GUID.fullmatch(principal)):
            findings.refuse(
                f"{place}.principal_id",
                f"`{principal}` is not an object id",
                "write the GUID of the identity",
            )
        if not isinstance(kind, Unknown):
            _one_of(PRINCIPAL_TYPES)(kind, f"{place}.principal_type", findings)


def _check_tags(value: Any, path: str, findings: Findings) -> None:
    if not isinstance(value, dict):
        findings.refuse(path, "must be a map from name to text", "for example {team: payments}")
        return
    for name, text in value.items():
        if not isinstance(text, (str, Unknown)):
            findings.refuse(f"{path}.{name}", "must be text", f'put it in quotes: "{text}"')


def _check_flag(value: Any, path: str, findings: Findings) -> None:
    if not isinstance(value, bool):
        findings.refuse(path, f"`{value}` is neither true nor false", "write true or false")


def _one_of(allowed: tuple[str, ...]) -> Check:
    def check(value: Any, path: str, findings: Findings) -> None:
        if value not in allowed:
            findings.refuse(path, f"`{value}` is not allowed", f"use {', '.join(allowed)}")

    return check


def _matches(pattern: str, rule: str) -> Check:
    def check(value: Any, path: str, findings: Findings) -> None:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            findings.refuse(path, f"`{value}` is not a valid name", f"use {rule}")

    return check


def _parses(parse: Callable[[str], object]) -> Check:
    def check(value: Any, path: str, findings: Findings) -> None:
        try:
            parse(str(value))
        except ValueError as error:
            findings.refuse(path, str(error), "copy it from the resource's JSON view in the portal")

    return check


def _plain(value: Any) -> Any:
    """The value with `UNKNOWN` for everything that is an output."""
    if isinstance(value, pulumi.Output):
        return UNKNOWN
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


_INSTEAD_OF = {
    "account_name": "existing_project",
    "project_name": "existing_project",
    "registry_name": "existing_registry",
    "registry_sku": "existing_registry",
    "resource_group": "existing_resource_group",
}

_CHECKS: dict[str, Check] = {
    "location": _check_location,
    "agents": _check_agents,
    "resource_group": _matches(r"[\w().-]{0,89}[\w()-]", "1-90 letters, digits and ( ) . _ -, no dot at the end"),
    "existing_resource_group": _matches(r"[\w().-]{0,89}[\w()-]", "1-90 letters, digits and ( ) . _ -"),
    "account_name": _matches(r"[a-zA-Z0-9][a-zA-Z0-9-]{0,62}[a-zA-Z0-9]", "2-64 letters, digits and hyphens"),
    "project_name": _matches(r"[a-zA-Z0-9][a-zA-Z0-9-]{1,30}[a-zA-Z0-9]", "3-32 letters, digits and hyphens"),
    "existing_project": _parses(parse_project_id),
    "registry_name": _matches(r"[a-zA-Z0-9]{5,50}", "5-50 letters and digits"),
    "registry_sku": _one_of(REGISTRY_SKUS),
    "existing_registry": _parses(parse_registry_id),
    "repository_permissions": _check_flag,
    "capability_host": _one_of(CAPABILITY_HOST),
    "deployers": _check_deployers,
    "role_assignments": _one_of(ROLE_ASSIGNMENTS),
    "tags": _check_tags,
    "protect": _check_flag,
}
ENVIRONMENT_KEYS = tuple(_CHECKS)
