"""The secrets of a stack's configuration, which agents refer to by name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from operator import itemgetter
from typing import Any

import pulumi

from ..lifecycle.errors.input_issue import Issues, nearest, under
from ..lifecycle.inputs.credentials import credential_format
from .agents_check import SECRET_VARIABLES

SECRETS = "secrets"
"""The one key with secret values: a map from name to `secure:`."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")


def check_secret_names(project: str, agents: Any, secrets: Collection[str], issues: Issues) -> None:
    """Checks that every secret that an agent refers to is among `secrets`, the names in the configuration."""
    for agent, variable, name in _references(agents):
        if name in secrets:
            continue
        path = under(under(under("agents", agent), SECRET_VARIABLES), variable)
        if not _NAME.fullmatch(name) or credential_format(name):
            # Perhaps the value itself: it is not shown.
            issues.refuse(
                path, "is not the name of a secret", f"use its name; `{set_secret(project)}` stores the value"
            )
        else:
            likely = nearest(name, secrets)
            hint = f"did you mean `{likely}`? If not, run" if likely else "run"
            issues.refuse(path, f"the secret `{name}` does not exist", f"{hint} `{set_secret(project, name)}`")


def with_secrets(config: pulumi.Config, args: dict[str, Any]) -> dict[str, Any]:
    """Returns the arguments with the secrets instead of their names."""
    for agent, variable, name in list(_references(args.get("agents"))):
        secrets: pulumi.Output[Any] = config.require_secret_object(SECRETS)
        args["agents"][agent][SECRET_VARIABLES][variable] = secrets.apply(itemgetter(name))
    return args


def set_secret(project: str, name: str = "NAME") -> str:
    """Returns the command that encrypts a secret into the stack's file."""
    return f"pulumi config set --secret --path '{project}:{SECRETS}.{name}'"


def _references(agents: Any) -> Iterator[tuple[str, str, str]]:
    """Agent, variable and name of the secret, of each secret variable."""
    for agent, inputs in agents.items() if isinstance(agents, dict) else ():
        variables = inputs.get(SECRET_VARIABLES) if isinstance(inputs, dict) else None
        for variable, name in variables.items() if isinstance(variables, dict) else ():
            if isinstance(name, str) and name:
                yield agent, variable, name
