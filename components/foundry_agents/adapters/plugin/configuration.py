"""The configuration of the provider: what its resources get unless they set it themselves."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...lifecycle.errors.input_issue import Issues
from ...lifecycle.inputs import common
from ...lifecycle.inputs.agent import DEFAULT_ACTIVE_TIMEOUT
from ...lifecycle.inputs.schema import Checked, Field, check_fields
from ...lifecycle.inputs.types import Choice, Text, WholeNumber
from ...lifecycle.service.credentials import DEFAULT_KIND, KINDS, CredentialSettings
from ..property_names import camel_case

ENVIRONMENT = {"project_endpoint": "AZURE_AI_PROJECT_ENDPOINT", "credential": "AZURE_TOKEN_CREDENTIALS"}
"""The environment variables that stand in for configuration. `azure-identity` reads the one of the credential."""
DEFAULT_REQUEST_TIMEOUT = 120

FIELDS: tuple[Field, ...] = (
    Field(
        "project_endpoint",
        Text(),
        "Endpoint of the Foundry project of resources and functions that do not set their own.",
        common.check_project_endpoint,
        limits="https://…/api/projects/<project>",
        default_words=f"the environment variable {ENVIRONMENT['project_endpoint']}",
    ),
    Field(
        "credential",
        Choice(KINDS, name="CredentialKind"),
        "The credential of `azure-identity` that signs in. ClientSecretCredential needs `tenant_id`, `client_id` and "
        "`client_secret`.",
        default_words=f"{DEFAULT_KIND}, which honors the environment variable {ENVIRONMENT['credential']}; "
        "ClientSecretCredential with a `client_secret`",
    ),
    Field("tenant_id", Text(1), "Microsoft Entra tenant to sign in to.", default_words="that of the credential"),
    Field(
        "client_id",
        Text(1),
        "Client ID of the service principal, or of the user-assigned managed identity, to sign in as.",
        default_words="that of the credential",
    ),
    Field("client_secret", Text(1), "Secret of the service principal.", secret=True),
    Field(
        "active_timeout",
        WholeNumber(1, common.MAX_WAIT, "seconds"),
        "Seconds to wait for a new version to become active, for agents that do not set it.",
        default_words=str(DEFAULT_ACTIVE_TIMEOUT),
    ),
    Field(
        "role_propagation_timeout",
        WholeNumber(0, common.MAX_WAIT, "seconds"),
        "Seconds to retry while role assignments may still be propagating, for resources that do not set it.",
        default_words=str(common.DEFAULT_ROLE_PROPAGATION_TIMEOUT),
    ),
    Field(
        "request_timeout",
        WholeNumber(1, 3600, "seconds"),
        "Seconds of silence after which a request to the service ends.",
        default_words=str(DEFAULT_REQUEST_TIMEOUT),
    ),
)

_NOT_OURS = {"version", "pluginDownloadURL", "pluginChecksums", "__internal"}
_CREDENTIAL = ("tenant_id", "client_id", "client_secret")
_FOR_RESOURCES = ("project_endpoint", "active_timeout", "role_propagation_timeout")


@dataclass(frozen=True)
class Configuration:
    """What the provider is configured with."""

    defaults: Mapping[str, Any] = field(default_factory=dict)
    """The inputs that resources get unless they set them."""
    credential: CredentialSettings = field(default_factory=CredentialSettings)
    request_timeout: float = DEFAULT_REQUEST_TIMEOUT


def check(given: Mapping[str, Any]) -> Checked:
    """Checks the configuration, by its names in Python. Numbers may be text: stack configuration has no others."""
    own = {name: value for name, value in given.items() if camel_case(name) not in _NOT_OURS}
    issues = Issues()
    checked = check_fields({name: _number(name, value) for name, value in own.items()}, FIELDS, issues)
    secret = checked.get("client_secret") or checked.get("credential") == "ClientSecretCredential"
    for name in _CREDENTIAL if secret else ():
        if name not in checked:
            issues.refuse(name, "is required to sign in with a client secret", "set it")
    return Checked(checked, issues.problems, issues.warnings)


def configured(checked: Mapping[str, Any]) -> Configuration:
    """The configuration from checked values, and from the environment where they leave something out."""
    defaults = {name: checked[name] for name in _FOR_RESOURCES if name in checked}
    endpoint = os.environ.get(ENVIRONMENT["project_endpoint"])
    if endpoint:
        defaults.setdefault("project_endpoint", endpoint)
    kind = checked.get("credential") or ("ClientSecretCredential" if "client_secret" in checked else DEFAULT_KIND)
    return Configuration(
        defaults,
        CredentialSettings(kind, **{name: checked[name] for name in _CREDENTIAL if name in checked}),
        float(checked.get("request_timeout", DEFAULT_REQUEST_TIMEOUT)),
    )


def _number(name: str, value: Any) -> Any:
    return float(value) if name in _NUMBERS and isinstance(value, str) and value.strip().isdecimal() else value


_NUMBERS = {item.name for item in FIELDS if isinstance(item.type, WholeNumber)}
