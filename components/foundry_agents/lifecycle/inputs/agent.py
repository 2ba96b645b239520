"""What a hosted agent is: every input with its type, default, limits and source, and the check of them.

`check` is the only judge of inputs: the stack config, the components and the resource all call it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from ..errors.problem import Findings, shown
from . import agent_toolbox, endpoint, environment_variables, metadata, protocols, rollout, size, telemetry
from . import image as image_reference
from . import verify as verification
from .scalars import check_flag, check_form, check_text, check_whole_number, text_of_number
from .schema import Check, Checked, Field, check_fields
from .tools import types as tools
from .unknown import UNKNOWN, Unknown

AGENT_NAME = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?")
VERSION_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
OBJECT_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PROVIDERS = r"/subscriptions/[\w-]+/resourceGroups/[\w.()-]+/providers"
REGISTRY_ID = re.compile(rf"{_PROVIDERS}/Microsoft\.ContainerRegistry/registries/\w+", re.IGNORECASE)
RAI_POLICY_ID = re.compile(
    rf"{_PROVIDERS}/Microsoft\.CognitiveServices/accounts/[\w.-]+/raiPolicies/[\w.-]+", re.IGNORECASE
)
PROJECT_ENDPOINT = re.compile(r"https://[\w.-]+(?::[0-9]{1,5})?(?:/[\w.~%-]+)*/api/projects/[\w.~%-]+", re.ASCII)

MIN_IDLE_TIMEOUT, MAX_IDLE_TIMEOUT, USUAL_IDLE_TIMEOUT = 120, 14400, 3600
DEFAULT_KEEP_VERSIONS = 2
MAX_KEEP_VERSIONS = 99  # of the 100 that may be active, one is for the next
MAX_REVISION = 10**9
DEFAULT_ACTIVE_TIMEOUT = 900
DEFAULT_ROLE_PROPAGATION_TIMEOUT = 600
MAX_WAIT = 24 * 3600


_SDK = "azure-ai-projects 2.10"

_VERSIONS = protocols.CURRENT_VERSION
_ODD = "voice_conversation_engine"
_VERSION_DEFAULT = f"{_VERSIONS['responses']}, of {_ODD} {_VERSIONS[_ODD]}"
_AUTH = (
    Field("type", "string", "Kind of authentication.", "header", _SDK, default="header"),
    Field("header_name", "string", "HTTP header that carries the secret.", "a header's name", _SDK, required=True),
    Field("secret_id", "string", "Project connection that has the secret.", "", _SDK, required=True),
    Field("secret_key", "string", "Key of the secret in that connection.", "", _SDK, required=True),
)

FIELDS: tuple[Field, ...] = (
    Field(
        "agent_name",
        "string",
        "Name of the agent in its project.",
        "1-63 letters, digits and hyphens, no hyphen at either end",
        _SDK,
        required=True,
    ),
    Field(
        "project_endpoint",
        "string",
        "Endpoint of the Foundry project that the agent is in.",
        "https://…/api/projects/<project>",
        _SDK,
        required=True,
    ),
    Field(
        "image",
        "string",
        "Container image, for linux/amd64.",
        "[host[:port]/]repository[:tag][@sha256:digest]; `latest` or no tag only with allow_mutable_tag",
        "hosted-agent documentation; distribution/reference",
        required=True,
        in_definition=True,
    ),
    Field(
        "registry",
        "string",
        "Login server of the registry that an image without a host is in.",
        "a host with a dot or a port, such as myregistry.azurecr.io",
        in_definition=True,
    ),
    Field(
        "registry_id",
        "string",
        "ARM id of that registry; lets a failed pull say why it failed.",
        "/subscriptions/…/registries/…",
    ),
    Field(
        "pull_principal_id",
        "string",
        "Object id of the identity that pulls, the project's; lets a failed pull say why it failed.",
        "a GUID",
    ),
    Field(
        "cpu",
        "number or string",
        "Processors of each session's container.",
        f"{size.MIN_CPU}-{size.MAX_CPU}, steps of {size.CPU_STEP}; documented: {', '.join(size.DOCUMENTED)}",
        "deploy-hosted-agent-terraform.md",
        default=size.DEFAULT_CPU,
        in_definition=True,
    ),
    Field(
        "memory",
        "string",
        "Memory of each session's container.",
        f"{size.memory_for(size.MIN_CPU)}-{size.memory_for(size.MAX_CPU)}, twice the processors",
        "deploy-hosted-agent-terraform.md",
        default="twice the processors: 2Gi",
        in_definition=True,
    ),
    Field(
        "protocol_versions",
        "list",
        "Protocols that the container speaks; the name alone stands for one in its current version. "
        "The earlier name of the list is container_protocol_versions.",
        "at least one, each once",
        _SDK,
        default="responses 2.0.0",
        in_definition=True,
        parts=(
            Field("protocol", "string", "Its name.", ", ".join(_VERSIONS), _SDK, required=True),
            Field(
                "version",
                "string",
                "Its version. v1, that of the first preview, becomes the current one, with a warning.",
                "x.y.z",
                "deployment tools of Microsoft",
                default=_VERSION_DEFAULT,
            ),
        ),
    ),
    Field(
        "environment_variables",
        "map of string or number",
        "Environment variables of the container, readable by everyone who may read the agent. "
        "`${project_endpoint}` in a value stands for the endpoint of the project.",
        "names: letters, digits, `_`; not PORT, APPLICATIONINSIGHTS_CONNECTION_STRING, FOUNDRY_*, AGENT_*",
        "configure-hosted-agent-env-variables.md",
        in_definition=True,
    ),
    Field(
        "secrets_revision",
        "number",
        "A counter: a change of it makes a new version, so that a changed secret reaches the sessions that run too. "
        f"The container sees it as {environment_variables.SECRETS_REVISION}.",
        f"0-{MAX_REVISION}",
        in_definition=True,
    ),
    Field(
        "description",
        "string",
        "Description of the agent's version.",
        "",
        _SDK,
        in_definition=True,
    ),
    Field(
        "metadata",
        "map of string",
        "Pairs stored with each version.",
        f"at most {metadata.MAX_PAIRS} pairs, key {metadata.MAX_KEY}, value {metadata.MAX_VALUE} characters",
        _SDK,
        in_definition=True,
    ),
    Field(
        "idle_timeout_seconds",
        "number",
        "Seconds without a request after which a session is suspended.",
        f"{MIN_IDLE_TIMEOUT}-{MAX_IDLE_TIMEOUT}",
        _SDK,
        default="the service's: 900",
        in_definition=True,
    ),
    Field(
        "rai_policy_name",
        "string",
        "Content-filter policy, as full ARM id.",
        "/subscriptions/…/accounts/…/raiPolicies/…",
        "hosted-agent documentation",
        in_definition=True,
    ),
    Field(
        "telemetry_endpoints",
        "list",
        "Collectors that receive logs, traces and metrics besides the platform's own telemetry.",
        "",
        _SDK,
        in_definition=True,
        parts=(
            Field("kind", "string", "Kind of the collector.", "OTLP", _SDK, default="OTLP"),
            Field("endpoint", "string", "Its URL.", "http:// or https://", _SDK, required=True),
            Field("protocol", "string", "How it is spoken to.", " or ".join(telemetry.PROTOCOLS), _SDK, default="Http"),
            Field("data", "list of string", "What it receives.", ", ".join(telemetry.DATA), _SDK, default="all"),
            Field("auth", "map", "How it knows the agent.", "", _SDK, parts=_AUTH),
        ),
    ),
    Field(
        "enable_memory_snapshot",
        "boolean",
        "Whether sessions start from a snapshot of the initialized process.",
        "",
        _SDK,
        default="the service's: false",
        in_definition=True,
    ),
    Field(
        "registry_connection_id",
        "string",
        "Project connection with the credentials of a private registry that is not an Azure one.",
        "",
        _SDK,
        in_definition=True,
    ),
    Field(
        "tools",
        "list",
        "Tools that the container reaches as an MCP server: they make a toolbox `<agent>-tools`, whose endpoint is in "
        f"the environment variable {agent_toolbox.VARIABLE}. A change of them makes no new version of the agent. "
        "A word alone is a tool of that type; the keys: below.",
        "",
        _SDK,
    ),
    Field(
        "allow_mutable_tag",
        "boolean",
        "Accept an image tagged `latest` or not at all, which may change without a new version.",
        default=False,
    ),
    Field(
        "owner",
        "string",
        "Whose the agent is: written into its metadata, so that no other stack changes or deletes it.",
        f"1-{metadata.MAX_VALUE} characters; kept from the agent's creation on",
        default="organization/project/stack",
    ),
    Field(
        "keep_versions",
        "number",
        "How many versions of the agent to keep, the serving one included; older ones are deleted.",
        f"1-{MAX_KEEP_VERSIONS}",
        default=DEFAULT_KEEP_VERSIONS,
    ),
    Field(
        "force_delete",
        "boolean",
        "Delete old versions although they have active sessions; else they wait for these to end.",
        default=False,
    ),
    Field(
        "serve_version",
        "string",
        "Sends all traffic to this version, which must exist, and makes none: a rollback. Without it, the "
        "version that the definition describes serves again.",
        "the number of a version that is active",
    ),
    Field(
        "verify",
        "map",
        "The proof that a version starts before it gets traffic; a word alone is its kind. `start` opens a session, "
        "which starts the container, and ends it; `request` asks it something too; `off` asks for no proof.",
        default="start",
        parts=(
            Field("kind", "string", "What is proved.", ", ".join(verification.KINDS), default="start"),
            Field(
                "timeout",
                "number",
                "Seconds in which it must be proved.",
                f"1-{verification.MAX_TIMEOUT}",
                default=verification.DEFAULT_TIMEOUT,
            ),
            Field(
                "protocol",
                "string",
                "Of a request: how it is sent.",
                " or ".join(verification.PROTOCOLS),
                default="responses",
            ),
            Field("prompt", "string", "Of a request: what is asked, by the responses protocol."),
            Field("body", "map", "Of a request: its whole JSON, in place of a prompt."),
            Field("expected_status", "number", "Of a request: the HTTP status of the answer.", "200-499", default=200),
            Field("expected_text", "string", "Of a request: text that the answer contains."),
        ),
    ),
    Field(
        "rollout",
        "map",
        "How traffic moves to a new version. If a step fails, it goes back to what served before.",
        default="all at once",
        parts=(
            Field("steps", "list of number", "Percent of the traffic on the way to 100, ascending.", "1-100"),
            Field(
                "hold",
                "number",
                "Seconds at each step.",
                f"0-{rollout.MAX_HOLD}",
                default=rollout.DEFAULT_HOLD,
            ),
            Field(
                "check",
                "string",
                "What must hold after each step: the version is verified again, or still active.",
                " or ".join(rollout.CHECKS),
                default=rollout.CHECKS[0],
            ),
        ),
    ),
    Field(
        "authorization_schemes",
        "list of string",
        "How callers of the agent's endpoint are authorized. Not set: left as it is.",
        ", ".join(endpoint.SCHEMES),
        _SDK,
    ),
    Field(
        "agent_card",
        "map",
        "How the agent presents itself to other agents. Not set: left as it is.",
        "",
        _SDK,
        parts=(
            Field("version", "string", "Version of the card.", "", _SDK, required=True),
            Field("description", "string", "What the agent does.", "", _SDK),
            Field(
                "skills",
                "list",
                "What it can do.",
                "",
                _SDK,
                parts=(
                    Field("id", "string", "Id of the skill.", "", _SDK, required=True),
                    Field("name", "string", "Its name.", "", _SDK, required=True),
                    Field("description", "string", "What it does.", "", _SDK),
                    Field("tags", "list of string", "Words to find it by.", "", _SDK),
                    Field("examples", "list of string", "What one may ask.", "", _SDK),
                ),
            ),
        ),
    ),
    Field(
        "adopt",
        "boolean",
        "Take over an agent that exists and is not ours, instead of refusing its name. It stays as it is if nothing "
        "differs, and is ours from then on.",
        default=False,
    ),
    Field(
        "active_timeout",
        "number",
        "Seconds to wait for a version to become active.",
        f"1-{MAX_WAIT}",
        default=DEFAULT_ACTIVE_TIMEOUT,
    ),
    Field(
        "role_propagation_timeout",
        "number",
        "Seconds to keep trying while role assignments may not work yet.",
        f"0-{MAX_WAIT}",
        "Azure RBAC documentation: minutes, up to 15 seen",
        default=DEFAULT_ROLE_PROPAGATION_TIMEOUT,
    ),
)
FIELD_NAMES = tuple(item.name for item in FIELDS)
DEFINITION_FIELDS = tuple(item.name for item in FIELDS if item.in_definition)
EARLIER_NAMES = {"container_protocol_versions": "protocol_versions"}


def check(given: Mapping[str, Any]) -> Checked:
    """Checks an agent's inputs (by their names in `FIELDS`) without any network.

    Every problem is found at once. `UNKNOWN` values pass. The inputs come back with defaults filled in
    and in one notation each, so that equal definitions are equal values.
    """
    findings = Findings()
    checked = check_fields(given, FIELDS, _CHECKS, findings, EARLIER_NAMES)
    _check_size(checked, findings)
    _check_tag(checked, findings)
    agent_toolbox.check_variable(
        checked.get("tools"), checked.get("environment_variables"), "environment_variables", findings
    )
    checked.setdefault("protocol_versions", protocols.DEFAULT)
    checked.setdefault("keep_versions", DEFAULT_KEEP_VERSIONS)
    checked.setdefault("verify", dict(verification.DEFAULT))
    checked.setdefault("rollout", {"steps": [], "hold": rollout.DEFAULT_HOLD, "check": rollout.CHECKS[0]})
    checked.setdefault("active_timeout", DEFAULT_ACTIVE_TIMEOUT)
    checked.setdefault("role_propagation_timeout", DEFAULT_ROLE_PROPAGATION_TIMEOUT)
    return Checked(checked, findings.problems, findings.warnings)


def _check_size(inputs: dict[str, Any], findings: Findings) -> None:
    """Processors and memory, which depend on each other."""
    cpu = _parsed(size.parse_cpu, inputs.setdefault("cpu", size.DEFAULT_CPU), "cpu", findings)
    if cpu is not None:
        inputs["cpu"] = size.plain(cpu)
        inputs.setdefault("memory", size.memory_for(cpu))
    given_memory = inputs.setdefault("memory", UNKNOWN)
    memory = _parsed(size.parse_memory, given_memory, "memory", findings)
    if memory is not None:
        inputs["memory"] = f"{size.plain(memory)}Gi"
    if cpu is None or memory is None:
        return
    if memory != cpu * size.GIB_PER_CPU:
        findings.refuse(
            "memory",
            f"{shown(given_memory)} does not go with cpu {size.plain(cpu)}",
            f"write {size.memory_for(cpu)}, twice the processors",
        )
    elif inputs["cpu"] not in size.DOCUMENTED:
        pairs = ", ".join(f"{c} with {m}" for c, m in size.DOCUMENTED.items())
        findings.warn("cpu", f"{inputs['cpu']} with {inputs['memory']} is not a documented size", f"those are {pairs}")


def _parsed(parse: Callable[[object], Decimal], value: Any, path: str, findings: Findings) -> Decimal | None:
    if isinstance(value, Unknown):
        return None
    try:
        return parse(value)
    except ValueError as error:
        findings.refuse(path, str(error), "for example cpu: 1, memory: 2Gi")
        return None


def _check_tag(inputs: dict[str, Any], findings: Findings) -> None:
    image, mutable_is_fine = inputs.get("image"), inputs.get("allow_mutable_tag")
    try:
        reference = image_reference.parse(image if isinstance(image, str) else "")
    except ValueError:
        return  # missing, unknown, or refused already
    if reference.is_mutable and mutable_is_fine is not True and not isinstance(mutable_is_fine, Unknown):
        named = "the tag `latest`" if reference.tag else "no tag"
        findings.refuse(
            "image",
            f"has {named}: nobody could say what is deployed",
            "use a version as tag, or a digest, or set allow_mutable_tag",
        )
    elif not reference.digest:
        findings.warn(
            "image",
            f"{shown(image)} is a tag, which can be moved to another image without a new version",
            "use the digest (@sha256:…) in production",
        )


def check_project_endpoint(value: Any, path: str, findings: Findings) -> Any:
    """Checks the endpoint; gives it back without a slash at its end."""
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, str) or not PROJECT_ENDPOINT.fullmatch(value.rstrip("/")):
        findings.refuse(
            path,
            f"{shown(value)} is not a project endpoint",
            "use https://<account>.services.ai.azure.com/api/projects/<project>",
        )
        return value
    return value.rstrip("/")


def _check_image(value: Any, path: str, findings: Findings) -> Any:
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, str) or not value:
        findings.refuse(path, "must be an image reference", "for example data-processor:v1.0")
        return value
    try:
        image_reference.parse(value)
    except ValueError as error:
        findings.refuse(path, str(error), "write [host/]repository:tag or [host/]repository@sha256:…")
    return value


def _check_registry(value: Any, path: str, findings: Findings) -> Any:
    if not isinstance(value, Unknown) and not (isinstance(value, str) and image_reference.is_host(value)):
        findings.refuse(
            path, f"{shown(value)} is not the login server of a registry", "for example myregistry.azurecr.io"
        )
    return value


def _check_idle_timeout(value: Any, path: str, findings: Findings) -> Any:
    value = check_whole_number(value, path, findings, low=MIN_IDLE_TIMEOUT, high=MAX_IDLE_TIMEOUT, unit="seconds")
    if isinstance(value, int) and MAX_IDLE_TIMEOUT >= value > USUAL_IDLE_TIMEOUT:
        findings.warn(path, f"{value} seconds is more than the portal allows", f"use at most {USUAL_IDLE_TIMEOUT}")
    return value


def _check_serve_version(value: Any, path: str, findings: Findings) -> Any:
    if isinstance(value, Unknown):
        return value
    number = text_of_number(value) or value
    if not isinstance(number, str) or not VERSION_NUMBER.fullmatch(number):
        findings.refuse(path, f"{shown(value)} is not the number of a version", 'for example "7", or remove it')
    return number


def _unchecked(value: Any, _path: str, _findings: Findings) -> Any:
    return value


_CHECKS: dict[str, Check] = {
    "agent_name": partial(
        check_form,
        form=AGENT_NAME,
        what="an agent name",
        cure="use 1-63 letters, digits and hyphens, no hyphen at either end",
    ),
    "project_endpoint": check_project_endpoint,
    "image": _check_image,
    "registry": _check_registry,
    "registry_id": partial(
        check_form,
        form=REGISTRY_ID,
        what="the ARM id of a registry",
        cure="use /subscriptions/…/Microsoft.ContainerRegistry/registries/<registry>",
    ),
    "pull_principal_id": partial(
        check_form, form=OBJECT_ID, what="an object id", cure="write the GUID of the identity that pulls"
    ),
    "cpu": _unchecked,  # with memory, in _check_size
    "memory": _unchecked,
    "protocol_versions": protocols.check,
    "environment_variables": environment_variables.check,
    "secrets_revision": partial(check_whole_number, low=0, high=MAX_REVISION, unit="revisions"),
    "description": check_text,
    "metadata": metadata.check,
    "idle_timeout_seconds": _check_idle_timeout,
    "rai_policy_name": partial(
        check_form,
        form=RAI_POLICY_ID,
        what="the ARM id of a policy; the service would accept it and not apply it",
        cure="use /subscriptions/…/Microsoft.CognitiveServices/accounts/<account>/raiPolicies/<policy>",
    ),
    "telemetry_endpoints": telemetry.check,
    "enable_memory_snapshot": check_flag,
    "registry_connection_id": partial(check_text, shortest=1),
    "tools": tools.check,
    "allow_mutable_tag": check_flag,
    "owner": partial(check_text, shortest=1, longest=metadata.MAX_VALUE),
    "keep_versions": partial(check_whole_number, low=1, high=MAX_KEEP_VERSIONS, unit="versions"),
    "force_delete": check_flag,
    "serve_version": _check_serve_version,
    "verify": verification.check,
    "rollout": rollout.check,
    "authorization_schemes": endpoint.check_schemes,
    "agent_card": endpoint.check_card,
    "adopt": check_flag,
    "active_timeout": partial(check_whole_number, low=1, high=MAX_WAIT, unit="seconds"),
    "role_propagation_timeout": partial(check_whole_number, low=0, high=MAX_WAIT, unit="seconds"),
}
