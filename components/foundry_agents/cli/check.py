"""The check of a stack's file, as `pulumi preview` would make it, without Pulumi."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..environment.check import check_environment
from ..environment.config import SECRETS, check_secret_names, set_secret
from ..lifecycle.errors.input_issue import under
from ..lifecycle.inputs import agent as definition
from ..lifecycle.inputs.unknown import UNKNOWN
from .preview import Finding
from .stack_file import StackFile


def check_stack_file(file: StackFile) -> list[Finding]:
    """Every problem and warning, each with its path."""
    config = {key: value for key, value in file.config.items() if key != SECRETS and value not in ("", [], None)}
    hidden = [path for key, value in config.items() for path in _secrets(key, value)]
    found = [
        Finding("error", path, f"is a `secure:` value, which belongs into `{SECRETS}`; name it from there")
        for path in hidden
    ]
    findings = check_environment({key: _without_secrets(value) for key, value in config.items()})
    secrets = file.config.get(SECRETS) or {}
    if isinstance(secrets, dict) and not _is_secret(secrets):  # else the names are encrypted too
        check_secret_names(file.project, config.get("agents"), set(secrets), findings)
        for name, value in secrets.items():
            if not _is_secret(value):
                cure = f"write it with `{set_secret(file.project)}`"
                findings.refuse(under(SECRETS, str(name)), "is not encrypted", cure)
    found += [Finding("error", item.path, f"{item.reason}; {item.cure}") for item in findings.problems]
    found += [Finding("warning", item.path, f"{item.reason}; {item.cure}") for item in findings.warnings]
    agents = config.get("agents")
    for name, agent in agents.items() if isinstance(agents, dict) else ():
        if isinstance(agent, dict):
            found += _warnings(str(name), {key: _without_secrets(value) for key, value in agent.items()})
    return found


def _warnings(name: str, agent: dict[str, Any]) -> Iterator[Finding]:
    """Problems of agents are the environment's to tell; warnings are the resource's."""
    known = {**agent, "agent_name": name, "project_endpoint": UNKNOWN}
    for item in definition.check(known).warnings:
        seen = item.below(under("agents", name))
        yield Finding("warning", seen.path, f"{seen.reason}; {seen.cure}")


def _is_secret(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"secure"}


def _secrets(path: str, value: Any) -> Iterator[str]:
    if _is_secret(value):
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _secrets(under(path, key), item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _secrets(f"{path}[{index}]", item)


def _without_secrets(value: Any) -> Any:
    if _is_secret(value):
        return UNKNOWN
    if isinstance(value, dict):
        return {key: _without_secrets(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_secrets(item) for item in value]
    return value
