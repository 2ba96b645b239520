"""`AgentSecrets`: the project connection that stores an agent's secret environment variables."""

from typing import Any, TypedDict, overload

import pulumi
from pulumi_azure_native import cognitiveservices
from typing_extensions import NotRequired, Unpack

from ..adapters.arguments import NOT_GIVEN, arguments
from ..lifecycle.errors.input_issue import Issues, shown
from ..lifecycle.inputs.secret_variables import CONNECTION_NAME, check, placeholders
from ..lifecycle.inputs.unknown import UNKNOWN
from .arm_errors import arm_options
from .arm_id import ProjectId, parse_project_id
from .existing import existing

_NO_TARGET = "_"
"""A connection must have a target; custom keys have none."""


class AgentSecretsArgs(TypedDict):
    """The secrets of an agent, and the project that stores them."""

    project_id: pulumi.Input[str]
    """ARM ID of the Foundry project."""
    secret_environment_variables: dict[str, pulumi.Input[str]]
    """Value by environment variable. Every value becomes a Pulumi secret, encrypted in the state."""
    connection_name: NotRequired[str]
    """Name of the connection in the project: 3-33 letters, digits, `_` and `-`. Default: `<name>-secrets`."""


class AgentSecrets(pulumi.ComponentResource):
    """A connection of category CustomKeys with the values, and the placeholders for the agent's definition.

    A changed value changes only the connection: every new session gets it, without a new version. Everybody who can
    read the project's connections with credentials can read the values; it grants this right to nobody.
    """

    connection_name: pulumi.Output[str]
    """Name of the connection."""
    environment_variables: pulumi.Output[dict[str, str]]
    """For the agent: `${{connections.<connection>.credentials.<variable>}}` by variable. It depends on the connection,
    which must exist before the agent."""

    @overload
    def __init__(self, name: str, args: AgentSecretsArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...

    @overload
    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **keywords: Unpack[AgentSecretsArgs]
    ) -> None: ...

    def __init__(
        self,
        name: str,
        args: AgentSecretsArgs = NOT_GIVEN,
        opts: pulumi.ResourceOptions | None = None,
        **keywords: Any,
    ) -> None:
        """
        :param name: Name of the component; its resource is `<name>-secrets`.
        :param args: The secrets, as a dict or `AgentSecretsArgs`. Or pass its keys as keywords.
        :param opts: Pulumi's options.
        :raises pulumi.RunError: if the arguments are not valid. No value is shown.
        """
        args = arguments(AgentSecretsArgs, self, name, args, keywords)
        connection_name = args.get("connection_name") or f"{name}-secrets"
        _check(connection_name, args)
        super().__init__("foundry-agents:index:AgentSecrets", name, None, opts)
        project: pulumi.Output[ProjectId] = existing(args["project_id"], parse_project_id, self)
        values = args["secret_environment_variables"]
        connection = cognitiveservices.ProjectConnection(
            f"{name}-secrets",
            connection_name=connection_name,
            resource_group_name=project.apply(lambda where: where.resource_group),
            account_name=project.apply(lambda where: where.account),
            project_name=project.apply(lambda where: where.project),
            properties=cognitiveservices.CustomKeysConnectionPropertiesArgs(
                auth_type="CustomKeys",
                category="CustomKeys",
                target=_NO_TARGET,
                credentials=cognitiveservices.CustomKeysArgs(
                    keys={variable: pulumi.Output.secret(value) for variable, value in values.items()}
                ),
            ),
            opts=arm_options(self),
        )
        # The URN is known in previews too, unlike the answer of the service.
        standing = placeholders(connection_name, values)
        self.environment_variables = connection.urn.apply(lambda _: standing)
        self.connection_name = connection.urn.apply(lambda _: connection_name)
        self.register_outputs(
            {"connectionName": self.connection_name, "environmentVariables": self.environment_variables}
        )


def _check(connection_name: str, args: AgentSecretsArgs) -> None:
    issues = Issues()
    if not (isinstance(connection_name, str) and CONNECTION_NAME.fullmatch(connection_name)):
        cure = "use 3-33 letters, digits, _ and -"
        issues.refuse("connection_name", f"{shown(connection_name)} is not a valid name", cure)
    values: Any = args["secret_environment_variables"]
    if isinstance(values, dict):
        values = {
            variable: "unknown" if isinstance(value, pulumi.Output) else value for variable, value in values.items()
        }
    check(UNKNOWN if isinstance(values, pulumi.Output) else values, "secret_environment_variables", issues)
    if issues.problems:
        raise pulumi.RunError("\n".join(["the secrets are not valid:", *map(str, issues.problems)]))
