"""The Pulumi program in the current directory, and its stack files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .. import pulumi_yaml
from ..errors import CommandError
from ..pulumi_command import run, run_narrated

STACKS = Path("stacks")


def stack_file(stack: str) -> Path:
    """The file with the stack's configuration."""
    return STACKS / f"Pulumi.{stack}.yaml"


def read_stack_file(stack: str) -> dict[str, Any]:
    """The content of a stack file.

    :raises CommandError: if it cannot be read, or has no configuration.
    """
    file = stack_file(stack)
    try:
        content = pulumi_yaml.load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("config"), dict):
        raise CommandError(f"{file} has no map `config`.")
    return content


def project() -> str:
    """The name of the project, the prefix of its keys in stack files."""
    try:
        return str(pulumi_yaml.load(Path("Pulumi.yaml").read_text(encoding="utf-8"))["name"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError("Pulumi.yaml with a `name` not found. Run this in the directory of the program.") from error


def own_config(content: dict[str, Any]) -> dict[str, Any]:
    """The project's own keys of a stack file, without the prefix."""
    prefix = f"{project()}:"
    config: dict[str, Any] = content["config"]
    return {key.removeprefix(prefix): value for key, value in config.items() if key.startswith(prefix)}


def operate(*arguments: str) -> None:
    """Run an operation of `pulumi`, such as `up`, without a preview, and tell what it does.

    :raises CommandError: if it fails.
    """
    if run_narrated(*arguments, "--yes", "--skip-preview").code:
        raise CommandError(f"`pulumi {arguments[0]}` failed; the reason is above.")


def manage(*arguments: str) -> None:
    """Run another command of `pulumi`, such as `stack init`.

    :raises CommandError: if it fails.
    """
    if run(*arguments).code:
        raise CommandError(f"`pulumi {' '.join(arguments[:2])}` failed; the reason is above.")


def outputs(stack: str) -> dict[str, Any]:
    """The outputs of the stack's last `up`."""
    ran = run("stack", "output", "--json", "--stack", stack)
    if ran.code:
        raise CommandError(f"The outputs of stack {stack} cannot be read.")
    found: dict[str, Any] = json.loads(ran.output)
    return found
