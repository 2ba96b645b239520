"""The environment variables of an agent's container.

Sources: configure-hosted-agent-env-variables.md of the hosted-agent documentation for the reserved and
the injected names; the service answers a reserved name with `invalid_payload`.
"""

from __future__ import annotations

import difflib
import re
from typing import Any

from ..errors.problem import Findings, shown, under
from .credentials import PLACEHOLDER, credential_format, sounds_secret
from .scalars import check_text, quoted, text_of_number
from .unknown import Unknown

PROJECT_ENDPOINT_PLACEHOLDER = "${project_endpoint}"
RESERVED_PREFIXES = ("FOUNDRY_", "AGENT_")
RESERVED = ("PORT", "APPLICATIONINSIGHTS_CONNECTION_STRING")
SECRETS_REVISION = "SECRETS_REVISION"
"""The variable by which a new `secrets_revision` is a new definition: metadata alone may not make a version."""
OVERRIDDEN = ("OTEL_SERVICE_NAME", "OTEL_EXPORTER_OTLP_ENDPOINT", "HOME", "SSE_KEEPALIVE_INTERVAL")

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LIKE_A_PLACEHOLDER = re.compile(r"\$\{\{?([^{}]*)\}?\}")
_MISSPELT = 0.8
"""How much alike two names are of which one is taken for the other, misspelt; 1 is the same."""


def check(value: Any, path: str, findings: Findings) -> Any:
    """Checks a map of variables; gives it back with every value as text."""
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, dict):
        findings.refuse(path, "must be a map from name to value", "for example {LOG_LEVEL: info}")
        return value
    return {name: _check_one(name, text, under(path, name), findings) for name, text in value.items()}


def check_name(name: Any, path: str, findings: Findings) -> None:
    """Checks the name of one variable, plain or secret."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        findings.refuse(path, f"{shown(name)} is not a name", "use letters, digits and `_`, not a digit first")
    elif name in RESERVED or name.startswith(RESERVED_PREFIXES):
        findings.refuse(path, f"`{name}` is reserved: the platform sets it", "use another name")
    elif name == SECRETS_REVISION:
        findings.refuse(path, f"`{name}` is what the input secrets_revision sets", "set secrets_revision")
    elif name in OVERRIDDEN:
        findings.warn(path, "the platform sets this one itself", "do not rely on your value, or use another name")


def _check_one(name: Any, value: Any, path: str, findings: Findings) -> Any:
    check_name(name, path, findings)
    if (number := text_of_number(value)) is not None:
        return number
    if isinstance(value, str):
        _warn_of_misspelt_placeholder(value, path, findings)
        _check_for_credential(name, value, path, findings)
    elif not isinstance(value, Unknown):
        findings.refuse(path, f"{shown(value)} is not text", quoted(value))
        return value
    return check_text(value, path, findings)


def _check_for_credential(name: Any, value: str, path: str, findings: Findings) -> None:
    """Everyone who may read the agent can read its variables: a credential belongs elsewhere. Shows no value."""
    name = name if isinstance(name, str) and NAME.fullmatch(name) else "NAME"
    kind = credential_format(value)
    if kind is not None:
        findings.refuse(
            path,
            f"has the format of a credential ({kind}), and everyone who may read the agent could read it",
            f"remove it here, run `pulumi config set --secret --path agent-environment:secrets.{name}`, and write "
            f"secret_environment_variables: {{{name}: {name}}} (docs/secrets.md)",
        )
    elif sounds_secret(name) and PLACEHOLDER.sub("", value).strip():
        findings.warn(
            path,
            "sounds like a secret, and everyone who may read the agent can read its value",
            "if it is one, name it in secret_environment_variables instead (docs/secrets.md)",
        )


def _warn_of_misspelt_placeholder(value: str, path: str, findings: Findings) -> None:
    wanted = _letters(PROJECT_ENDPOINT_PLACEHOLDER)
    for match in _LIKE_A_PLACEHOLDER.finditer(value):
        likeness = difflib.SequenceMatcher(None, _letters(match[1]), wanted).ratio()
        if match[0] != PROJECT_ENDPOINT_PLACEHOLDER and likeness >= _MISSPELT:
            findings.warn(
                path, f"{shown(match[0])} is not filled in", f"did you mean `{PROJECT_ENDPOINT_PLACEHOLDER}`?"
            )


def _letters(text: str) -> str:
    return re.sub("[^a-z]", "", text.lower())
