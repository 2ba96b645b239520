"""Reads `pulumi preview --json`: the changes of agents in words, other resources, and findings."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..adapters.property_names import to_snake_case
from ..lifecycle.inputs import agent as definition
from ..lifecycle.inputs.unknown import UNKNOWN
from ..lifecycle.resource import description
from ..lifecycle.resource.description import Description
from ..lifecycle.resource.values import A_VALUE
from ..lifecycle.service.roles import az_command, name_of, role_of

# What Pulumi writes instead of a value that only `up` will know, by kind of value.
# Source: sdk/go/common/resource/plugin/rpc.go of pulumi/pulumi.
_UNKNOWNS = {
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
}
_AGENT, _TOOLBOX, _ROLE_ASSIGNMENT = ":HostedAgent", ":Toolbox", ":RoleAssignment"
# Steps that stand beside another one of the same resource, or change nothing.
_PARTS = ("create-replacement", "delete-replaced", "refresh", "read", "read-replacement", "discard-replaced")
_NO_CHANGE = ("same", *_PARTS)
_HIDDEN_PROPERTIES = ("__provider",)
# What Pulumi says of every run that fails, after the reason has been told.
ECHO = re.compile(
    r"an unhandled error occurred: program exited|(?:update|preview|resource) failed$|preview failed: "
    r"|Resource monitor has terminated"
)
# What Pulumi says of this machine, not of the stack.
PLUGIN_ON_PATH = re.compile(r"using pulumi-resource-\S+ from \$PATH at ")
_FINDING_OF_PROPERTY = re.compile(r"(?P<path>[A-Za-z_][\w-]*(?:\.[\w$-]+|\[[^\]]*\])*): (?P<reason>\S.*)")
_SECRET_CHANGE = re.compile(rf"(?P<agent>[\w-]+): (?P<what>[^:]+): {A_VALUE} → another")
_CHECK_FAILURE = re.compile(r"property (?P<path>\S+) value \{.*\} has a problem: (?P<reason>.*)", re.DOTALL)


class NotAPreview(ValueError):
    """The text is not the output of `pulumi preview --json`."""


@dataclass(frozen=True)
class Finding:
    """A warning or an error. `path` is the key of the stack's configuration that it is about, if it says so."""

    severity: str
    path: str
    message: str


@dataclass(frozen=True)
class Agent:
    """An agent in the preview."""

    name: str
    operation: str
    description: Description


@dataclass(frozen=True)
class Other:
    """Another resource that changes."""

    operation: str
    type: str
    name: str
    because: tuple[str, ...]
    outcome: str = ""
    """What the change means, as a sentence, if there is more to say."""


@dataclass(frozen=True)
class Preview:
    """A whole preview."""

    project: str
    stack: str
    agents: tuple[Agent, ...]
    others: tuple[Other, ...]
    unchanged: int
    findings: tuple[Finding, ...]

    @property
    def failed(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)

    @property
    def changing(self) -> list[Agent]:
        return [agent for agent in self.agents if agent.operation != "same"]


def read(text: str) -> Preview:
    """Reads the output of `pulumi preview --json`; text before the JSON is skipped.

    :raises NotAPreview: if there is none.
    """
    digest = digest_of(text)
    steps = digest.get("steps") or []
    project, stack = project_and_stack(digest)
    agents = [_agent(step, digest) for step in steps if is_agent(str(step["urn"])) and step["op"] not in _PARTS]
    others = [_other(step) for step in steps if not is_agent(str(step["urn"])) and step["op"] not in _NO_CHANGE]
    same = int((digest.get("changeSummary") or {}).get("same") or 0) - sum(
        agent.operation == "same" for agent in agents
    )
    # Pulumi works on many resources at once: its own order is another one every time.
    agents.sort(key=lambda agent: agent.name)
    others.sort(key=lambda other: (other.operation, other.type, other.name))
    lost = tuple(Finding("warning", "", line) for line in lost_roles([(str(step["op"]), step) for step in steps]))
    return Preview(project, stack, tuple(agents), tuple(others), max(0, same), (*findings_of(digest), *lost))


def findings_of(digest: Mapping[str, Any]) -> tuple[Finding, ...]:
    """The warnings and errors, by what they are about."""
    steps = digest.get("steps") or []
    project, _stack = project_and_stack(digest)
    names = {str(step["urn"]): _agent_name(step) for step in steps if is_agent(str(step["urn"]))}
    configured = _configured_agents(digest, project)
    findings = [
        finding
        for said in digest.get("diagnostics") or []
        for finding in _findings(said, names, configured)
        if said.get("severity") in ("warning", "error")
    ]
    return _without_echo(sorted(findings, key=lambda finding: finding.path))


def digest_of(text: str) -> dict[str, Any]:
    """The JSON in the output of a preview.

    :raises NotAPreview: if there is none.
    """
    for start in re.finditer(r"^\{", text, re.MULTILINE):
        try:
            digest, _end = json.JSONDecoder().raw_decode(text, start.start())
        except ValueError:
            continue
        if isinstance(digest, dict) and ("steps" in digest or "diagnostics" in digest or "changeSummary" in digest):
            return digest
    raise NotAPreview("this is not the output of `pulumi preview --json`")


def project_and_stack(digest: Mapping[str, Any]) -> tuple[str, str]:
    """The project and stack, from the URNs; empty if there are no resources."""
    for step in digest.get("steps") or []:
        parts = str(step.get("urn")).split("::")
        if len(parts) > 3:
            return parts[1], parts[0].removeprefix("urn:pulumi:")
    return "", ""


def type_and_name(urn: str) -> tuple[str, str]:
    *_, types, name = urn.split("::", 3)
    return types.rpartition("$")[2], name


def is_agent(urn: str) -> bool:
    return urn.count("::") >= 3 and type_and_name(urn)[0].endswith(_AGENT)


def _is_toolbox(urn: str) -> bool:
    return urn.count("::") >= 3 and type_and_name(urn)[0].endswith(_TOOLBOX)


def _agent_name(step: Mapping[str, Any]) -> str:
    for state in ("newState", "oldState", "new", "old"):  # of a preview, of a stream of events
        name = properties_of(step.get(state)).get("agent_name")
        if isinstance(name, str):
            return name
    return type_and_name(str(step["urn"]))[1]


def _other(step: Mapping[str, Any]) -> Other:
    operation, urn = str(step["op"]), str(step["urn"])
    because = tuple(map(str, step.get("diffReasons") or []))
    outcome = _of_deleted_toolbox(step.get("oldState")) if operation == "delete" and _is_toolbox(urn) else ""
    return Other(operation, *type_and_name(urn), because, outcome)


def _agent(step: Mapping[str, Any], digest: Mapping[str, Any]) -> Agent:
    old, new = properties_of(step.get("oldState"), recorded=True), properties_of(step.get("newState"))
    operation = str(step["op"])
    if operation == "same":
        words = description.of_same(old or new)
    elif operation == "delete":
        words = description.of_delete(old, retained=bool((step.get("oldState") or {}).get("retainOnDelete")))
    elif operation == "replace":
        words = description.of_replacement(old, new)
    elif operation == "update":
        words = description.of_update(old, new, _changed_secrets(_agent_name(step), digest))
    elif operation == "create":
        words = description.of_create(new)
    else:
        words = Description(_agent_name(step), f"changes: {operation}")
    return Agent(_agent_name(step), operation, words)


def words_of(operation: str, step: Mapping[str, Any]) -> list[str]:
    """What a step in a stream of events means for an agent or a toolbox that goes; empty for any other."""
    urn, before = str(step["urn"]), step.get("old")
    old, new = properties_of(before, recorded=True), properties_of(step.get("new"))
    if is_agent(urn) and operation == "replace":
        return description.of_replacement(old, new).lines()
    if operation != "delete":
        return []
    retained = bool((before or {}).get("retainOnDelete"))
    if is_agent(urn):
        return description.of_delete(old, retained=retained).lines()
    return [_of_deleted_toolbox(before)] if _is_toolbox(urn) else []


def _of_deleted_toolbox(state: Any) -> str:
    name = str(properties_of(state, recorded=True).get("toolbox_name"))
    return description.of_deleted_toolbox(name, retained=bool((state or {}).get("retainOnDelete")))


def _changed_secrets(agent: str, digest: Mapping[str, Any]) -> list[str]:
    """What changes that is secret: the agent's provider, which sees the values, has said it without them."""
    said = (str(one.get("message") or "").strip() for one in digest.get("diagnostics") or [])
    found = (_SECRET_CHANGE.fullmatch(line) for line in said)
    return [match["what"] for match in found if match and match["agent"] == agent]


def lost_roles(steps: Iterable[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """What deleting role assignments means for resources and identities that stay, such as those of other stacks.

    :param steps: The operations of a preview or of a stream of events, each with its step.
    """
    deleted = [
        (*type_and_name(str(step["urn"])), step.get("oldState") or step.get("old") or {})
        for op, step in steps
        if op == "delete"
    ]
    grants = [
        (name, state.get("inputs") or {})
        for kind, name, state in deleted
        if kind.endswith(_ROLE_ASSIGNMENT) and not state.get("retainOnDelete")
    ]
    others = [state for kind, _, state in deleted if not kind.endswith(_ROLE_ASSIGNMENT)]
    gone = {str(state.get("id")).lower() for state in others}
    principals = {_principal_of(state.get("outputs") or {}) for state in others}
    return [
        _lost_role(name, grant)
        for name, grant in grants
        if grant.get("principalId") not in principals and not _is_within(str(grant.get("scope")), gone)
    ]


def _lost_role(name: str, grant: Mapping[str, Any]) -> str:
    scope, principal, role = (str(grant.get(key)) for key in ("scope", "principalId", "roleDefinitionId"))
    command = az_command(role_of(role), scope, principal, grant.get("principalType"))
    return (
        f"deleting {name} takes {name_of(role_of(role))} on {scope} away from the identity {principal}; if the role is "
        f"still needed, assign it after the run with `{command}`"
    )


def _is_within(scope: str, ids: Collection[str]) -> bool:
    return any(f"{scope}/".lower().startswith(f"{one}/") for one in ids)


def _principal_of(outputs: Mapping[str, Any]) -> Any:
    """The identity of an agent, an account or a project."""
    identity = outputs.get("identity")
    return identity.get("principalId") if isinstance(identity, dict) else outputs.get("principalId")


def properties_of(state: Any, *, recorded: bool = False) -> dict[str, Any]:
    """An agent's properties: the outputs of what is recorded, which Pulumi compares, or the inputs of what is new."""
    if not isinstance(state, dict):
        return {}
    found = (state.get("outputs") if recorded else None) or state.get("inputs") or {}
    shown = {key: value for key, value in found.items() if key not in _HIDDEN_PROPERTIES}
    return dict(_with_unknowns(to_snake_case(shown)))


def _with_unknowns(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_unknowns(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_unknowns(item) for item in value]
    return UNKNOWN if isinstance(value, str) and value in _UNKNOWNS else value


def _configured_agents(digest: Mapping[str, Any], project: str) -> list[str]:
    """The names of the agents in the stack's configuration."""
    try:
        agents = json.loads((digest.get("config") or {}).get(f"{project}:agents") or "{}")
    except (TypeError, ValueError):
        return []
    return [str(name) for name in agents] if isinstance(agents, dict) else []


def _findings(said: Mapping[str, Any], names: Mapping[str, str], configured: list[str]) -> Iterator[Finding]:
    severity, urn = str(said.get("severity")), str(said.get("urn") or "")
    message = re.sub(r"^(?:warning|error): ", "", str(said.get("message") or "")).strip()
    if PLUGIN_ON_PATH.match(message):
        return
    below = ""
    if is_agent(urn):
        name = names.get(urn) or _named_in(urn, configured)
        below = f"agents.{name}" if name else ""
    header, *rest = message.splitlines() or [""]
    if rest and header.endswith(" not valid:"):
        for line in rest:
            path, reason = _path_and_reason(line)
            yield Finding(severity, path, reason)
        return
    failure = _CHECK_FAILURE.search(message)
    path, reason = (failure["path"], failure["reason"].strip()) if failure else _path_and_reason(message)
    path = to_snake_path(path)
    if not failure and (not below or re.split(r"[.\[]", path)[0] not in definition.FIELD_NAMES):
        path, reason = "", message  # it only looks like one
    if below:
        path = ".".join(filter(None, (below, path)))
    yield Finding(severity, path, reason)


def to_snake_path(path: str) -> str:
    """`protocolVersions[0].version` to `protocol_versions[0].version`: the first name is the property."""
    first, rest = re.match(r"([^.\[]*)(.*)", path, re.DOTALL).groups()  # type: ignore[union-attr]
    return next(iter(to_snake_case({first: None})), "") + rest if first else path


def _path_and_reason(text: str) -> tuple[str, str]:
    found = _FINDING_OF_PROPERTY.fullmatch(text)
    return (found["path"], found["reason"]) if found else ("", text)


def _named_in(urn: str, configured: list[str]) -> str:
    """The agent that a resource is, from the resource's name, which ends with the agent's."""
    resource = type_and_name(urn)[1]
    fitting = [name for name in configured if resource == name or resource.endswith(f"-{name}")]
    return max(fitting, key=len, default="")


def _without_echo(findings: list[Finding]) -> tuple[Finding, ...]:
    """Without duplicates, and without errors that only say that something failed, if another one says why."""
    unique = list(dict.fromkeys(findings))
    telling = [finding for finding in unique if not (finding.severity == "error" and ECHO.match(finding.message))]
    failed = any(finding.severity == "error" for finding in telling)
    return tuple(telling if failed else unique)
