"""The Pulumi program in the current folder, and what its stacks' files say."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from foundry_agents.cli import pulumi_yaml
from tools.pulumi_cli import BIN
from tools.step import TOOL_MISSING, StepError

STACKS = Path("stacks")
_LONGEST_WAIT = 3 * 3600


@dataclass(frozen=True)
class Done:
    """A command that ended."""

    code: int
    output: str


def stack_file(stack: str) -> Path:
    """The file with the stack's configuration."""
    return STACKS / f"Pulumi.{stack}.yaml"


def read_stack_file(stack: str) -> dict[str, Any]:
    """The content of a stack's file."""
    file = stack_file(stack)
    try:
        content = pulumi_yaml.load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise StepError(f"{file} cannot be read: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("config"), dict):
        raise StepError(f"{file} has no map `config`.")
    return content


def project() -> str:
    """The project's name, which stands before its keys in stack files."""
    try:
        return str(yaml.safe_load(Path("Pulumi.yaml").read_text(encoding="utf-8"))["name"])
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise StepError("There is no Pulumi.yaml with a name here: start this in the program's folder.") from error


def own_config(content: dict[str, Any]) -> dict[str, Any]:
    """The project's own keys of a stack's file, without the project's name."""
    prefix = f"{project()}:"
    config: dict[str, Any] = content["config"]
    return {key.removeprefix(prefix): value for key, value in config.items() if key.startswith(prefix)}


def pulumi(*arguments: str, **variables: str) -> Done:
    """Run `pulumi`, with these variables, and keep what it prints; its complaints go to the log of the run."""
    return _run(arguments, capture=True, variables=variables)


def pulumi_aloud(*arguments: str) -> None:
    """Run `pulumi` for all to see.

    :raises StepError: if it fails.
    """
    if _run(arguments, capture=False).code:
        raise StepError(f"`pulumi {arguments[0]}` failed; the reason is above.")


def outputs(stack: str) -> dict[str, Any]:
    """What the last `up` of the stack left."""
    done = pulumi("stack", "output", "--json", "--stack", stack)
    if done.code:
        raise StepError(f"The outputs of the stack {stack} cannot be read.")
    found: dict[str, Any] = json.loads(done.output)
    return found


def _run(arguments: tuple[str, ...], *, capture: bool, variables: Mapping[str, str] | None = None) -> Done:
    # Pulumi refuses this one together with `refresh --preview-only`; every command here says what it needs.
    environment = {key: value for key, value in os.environ.items() if key != "PULUMI_SKIP_CONFIRMATIONS"}
    environment["PATH"] = f"{BIN}{os.pathsep}{environment.get('PATH', os.defpath)}"  # where `make pulumi` puts it
    try:
        done = subprocess.run(
            [shutil.which("pulumi", path=environment["PATH"]) or "pulumi", *arguments, "--non-interactive"],
            env={**environment, **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if capture else None,
            text=True,
            timeout=_LONGEST_WAIT,
            check=False,
        )
    except FileNotFoundError as error:
        raise StepError("`pulumi` is not on PATH.", exit_code=TOOL_MISSING) from error
    except subprocess.TimeoutExpired as error:
        raise StepError(f"`pulumi {arguments[0]}` took longer than {_LONGEST_WAIT // 3600} hours.") from error
    return Done(done.returncode, done.stdout or "")
