"""The keys of an agent's definition in scripts. Generated from the declarations: run `make docs`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ScriptDefinition:
    """What an agent is; None is the default of each key."""

    image: str
    """Container image for linux/amd64. Allowed: [host[:port]/]repository[:tag][@sha256:digest]; `latest` or no tag only
    with allow_mutable_tag."""
    registry: str | None = None
    """Login server of the registry for an image without a host. Allowed: a host with a dot or a port, such as
    myregistry.azurecr.io."""
    registry_id: str | None = None
    """ARM ID of that registry. With it, a failed pull can be explained. Allowed:
    /subscriptions/…/Microsoft.ContainerRegistry/registries/<registry>."""
    pull_principal_id: str | None = None
    """Object ID of the identity that pulls the image, the project's. With it, a failed pull can be explained. Allowed:
    the GUID of the identity."""
    cpu: str | float | None = None
    """CPU of each session's container. Allowed: 0.5-4 in steps of 0.25; documented: 0.5, 1, 2. Default: 1."""
    memory: str | None = None
    """Memory of each session's container, twice the CPU. Allowed: 1Gi-8Gi. Default: twice the CPU, so 2Gi."""
    protocol_versions: list[Any] | None = None
    """Protocols that the container speaks. The protocol alone can stand for the map. Allowed: at least one, each once.
    Default: responses 2.0.0."""
    container_protocol_versions: list[Any] | None = None
    """Deprecated: use `protocol_versions`."""
    environment_variables: Mapping[str, str | float] | None = None
    """Environment variables of the container. Everyone who can read the agent can read them. `${project_endpoint}` in a
    value stands for the endpoint of the project. Allowed: names of letters, digits and `_`; not PORT,
    APPLICATIONINSIGHTS_CONNECTION_STRING, FOUNDRY_*, AGENT_*."""
    secrets_revision: int | None = None
    """A counter. Changing it creates a new version, so that running sessions get changed secrets too. The container
    sees it as SECRETS_REVISION. Allowed: 0-1000000000."""
    description: str | None = None
    """Description of the agent's version."""
    metadata: Mapping[str, str] | None = None
    """Metadata of each version of the agent. Allowed: at most 12 pairs; keys of 1-64, values of at most 512 characters.
    """
    idle_timeout_seconds: int | None = None
    """Seconds without a request after which a session is suspended. Allowed: 120-14400. Default: 900, set by the
    service."""
    rai_policy_name: str | None = None
    """Full ARM ID of the content-filter policy. Allowed:
    /subscriptions/…/Microsoft.CognitiveServices/accounts/<account>/raiPolicies/<policy>."""
    telemetry_endpoints: list[Any] | None = None
    """Collectors that receive logs, traces and metrics, besides the platform's own telemetry."""
    enable_memory_snapshot: bool | None = None
    """Whether sessions start from a snapshot of the initialized process. Default: false, set by the service."""
    registry_connection_id: str | None = None
    """Project connection with the credentials of a private registry that is not an Azure one."""
    tools: list[Any] | None = None
    """Tools that the container reaches through an MCP server. They create a toolbox `<agent>-tools`, whose endpoint is
    in the environment variable TOOLBOX_MCP_ENDPOINT. Changing them creates no new version of the agent. A type alone
    stands for a tool of that type; docs/definition.md lists the keys."""
    allow_mutable_tag: bool | None = None
    """Accept an image that can change without a new version: one tagged `latest`, or without a tag. Default: false."""
    keep_versions: int | None = None
    """Number of versions to keep, including the serving one; older versions of the agent are deleted. Allowed: 1-99.
    Default: 2."""
    force_delete: bool | None = None
    """Delete old versions that have active sessions. Otherwise they are deleted by a later `up`, when their sessions
    have ended. Default: false."""
    serve_version: str | None = None
    """Rollback: send all traffic to this version, which must exist, and create no new one. When removed, the version
    that the definition describes serves again. Allowed: the number of an active version."""
    verify: Mapping[str, Any] | str | None = None
    """How a new version proves that it starts, before it gets traffic. The kind alone can stand for the map. Default:
    start."""
    rollout: Mapping[str, Any] | None = None
    """How traffic moves to a new version. If a step fails, all traffic goes back to what served before. Default: all at
    once."""
    authorization_schemes: list[str] | None = None
    """How callers of the agent's endpoint are authorized. Allowed: Entra, BotService, BotServiceRbac, BotServiceTenant.
    Default: left unchanged."""
    agent_card: Mapping[str, Any] | None = None
    """How the agent presents itself to other agents. Default: left unchanged."""
    adopt: bool | None = None
    """Take over an agent that exists and is not managed by this stack, instead of refusing its name. Also an agent that
    already is as defined gets a version with the mark of this stack. Default: false."""
    active_timeout: int | None = None
    """Seconds to wait for a new version to become active. Allowed: 1-86400. Default: 900."""
    role_propagation_timeout: int | None = None
    """Seconds to retry while role assignments may still be propagating. Allowed: 0-86400. Default: 600."""
