"""The arguments of the resources. Generated from the declarations in `lifecycle/inputs`: run `make docs`.

Pulumi's analyzer reads these types: no `Literal`, no `int`, no annotations as strings.
"""

from typing import Any, TypedDict

import pulumi
from typing_extensions import NotRequired


class ProtocolVersionArgs(TypedDict):
    """A protocol that the container speaks."""

    protocol: pulumi.Input[str]
    """Name. One of responses, invocations, invocations_ws, a2a, activity, mcp, voice, voice_conversation_engine."""
    version: NotRequired[pulumi.Input[str]]
    """Version. `v1`, that of the first preview, becomes the current one, with a warning. Allowed: x.y.z. Default:
    2.0.0; 1.0.0 for voice_conversation_engine."""


class TelemetryAuthArgs(TypedDict):
    """How the agent authenticates to a collector: a header whose value is in a project connection."""

    header_name: pulumi.Input[str]
    """HTTP header that carries the secret. Allowed: letters, digits and hyphens, such as x-api-key."""
    secret_id: pulumi.Input[str]
    """Project connection that has the secret."""
    secret_key: pulumi.Input[str]
    """Key of the secret in that connection."""
    type: NotRequired[pulumi.Input[str]]
    """Kind of authentication. Only header. Default: header."""


class TelemetryEndpointArgs(TypedDict):
    """An OpenTelemetry collector."""

    endpoint: pulumi.Input[str]
    """URL of the collector. Allowed: http://host:port or https://host:port."""
    kind: NotRequired[pulumi.Input[str]]
    """Kind of the collector. Only OTLP. Default: OTLP."""
    protocol: NotRequired[pulumi.Input[str]]
    """Transport protocol. One of Http, Grpc. Default: Http."""
    data: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    """What the collector receives. Allowed: ContainerStdoutStderr, ContainerOtel, Metrics. Default: all."""
    auth: NotRequired[pulumi.Input[TelemetryAuthArgs]]
    """How the agent authenticates to the collector."""


class VerifyArgs(TypedDict):
    """How a new version proves that it starts, before it gets traffic."""

    kind: NotRequired[pulumi.Input[str]]
    """`start` opens a session, which starts the container, and ends it; `request` also sends a request; `off` verifies
    nothing. One of start, request, off. Default: start; request with the keys of a request."""
    timeout: NotRequired[pulumi.Input[float]]
    """Seconds in which the verification must succeed. Allowed: 1-3600. Default: 300."""
    protocol: NotRequired[pulumi.Input[str]]
    """Protocol of the request. One of responses, invocations. Default: responses."""
    prompt: NotRequired[pulumi.Input[str]]
    """What to send to the agent, as the input of the request. Not with `body`."""
    body: NotRequired[pulumi.Input[dict[str, Any]]]
    """The whole body of the request. Not with `prompt`."""
    expected_status: NotRequired[pulumi.Input[float]]
    """HTTP status of the response. Allowed: 200-499. Default: 200."""
    expected_text: NotRequired[pulumi.Input[str]]
    """Text that the response must contain."""


class RolloutArgs(TypedDict):
    """How traffic moves to a new version."""

    steps: NotRequired[pulumi.Input[list[pulumi.Input[float]]]]
    """Percentages of the traffic that the new version gets, in ascending order, before it gets all. Allowed: 1-100.
    Default: all at once."""
    hold: NotRequired[pulumi.Input[float]]
    """Seconds to hold each step. Allowed: 0-86400. Default: 60."""
    check: NotRequired[pulumi.Input[str]]
    """What must succeed after each step: `verify` verifies the version again, `active` reads its status. One of verify,
    active. Default: verify."""


class AgentSkillArgs(TypedDict):
    """Something that an agent can do."""

    id: pulumi.Input[str]
    """ID of the skill."""
    name: pulumi.Input[str]
    """Name of the skill."""
    description: NotRequired[pulumi.Input[str]]
    """What the skill does."""
    tags: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    """Tags to find the skill by."""
    examples: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    """Prompts that use the skill."""


class AgentCardArgs(TypedDict):
    """How an agent presents itself to other agents."""

    version: pulumi.Input[str]
    """Version of the card."""
    description: NotRequired[pulumi.Input[str]]
    """What the agent does."""
    skills: NotRequired[pulumi.Input[list[pulumi.Input[AgentSkillArgs]]]]
    """What the agent can do."""


class AgentArgs(TypedDict):
    """What an agent is, wherever it runs."""

    image: pulumi.Input[str]
    """Container image for linux/amd64. Allowed: [host[:port]/]repository[:tag][@sha256:digest]; `latest` or no tag only
    with allow_mutable_tag."""
    cpu: NotRequired[pulumi.Input[Any]]
    """CPU of each session's container. Allowed: 0.5-4 in steps of 0.25; documented: 0.5, 1, 2. Default: 1."""
    memory: NotRequired[pulumi.Input[str]]
    """Memory of each session's container, twice the CPU. Allowed: 1Gi-8Gi. Default: twice the CPU, so 2Gi."""
    protocol_versions: NotRequired[pulumi.Input[list[pulumi.Input[ProtocolVersionArgs]]]]
    """Protocols that the container speaks. The protocol alone can stand for the map. Allowed: at least one, each once.
    Default: responses 2.0.0."""
    container_protocol_versions: NotRequired[pulumi.Input[list[pulumi.Input[ProtocolVersionArgs]]]]
    """Deprecated: use `protocol_versions`."""
    environment_variables: NotRequired[pulumi.Input[dict[str, pulumi.Input[Any]]]]
    """Environment variables of the container. Everyone who can read the agent can read them. `${project_endpoint}` in a
    value stands for the endpoint of the project. Allowed: names of letters, digits and `_`; not PORT,
    APPLICATIONINSIGHTS_CONNECTION_STRING, FOUNDRY_*, AGENT_*."""
    secrets_revision: NotRequired[pulumi.Input[float]]
    """A counter. Changing it creates a new version, so that running sessions get changed secrets too. The container
    sees it as SECRETS_REVISION. Allowed: 0-1000000000."""
    description: NotRequired[pulumi.Input[str]]
    """Description of the agent's version."""
    metadata: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Metadata of each version of the agent. Allowed: at most 12 pairs; keys of 1-64, values of at most 512 characters.
    """
    idle_timeout_seconds: NotRequired[pulumi.Input[float]]
    """Seconds without a request after which a session is suspended. Allowed: 120-14400. Default: 900, set by the
    service."""
    rai_policy_name: NotRequired[pulumi.Input[str]]
    """Full ARM ID of the content-filter policy. Allowed:
    /subscriptions/…/Microsoft.CognitiveServices/accounts/<account>/raiPolicies/<policy>."""
    telemetry_endpoints: NotRequired[pulumi.Input[list[pulumi.Input[TelemetryEndpointArgs]]]]
    """Collectors that receive logs, traces and metrics, besides the platform's own telemetry."""
    enable_memory_snapshot: NotRequired[pulumi.Input[bool]]
    """Whether sessions start from a snapshot of the initialized process. Default: false, set by the service."""
    registry_connection_id: NotRequired[pulumi.Input[str]]
    """Project connection with the credentials of a private registry that is not an Azure one."""
    tools: NotRequired[pulumi.Input[list[Any]]]
    """Tools that the container reaches through an MCP server. They create a toolbox `<agent>-tools`, whose endpoint is
    in the environment variable TOOLBOX_MCP_ENDPOINT. Changing them creates no new version of the agent. A type alone
    stands for a tool of that type; docs/definition.md lists the keys."""
    allow_mutable_tag: NotRequired[pulumi.Input[bool]]
    """Accept an image that can change without a new version: one tagged `latest`, or without a tag. Default: false."""
    owner: NotRequired[pulumi.Input[str]]
    """Who manages the agent. It is written into the metadata, so that no other stack changes or deletes the agent; it
    is set when the agent is created, and a later change has no effect. Allowed: 1-512 characters. Default:
    organization/project/stack."""
    keep_versions: NotRequired[pulumi.Input[float]]
    """Number of versions to keep, including the serving one; older versions of the agent are deleted. Allowed: 1-99.
    Default: 2."""
    force_delete: NotRequired[pulumi.Input[bool]]
    """Delete old versions that have active sessions. Otherwise they are deleted by a later `up`, when their sessions
    have ended. Default: false."""
    serve_version: NotRequired[pulumi.Input[str]]
    """Rollback: send all traffic to this version, which must exist, and create no new one. When removed, the version
    that the definition describes serves again. Allowed: the number of an active version."""
    verify: NotRequired[pulumi.Input[VerifyArgs]]
    """How a new version proves that it starts, before it gets traffic. The kind alone can stand for the map. Default:
    start."""
    rollout: NotRequired[pulumi.Input[RolloutArgs]]
    """How traffic moves to a new version. If a step fails, all traffic goes back to what served before. Default: all at
    once."""
    authorization_schemes: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    """How callers of the agent's endpoint are authorized. Allowed: Entra, BotService, BotServiceRbac, BotServiceTenant.
    Default: left unchanged."""
    agent_card: NotRequired[pulumi.Input[AgentCardArgs]]
    """How the agent presents itself to other agents. Default: left unchanged."""
    adopt: NotRequired[pulumi.Input[bool]]
    """Take over an agent that exists and is not managed by this stack, instead of refusing its name. Also an agent that
    already is as defined gets a version with the mark of this stack. Default: false."""
    active_timeout: NotRequired[pulumi.Input[float]]
    """Seconds to wait for a new version to become active. Allowed: 1-86400. Default: 900."""
    role_propagation_timeout: NotRequired[pulumi.Input[float]]
    """Seconds to retry while role assignments may still be propagating. Allowed: 0-86400. Default: 600."""


class EnvironmentAgentArgs(AgentArgs):
    """An agent of an `AgentEnvironment`."""

    secret_environment_variables: NotRequired[dict[str, pulumi.Input[str]]]
    """Environment variables with secret values, which a connection of the project keeps. In the stack configuration,
    set each to the name of one of `secrets`; in a program, to its value. For agents of an AgentEnvironment; with
    HostedAgent alone, use AgentSecrets. Allowed: names as in environment_variables, each in one of the two."""
    protect: NotRequired[bool]
    """Whether Pulumi refuses to delete or replace the agent, its toolbox and its secrets. To remove a protected agent,
    set it to false, run `pulumi up`, and remove the agent then. For agents of an AgentEnvironment; with HostedAgent
    alone, use the option `protect`. Default: `protect` of the environment."""


class HostedAgentArgs(AgentArgs):
    """An agent, and the project that it is in."""

    agent_name: pulumi.Input[str]
    """Name of the agent in its project. Allowed: 1-63 letters, digits and hyphens, without a hyphen at either end. A
    change replaces the resource."""
    project_endpoint: pulumi.Input[str]
    """Endpoint of the Foundry project that the agent is in. Allowed: https://…/api/projects/<project>. A change
    replaces the resource."""
    registry: NotRequired[pulumi.Input[str]]
    """Login server of the registry for an image without a host. Allowed: a host with a dot or a port, such as
    myregistry.azurecr.io."""
    registry_id: NotRequired[pulumi.Input[str]]
    """ARM ID of that registry. With it, a failed pull can be explained. Allowed:
    /subscriptions/…/Microsoft.ContainerRegistry/registries/<registry>."""
    pull_principal_id: NotRequired[pulumi.Input[str]]
    """Object ID of the identity that pulls the image, the project's. With it, a failed pull can be explained. Allowed:
    the GUID of the identity."""


class ToolboxArgs(TypedDict):
    """A toolbox, and the project that it is in."""

    toolbox_name: pulumi.Input[str]
    """Name of the toolbox in its project. Allowed: 1-63 letters, digits, `_` and `-`, starting with a letter or digit.
    A change replaces the resource."""
    project_endpoint: pulumi.Input[str]
    """Endpoint of the Foundry project that the toolbox is in. Allowed: https://…/api/projects/<project>. A change
    replaces the resource."""
    tools: pulumi.Input[list[Any]]
    """The tools. A type alone stands for a tool of that type; docs/definition.md lists the keys. Allowed: at least one.
    """
    description: NotRequired[pulumi.Input[str]]
    """Description of the toolbox's version."""
    metadata: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Metadata of each version of the toolbox. Allowed: at most 12 pairs; keys of 1-64, values of at most 512
    characters."""
    owner: NotRequired[pulumi.Input[str]]
    """Who manages the toolbox. It is written into the metadata, so that no other stack changes or deletes the toolbox;
    it is set when the toolbox is created, and a later change has no effect. Allowed: 1-512 characters. Default:
    organization/project/stack."""
    keep_versions: NotRequired[pulumi.Input[float]]
    """Number of versions to keep, including the default one; older versions of the toolbox are deleted. Allowed: 1-99.
    Default: 2."""
    adopt: NotRequired[pulumi.Input[bool]]
    """Take over a toolbox that exists and is not managed by this stack, instead of refusing its name. Default: false.
    """
    role_propagation_timeout: NotRequired[pulumi.Input[float]]
    """Seconds to retry while role assignments may still be propagating. Allowed: 0-86400. Default: 600."""
