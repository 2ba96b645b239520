"""The stack's configuration as the arguments of an `AgentEnvironment`."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from operator import itemgetter
from typing import Any, cast

import pulumi
from pulumi.runtime import config as runtime_config
from pulumi.runtime import is_config_secret

from ..lifecycle.errors.input_issue import Issues, nearest, under, unknown_key
from ..lifecycle.inputs.credentials import credential_format
from ..lifecycle.inputs.unknown import UNKNOWN
from .check import ENVIRONMENT_KEYS, SECRET_VARIABLES, check_environment
from .environment import AgentEnvironmentArgs

SECRETS = "secrets"
"""The one key whose values are secret: a map from name to `secure:`."""

_NOT_SET: tuple[Any, ...] = ("", [], None)
"""Defaults in Pulumi.yaml that stand for nothing: Pulumi asks for a value where there is no default."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")


def environment_from_config(config: pulumi.Config) -> AgentEnvironmentArgs:
    """Reads all keys of the project's configuration, and checks them before anything is registered.

    :raises pulumi.RunError: with every problem at once, each with its path.
    """
    findings = Issues()
    values: dict[str, Any] = {}
    keys = _keys(config.name)
    secrets = _checked_secrets(config, keys.get(SECRETS), findings)
    for key, text in keys.items():
        if key == SECRETS:
            continue
        if key not in ENVIRONMENT_KEYS:
            findings.problems.append(unknown_key("", key, (*ENVIRONMENT_KEYS, SECRETS)))
        elif is_config_secret(f"{config.name}:{key}"):
            findings.refuse(
                key,
                "has a `secure:` value, which would reach the state in clear",
                f"move it to `{SECRETS}` (`{set_secret(config.name)}`), and name it in the agent's "
                f"{SECRET_VARIABLES}: {{VARIABLE: NAME}}",
            )
            values[key] = UNKNOWN  # so that it is not missed as well
        elif (value := _parsed(text)) not in _NOT_SET:
            values[key] = value
    checked = check_environment(values)
    if secrets is not None:
        check_secret_names(config.name, values.get("agents"), secrets, findings)
    problems = [*findings.problems, *checked.problems]
    if problems:
        raise pulumi.RunError(
            "\n".join([f"the stack's configuration ({config.name}:…) is not valid:", *map(str, problems)])
        )
    return cast(AgentEnvironmentArgs, _with_values(config, values))


def _checked_secrets(config: pulumi.Config, text: str | None, findings: Issues) -> set[str] | None:
    """The names of the secrets; None if they are not what they must be. Shows no value."""
    if text is None:
        return set()
    value = _parsed(text)
    if value in _NOT_SET or value == {}:
        return set()
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        findings.refuse(SECRETS, "must be a map from name to secret text", f"write it with `{set_secret(config.name)}`")
        return None
    if not is_config_secret(f"{config.name}:{SECRETS}"):
        findings.refuse(SECRETS, "is not encrypted", f"write each with `{set_secret(config.name)}`")
        return None
    return set(value)


def check_secret_names(project: str, agents: Any, secrets: Collection[str], findings: Issues) -> None:
    """Checks that every secret which an agent names is among `secrets`, the names in the configuration."""
    for agent, variable, name in _named(agents):
        if name in secrets:
            continue
        path = under(under(under("agents", agent), SECRET_VARIABLES), variable)
        if not _NAME.fullmatch(name) or credential_format(name):
            # Perhaps the value itself: it is not shown.
            findings.refuse(
                path, "is not the name of a secret", f"write its name; `{set_secret(project)}` keeps a value"
            )
        else:
            likely = nearest(name, secrets)
            hint = f"did you mean `{likely}`? If not, run" if likely else "run"
            findings.refuse(path, f"there is no secret `{name}`", f"{hint} `{set_secret(project, name)}`")


def _named(agents: Any) -> list[tuple[str, str, str]]:
    """Agent, variable and name of the secret, of each secret variable."""
    found = []
    for agent, inputs in agents.items() if isinstance(agents, dict) else ():
        variables = inputs.get(SECRET_VARIABLES) if isinstance(inputs, dict) else None
        for variable, name in variables.items() if isinstance(variables, dict) else ():
            if isinstance(name, str) and name:
                found.append((agent, variable, name))
    return found


def _with_values(config: pulumi.Config, values: dict[str, Any]) -> dict[str, Any]:
    """The arguments with the secrets in place of their names."""
    for agent, variable, name in _named(values.get("agents")):
        secrets: pulumi.Output[Any] = config.require_secret_object(SECRETS)
        values["agents"][agent][SECRET_VARIABLES][variable] = secrets.apply(itemgetter(name))
    return values


def set_secret(project: str, name: str = "NAME") -> str:
    """The command that encrypts a secret into the stack's file."""
    return f"pulumi config set --secret --path '{project}:{SECRETS}.{name}'"


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
