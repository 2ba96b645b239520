"""Environment variables with secret values, which a connection of the project keeps instead of the agent's version.

The version has `${{connections.<name>.credentials.<VARIABLE>}}`. The platform replaces it with the value when it
starts a sandbox, so every new session gets a changed value without a new version. Sources: README of the sample
env-vars-agent in microsoft-foundry/foundry-samples; names of connections: checks of the service and of azurerm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors.input_issue import Issues, shown, under
from . import environment_variables
from .agent_toolbox import derived_name
from .schema import Field
from .types import MapOf, Text
from .unknown import Unknown

CONNECTION_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}")
MAX_CONNECTION_NAME = 33
_SUFFIX = "-secrets"

FIELD = Field(
    "secret_environment_variables",
    MapOf(Text(1), "{API_KEY: openai}"),
    "Environment variables with secret values, which a connection of the project keeps. In the stack configuration, "
    "set each to the name of one of `secrets`; in a program, to its value. For agents of an AgentEnvironment; with "
    "HostedAgent alone, use AgentSecrets.",
    limits="names as in environment_variables, each in one of the two",
    source="docs/secrets.md",
    secret=True,
    plain=True,
)


def connection_name(agent_name: str) -> str:
    """The connection of an agent: `<agent>-secrets`."""
    return derived_name(agent_name, _SUFFIX, MAX_CONNECTION_NAME)


def placeholders(connection: str, variables: Iterable[str]) -> dict[str, str]:
    """The values in an agent's `environment_variables` that stand for the secrets."""
    return {name: f"${{{{connections.{connection}.credentials.{name}}}}}" for name in variables}


def check(value: Any, path: str, issues: Issues, plain: Any = None) -> Any:
    """Checks a map from variable to secret; never shows a value. `plain` are the variables that are not secret."""
    if isinstance(value, Unknown):
        issues.refuse(path, "is an output", "use a map; its values may be outputs")
        return value
    if not isinstance(value, dict):
        issues.refuse(path, "is not a map", "for example {API_KEY: openai}")
        return value
    for name, secret in value.items():
        place = under(path, name)
        environment_variables.check_name(name, place, issues)
        if isinstance(plain, Mapping) and name in plain:
            issues.refuse(place, f"{shown(name)} is also in environment_variables", "remove one of the two")
        if not isinstance(secret, (str, Unknown)):
            issues.refuse(place, "is not a string", "use a string")
        elif secret == "":
            issues.refuse(place, "is empty", "set a value, or remove the key")
    return value
