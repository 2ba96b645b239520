"""The check of a stack's file, as the program makes it in a preview, without Pulumi."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..environment.stack_config import check_values
from ..environment.stack_secrets import SECRETS, set_secret
from ..lifecycle.errors.input_issue import Issues, under
from ..lifecycle.inputs.unknown import UNKNOWN
from .preview import Finding
from .stack_file import StackFile


def check_stack_file(file: StackFile) -> list[Finding]:
    """Returns every problem and warning, each with its path."""
    issues = Issues()
    values = {key: value for key, value in file.config.items() if key != SECRETS}
    for key, value in values.items():
        for path in _secrets(key, value):
            cure = f"move it to `{SECRETS}` (`{set_secret(file.project)}`), and refer to it by name"
            issues.refuse(path, "is a `secure:` value, which the state would hold in plain text", cure)
    known = {key: _without_secrets(value) for key, value in values.items()}
    check_values(file.project, known, _secret_names(file, issues), issues)
    errors = [Finding("error", item.path, f"{item.reason}; {item.cure}") for item in issues.problems]
    return errors + [Finding("warning", item.path, f"{item.reason}; {item.cure}") for item in issues.warnings]


def _secret_names(file: StackFile, issues: Issues) -> set[str] | None:
    """The names below `secrets`; None if the names are encrypted too."""
    secrets = file.config.get(SECRETS) or {}
    if _is_secret(secrets):
        return None
    if not isinstance(secrets, dict):
        if secrets:
            cure = f"set each with `{set_secret(file.project)}`"
            issues.refuse(SECRETS, "must be a map from name to secret text", cure)
        return None if secrets else set()
    for name, value in secrets.items():
        if not _is_secret(value):
            issues.refuse(under(SECRETS, name), "is not encrypted", f"set it with `{set_secret(file.project, name)}`")
    return set(secrets)


def _is_secret(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"secure"} and isinstance(value["secure"], str)


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
