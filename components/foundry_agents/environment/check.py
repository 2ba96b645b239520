"""The check of a whole environment's arguments, offline and before anything is registered."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pulumi

from ..azure.arm_id import parse_project_id, parse_registry_id, parse_vault_id
from ..azure.regions import HOSTED_AGENT_REGIONS
from ..lifecycle.errors.input_issue import InputIssue, Issues, nearest, shown, under, unknown_key
from ..lifecycle.inputs import agent as definition
from ..lifecycle.inputs import agent_toolbox, secret_variables
from ..lifecycle.inputs.scalars import check_choice, check_flag, check_form, check_text
from ..lifecycle.inputs.unknown import UNKNOWN, Unknown

CAPABILITY_HOST = ("managed", "existing", "none")
ROLE_ASSIGNMENTS = ("managed", "external")
REGISTRY_SKUS = ("Basic", "Standard", "Premium")
NEW_VAULT = "new"
PRINCIPAL_TYPES = ("User", "Group", "ServicePrincipal")

# What the environment itself says about each agent.
_GIVEN_BY_ENVIRONMENT = ("agent_name", "project_endpoint", "registry", "registry_id", "pull_principal_id")
_AGENT_KEYS = [name for name in definition.FIELD_NAMES if name not in _GIVEN_BY_ENVIRONMENT]
SECRET_VARIABLES = secret_variables.FIELD.name
"""The one input of an agent that only an environment takes: it makes the connection that keeps the values."""
_ALL_AGENT_KEYS = [*_AGENT_KEYS, SECRET_VARIABLES]
_LOCATION = re.compile(r"[a-z][a-z0-9]+")
# Source: tag-resources.md of the Azure Resource Manager documentation.
_TAG_NAME = re.compile(r"[^<>%&\\?/\0]{1,512}")
MAX_TAGS, MAX_TAG_VALUE = 50, 256

Check = Callable[[Any, str, Issues], Any]


def check_environment(args: Mapping[str, Any]) -> Issues:
    """Checks the arguments of an `AgentEnvironment`: every problem at once, each with its path."""
    findings = Issues()
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


def _check_agents(value: Any, path: str, findings: Issues) -> None:
    if not isinstance(value, dict):
        findings.refuse(path, "must be a map from agent name to agent", "for example {echo: {image: echo:v1.0}}")
        return
    for name, agent in value.items():
        place = under(path, name)
        if isinstance(agent, dict):
            _check_agent(name, agent, place, findings)
        elif not isinstance(agent, Unknown):
            findings.refuse(place, "must be an agent", "write at least {image: …}")


def _check_agent(name: Any, agent: dict[Any, Any], path: str, findings: Issues) -> None:
    keys = (*_AGENT_KEYS, *definition.EARLIER_NAMES)
    findings.problems += [
        unknown_key(path, key, _ALL_AGENT_KEYS) for key in agent if key not in (*keys, SECRET_VARIABLES)
    ]
    known = {key: item for key, item in agent.items() if key in keys}
    if agent.get(SECRET_VARIABLES) is not None:
        place = under(path, SECRET_VARIABLES)
        secret_variables.check(agent[SECRET_VARIABLES], place, findings, agent.get("environment_variables"))
        agent_toolbox.check_variable(agent.get("tools"), agent[SECRET_VARIABLES], place, findings)
    checked = definition.check({**known, "agent_name": name, "project_endpoint": UNKNOWN})
    findings.problems += [_where_it_is_written(problem).below(path) for problem in checked.problems]


def _where_it_is_written(problem: InputIssue) -> InputIssue:
    """In an environment, an agent's name is its key."""
    return InputIssue("", problem.reason, problem.cure) if problem.path == "agent_name" else problem


def _check_location(value: Any, path: str, findings: Issues) -> None:
    if not isinstance(value, str) or not _LOCATION.fullmatch(value):
        likely = "".join(value.lower().split()) if isinstance(value, str) else ""
        cure = f"write {likely}" if likely in HOSTED_AGENT_REGIONS else "write it as Azure does, such as swedencentral"
        findings.refuse(path, f"{shown(value)} is not a region", cure)
    elif value not in HOSTED_AGENT_REGIONS:
        likely = nearest(value, HOSTED_AGENT_REGIONS)
        cure = f"did you mean `{likely}`?" if likely else "see the region list of hosted agents"
        findings.warn(path, f"{shown(value)} is not known to offer hosted agents", cure)


def _check_key_vault(value: Any, path: str, findings: Issues) -> None:
    if value != NEW_VAULT:
        form = f"/subscriptions/…/vaults/…, or write {NEW_VAULT}"
        _id(parse_vault_id, "a key vault", form)(value, path, findings)


def _check_deployers(value: Any, path: str, findings: Issues) -> None:
    if not isinstance(value, list):
        findings.refuse(path, "must be a list", "for example [{principal_id: …, principal_type: ServicePrincipal}]")
        return
    principals = [item.get("principal_id") if isinstance(item, dict) else None for item in value]
    for index, deployer in enumerate(value):
        place = f"{path}[{index}]"
        if isinstance(deployer, dict):
            _check_deployer(deployer, place, findings)
        elif not isinstance(deployer, Unknown):
            findings.refuse(place, "must be a deployer", "write {principal_id: …, principal_type: …}")
        if isinstance(principals[index], str) and principals[index] in principals[:index]:
            findings.refuse(f"{place}.principal_id", "is there twice", "name each deployer once")


def _check_deployer(deployer: dict[Any, Any], path: str, findings: Issues) -> None:
    findings.refuse_unknown_keys(deployer, path, ("principal_id", "principal_type"))
    definition.OBJECT_ID.check(deployer.get("principal_id"), f"{path}.principal_id", findings)
    check_choice(deployer.get("principal_type"), f"{path}.principal_type", findings, allowed=PRINCIPAL_TYPES)


def _check_tags(value: Any, path: str, findings: Issues) -> None:
    if not isinstance(value, dict):
        findings.refuse(path, "must be a map from name to text", "for example {team: payments}")
        return
    if len(value) > MAX_TAGS:
        findings.refuse(path, f"has {len(value)} tags", f"keep at most {MAX_TAGS}")
    for name, text in value.items():
        place = under(path, name)
        check_form(
            name,
            place,
            findings,
            form=_TAG_NAME,
            what="a name of a tag",
            cure=r"use 1-512 characters, none of < > % & \ ? /",
        )
        check_text(text, place, findings, longest=MAX_TAG_VALUE)


def _name(form: str, rule: str) -> Check:
    return partial(check_form, form=re.compile(form), what="a valid name", cure=f"use {rule}")


def _id(parse: Callable[[str], object], what: str, form: str) -> Check:
    def check(value: Any, path: str, findings: Issues) -> None:
        try:
            parse(value if isinstance(value, str) else "")
        except ValueError:
            findings.refuse(
                path, f"{shown(value)} is not the ARM id of {what}", f"copy it from the portal's JSON view: {form}"
            )

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
    "key_vault": "existing_project",
    "registry_name": "existing_registry",
    "registry_sku": "existing_registry",
    "resource_group": "existing_resource_group",
}
_GROUP = _name(r"[\w().-]{0,89}[\w()-]", "1-90 letters, digits and ( ) . _ -, no dot at the end")

_CHECKS: dict[str, Check] = {
    "location": _check_location,
    "agents": _check_agents,
    "resource_group": _GROUP,
    "existing_resource_group": _GROUP,
    "account_name": _name(r"[a-zA-Z0-9][a-zA-Z0-9-]{0,62}[a-zA-Z0-9]", "2-64 letters, digits and hyphens"),
    "project_name": _name(r"[a-zA-Z0-9][a-zA-Z0-9-]{1,30}[a-zA-Z0-9]", "3-32 letters, digits and hyphens"),
    "existing_project": _id(parse_project_id, "a Foundry project", "/subscriptions/…/accounts/…/projects/…"),
    "registry_name": _name(r"[a-zA-Z0-9]{5,50}", "5-50 letters and digits"),
    "registry_sku": partial(check_choice, allowed=REGISTRY_SKUS),
    "existing_registry": _id(parse_registry_id, "a container registry", "/subscriptions/…/registries/…"),
    "repository_permissions": check_flag,
    "capability_host": partial(check_choice, allowed=CAPABILITY_HOST),
    "key_vault": _check_key_vault,
    "deployers": _check_deployers,
    "role_assignments": partial(check_choice, allowed=ROLE_ASSIGNMENTS),
    "tags": _check_tags,
    "protect": check_flag,
}
ENVIRONMENT_KEYS = tuple(_CHECKS)
