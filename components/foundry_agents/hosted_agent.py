"""`HostedAgent`: one Microsoft Foundry hosted agent, updated in place by making new versions of it."""

from typing import Any, TypedDict, cast, overload

import pulumi
import pulumi.dynamic
from typing_extensions import NotRequired, Unpack

from . import dynamic
from .adapters.arguments import NOT_GIVEN, arguments
from .adapters.dynamic_inputs import as_properties, set_attributes, warn, with_mark
from .lifecycle.errors.input_issue import Issues
from .lifecycle.inputs import agent_toolbox
from .lifecycle.resource.agent import AGENT
from .toolbox import Toolbox, ToolboxArgs


class ProtocolVersionArgs(TypedDict):
    """A protocol that the container speaks."""

    protocol: pulumi.Input[str]
    """One of responses, invocations, invocations_ws, a2a, activity, mcp, voice, voice_conversation_engine."""
    version: NotRequired[pulumi.Input[str]]
    """Version of the protocol, such as 2.0.0. Default: the current one."""


class TelemetryAuthArgs(TypedDict):
    """How a collector knows the agent: a header whose value is kept in a project connection."""

    header_name: pulumi.Input[str]
    """Name of the HTTP header."""
    secret_id: pulumi.Input[str]
    """Id of the connection that has the secret."""
    secret_key: pulumi.Input[str]
    """Key of the secret in that connection."""
    type: NotRequired[pulumi.Input[str]]
    """`header`, the only kind there is."""


class TelemetryEndpointArgs(TypedDict):
    """An OpenTelemetry collector."""

    endpoint: pulumi.Input[str]
    """URL of the collector."""
    kind: NotRequired[pulumi.Input[str]]
    """`OTLP`, the only kind there is."""
    protocol: NotRequired[pulumi.Input[str]]
    """`Http` (default) or `Grpc`."""
    data: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    """What to send: ContainerStdoutStderr, ContainerOtel, Metrics. Default: all."""
    auth: NotRequired[pulumi.Input[TelemetryAuthArgs]]
    """How the collector knows the agent."""


class VerifyArgs(TypedDict):
    """The proof that a version starts before it gets traffic."""

    kind: NotRequired[pulumi.Input[str]]
    """`start` (default) opens a session and ends it, `request` asks something too, `off` proves nothing."""
    timeout: NotRequired[pulumi.Input[float]]
    """Seconds in which it must be proved. Default 300."""
    protocol: NotRequired[pulumi.Input[str]]
    """Of a request: `responses` (default) or `invocations`."""
    prompt: NotRequired[pulumi.Input[str]]
    """Of a request: what is asked, by the responses protocol."""
    body: NotRequired[pulumi.Input[dict[str, Any]]]
    """Of a request: its whole JSON, in place of a prompt."""
    expected_status: NotRequired[pulumi.Input[float]]
    """Of a request: the HTTP status of the answer. Default 200."""
    expected_text: NotRequired[pulumi.Input[str]]
    """Of a request: text that the answer contains."""


class RolloutArgs(TypedDict):
    """How traffic moves to a new version."""

    steps: NotRequired[pulumi.Input[list[pulumi.Input[float]]]]
    """Percent of the traffic on the way to 100, ascending. Default: all at once."""
    hold: NotRequired[pulumi.Input[float]]
    """Seconds at each step. Default 60."""
    check: NotRequired[pulumi.Input[str]]
    """What must hold after each step: `verify` (default) or `active`."""


class AgentSkillArgs(TypedDict):
    """Something that an agent can do."""

    id: pulumi.Input[str]
    """Id of the skill."""
    name: pulumi.Input[str]
    """Its name."""
    description: NotRequired[pulumi.Input[str]]
    """What it does."""
    tags: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    """Words to find it by."""
    examples: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    """What one may ask."""


class AgentCardArgs(TypedDict):
    """How an agent presents itself to other agents."""

    version: pulumi.Input[str]
    """Version of the card."""
    description: NotRequired[pulumi.Input[str]]
    """What the agent does."""
    skills: NotRequired[pulumi.Input[list[pulumi.Input[AgentSkillArgs]]]]
    """What it can do."""


class AgentArgs(TypedDict):
    """What an agent is, wherever it runs."""

    image: pulumi.Input[str]
    """Container image for linux/amd64: `[host/]repository:tag` or `…@sha256:…`."""
    cpu: NotRequired[pulumi.Input[Any]]
    """Processors, 0.5 to 4. Default 1."""
    memory: NotRequired[pulumi.Input[str]]
    """Memory, 1Gi to 8Gi, twice the processors. Default: twice the processors, so 2Gi."""
    protocol_versions: NotRequired[pulumi.Input[list[pulumi.Input[ProtocolVersionArgs]]]]
    """Protocols that the container speaks. Default: responses 2.0.0."""
    container_protocol_versions: NotRequired[pulumi.Input[list[pulumi.Input[ProtocolVersionArgs]]]]
    """Earlier name of `protocol_versions`."""
    environment_variables: NotRequired[pulumi.Input[dict[str, pulumi.Input[Any]]]]
    """Environment variables, readable by all who may read the agent. `${project_endpoint}` is filled in."""
    secrets_revision: NotRequired[pulumi.Input[float]]
    """A counter: a change of it makes a new version, so that a changed secret reaches running sessions too."""
    description: NotRequired[pulumi.Input[str]]
    """Description of the version."""
    metadata: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Pairs stored with each version, at most 13."""
    idle_timeout_seconds: NotRequired[pulumi.Input[float]]
    """Seconds without a request after which a session is suspended, 120 to 14400. Service's default: 900."""
    rai_policy_name: NotRequired[pulumi.Input[str]]
    """ARM id of the content-filter policy."""
    telemetry_endpoints: NotRequired[pulumi.Input[list[pulumi.Input[TelemetryEndpointArgs]]]]
    """Collectors for logs, traces and metrics."""
    enable_memory_snapshot: NotRequired[pulumi.Input[bool]]
    """Whether sessions start from a snapshot of the initialized process."""
    registry_connection_id: NotRequired[pulumi.Input[str]]
    """Project connection with the credentials of a private registry that is not an Azure one."""
    tools: NotRequired[pulumi.Input[list[Any]]]
    """Makes a toolbox `<agent>-tools`, whose MCP endpoint is in the variable TOOLBOX_MCP_ENDPOINT. docs/tools.md."""
    allow_mutable_tag: NotRequired[pulumi.Input[bool]]
    """Accept an image tagged `latest` or not at all."""
    owner: NotRequired[pulumi.Input[str]]
    """Whose the agent is. Default: organization/project/stack."""
    keep_versions: NotRequired[pulumi.Input[float]]
    """How many versions to keep, the serving one included, at least 1. Default 2."""
    force_delete: NotRequired[pulumi.Input[bool]]
    """Delete old versions although they have active sessions. Default: they wait, see `versions_pending_deletion`."""
    serve_version: NotRequired[pulumi.Input[str]]
    """Rollback: sends all traffic to this version, and makes none."""
    verify: NotRequired[pulumi.Input[VerifyArgs]]
    """The proof that a version starts before it gets traffic; a word alone is its kind. Default: `start`."""
    rollout: NotRequired[pulumi.Input[RolloutArgs]]
    """How traffic moves to a new version. Default: all at once."""
    authorization_schemes: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    """Entra, BotService, BotServiceRbac, BotServiceTenant. Default: left as they are."""
    agent_card: NotRequired[pulumi.Input[AgentCardArgs]]
    """How the agent presents itself to other agents. Default: left as it is."""
    adopt: NotRequired[pulumi.Input[bool]]
    """Take over an agent that exists and is not ours, instead of refusing its name."""
    active_timeout: NotRequired[pulumi.Input[float]]
    """Seconds to wait for a version to become active. Default 900."""
    role_propagation_timeout: NotRequired[pulumi.Input[float]]
    """Seconds to keep trying while role assignments may not work yet. Default 600."""


class HostedAgentArgs(AgentArgs):
    """An agent and where it runs."""

    agent_name: pulumi.Input[str]
    """Name of the agent in its project: 1-63 letters, digits and hyphens. A change replaces the agent."""
    project_endpoint: pulumi.Input[str]
    """Endpoint of the Foundry project. A change replaces the agent."""
    registry: NotRequired[pulumi.Input[str]]
    """Login server of the registry that an image without a host is in."""
    registry_id: NotRequired[pulumi.Input[str]]
    """ARM id of that registry; lets a failed pull say why it failed."""
    pull_principal_id: NotRequired[pulumi.Input[str]]
    """Object id of the identity that pulls, the project's; lets a failed pull say why it failed."""


class HostedAgent(pulumi.dynamic.Resource, module="foundry-agents", name="HostedAgent"):
    """A hosted agent: one resource for its whole life.

    A changed definition makes a new version, waits until it is active, proves that it starts (`verify`),
    sends it the traffic (`rollout`) and deletes versions past `keep_versions`. If any of that fails, the
    version that served before serves again. `serve_version` goes back to one that was kept.

    With `tools`, it makes a `Toolbox` beside it, named `<name>-tools`. A change of the tools changes that alone.

    Its id is `<project endpoint>/agents/<name>`. It does not build or push the image, and it does not
    make the project: see `FoundryProject` and `AgentEnvironment`.
    """

    agent_name: pulumi.Output[str]
    """Name of the agent."""
    version: pulumi.Output[str]
    """The version that serves."""
    status: pulumi.Output[str]
    """Status of that version: `active`."""
    image_reference: pulumi.Output[str]
    """Its image, with the registry."""
    traffic: pulumi.Output[dict[str, float]]
    """Percent of the traffic by version."""
    versions: pulumi.Output[list[str]]
    """The versions that are kept, the one that serves first."""
    previous_version: pulumi.Output[str]
    """What to write as `serve_version` to go back; empty if there is nothing to go back to."""
    latest_version: pulumi.Output[str]
    """The newest version, whoever created it."""
    unmanaged_versions: pulumi.Output[list[str]]
    """Versions that a refresh found and no `pulumi up` has seen yet."""
    versions_pending_deletion: pulumi.Output[list[str]]
    """Versions that still have active sessions, and that the next `pulumi up` deletes."""
    protocols: pulumi.Output[list[str]]
    """The protocols that the endpoint answers to."""
    adopted_from: pulumi.Output[str]
    """The mark of another owner that the agent was adopted with, until it has a version of this stack."""
    principal_id: pulumi.Output[str]
    """Object id of the agent's own identity, the same for all its versions: grant roles to it."""
    client_id: pulumi.Output[str]
    """Client id of that identity."""
    agent_guid: pulumi.Output[str]
    """The service's own id of the agent."""
    endpoints: pulumi.Output[dict[str, str]]
    """URL of each protocol."""
    owner: pulumi.Output[str]
    """Owner of the agent."""

    @overload
    def __init__(self, name: str, args: HostedAgentArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...

    @overload
    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **keywords: Unpack[HostedAgentArgs]
    ) -> None: ...

    def __init__(
        self,
        name: str,
        args: HostedAgentArgs = NOT_GIVEN,
        opts: pulumi.ResourceOptions | None = None,
        **keywords: Any,
    ) -> None:
        """
        :param name: Name of the resource in the program; part of the mark that says which stack manages the agent.
        :param args: The agent, as a dict or `HostedAgentArgs`. Or pass its keys as keywords. Previews refuse wrong
            values, all at once.
        :param opts: Pulumi's options. `custom_timeouts` have no effect: use `active_timeout`.
        :raises pulumi.RunError: if neither or both of `args` and keywords are passed, or `args` is not a dict.
        """
        args = arguments(HostedAgentArgs, self, name, args, keywords, check_keys=False)
        inputs = with_mark(name, args)
        tools = inputs.pop("tools", None)
        self.has_tools = isinstance(tools, pulumi.Output) or bool(tools)
        if self.has_tools:
            toolbox = _own_toolbox(name, args, opts)
            inputs["environment_variables"] = _with_toolbox(args)
            # So that the agent is made after it, and is gone before it.
            opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[toolbox]))
        super().__init__(dynamic.PROVIDER, name, as_properties(inputs, AGENT.outputs), opts)
        set_attributes(self, ("agent_name", "owner", *AGENT.outputs))
        warn(self, inputs, AGENT.check)


def _own_toolbox(name: str, args: HostedAgentArgs, opts: pulumi.ResourceOptions | None) -> Toolbox:
    """The toolbox with the agent's tools, beside the agent: a child would have to be made after it."""
    own = {key: args[key] for key in agent_toolbox.SHARED_INPUTS if key in args}  # type: ignore[literal-required]
    agent_name = args.get("agent_name")
    if agent_name is None:
        raise pulumi.RunError(f"HostedAgent '{name}': agent_name: is required; set it")
    if isinstance(agent_name, str):
        own["toolbox_name"] = agent_toolbox.toolbox_name(agent_name)
    else:
        own["toolbox_name"] = pulumi.Output.all(agent_name).apply(
            lambda known: agent_toolbox.toolbox_name(str(known[0]))
        )
    beside = opts or pulumi.ResourceOptions()
    return Toolbox(
        f"{name}-tools",
        cast(ToolboxArgs, own),
        pulumi.ResourceOptions(
            parent=beside.parent,
            depends_on=beside.depends_on,
            protect=beside.protect,
            retain_on_delete=beside.retain_on_delete,
        ),
    )


def _with_toolbox(args: HostedAgentArgs) -> Any:
    """The environment variables with the endpoint of the agent's toolbox, which does not change with the tools."""
    agent_name, variables = args["agent_name"], args.get("environment_variables")
    if isinstance(agent_name, str) and (variables is None or isinstance(variables, dict)):
        return _with_endpoint(agent_name, variables)
    both = pulumi.Output.all(agent_name, variables)
    return both.apply(lambda known: _with_endpoint(known[0], known[1]))


def _with_endpoint(agent_name: Any, variables: Any) -> dict[str, Any]:
    issues = Issues()
    agent_toolbox.check_variable([agent_toolbox.VARIABLE], variables, "environment_variables", issues)
    if issues.problems:
        raise pulumi.RunError(f"agent '{agent_name}': {issues.problems[0]}")
    return {**(variables or {}), **agent_toolbox.variable(str(agent_name))}
