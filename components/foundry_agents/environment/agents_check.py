"""The check of an environment's agents: a map from name to agent."""

from __future__ import annotations

from typing import Any

from ..lifecycle.errors.input_issue import InputIssue, Issues, shown, under, unknown_key
from ..lifecycle.inputs import agent as definition
from ..lifecycle.inputs import agent_toolbox, protection, secret_variables
from ..lifecycle.inputs.schema import earlier_names, names_of
from ..lifecycle.inputs.unknown import UNKNOWN, Unknown

SECRET_VARIABLES = secret_variables.FIELD.name
PROTECT = protection.FIELD.name
ENVIRONMENT_KEYS = (SECRET_VARIABLES, PROTECT)
"""The inputs of an agent that only an environment accepts: it creates the connection for the values, and sets Pulumi's
options."""
AGENT_KEYS = (*names_of(definition.OWN), *ENVIRONMENT_KEYS)
_EARLIER_KEYS = tuple(earlier_names(definition.OWN))


def check_agents(value: Any, path: str, issues: Issues) -> None:
    """Checks the agents, without what the environment sets."""
    if not isinstance(value, dict):
        issues.refuse(path, f"{shown(value)} is not a map", "for example {echo: {image: echo:v1.0}}")
        return
    for name, agent in value.items():
        place = under(path, name)
        if isinstance(agent, dict):
            _check_agent(name, agent, place, issues)
        elif not isinstance(agent, Unknown):
            issues.refuse(place, f"{shown(agent)} is not an agent", "use at least {image: …}")


def warnings_of(agent_name: str, issues: Issues) -> list[InputIssue]:
    """Returns the warnings about an agent, with paths as its resource has them."""
    place = under("agents", agent_name)
    found = []
    for warning in issues.warnings:
        rest = warning.path.removeprefix(place)
        if rest != warning.path and rest[:1] in (".", "["):
            found.append(InputIssue(rest.removeprefix("."), warning.reason, warning.cure))
    return found


def _check_agent(name: Any, agent: dict[Any, Any], path: str, issues: Issues) -> None:
    known = (*AGENT_KEYS, *_EARLIER_KEYS)
    issues.problems += [unknown_key(path, key, AGENT_KEYS) for key in agent if key not in known]
    secrets = agent.get(SECRET_VARIABLES)
    if secrets is not None:
        place = under(path, SECRET_VARIABLES)
        secret_variables.check(secrets, place, issues, agent.get("environment_variables"))
        agent_toolbox.check_variable(agent.get("tools"), secrets, place, issues)
    if agent.get(PROTECT) is not None:
        _check_protect(agent[PROTECT], under(path, PROTECT), issues)
    inputs = {key: item for key, item in agent.items() if key in known and key not in ENVIRONMENT_KEYS}
    checked = definition.check({**inputs, "agent_name": name, "project_endpoint": UNKNOWN})
    issues.problems += [_as_written(problem).below(path) for problem in checked.problems]
    issues.warnings += [_as_written(warning).below(path) for warning in checked.warnings]


def _check_protect(value: Any, path: str, issues: Issues) -> None:
    if isinstance(value, Unknown):
        issues.refuse(path, "is an output, but the program must know it", "use true or false")
    else:
        protection.FIELD.check(value, path, issues)


def _as_written(issue: InputIssue) -> InputIssue:
    """In an environment, the name of an agent is its key."""
    return InputIssue("", issue.reason, issue.cure) if issue.path == "agent_name" else issue
