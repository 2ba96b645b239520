"""What the service returns, as far as this package reads it, and what it is sent in the same shape.

Sources: models of azure-ai-projects 2.10; bodies recorded from the service, 2026-07. The service returns more keys than
these, and some that the SDK does not declare, such as the reason why a version failed.
"""

from __future__ import annotations

from typing import Any, TypeVar

from typing_extensions import TypedDict

JsonObject = dict[str, Any]

ACTIVE, CREATING, FAILED = "active", "creating", "failed"
"""Statuses of a version; a session that is ready is `active` too."""
ENDED = (FAILED, "deleting", "deleted", "expired")
"""Statuses of a session that does not become ready any more."""


class Reason(TypedDict, total=False):
    """Why a version or a session failed."""

    code: str
    message: str


class Identity(TypedDict, total=False):
    """The identity of an agent, the same for all its versions."""

    principal_id: str
    client_id: str


class ProtocolVersion(TypedDict):
    """A protocol that a container speaks."""

    protocol: str
    version: str


class Container(TypedDict, total=False):
    """The image of a version."""

    image: str
    registry_connection_id: str


class SessionConfiguration(TypedDict, total=False):
    """How long sessions live."""

    idle_timeout_seconds: int


class ContentFilter(TypedDict, total=False):
    """The content-filter policy, by its ARM id."""

    rai_policy_name: str


class Telemetry(TypedDict, total=False):
    """Collectors besides the platform's own."""

    endpoints: list[JsonObject]


class Definition(TypedDict, total=False):
    """The definition of a version: today's form, or the first preview's with the image at the top."""

    kind: str
    cpu: str
    memory: str
    container_configuration: Container
    image: str
    registry_connection_id: str
    protocol_versions: list[ProtocolVersion]
    container_protocol_versions: list[ProtocolVersion]
    environment_variables: dict[str, str]
    session_configuration: SessionConfiguration
    rai_config: ContentFilter
    telemetry_config: Telemetry
    enable_memory_snapshot: bool


class AgentVersion(TypedDict, total=False):
    """One version of an agent."""

    name: str
    version: str
    status: str
    definition: Definition
    description: str
    metadata: dict[str, str]
    error: Reason
    instance_identity: Identity
    agent_guid: str
    draft: bool


class NewAgentVersion(TypedDict, total=False):
    """The body that creates a version of an agent."""

    definition: Definition
    description: str
    metadata: dict[str, str]


class Rule(TypedDict, total=False):
    """The share of the traffic of one version; `@latest` is whichever is the newest."""

    type: str
    agent_version: str
    traffic_percentage: float


class VersionSelector(TypedDict, total=False):
    """Which versions get the traffic."""

    version_selection_rules: list[Rule]


class AuthorizationScheme(TypedDict, total=False):
    """How callers are authorized."""

    type: str


class Endpoint(TypedDict, total=False):
    """The endpoint of an agent. In a patch, a protocol whose value is None is closed."""

    protocols: list[str]
    protocol_configuration: dict[str, JsonObject | None]
    authorization_schemes: list[AuthorizationScheme]
    version_selector: VersionSelector


class NewestVersion(TypedDict, total=False):
    """The newest version, inside an agent."""

    latest: AgentVersion


class Agent(TypedDict, total=False):
    """An agent."""

    name: str
    versions: NewestVersion
    agent_endpoint: Endpoint
    agent_card: JsonObject
    instance_identity: Identity


class AgentPatch(TypedDict, total=False):
    """The merge-patch of an agent: arrays are replaced as a whole."""

    agent_endpoint: Endpoint
    agent_card: JsonObject


class AgentSession(TypedDict, total=False):
    """A session on a version."""

    agent_session_id: str
    status: str
    error: Reason


class Toolbox(TypedDict, total=False):
    """A toolbox."""

    id: str
    name: str
    default_version: str


class ToolboxVersion(TypedDict, total=False):
    """One version of a toolbox."""

    name: str
    version: str
    tools: list[JsonObject]
    description: str
    metadata: dict[str, str]


class NewToolboxVersion(TypedDict, total=False):
    """The body that creates a version of a toolbox."""

    tools: list[JsonObject]
    description: str
    metadata: dict[str, str]


Version = TypeVar("Version", AgentVersion, ToolboxVersion)


def latest_version(agent: Agent) -> AgentVersion:
    """The newest version inside an agent's answer; its status may be stale."""
    return (agent.get("versions") or {}).get("latest") or {}


def number_of(version: AgentVersion | ToolboxVersion) -> str:
    """The number of a version."""
    return str(version["version"])
