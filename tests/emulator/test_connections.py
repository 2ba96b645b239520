"""Connections with credentials: who shows them, where they are kept, and how they reach an agent."""

from collections.abc import Callable
from typing import Any

import pytest
from azure.ai.projects import AIProjectClient
from azure.ai.projects.models import ConnectionType, ProtocolVersionRecord
from azure.identity import DefaultAzureCredential

from foundry_emulator.identity.state import TENANT_ID
from foundry_emulator.testing import Answer, LocalAzure, Project

CANARY = "canary-7c1f0b"
OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
VERSION = "api-version=2025-06-01"
Connect = Callable[..., Answer]
Deploy = Callable[..., Any]


@pytest.fixture
def connect(azure: LocalAzure, project: Project) -> Connect:
    """`connect("name", API_KEY="…")`: a connection of the project with custom keys."""

    def connected(name: str, *, scope: str = project.arm_id, **keys: str) -> Answer:
        properties = {
            "category": "CustomKeys",
            "authType": "CustomKeys",
            "target": "https://service.example.com",
            "credentials": {"keys": keys},
            "metadata": {"region": "westus2"},
        }
        answer = azure.arm("PUT", f"{scope}/connections/{name}?{VERSION}", {"properties": properties})
        assert answer.status == 200, answer.raw
        return answer

    return connected


Environment = Callable[..., dict[str, str]]


@pytest.fixture
def environment(azure: LocalAzure, project: Project) -> Environment:
    """`environment("agent", session)`: the variables that the agent's process sees."""

    def seen(agent: str, session: str) -> dict[str, str]:
        url = f"{project.endpoint}/agents/{agent}/endpoint/protocols/invocations?agent_session_id={session}"
        answer = azure.data("POST", url, {})
        assert answer.status == 200, answer.raw
        return dict(answer.body["env"])

    return seen


@pytest.fixture
def deploy_with(azure: LocalAzure, project: Project, deploy: Deploy) -> Deploy:
    """`deploy_with("agent", NAME="${{…}}")`: an active version with these variables."""

    def deployed(agent: str, **variables: str) -> None:
        spoken = [ProtocolVersionRecord(protocol="invocations", version="2.0.0")]
        deploy(agent, environment_variables=variables, protocol_versions=spoken)
        change: dict[str, Any] = {"agent_endpoint": {"protocol_configuration": {"invocations": {}}}}
        assert azure.data("PATCH", f"{project.endpoint}/agents/{agent}", change).status == 200

    return deployed


def test_resource_manager_never_shows_credentials(azure: LocalAzure, project: Project, connect: Connect) -> None:
    made = connect("hidden", API_KEY=CANARY)
    read = azure.arm("GET", f"{project.arm_id}/connections/hidden?{VERSION}")
    listed = azure.arm("GET", f"{project.arm_id}/connections?{VERSION}")
    assert read.body["properties"]["credentials"] is None
    assert all(CANARY.encode() not in answer.raw for answer in (made, read, listed))


def test_the_log_of_requests_has_no_credentials(azure: LocalAzure, connect: Connect) -> None:
    connect("logged", API_KEY=CANARY)
    bodies = [one["request_body"] for one in azure.requests(method="PUT", path="connections/logged")]
    assert bodies and all('"credentials": "***"' in one and "westus2" in one for one in bodies)
    assert CANARY not in str(azure.requests())


def test_the_project_client_reads_credentials_only_when_it_asks_for_them(
    client: AIProjectClient, connect: Connect
) -> None:
    connect("read", API_KEY=CANARY)
    assert CANARY not in str(client.connections.get("read"))
    shown = client.connections.get("read", include_credentials=True)
    assert CANARY in str(shown.credentials) and "API_KEY" in str(shown.credentials)
    assert "read" in [one.name for one in client.connections.list()]


def test_placeholders_are_filled_in_when_a_sandbox_starts(
    client: AIProjectClient, connect: Connect, deploy_with: Deploy, environment: Environment, name: str
) -> None:
    connect("filled", API_KEY=CANARY)
    placeholder = "${{connections.filled.credentials.API_KEY}}"
    deploy_with(
        name,
        API_KEY=placeholder,
        HEADER=f"Bearer {placeholder}",
        TARGET="${{connections.filled.target}}",
        REGION="${{connections.filled.metadata.region}}",
    )
    seen = environment(name, "s1")
    assert seen["API_KEY"] == CANARY and seen["HEADER"] == f"Bearer {CANARY}"
    assert seen["TARGET"] == "https://service.example.com" and seen["REGION"] == "westus2"
    assert CANARY not in str(client.agents.get(name)) and placeholder in str(client.agents.get(name))


def test_a_changed_value_reaches_every_new_session_and_no_old_one(
    azure: LocalAzure, connect: Connect, deploy_with: Deploy, environment: Environment, name: str
) -> None:
    connect("changed", API_KEY="one")
    deploy_with(name, API_KEY="${{connections.changed.credentials.API_KEY}}")
    assert environment(name, "s1")["API_KEY"] == "one"
    connect("changed", API_KEY="two")
    assert environment(name, "s2")["API_KEY"] == "two"
    assert environment(name, "s1")["API_KEY"] == "one"
    assert environment(name, "s3")["API_KEY"] == "two"
    assert len([one for one in azure.processes() if one["agent"] == name]) == 2


def test_a_session_that_was_stopped_wakes_with_todays_value(  # noqa: PLR0917 (fixtures)
    azure: LocalAzure, project: Project, connect: Connect, deploy_with: Deploy, environment: Environment, name: str
) -> None:
    connect("woken", API_KEY="one")
    deploy_with(name, API_KEY="${{connections.woken.credentials.API_KEY}}")
    environment(name, "s1")
    connect("woken", API_KEY="two")
    assert azure.data("POST", f"{project.endpoint}/agents/{name}/endpoint/sessions/s1:stop").status == 204
    assert environment(name, "s1")["API_KEY"] == "two"


def test_a_placeholder_that_names_nothing_stays_or_stops_the_sandbox(  # noqa: PLR0917 (fixtures)
    azure: LocalAzure, project: Project, connect: Connect, deploy_with: Deploy, environment: Environment, name: str
) -> None:
    connect("partly", API_KEY="one")
    wrong = "${{connections.partly.credentials.api_key}}"  # names are taken exactly
    deploy_with(name, API_KEY=wrong, OTHER="${{connections.none.target}}")
    assert environment(name, "s1")["API_KEY"] == wrong
    azure.settings(unresolved_placeholder="fails")
    url = f"{project.endpoint}/agents/{name}/endpoint/protocols/invocations?agent_session_id=s2"
    assert azure.data("POST", url, {}).status == 424


class Vaulted:
    """An account whose connections keep their credentials in a vault of the customer."""

    def __init__(self, azure: LocalAzure) -> None:
        self.azure = azure
        self.project = azure.make_project("vaulted", "p1", "registryvaulted")
        self.account_id = self.project.arm_id.split("/projects/")[0]
        self.vault_id = f"{self.account_id.split('/providers/')[0]}/providers/Microsoft.KeyVault/vaults/kv-vaulted"
        properties = {
            "tenantId": TENANT_ID,
            "sku": {"family": "A", "name": "standard"},
            "enableRbacAuthorization": True,
        }
        made = azure.arm(
            "PUT", f"{self.vault_id}?api-version=2024-11-01", {"location": "swedencentral", "properties": properties}
        )
        assert made.status == 200, made.raw

    def grant(self) -> None:
        account = self.azure.arm("GET", f"{self.account_id}?{VERSION}").body
        self.azure.grant(OFFICER, account["identity"]["principalId"], self.vault_id)

    def connect_vault(self) -> Answer:
        properties = {
            "category": "AzureKeyVault",
            "authType": "AccountManagedIdentity",
            "target": self.vault_id,
            "metadata": {"ApiType": "Azure", "ResourceId": self.vault_id},
        }
        return self.azure.arm("PUT", f"{self.account_id}/connections/vault?{VERSION}", {"properties": properties})

    def connect(self, name: str, value: str) -> Answer:
        keys = {"category": "CustomKeys", "authType": "CustomKeys", "credentials": {"keys": {"API_KEY": value}}}
        return self.azure.arm("PUT", f"{self.project.arm_id}/connections/{name}?{VERSION}", {"properties": keys})

    def secrets(self) -> dict[str, Any]:
        return dict(self.azure.state()["vaults"]["vaults"]["kv-vaulted"]["secrets"])


def test_with_a_key_vault_connection_the_credentials_are_in_the_customers_vault(azure: LocalAzure) -> None:
    vaulted, canary = Vaulted(azure), "canary-in-vault"
    first = vaulted.connect("early", canary)
    assert first.status == 200
    late = vaulted.connect_vault()
    assert (late.status, late.body["error"]["code"]) == (400, "ValidationError")
    assert "no other connection" in late.body["error"]["message"]
    azure.arm("DELETE", f"{vaulted.project.arm_id}/connections/early?{VERSION}")
    assert vaulted.connect_vault().status == 200

    refused = vaulted.connect("secrets", canary)
    assert refused.status == 403 and canary.encode() not in refused.raw
    vaulted.grant()
    assert vaulted.connect("secrets", canary).status == 200
    assert canary in str(vaulted.secrets()) and canary not in str(azure.state()["arm"]["resources"])
    asked = f"{vaulted.project.endpoint}/connections/secrets/getConnectionWithCredentials"
    assert azure.data("POST", asked).body["credentials"] == {"type": "CustomKeys", "API_KEY": canary}

    in_use = azure.arm("DELETE", f"{vaulted.account_id}/connections/vault?{VERSION}")
    assert (in_use.status, in_use.body["error"]["code"]) == (400, "ValidationError")
    azure.arm("DELETE", f"{vaulted.project.arm_id}/connections/secrets?{VERSION}")
    assert vaulted.secrets() == {}
    assert vaulted.connect("secrets", "again").status == 200


def test_one_connection_of_each_type_is_the_default(azure: LocalAzure, connect: Connect) -> None:
    other = azure.make_project(project="defaults")
    with DefaultAzureCredential() as credential, AIProjectClient(other.endpoint, credential) as client:
        account = other.arm_id.rsplit("/projects/", 1)[0]
        connect("of-the-account", scope=account, API_KEY="0")
        kind = ConnectionType.CUSTOM
        assert client.connections.get_default(kind).name == "of-the-account"
        for name in ("older", "newer"):
            connect(name, scope=other.arm_id, API_KEY="1")
        key = {"category": "ApiKey", "authType": "ApiKey", "target": "https://e.example", "credentials": {"key": "2"}}
        azure.arm("PUT", f"{other.arm_id}/connections/another?{VERSION}", {"properties": key})
        listed = {one.name: one.is_default for one in client.connections.list()}
        assert (listed["older"], listed["newer"], listed["of-the-account"], listed["another"]) == (
            True,
            False,
            False,
            True,
        )
        assert client.connections.get_default(kind).name == "older"
        of_type = {one.name for one in client.connections.list(connection_type=kind)}
        assert {"older", "newer"} <= of_type and "another" not in of_type
        azure.arm("DELETE", f"{other.arm_id}/connections/older?{VERSION}")
        assert client.connections.get("newer").is_default
        with pytest.raises(ValueError, match="No default connection"):
            client.connections.get_default(ConnectionType.AZURE_AI_SEARCH)
