"""Environment variables whose values are secret: kept in a connection of the project, not in the agent's version.

The version carries `${{connections.<name>.credentials.<VARIABLE>}}`. The platform puts the value in when it starts
a sandbox, so a changed value reaches every new session without a new version. Sources: README of the sample
env-vars-agent in microsoft-foundry/foundry-samples; names of connections: checks of the service and of azurerm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors.problem import Findings, shown, under
from . import environment_variables
from .derived_name import derived_name
from .scalars import quoted
from .schema import Field
from .unknown import Unknown

CONNECTION_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}")
MAX_CONNECTION_NAME = 33
_SUFFIX = "-secrets"

FIELD = Field(
    "secret_environment_variables",
    "map of string",
    "Environment variables whose values are secret, kept in a connection of the project. In the stack configuration "
    "each is the name of one of `secrets`, in a program its value. Only in an environment; a program that uses "
    "HostedAgent alone has AgentSecrets.",
    "names as in environment_variables, each in one of the two",
    "docs/secrets.md",
)


def connection_name(agent_name: str) -> str:
    """The connection of an agent: `<agent>-secrets`."""
    return derived_name(agent_name, _SUFFIX, MAX_CONNECTION_NAME)


def placeholders(connection: str, variables: Iterable[str]) -> dict[str, str]:
    """What an agent's `environment_variables` say in place of the values."""
    return {name: f"${{{{connections.{connection}.credentials.{name}}}}}" for name in variables}


def check(value: Any, path: str, findings: Findings, plain: Any = None) -> Any:
    """Checks a map from variable to secret; never shows a value. `plain` are the variables that are not secret."""
    if isinstance(value, Unknown):
        findings.refuse(path, "is not known as a map", "write the names of the variables; their values may be outputs")
        return value
    if not isinstance(value, dict):
        findings.refuse(path, "must be a map from variable to secret", "for example {API_KEY: openai}")
        return value
    for name, secret in value.items():
        place = under(path, name)
        environment_variables.check_name(name, place, findings)
        if isinstance(plain, Mapping) and name in plain:
            findings.refuse(place, f"{shown(name)} is among environment_variables too", "keep one of the two")
        if not isinstance(secret, (str, Unknown)):
            findings.refuse(place, "is not text", quoted(None))
        elif secret == "":
            findings.refuse(place, "is empty", "write something, or remove the key")
    return value
