"""`AgentSecrets`: the project connection that keeps an agent's secret environment variables."""

from typing import TypedDict

import pulumi
from pulumi_azure_native import cognitiveservices
from typing_extensions import NotRequired

from ..lifecycle.errors.input_issue import Issues
from ..lifecycle.inputs.secret_variables import CONNECTION_NAME, check, placeholders
from .arm_errors import arm_options
from .arm_id import parse_project_id

_NO_TARGET = "_"
"""A connection has a target; custom keys are for no address in particular."""


class AgentSecretsArgs(TypedDict):
    """Which secrets, and where they are kept."""

    project_id: pulumi.Input[str]
    """ARM id of the Foundry project."""
    secret_environment_variables: dict[str, pulumi.Input[str]]
    """Value by environment variable. Every value is a Pulumi secret from here on, encrypted in the state."""
    connection_name: NotRequired[str]
    """Name of the connection in the project: 3-33 letters, digits, `_` and `-`. Default: `<name>-secrets`."""


class AgentSecrets(pulumi.ComponentResource):
    """A connection of category CustomKeys with the values; and, for the agent, what stands for them.

    A changed value changes the connection alone: every new session gets it, without a new version. It gives no
    right to read the values: who may read the project's connections with credentials can.
    """

    connection_name: pulumi.Output[str]
    """Name of the connection."""
    environment_variables: pulumi.Output[dict[str, str]]
    """For the agent: by variable `${{connections.<connection>.credentials.<variable>}}`. Depends on the
    connection, which must be there before the agent."""

    def __init__(self, name: str, args: AgentSecretsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """
        :param name: Name of the component.
        :param args: The secrets.
        :param opts: Pulumi's options.
        :raises pulumi.RunError: if a name is wrong; no value is shown.
        """
        connection_name = args.get("connection_name") or f"{name}-secrets"
        _check(connection_name, args)
        super().__init__("foundry-agents:index:AgentSecrets", name, None, opts)
        project = pulumi.Output.from_input(args["project_id"]).apply(parse_project_id)
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
        # The URN is known in previews too, unlike what the service answers.
        standing = placeholders(connection_name, values)
        self.environment_variables = connection.urn.apply(lambda _: standing)
        self.connection_name = connection.urn.apply(lambda _: connection_name)
        self.register_outputs(
            {"connectionName": self.connection_name, "environmentVariables": self.environment_variables}
        )


def _check(connection_name: str, args: AgentSecretsArgs) -> None:
    findings = Issues()
    if not CONNECTION_NAME.fullmatch(connection_name):
        findings.refuse("connection_name", f"`{connection_name}` is not a name", "use 3-33 letters, digits, `_`, `-`")
    known = {
        variable: value if isinstance(value, str) or value is None else "an output"
        for variable, value in args["secret_environment_variables"].items()
    }
    check(known, "secret_environment_variables", findings)
    if findings.problems:
        raise pulumi.RunError("\n".join(["the secrets are not valid:", *map(str, findings.problems)]))
