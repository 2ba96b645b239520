"""The stack configuration as the arguments of an `AgentEnvironment`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

import pulumi
from pulumi.runtime import config as runtime_config
from pulumi.runtime import is_config_secret

from ..lifecycle.errors.input_issue import Issues, unknown_key
from ..lifecycle.inputs.unknown import UNKNOWN
from .agents_check import SECRET_VARIABLES
from .arguments import AgentEnvironmentArgs
from .check import CheckedArguments, check_environment
from .inputs import ARGUMENT_BY_NAME, ARGUMENT_NAMES
from .stack_secrets import SECRETS, check_secret_names, set_secret, with_secrets


def environment_from_config(config: pulumi.Config) -> AgentEnvironmentArgs:
    """Returns all keys of the project's configuration as arguments, checked before anything is registered.

    :param config: The configuration whose namespace is read, `pulumi.Config()` for that of the project.
    :raises pulumi.RunError: with every problem at once, each with its path.
    """
    texts = _texts(config.name)
    issues = Issues()
    secrets = _secret_names(config.name, texts.pop(SECRETS, None), issues)
    values: dict[str, Any] = {}
    for key, text in texts.items():
        if is_config_secret(f"{config.name}:{key}") and key in ARGUMENT_BY_NAME:
            _refuse_secret(config.name, key, issues)
            values[key] = UNKNOWN  # so that it is not missing as well
        else:
            values[key] = _parsed(key, text)
    args = check_values(config.name, values, secrets, issues)
    if issues.problems:
        raise pulumi.RunError(
            "\n".join([f"the configuration of the stack ({config.name}:…) is not valid:", *map(str, issues.problems)])
        )
    checked = CheckedArguments(with_secrets(config, args), issues)
    return cast(AgentEnvironmentArgs, checked)


def check_values(project: str, values: Mapping[str, Any], secrets: set[str] | None, issues: Issues) -> dict[str, Any]:
    """Checks the values of a configuration; returns those that are set.

    :param values: By key without the namespace. A scalar is text, as Pulumi passes it, or a boolean.
    :param secrets: The names below `secrets`; None if they are not known.
    """
    args = {key: _typed(key, value) for key, value in values.items() if not _is_default(key, value)}
    for key in [key for key in args if key not in ARGUMENT_BY_NAME]:
        del args[key]
        issues.problems.append(unknown_key("", key, (*ARGUMENT_NAMES, SECRETS)))
    checked = check_environment(args)
    issues.problems += checked.problems
    issues.warnings += checked.warnings
    if secrets is not None:
        check_secret_names(project, args.get("agents"), secrets, issues)
    return args


def _is_default(key: str, value: Any) -> bool:
    """Whether a value stands for nothing: Pulumi asks for every key that has no default in Pulumi.yaml."""
    kind = _kind(key)
    return value is None or (kind == "string" and value == "") or (kind == "list" and value == [])


def _typed(key: str, value: Any) -> Any:
    """Pulumi passes booleans as text. All other text stays text: a registry can be called 12345."""
    return value == "true" if _kind(key) == "boolean" and value in ("true", "false") else value


def _kind(key: str) -> str:
    return ARGUMENT_BY_NAME[key].kind if key in ARGUMENT_BY_NAME else ""


def _texts(project: str) -> dict[str, str]:
    everything: dict[str, str] = {**runtime_config.get_config_env(), **runtime_config.CONFIG.get()}
    prefix = f"{project}:"
    return {key.removeprefix(prefix): text for key, text in everything.items() if key.startswith(prefix)}


def _parsed(key: str, text: str) -> Any:
    """Pulumi passes maps and lists as JSON."""
    if _kind(key) not in ("map", "list"):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if value is None or isinstance(value, (dict, list)) else text


def _secret_names(project: str, text: str | None, issues: Issues) -> set[str] | None:
    """The names of the secrets; None if they are not what they must be. Shows no value."""
    if not text:
        return set()
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    if value in ({}, [], None):
        return set()
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        issues.refuse(SECRETS, "must be a map from name to secret text", f"set each with `{set_secret(project)}`")
        return None
    if not is_config_secret(f"{project}:{SECRETS}"):
        issues.refuse(SECRETS, "is not encrypted", f"set each with `{set_secret(project)}`")
        return None
    return set(value)


def _refuse_secret(project: str, key: str, issues: Issues) -> None:
    issues.refuse(
        key,
        "contains a `secure:` value, which the state would hold in plain text",
        f"move it to `{SECRETS}` (`{set_secret(project)}`), and refer to it in the agent's "
        f"`{SECRET_VARIABLES}: {{VARIABLE: NAME}}`",
    )
