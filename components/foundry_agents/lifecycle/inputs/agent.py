"""The inputs of a hosted agent: their declarations, and the check of all of them.

`check` is the only judge of an agent's inputs: the stack configuration, the components, the resource and scripts
all call it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..errors.input_issue import Issues, shown
from . import (
    agent_toolbox,
    common,
    endpoint,
    environment_variables,
    image,
    metadata,
    protocols,
    rollout,
    size,
    telemetry,
    verify,
)
from .common import SDK
from .scalars import text_of_number
from .schema import Checked, Field, OnChange, check_fields, names_of
from .schema import earlier_names as _earlier_names
from .tools import types as tools
from .types import Flag, Form, NumberOrText, Text, WholeNumber
from .unknown import Unknown

AGENT_NAME = Form(
    re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"),
    "an agent name",
    "1-63 letters, digits and hyphens, without a hyphen at either end",
)
OBJECT_ID = Form(
    re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"), "an object ID", "the GUID of the identity"
)
RAI_POLICY_ID = Form(
    re.compile(
        r"/subscriptions/[\w-]+/resourceGroups/[\w.()-]+/providers"
        r"/Microsoft\.CognitiveServices/accounts/[\w.-]+/raiPolicies/[\w.-]+",
        re.IGNORECASE,
    ),
    "the ARM ID of a policy, and the service would ignore it",
    "/subscriptions/…/Microsoft.CognitiveServices/accounts/<account>/raiPolicies/<policy>",
)

MIN_IDLE_TIMEOUT, MAX_IDLE_TIMEOUT, USUAL_IDLE_TIMEOUT = 120, 14400, 3600
MAX_REVISION = 10**9
DEFAULT_ACTIVE_TIMEOUT = 900

_IDLE_TIMEOUT = WholeNumber(MIN_IDLE_TIMEOUT, MAX_IDLE_TIMEOUT, "seconds")
_VERSION_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


def check(given: Mapping[str, Any]) -> Checked:
    """Checks an agent's inputs (by their names in `FIELDS`) without any network.

    Finds every problem at once. `UNKNOWN` values pass. The inputs are returned with defaults, and in one notation
    each, so that equal definitions are equal values.
    """
    issues = Issues()
    checked = check_fields(given, FIELDS, issues)
    size.check(checked, issues)
    image.check_tag(checked, issues)
    agent_toolbox.check_variable(
        checked.get("tools"), checked.get("environment_variables"), "environment_variables", issues
    )
    return Checked(checked, issues.problems, issues.warnings)


def _check_idle_timeout(value: Any, path: str, issues: Issues) -> Any:
    value = _IDLE_TIMEOUT.check(value, path, issues)
    if isinstance(value, int) and MAX_IDLE_TIMEOUT >= value > USUAL_IDLE_TIMEOUT:
        issues.warn(path, f"{value} seconds is more than the portal allows", f"use at most {USUAL_IDLE_TIMEOUT}")
    return value


def _check_serve_version(value: Any, path: str, issues: Issues) -> Any:
    if isinstance(value, Unknown):
        return value
    number = text_of_number(value) or value
    if not isinstance(number, str) or not _VERSION_NUMBER.fullmatch(number):
        issues.refuse(path, f"{shown(value)} is not a version number", 'for example "7", or remove it')
    return number


PLACE: tuple[Field, ...] = (
    Field(
        "agent_name",
        AGENT_NAME,
        "Name of the agent in its project.",
        source=SDK,
        required=True,
        on_change=OnChange.REPLACE,
    ),
    common.project_endpoint("agent"),
    Field(
        "registry",
        Text(),
        "Login server of the registry for an image without a host.",
        image.check_registry,
        limits="a host with a dot or a port, such as myregistry.azurecr.io",
        on_change=OnChange.NEW_VERSION,
    ),
    Field(
        "registry_id",
        image.REGISTRY_ID,
        "ARM ID of that registry. With it, a failed pull can be explained.",
    ),
    Field(
        "pull_principal_id",
        OBJECT_ID,
        "Object ID of the identity that pulls the image, the project's. With it, a failed pull can be explained.",
    ),
)
"""Where an agent is, and where its image comes from: an `AgentEnvironment` sets these for its agents."""

OWN: tuple[Field, ...] = (
    Field(
        "image",
        Text(),
        "Container image for linux/amd64.",
        image.check,
        limits="[host[:port]/]repository[:tag][@sha256:digest]; `latest` or no tag only with allow_mutable_tag",
        source="hosted-agent documentation; distribution/reference",
        required=True,
        on_change=OnChange.NEW_VERSION,
    ),
    Field(
        "cpu",
        NumberOrText(),  # checked with memory, in `size.check`
        "CPU of each session's container.",
        limits=f"{size.MIN_CPU}-{size.MAX_CPU} in steps of {size.CPU_STEP}; documented: {', '.join(size.DOCUMENTED)}",
        source="deploy-hosted-agent-terraform.md",
        default=size.DEFAULT_CPU,
        on_change=OnChange.NEW_VERSION,
    ),
    Field(
        "memory",
        Text(),
        "Memory of each session's container, twice the CPU.",
        lambda value, _path, _issues: value,  # checked with cpu, in `size.check`
        limits=f"{size.memory_for(size.MIN_CPU)}-{size.memory_for(size.MAX_CPU)}",
        source="deploy-hosted-agent-terraform.md",
        default_words="twice the CPU, so 2Gi",
        on_change=OnChange.NEW_VERSION,
    ),
    Field(
        "protocol_versions",
        protocols.TYPE,
        "Protocols that the container speaks.",
        protocols.check,
        limits="at least one, each once",
        source=SDK,
        default=protocols.DEFAULT,
        default_words="responses 2.0.0",
        on_change=OnChange.NEW_VERSION,
        earlier_names=("container_protocol_versions",),
    ),
    Field(
        "environment_variables",
        environment_variables.TYPE,
        "Environment variables of the container. Everyone who can read the agent can read them. "
        "`${project_endpoint}` in a value stands for the endpoint of the project.",
        environment_variables.check,
        limits=environment_variables.LIMITS,
        source="configure-hosted-agent-env-variables.md",
        on_change=OnChange.NEW_VERSION,
    ),
    Field(
        "secrets_revision",
        WholeNumber(0, MAX_REVISION, "revisions"),
        "A counter. Changing it creates a new version, so that running sessions get changed secrets too. The container "
        f"sees it as {environment_variables.SECRETS_REVISION}.",
        on_change=OnChange.NEW_VERSION,
    ),
    common.description("agent"),
    common.metadata("agent", metadata.check),
    Field(
        "idle_timeout_seconds",
        _IDLE_TIMEOUT,
        "Seconds without a request after which a session is suspended.",
        _check_idle_timeout,
        source=SDK,
        default_words="900, set by the service",
        on_change=OnChange.NEW_VERSION,
        sent_as=("session_configuration", "idle_timeout_seconds"),
    ),
    Field(
        "rai_policy_name",
        RAI_POLICY_ID,
        "Full ARM ID of the content-filter policy.",
        source="hosted-agent documentation",
        on_change=OnChange.NEW_VERSION,
        sent_as=("rai_config", "rai_policy_name"),
    ),
    Field(
        "telemetry_endpoints",
        telemetry.TYPE,
        "Collectors that receive logs, traces and metrics, besides the platform's own telemetry.",
        source=SDK,
        on_change=OnChange.NEW_VERSION,
        sent_as=("telemetry_config", "endpoints"),
    ),
    Field(
        "enable_memory_snapshot",
        Flag(),
        "Whether sessions start from a snapshot of the initialized process.",
        source=SDK,
        default_words="false, set by the service",
        on_change=OnChange.NEW_VERSION,
        sent_as=("enable_memory_snapshot",),
    ),
    Field(
        "registry_connection_id",
        Text(1),
        "Project connection with the credentials of a private registry that is not an Azure one.",
        source=SDK,
        on_change=OnChange.NEW_VERSION,
    ),
    Field(
        "tools",
        tools.TYPE,
        "Tools that the container reaches through an MCP server. They create a toolbox `<agent>-tools`, whose endpoint "
        f"is in the environment variable {agent_toolbox.VARIABLE}. Changing them creates no new version of the agent. "
        "A type alone stands for a tool of that type; docs/definition.md lists the keys.",
        tools.check,
        source=SDK,
    ),
    Field(
        "allow_mutable_tag",
        Flag(),
        "Accept an image that can change without a new version: one tagged `latest`, or without a tag.",
        default=False,
    ),
    common.owner("agent"),
    common.keep_versions("agent", "serving"),
    Field(
        "force_delete",
        Flag(),
        "Delete old versions that have active sessions. Otherwise they are deleted by a later `up`, when their "
        "sessions have ended.",
        default=False,
    ),
    Field(
        "serve_version",
        Text(),
        "Rollback: send all traffic to this version, which must exist, and create no new one. When removed, the "
        "version that the definition describes serves again.",
        _check_serve_version,
        limits="the number of an active version",
        on_change=OnChange.UPDATE,
    ),
    Field(
        "verify",
        verify.TYPE,
        "How a new version proves that it starts, before it gets traffic.",
        verify.check,
        default=verify.DEFAULT,
        default_words="start",
    ),
    Field(
        "rollout",
        rollout.TYPE,
        "How traffic moves to a new version. If a step fails, all traffic goes back to what served before.",
        default=rollout.DEFAULT,
        default_words="all at once",
    ),
    Field(
        "authorization_schemes",
        endpoint.SCHEMES_TYPE,
        "How callers of the agent's endpoint are authorized.",
        endpoint.check_schemes,
        source=SDK,
        default_words="left unchanged",
        on_change=OnChange.UPDATE,
    ),
    Field(
        "agent_card",
        endpoint.CARD_TYPE,
        "How the agent presents itself to other agents.",
        source=SDK,
        default_words="left unchanged",
        on_change=OnChange.UPDATE,
    ),
    common.adopt("agent", " Also an agent that already is as defined gets a version with the mark of this stack."),
    Field(
        "active_timeout",
        WholeNumber(1, common.MAX_WAIT, "seconds"),
        "Seconds to wait for a new version to become active.",
        default=DEFAULT_ACTIVE_TIMEOUT,
    ),
    common.role_propagation_timeout(),
)
"""What an agent is, wherever it runs."""

FIELDS = (*PLACE, *OWN)
FIELD_NAMES = names_of(FIELDS)
DEFINITION_FIELDS = names_of(FIELDS, OnChange.NEW_VERSION)
EARLIER_NAMES = _earlier_names(FIELDS)
