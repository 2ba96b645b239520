"""The stack's configuration as the arguments of an `AgentEnvironment`."""

from __future__ import annotations

import json
from typing import Any, cast

import pulumi
from pulumi.runtime import config as runtime_config
from pulumi.runtime import is_config_secret

from .environment import AgentEnvironmentArgs
from .environment_check import ENVIRONMENT_KEYS, check_environment
from .lifecycle.problem import Findings, unknown_key
from .lifecycle.unknown import UNKNOWN

SECRETS = "secrets"
"""The one key whose values are secret: a map from name to `secure:`."""

_NOT_SET: tuple[Any, ...] = ("", [], None)
"""Defaults in Pulumi.yaml that stand for nothing: Pulumi asks for a value where there is no default."""


def environment_from_config(config: pulumi.Config) -> AgentEnvironmentArgs:
    """Reads all keys of the project's configuration, and checks them before anything is registered.

    :raises pulumi.RunError: with every problem at once, each with its path.
    """
    findings = Findings()
    values: dict[str, Any] = {}
    for key, text in _keys(config.name).items():
        if key == SECRETS:
            continue
        if key not in ENVIRONMENT_KEYS:
            findings.problems.append(unknown_key("", key, (*ENVIRONMENT_KEYS, SECRETS)))
        elif is_config_secret(f"{config.name}:{key}"):
            findings.refuse(
                key,
                "has a `secure:` value, which would reach the state in clear",
                f"move it to `{SECRETS}` (`pulumi config set --secret --path {config.name}:{SECRETS}.NAME`), and let "
                "the agent read it from a project connection: ${{connections.<connection>.credentials.<key>}}",
            )
            values[key] = UNKNOWN  # so that it is not missed as well
        elif (value := _parsed(text)) not in _NOT_SET:
            values[key] = value
    checked = check_environment(values)
    problems = [*findings.problems, *checked.problems]
    if problems:
        raise pulumi.RunError(
            "\n".join([f"the stack's configuration ({config.name}:…) is not valid:", *map(str, problems)])
        )
    return cast(AgentEnvironmentArgs, values)


def _keys(project: str) -> dict[str, str]:
    everything: dict[str, str] = {**runtime_config.get_config_env(), **runtime_config.CONFIG.get()}
    prefix = f"{project}:"
    return {key.removeprefix(prefix): text for key, text in everything.items() if key.startswith(prefix)}


def _parsed(text: str) -> Any:
    """Pulumi hands structured values and booleans over as JSON, and text as it is.

    No key is a number, so what reads like one is text: a registry may be called 12345.
    """
    try:
        value = json.loads(text)
    except ValueError:  # not JSON, or a number too long for Python
        return text
    return text if isinstance(value, (str, int, float)) and not isinstance(value, bool) else value
