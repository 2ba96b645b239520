"""The environment variables of an agent's container.

Sources: configure-hosted-agent-env-variables.md of the hosted-agent documentation for the reserved and
the injected names; the service answers a reserved name with `invalid_payload`.
"""

from __future__ import annotations

import difflib
import re
from typing import Any

from ..errors.input_issue import Issues, shown, under
from .credentials import PLACEHOLDER, credential_format, sounds_secret
from .scalars import check_text, quoted, text_of_number
from .types import MapOf, NumberOrText
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
"""The likeness from which a name counts as another one misspelt; 1 is the same."""


TYPE = MapOf(NumberOrText(), "{LOG_LEVEL: info}")
LIMITS = "names of letters, digits and `_`; not PORT, APPLICATIONINSIGHTS_CONNECTION_STRING, FOUNDRY_*, AGENT_*"


def check(value: Any, path: str, issues: Issues) -> Any:
    """Checks a map of variables; returns it with every value as text."""
    if not isinstance(value, dict):
        return TYPE.check(value, path, issues)
    return {name: _check_one(name, text, under(path, name), issues) for name, text in value.items()}


def check_name(name: Any, path: str, issues: Issues) -> None:
    """Checks the name of one variable, plain or secret."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        issues.refuse(path, f"{shown(name)} is not a valid name", "use letters, digits and `_`, no digit first")
    elif name in RESERVED or name.startswith(RESERVED_PREFIXES):
        issues.refuse(path, f"`{name}` is reserved for the platform", "use another name")
    elif name == SECRETS_REVISION:
        issues.refuse(path, f"`{name}` is set by the input secrets_revision", "use that instead")
    elif name in OVERRIDDEN:
        issues.warn(path, "the platform sets this variable", "use another name, or do not rely on your value")


def _check_one(name: Any, value: Any, path: str, issues: Issues) -> Any:
    check_name(name, path, issues)
    if (number := text_of_number(value)) is not None:
        return number
    if isinstance(value, str):
        _warn_of_misspelt_placeholder(value, path, issues)
        _check_for_credential(name, value, path, issues)
    elif not isinstance(value, Unknown):
        issues.refuse(path, f"{shown(value)} is not a string", quoted(value))
        return value
    return check_text(value, path, issues)


def _check_for_credential(name: Any, value: str, path: str, issues: Issues) -> None:
    """Refuses credentials, since everyone who can read the agent can read its variables. Shows no value."""
    name = name if isinstance(name, str) and NAME.fullmatch(name) else "NAME"
    kind = credential_format(value)
    if kind is not None:
        issues.refuse(
            path,
            f"has the format of a credential ({kind}), and everyone who can read the agent can read it",
            f"remove it here, run `pulumi config set --secret --path agent-environment:secrets.{name}`, and set "
            f"secret_environment_variables: {{{name}: {name}}} (docs/secrets.md)",
        )
    elif sounds_secret(name) and PLACEHOLDER.sub("", value).strip():
        issues.warn(
            path,
            "is named like a secret, and everyone who can read the agent can read its value",
            "if it is a secret, use secret_environment_variables instead (docs/secrets.md)",
        )


def _warn_of_misspelt_placeholder(value: str, path: str, issues: Issues) -> None:
    wanted = _letters(PROJECT_ENDPOINT_PLACEHOLDER)
    for match in _LIKE_A_PLACEHOLDER.finditer(value):
        likeness = difflib.SequenceMatcher(None, _letters(match[1]), wanted).ratio()
        if match[0] != PROJECT_ENDPOINT_PLACEHOLDER and likeness >= _MISSPELT:
            issues.warn(
                path, f"{shown(match[0])} is not a placeholder", f"did you mean `{PROJECT_ENDPOINT_PLACEHOLDER}`?"
            )


def _letters(text: str) -> str:
    return re.sub("[^a-z]", "", text.lower())
