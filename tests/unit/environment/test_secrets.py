"""Where an environment keeps its agents' secrets, and which it refuses."""

import json
from collections.abc import Callable
from typing import Any, cast

import pulumi
import pytest
from pulumi.runtime import set_all_config
from pulumi.runtime.rpc import is_rpc_secret, unwrap_rpc_secret

from foundry_agents import AgentArgs, AgentEnvironment, AgentSecrets, EnvironmentAgentArgs, environment_from_config
from foundry_agents.environment.check import check_environment
from foundry_agents.lifecycle.inputs.agent import check
from foundry_agents.lifecycle.inputs.secret_variables import CONNECTION_NAME, FIELD, connection_name
from foundry_agents.lifecycle.inputs.unknown import UNKNOWN

from ..conftest import ACCOUNT_PRINCIPAL, SUBSCRIPTION, AzureMocks, Registered

CANARY = "canary-7c1f0b"
Deploy = Callable[..., tuple[Registered, dict[str, Any]]]
PROJECT_ID = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/acc/projects/pro"
VAULT_ID = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/own"
OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"


def environment(**args: Any) -> Callable[[], dict[str, Any]]:
    def program() -> dict[str, Any]:
        secret = {"API_KEY": pulumi.Output.secret(CANARY)}
        echo = {
            "image": "echo:v1.0",
            "environment_variables": {"LOG": "info"},
            "secret_environment_variables": secret,
        }
        given = {"location": "swedencentral", "agents": {"echo": echo, "plain": {"image": "plain:v1.0"}}, **args}
        AgentEnvironment("agents", cast(Any, given))
        return {}

    return program


def secret_properties(registered: Registered) -> dict[str, Any]:
    """Of the connection: the mocks mark as secret what has a secret inside."""
    properties = registered.one(":ProjectConnection")["properties"]
    assert is_rpc_secret(properties)
    return cast(dict[str, Any], unwrap_rpc_secret(properties))


def test_the_value_goes_into_a_connection_of_the_agent_and_what_stands_for_it_into_the_version(deploy: Deploy) -> None:
    registered, _ = deploy(environment())
    connection = registered.one(":ProjectConnection")
    assert connection["connectionName"] == "echo-secrets"
    assert (connection["resourceGroupName"], connection["accountName"], connection["projectName"]) == ("g", "a", "p")
    properties = secret_properties(registered)
    assert properties["category"] == properties["authType"] == "CustomKeys"
    assert properties["credentials"]["keys"] == {"API_KEY": CANARY}
    agents = {item.inputs["agentName"]: item.inputs for item in registered.of(":HostedAgent")}
    assert agents["echo"]["environmentVariables"] == {
        "LOG": "info",
        "API_KEY": "${{connections.echo-secrets.credentials.API_KEY}}",
    }
    assert "secretEnvironmentVariables" not in agents["echo"] and "environmentVariables" not in agents["plain"]
    assert CANARY not in str(agents)


def test_the_value_is_a_secret_of_pulumi_also_where_the_program_has_it_in_clear(deploy: Deploy) -> None:
    def program() -> dict[str, Any]:
        made = AgentSecrets(
            "echo", {"project_id": PROJECT_ID, "secret_environment_variables": {"A": CANARY, "B": CANARY}}
        )
        return {"standing": made.environment_variables, "name": made.connection_name}

    registered, outputs = deploy(program)
    assert secret_properties(registered)["credentials"]["keys"] == {"A": CANARY, "B": CANARY}
    assert outputs["name"] == "echo-secrets"
    assert outputs["standing"] == {
        "A": "${{connections.echo-secrets.credentials.A}}",
        "B": "${{connections.echo-secrets.credentials.B}}",
    }


def test_what_stands_for_a_secret_is_known_in_a_preview(deploy: Deploy) -> None:
    registered, _ = deploy(environment(), preview=True)
    agents = {item.inputs["agentName"]: item.inputs for item in registered.of(":HostedAgent")}
    assert agents["echo"]["environmentVariables"]["API_KEY"] == "${{connections.echo-secrets.credentials.API_KEY}}"


def test_an_agent_of_an_environment_has_two_arguments_more() -> None:
    assert {*EnvironmentAgentArgs.__annotations__} - {*AgentArgs.__annotations__} == {FIELD.name, "protect"}
    assert FIELD.name in EnvironmentAgentArgs.__annotations__


def test_no_secrets_make_no_connection(deploy: Deploy) -> None:
    registered, _ = deploy(environment(agents={"echo": {"image": "echo:v1", "secret_environment_variables": {}}}))
    assert registered.of(":ProjectConnection") == []


@pytest.mark.parametrize("agent", ["a", "echo", "a" * 25, "a" * 26, "triage-pr-12", "a" * 63, f"{'a' * 18}-{'b' * 20}"])
def test_the_name_of_the_connection_is_one_that_the_service_takes(agent: str) -> None:
    name = connection_name(agent)
    assert CONNECTION_NAME.fullmatch(name) and name.endswith("-secrets") and name.startswith(agent[:15])
    assert name != connection_name(f"{agent[:62]}x")


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"1X": "s"}, "`1X` is not a valid name"),
        ({"FOUNDRY_KEY": "s"}, "is reserved"),
        ({"PORT": "s"}, "is reserved"),
        ({"LOG": "s"}, "`LOG` is also in environment_variables; remove one of the two"),
        ({"A": 5}, "secret_environment_variables.A: is not a string"),
        ({"A": None}, "secret_environment_variables.A: is not a string"),
        ({"A": ""}, "secret_environment_variables.A: is empty"),
        (["A"], "is not a map"),
    ],
)
def test_wrong_secret_variables_are_refused(variables: Any, told: str) -> None:
    echo = {
        "image": "echo:v1",
        "environment_variables": {"LOG": "info"},
        "secret_environment_variables": variables,
    }
    found = check_environment({"location": "swedencentral", "agents": {"echo": echo}})
    assert len(found.problems) == 1
    assert str(found.problems[0]).startswith("agents.echo.secret_environment_variables") and told in str(
        found.problems[0]
    )


def test_a_wrong_name_of_a_connection_is_refused(deploy: Deploy) -> None:
    def program() -> dict[str, Any]:
        AgentSecrets(
            "echo",
            {
                "project_id": PROJECT_ID,
                "secret_environment_variables": {"A": CANARY, "b-c": CANARY},
                "connection_name": "?",
            },
        )
        return {}

    with pytest.raises(pulumi.RunError) as refused:
        deploy(program)
    assert "connection_name: " in str(refused.value) and "b-c" in str(refused.value)
    assert CANARY not in str(refused.value)


# --- A plain variable that looks like a credential ------------------------------------------------------------------


def plain(**variables: str) -> Any:
    agents = {"echo": {"image": "echo@sha256:" + "0" * 64, "environment_variables": variables}}
    return check_environment({"location": "swedencentral", "agents": agents})


def test_a_plain_value_with_the_format_of_a_credential_is_refused_with_the_cure_and_never_shown() -> None:
    value = "AK" + "IAIOSFODNN7EXAMPLE"
    (problem,) = plain(AWS=value).problems
    told = str(problem)
    assert told.startswith("agents.echo.environment_variables.AWS: has the format of a credential (AWS Access Key)")
    assert "pulumi config set --secret --path agent-environment:secrets.AWS" in told
    assert "secret_environment_variables: {AWS: AWS}" in told and value not in told


def test_a_name_that_only_sounds_secret_is_a_warning() -> None:
    variables = {"API_KEY": "from-the-portal", "MAX_TOKENS": "5", "PASSWORD": "", "TOKEN": "${{connections.a.target}}"}
    image = "echo@sha256:" + "0" * 64
    found = check(
        {
            "agent_name": "a",
            "project_endpoint": UNKNOWN,
            "image": image,
            "registry": "r.io",
            "environment_variables": variables,
        }
    )
    assert found.problems == []
    assert [warning.path for warning in found.warnings] == ["environment_variables.API_KEY"]
    assert "from-the-portal" not in str(found.warnings[0])


# --- The stack's configuration ---------------------------------------------------------------------------------------

Read = Callable[..., dict[str, Any]]


@pytest.fixture
def read() -> Any:
    def from_config(secrets: Any, variables: Any, *, encrypted: bool = True) -> dict[str, Any]:
        echo = {"image": "echo:v1.0", "secret_environment_variables": variables}
        given: dict[str, Any] = {"location": "swedencentral", "agents": {"echo": echo}, "secrets": secrets}
        texts = {f"p:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in given.items()}
        set_all_config(texts, ["p:secrets"] if encrypted else [])
        return dict(environment_from_config(pulumi.Config("p")))

    yield from_config
    set_all_config({})


async def test_a_secret_of_the_configuration_becomes_a_secret_of_the_program(read: Read) -> None:
    args = read({"openai": CANARY, "other": "x"}, {"API_KEY": "openai"})
    value = args["agents"]["echo"]["secret_environment_variables"]["API_KEY"]
    assert await value.is_secret() and await value.future() == CANARY
    assert CANARY not in str(args)


@pytest.mark.parametrize(
    ("secrets", "encrypted", "told"),
    [
        (
            {"opanai": CANARY},
            True,
            "the secret `openai` does not exist; did you mean `opanai`? If not, run `pulumi config set",
        ),
        ({}, True, "`pulumi config set --secret --path 'p:secrets.openai'`"),
        ("", True, "`pulumi config set --secret --path 'p:secrets.openai'`"),
        ({"openai": CANARY}, False, "secrets: is not encrypted"),
        ([CANARY], True, "secrets: must be a map from name to secret text"),
        ({"openai": {"a": CANARY}}, True, "secrets: must be a map from name to secret text"),
        (CANARY, True, "secrets: must be a map from name to secret text"),
    ],
)
def test_a_secret_that_does_not_exist_or_not_encrypted_is_refused_with_the_cure(
    read: Read, secrets: Any, encrypted: bool, told: str
) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        read(secrets, {"API_KEY": "openai"}, encrypted=encrypted)
    assert told in str(refused.value) and CANARY not in str(refused.value)
    assert len(str(refused.value).splitlines()) == 2


@pytest.mark.parametrize("value", ["hunter 2", "p@ss", "sk-" + "ant-api03-" + "a" * 40, "x" * 70])
def test_a_value_instead_of_a_name_is_refused_and_not_shown(read: Read, value: str) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        read({"openai": CANARY}, {"API_KEY": value})
    told = str(refused.value)
    assert "agents.echo.secret_environment_variables.API_KEY: is not the name of a secret" in told
    assert value[:8] not in told


# --- The customer's key vault ----------------------------------------------------------------------------------------


def test_a_new_key_vault_is_locked_down_and_the_account_may_write_its_secrets(deploy: Deploy) -> None:
    registered, _ = deploy(environment(key_vault="new", tags={"team": "payments"}))
    vault = registered.one(":Vault")
    assert len(vault["vaultName"]) <= 24 and vault["tags"] == {"team": "payments"}
    properties = vault["properties"]
    assert properties["enableRbacAuthorization"] is True and properties["enablePurgeProtection"] is True
    assert properties["enableSoftDelete"] is True and properties["softDeleteRetentionInDays"] == 90
    (grant,) = [one.inputs for one in registered.of(":RoleAssignment") if OFFICER in one.inputs["roleDefinitionId"]]
    assert grant["principalId"] == ACCOUNT_PRINCIPAL and grant["principalType"] == "ServicePrincipal"
    (connection,) = [
        one.inputs for one in registered.of("resources:Resource") if one.inputs["resourceType"] == "connections"
    ]
    assert connection["parentResourcePath"].startswith("accounts/")
    assert connection["properties"] == {
        "category": "AzureKeyVault",
        "authType": "AccountManagedIdentity",
        "target": grant["scope"],
        "isSharedToAll": True,
        "metadata": {"ApiType": "Azure", "ResourceId": grant["scope"], "location": "swedencentral"},
    }


def test_the_key_vault_is_connected_before_any_other_connection_is_made(deploy: Deploy) -> None:
    registered, _ = deploy(environment(key_vault="new"))
    order = [one.name for one in registered.resources]
    assert (
        order.index("agents-vault-access") < order.index("agents-vault-connection") < order.index("agents-echo-secrets")
    )


def test_a_key_vault_that_exists_is_read_and_granted_on(deploy: Deploy) -> None:
    registered, _ = deploy(environment(key_vault=VAULT_ID))
    assert registered.of(":Vault") == []
    (grant,) = [one.inputs for one in registered.of(":RoleAssignment") if OFFICER in one.inputs["roleDefinitionId"]]
    assert grant["scope"] == VAULT_ID


def test_a_key_vault_with_access_policies_is_refused(deploy: Deploy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AzureMocks, "rbac", False)
    with pytest.raises(Exception, match="uses access policies"):
        deploy(environment(key_vault=VAULT_ID))


def test_external_role_assignments_are_left_to_others(deploy: Deploy) -> None:
    registered, _ = deploy(environment(key_vault="new", role_assignments="external"))
    assert registered.of(":RoleAssignment") == [] and registered.one(":Vault")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ({"key_vault": "old"}, "key_vault: `old` is not the ARM ID of a key vault"),
        ({"key_vault": 5}, "key_vault: `5` is not the ARM ID of a key vault"),
        ({"key_vault": "new", "existing_project": PROJECT_ID}, "key_vault: cannot be combined with `existing_project`"),
    ],
)
def test_a_wrong_key_vault_is_refused(args: dict[str, Any], told: str) -> None:
    found = check_environment({"location": "swedencentral", "agents": {}, **args})
    assert [str(one) for one in found.problems if told in str(one)] and len(found.problems) == 1
