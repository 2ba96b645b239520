"""`HostedAgent`: a Microsoft Foundry hosted agent. An update creates a new version of it."""

from copy import copy
from typing import Any, cast, overload

import pulumi
import pulumi.dynamic
from typing_extensions import Unpack

from . import dynamic
from .adapters.arguments import NOT_GIVEN, CheckedArgs, arguments
from .adapters.claimed_names import claim
from .adapters.registration import look_up, refuse_timeouts, register, set_attributes, warn, with_mark
from .args import HostedAgentArgs, ToolboxArgs
from .lifecycle.errors.input_issue import InputIssue, Issues
from .lifecycle.inputs import agent_toolbox
from .lifecycle.resource.agent import AGENT
from .lifecycle.resource.hidden import plain_inputs
from .lifecycle.resource.state import PLAIN_INPUTS
from .toolbox import Toolbox


class HostedAgent(pulumi.dynamic.Resource, module="foundry-agents", name="HostedAgent"):
    """A hosted agent.

    An update with a changed definition creates a new version, waits until it is active, verifies that it starts
    (`verify`), moves traffic to it (`rollout`) and deletes versions past `keep_versions`. If a step fails, traffic
    goes back to the version that served before. `serve_version` rolls back to a version that was kept.

    With `tools`, it registers a `Toolbox` beside it, named `<name>-tools`. Changed tools update only the toolbox.

    Its ID is `<project endpoint>/agents/<name>`. It does not build or push the image, and it does not create the
    project: see `FoundryProject` and `AgentEnvironment`.
    """

    agent_name: pulumi.Output[str]
    """Name of the agent."""
    version: pulumi.Output[str]
    """The version that serves traffic."""
    status: pulumi.Output[str]
    """Status of that version: `active`."""
    image_reference: pulumi.Output[str]
    """The image of that version, with its registry."""
    traffic: pulumi.Output[dict[str, float]]
    """Percent of the traffic by version."""
    versions: pulumi.Output[list[str]]
    """The versions that are kept, starting with the one that serves."""
    previous_version: pulumi.Output[str]
    """The version to set as `serve_version` for a rollback; empty if there is none."""
    latest_version: pulumi.Output[str]
    """The newest version, whoever created it."""
    unmanaged_versions: pulumi.Output[list[str]]
    """Versions that a refresh found and no `pulumi up` has seen yet."""
    versions_pending_deletion: pulumi.Output[list[str]]
    """Versions that still have active sessions, and that the next `pulumi up` deletes."""
    protocols: pulumi.Output[list[str]]
    """The protocols of the endpoint."""
    adopted_from: pulumi.Output[str]
    """The mark of another owner that the agent was imported with, until `pulumi up` makes a version of this stack."""
    principal_id: pulumi.Output[str]
    """Object ID of the agent's identity, the same for all its versions. Assign roles to it."""
    client_id: pulumi.Output[str]
    """Client ID of that identity."""
    agent_guid: pulumi.Output[str]
    """The service's ID of the agent."""
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
        :param name: Name of the resource in the program; part of the owner in the agent's metadata.
        :param args: The agent, as a dict or `HostedAgentArgs`. Or pass its keys as keywords. Previews refuse wrong
            values, all at once.
        :param opts: Pulumi's options. A dynamic resource refuses `custom_timeouts`: use `active_timeout`.
        :raises pulumi.RunError: if neither or both of `args` and keywords are passed, if `args` is not a dict, if
            `custom_timeouts` are refused, or if another resource of the program is the same agent.
        """
        refuse_timeouts("HostedAgent", name, opts, "set the input `active_timeout` instead")
        given = arguments(HostedAgentArgs, self, name, args, keywords, check_keys=False)
        claim(self, name, "agent", given)
        inputs = with_mark(name, given)
        tools = inputs.pop("tools", None)
        self.has_tools = isinstance(tools, pulumi.Output) or bool(tools)
        if self.has_tools:
            toolbox = _own_toolbox(name, _for_toolbox(name, given, args), opts)
            inputs["environment_variables"] = _with_toolbox(given)
            # So that the agent is created after the toolbox, and deleted before it.
            opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[toolbox]))
        inputs[PLAIN_INPUTS] = plain_inputs(inputs) or None
        register(self, name, inputs, opts, dynamic=dynamic.PROVIDER, outputs=AGENT.outputs)
        set_attributes(self, _ATTRIBUTES)
        warn(self, _without_tools(args), inputs, AGENT.check)

    @classmethod
    def get(
        cls,
        name: str,
        id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> "HostedAgent":
        """Looks up an agent that exists, whoever manages it. The program reads it, and never changes it.

        :param name: Name of the look-up in the program.
        :param id: `<project endpoint>/agents/<name>`.
        :param opts: Pulumi's options.
        :raises pulumi.RunError: unless the program called `use_first_class_resources()`.
        """
        found = cls.__new__(cls)
        found.has_tools = False
        look_up(found, name, id, opts, outputs=_ATTRIBUTES)
        set_attributes(found, _ATTRIBUTES)
        return found


_ATTRIBUTES = ("agent_name", "owner", *AGENT.outputs)


def _own_toolbox(name: str, args: ToolboxArgs, opts: pulumi.ResourceOptions | None) -> Toolbox:
    """The toolbox with the agent's tools, beside the agent: a child would be created after it.

    Aliases of the agent are its own too, so that an agent with tools can be renamed and moved.
    """
    beside = opts or pulumi.ResourceOptions()
    return Toolbox(
        _toolbox_resource(name),
        args,
        pulumi.ResourceOptions(
            parent=beside.parent,
            aliases=[_toolbox_alias(alias) for alias in beside.aliases or []],
            provider=beside.provider,
            providers=cast(Any, beside.providers),
            depends_on=beside.depends_on,
            protect=beside.protect,
            retain_on_delete=beside.retain_on_delete,
            deleted_with=beside.deleted_with,
            replace_with=beside.replace_with,
            delete_before_replace=beside.delete_before_replace,
        ),
    )


def _toolbox_resource(agent: str) -> str:
    """The name of the toolbox in the program, from that of the agent."""
    return f"{agent}-tools"


def _toolbox_alias(agent: pulumi.Input[str | pulumi.Alias]) -> pulumi.Input[str | pulumi.Alias]:
    """What the toolbox was called when the agent had this alias."""
    if isinstance(agent, str):
        urn, _, name = agent.rpartition("::")
        return f"{_toolbox_type(urn)}::{_toolbox_resource(name)}"
    if not isinstance(agent, pulumi.Alias):
        return pulumi.Output.all(agent).apply(lambda known: _toolbox_alias(known[0]))
    alias = copy(agent)
    if isinstance(alias.name, str):
        alias.name = _toolbox_resource(alias.name)
    if isinstance(alias.type_, str):
        alias.type_ = _toolbox_type(alias.type_)
    return alias


def _toolbox_type(agent: str) -> str:
    """Its type, at the end of a URN without the name too."""
    return f"{agent.removesuffix(':HostedAgent')}:Toolbox" if agent.endswith(":HostedAgent") else agent


def _for_toolbox(name: str, agent: HostedAgentArgs, args: Any) -> ToolboxArgs:
    """The arguments of the agent's toolbox; checked ones if those of the agent, `args`, are."""
    own = {key: one for key, one in agent.items() if key in agent_toolbox.SHARED_INPUTS}
    agent_name = agent.get("agent_name")
    if agent_name is None:
        raise pulumi.RunError(f"HostedAgent '{name}': agent_name: is required; set it")
    if isinstance(agent_name, str):
        own["toolbox_name"] = agent_toolbox.toolbox_name(agent_name)
    else:
        own["toolbox_name"] = pulumi.Output.all(agent_name).apply(
            lambda known: agent_toolbox.toolbox_name(str(known[0]))
        )
    if isinstance(args, CheckedArgs):
        own = CheckedArgs(own, [warning for warning in args.warnings if _is_of_tools(warning)])
    return cast(ToolboxArgs, own)


def _without_tools(args: Any) -> Any:
    """Checked arguments without the warnings that the toolbox logs."""
    if not isinstance(args, CheckedArgs):
        return args
    return CheckedArgs(args, [warning for warning in args.warnings if not _is_of_tools(warning)])


def _is_of_tools(warning: InputIssue) -> bool:
    return warning.path.startswith("tools[")


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
