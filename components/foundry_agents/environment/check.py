"""The check of an environment's arguments, offline and before anything is registered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from ..adapters.arguments import CheckedArgs
from ..lifecycle.errors.input_issue import Issues, under, unknown_key
from ..lifecycle.inputs.unknown import UNKNOWN, Unknown
from .argument_checks import NEW_VAULT
from .inputs import ARGUMENT_BY_NAME, ARGUMENT_NAMES, ARGUMENTS


class CheckedArguments(CheckedArgs):
    """Arguments that are valid, with the warnings about them. `AgentEnvironment` does not check them again."""

    def __init__(self, args: Mapping[str, Any], issues: Issues) -> None:
        super().__init__(args, issues.warnings)
        self._issues = issues
        self._as_checked = _copy(dict(args))

    def issues(self) -> Issues | None:
        """Returns what the check found; None if the arguments have changed since."""
        return self._issues if self == self._as_checked else None


def check_environment(args: Mapping[str, Any]) -> Issues:
    """Checks the arguments of an `AgentEnvironment`: returns every problem at once, each with its path."""
    issues = Issues()
    given = {key: value for key, value in args.items() if value is not None}
    _refuse_outputs(given, issues)
    values = {key: _plain(value) for key, value in given.items()}
    for key, value in values.items():
        if key not in ARGUMENT_BY_NAME:
            issues.problems.append(unknown_key("", key, ARGUMENT_NAMES))
        elif not isinstance(value, Unknown):
            ARGUMENT_BY_NAME[key].check(value, key, issues)
    for item in ARGUMENTS:
        if item.required and item.name not in given:
            issues.refuse(item.name, "is required", "set it")
        if item.not_with and item.name in given and item.not_with in given:
            issues.refuse(item.name, f"cannot be combined with `{item.not_with}`", "remove one of the two")
    vault = given.get("key_vault")
    if "key_vault_name" in given and vault != NEW_VAULT and not isinstance(vault, Unknown):
        issues.refuse("key_vault_name", "has no effect", f"set `key_vault: {NEW_VAULT}`, or remove it")
    return issues


def _refuse_outputs(given: Mapping[str, Any], issues: Issues) -> None:
    """Refuses the outputs that the program must know: they decide which resources it registers."""
    known = {key: value for key, value in given.items() if key in ARGUMENT_BY_NAME and ARGUMENT_BY_NAME[key].plain}
    if isinstance(given.get("agents"), Mapping):
        known |= {under("agents", name): agent for name, agent in given["agents"].items()}
    for path, value in known.items():
        if isinstance(value, pulumi.Output):
            issues.refuse(path, "is an output, but the program must know it", _cure(path))


def _cure(path: str) -> str:
    if path.startswith(("agents", "deployers")):
        return "use a plain value; values inside may be outputs"
    return "use a plain value, for example from the stack configuration"


def _plain(value: Any) -> Any:
    """The value with `UNKNOWN` for everything that is an output."""
    if isinstance(value, pulumi.Output):
        return UNKNOWN
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _copy(value: Any) -> Any:
    """Maps and lists copied, so that a later change shows. Outputs are the same only if they are identical."""
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return value
