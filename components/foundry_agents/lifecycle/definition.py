"""What a hosted agent is: every input with its type, default, limits and source, and the check of them.

`check` is the only judge of inputs: the stack config, the components and the resource all call it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import environment_variables, image_reference, metadata, protocols, size, telemetry
from .problem import Findings, Problem, unknown_key
from .unknown import UNKNOWN, Unknown

AGENT_NAME = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?")
RAI_POLICY_ID = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.CognitiveServices/accounts/[^/]+/raiPolicies/[^/]+",
    re.IGNORECASE,
)
PROJECT_ENDPOINT = re.compile(r"https://[^/\s]+(?:/[^\s]*)?/api/projects/[^/\s?#]+")

MIN_IDLE_TIMEOUT, MAX_IDLE_TIMEOUT, USUAL_IDLE_TIMEOUT = 120, 14400, 3600
DEFAULT_KEEP_VERSIONS = 2
DEFAULT_ACTIVE_TIMEOUT = 900
DEFAULT_ROLE_PROPAGATION_TIMEOUT = 600
MAX_WAIT = 24 * 3600


@dataclass(frozen=True)
class Field:
    """One input of an agent."""

    name: str
    type: str
    description: str
    limits: str = ""
    source: str = ""
    default: Any = None
    required: bool = False
    in_definition: bool = False
    """Whether a change of it makes a new version."""


_SDK = "azure-ai-projects 2.10"

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
        in_definition=True,
    ),
    Field(
        "registry_id",
        "string",
        "ARM id of that registry; lets a failed pull say why it failed.",
    ),
    Field(
        "pull_principal_id",
        "string",
        "Object id of the identity that pulls, the project's; lets a failed pull say why it failed.",
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
        "1Gi-8Gi, twice the processors",
        "deploy-hosted-agent-terraform.md",
        default="twice the processors: 2Gi",
        in_definition=True,
    ),
    Field(
        "protocol_versions",
        "list of {protocol, version}",
        "Protocols that the container speaks. Its earlier name is container_protocol_versions.",
        f"protocol: {', '.join(protocols.CURRENT_VERSION)}; version: x.y.z",
        _SDK,
        default="responses 2.0.0",
        in_definition=True,
    ),
    Field(
        "environment_variables",
        "map of string",
        "Environment variables of the container, readable by everyone who may read the agent. "
        "`${project_endpoint}` in a value stands for the endpoint of the project.",
        "names: letters, digits, `_`; not PORT, APPLICATIONINSIGHTS_CONNECTION_STRING, FOUNDRY_*, AGENT_*",
        "configure-hosted-agent-env-variables.md",
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
        "list of {kind, endpoint, protocol, data, auth}",
        "Collectors that receive logs, traces and metrics besides the platform's own telemetry.",
        f"kind: OTLP; protocol: {', '.join(telemetry.PROTOCOLS)}; data: {', '.join(telemetry.DATA)}",
        _SDK,
        in_definition=True,
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
    Field("tools", "list", "Not supported by the service for hosted agents any more; refused.", "", _SDK),
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
        "at least 1",
        default=DEFAULT_KEEP_VERSIONS,
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


@dataclass(frozen=True)
class Checked:
    """The verdict on some inputs: what they come to, what is wrong, and what may not be meant."""

    inputs: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def check(given: Mapping[str, Any]) -> Checked:
    """Checks an agent's inputs (by their names in `FIELDS`) without any network.

    Every problem is found at once. `UNKNOWN` values pass. The inputs come back with defaults filled in
    and in one notation each, so that equal definitions are equal values.
    """
    findings = Findings()
    inputs = _with_todays_names(given, findings)
    for item in FIELDS:
        if item.required and item.name not in inputs:
            findings.refuse(item.name, "is missing", f"set it: {item.description[:1].lower()}{item.description[1:]}")
    checked = {name: _CHECKS[name](value, name, findings) for name, value in inputs.items()}
    _check_size(checked, findings)
    _check_tag(checked, findings)
    checked.setdefault("protocol_versions", protocols.DEFAULT)
    checked.setdefault("keep_versions", DEFAULT_KEEP_VERSIONS)
    checked.setdefault("active_timeout", DEFAULT_ACTIVE_TIMEOUT)
    checked.setdefault("role_propagation_timeout", DEFAULT_ROLE_PROPAGATION_TIMEOUT)
    return Checked(checked, findings.problems, findings.warnings)


def _with_todays_names(given: Mapping[str, Any], findings: Findings) -> dict[str, Any]:
    inputs: dict[str, Any] = {}
    for key, value in given.items():
        name = EARLIER_NAMES.get(key, key)
        if value is None:
            continue
        if name not in FIELD_NAMES:
            findings.problems.append(unknown_key("", key, FIELD_NAMES))
        elif name in inputs or (name != key and given.get(name) is not None):
            findings.refuse(key, f"is the earlier name of `{name}`, which is set too", f"keep `{name}`")
        else:
            inputs[name] = value
    return inputs


def _check_size(inputs: dict[str, Any], findings: Findings) -> None:
    given_cpu, given_memory = inputs.get("cpu", size.DEFAULT_CPU), inputs.get("memory")
    cpu = _parsed(size.parse_cpu, given_cpu, "cpu", "for example cpu: 1, memory: 2Gi", findings)
    if cpu is not None:
        inputs["cpu"] = size.plain(cpu)
    if given_memory is None:
        inputs["memory"] = UNKNOWN if isinstance(given_cpu, Unknown) else size.memory_for(cpu or size.parse_cpu("1"))
        given_memory = inputs["memory"]
    memory = _parsed(size.parse_memory, given_memory, "memory", "for example cpu: 1, memory: 2Gi", findings)
    if memory is not None:
        inputs["memory"] = f"{size.plain(memory)}Gi"
    if cpu is None or memory is None:
        return
    if memory != cpu * size.GIB_PER_CPU:
        findings.refuse(
            "memory",
            f"`{given_memory}` does not go with cpu {size.plain(cpu)}",
            f"write {size.memory_for(cpu)}, twice the processors",
        )
    elif inputs["cpu"] not in size.DOCUMENTED:
        pairs = ", ".join(f"{c} with {m}" for c, m in size.DOCUMENTED.items())
        findings.warn("cpu", f"{inputs['cpu']} with {inputs['memory']} is not a documented size", f"those are {pairs}")


def _parsed(parse: Callable[[object], Any], value: Any, path: str, cure: str, findings: Findings) -> Any:
    if isinstance(value, Unknown):
        return None
    try:
        return parse(value)
    except ValueError as error:
        findings.refuse(path, str(error), cure)
        return None


def _check_tag(inputs: dict[str, Any], findings: Findings) -> None:
    try:
        reference = image_reference.parse(inputs.get("image", ""))
    except (TypeError, AttributeError, ValueError):
        return  # unknown, or refused already
    if reference.is_mutable and inputs.get("allow_mutable_tag") is not True:
        named = "the tag `latest`" if reference.tag else "no tag"
        findings.refuse(
            "image",
            f"has {named}: nobody could say what is deployed",
            "use a version as tag, or a digest, or set allow_mutable_tag",
        )
    elif not reference.digest:
        findings.warn(
            "image",
            f"`{reference}` is a tag, which can be moved to another image without a new version",
            "use the digest (@sha256:…) in production",
        )


def _check_agent_name(value: Any, path: str, findings: Findings) -> Any:
    if not isinstance(value, Unknown) and not (isinstance(value, str) and AGENT_NAME.fullmatch(value)):
        findings.refuse(
            path,
            f"`{value}` is not an agent name",
            "use 1-63 letters, digits and hyphens, no hyphen at either end",
        )
    return value


def _check_project_endpoint(value: Any, path: str, findings: Findings) -> Any:
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, str) or not PROJECT_ENDPOINT.fullmatch(value.rstrip("/")):
        findings.refuse(
            path,
            f"`{value}` is not a project endpoint",
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


def _check_rai_policy(value: Any, path: str, findings: Findings) -> Any:
    if not isinstance(value, Unknown) and not (isinstance(value, str) and RAI_POLICY_ID.fullmatch(value)):
        findings.refuse(
            path,
            f"`{value}` is not the ARM id of a policy; the service would accept it and not apply it",
            "use /subscriptions/…/Microsoft.CognitiveServices/accounts/<account>/raiPolicies/<policy>",
        )
    return value


def _check_tools(value: Any, path: str, findings: Findings) -> Any:
    if value != []:
        findings.refuse(
            path,
            "a hosted agent's definition has no tools any more",
            "remove it; the container calls its tools itself",
        )
    return value


def _check_text(value: Any, path: str, findings: Findings) -> Any:
    if not isinstance(value, (Unknown, str)):
        findings.refuse(path, "must be text", f'put it in quotes: "{value}"')
    return value


def _check_flag(value: Any, path: str, findings: Findings) -> Any:
    if not isinstance(value, (Unknown, bool)):
        findings.refuse(path, f"`{value}` is neither true nor false", "write true or false")
    return value


def _check_idle_timeout(value: Any, path: str, findings: Findings) -> Any:
    value = _whole_number(MIN_IDLE_TIMEOUT, MAX_IDLE_TIMEOUT, "seconds")(value, path, findings)
    if isinstance(value, int) and MAX_IDLE_TIMEOUT >= value > USUAL_IDLE_TIMEOUT:
        findings.warn(path, f"{value} seconds is more than the portal allows", f"use at most {USUAL_IDLE_TIMEOUT}")
    return value


def _whole_number(low: int, high: int, unit: str) -> Callable[[Any, str, Findings], Any]:
    def check_number(value: Any, path: str, findings: Findings) -> Any:
        if isinstance(value, Unknown):
            return value
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number or not low <= value <= high or value != int(value):
            findings.refuse(path, f"`{value}` is out of range", f"write a whole number of {unit} from {low} to {high}")
            return value
        return int(value)

    return check_number


_CHECKS: dict[str, Callable[[Any, str, Findings], Any]] = {
    "agent_name": _check_agent_name,
    "project_endpoint": _check_project_endpoint,
    "image": _check_image,
    "registry": _check_text,
    "registry_id": _check_text,
    "pull_principal_id": _check_text,
    "cpu": lambda value, _path, _findings: value,  # with memory, in _check_size
    "memory": lambda value, _path, _findings: value,
    "protocol_versions": protocols.check,
    "environment_variables": environment_variables.check,
    "description": _check_text,
    "metadata": metadata.check,
    "idle_timeout_seconds": _check_idle_timeout,
    "rai_policy_name": _check_rai_policy,
    "telemetry_endpoints": telemetry.check,
    "enable_memory_snapshot": _check_flag,
    "registry_connection_id": _check_text,
    "tools": _check_tools,
    "allow_mutable_tag": _check_flag,
    "owner": _check_text,
    "keep_versions": _whole_number(1, 100, "versions"),
    "active_timeout": _whole_number(1, MAX_WAIT, "seconds"),
    "role_propagation_timeout": _whole_number(0, MAX_WAIT, "seconds"),
}
