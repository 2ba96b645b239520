"""Key vaults: the official management and secrets clients against the local Azure."""

import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient
from azure.mgmt.keyvault import KeyVaultManagementClient
from pulumi.runtime.proto import provider_pb2

from azure_native.wire import UNKNOWN, read, write
from foundry_emulator.arm.state import SUBSCRIPTION_ID
from foundry_emulator.identity.state import DEPLOYER_OBJECT_ID, TENANT_ID
from foundry_emulator.testing import ARM, LocalAzure, Project

from .arm_clients import refusal
from .test_azure_native import CONFIGURATION, Plugin

OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
USER = "4633458b-17de-408a-b874-0445c86b69e6"
CONTRIBUTOR = "f25e0fa2-a7c8-4377-a976-54943a77a395"
GROUP = "rg1"
VAULT = "azure-native:keyvault:Vault"


@pytest.fixture(scope="module")
def vaults(azure: LocalAzure, project: Project) -> Any:
    credential = DefaultAzureCredential()
    credential.get_token(f"{ARM}/.default")
    options: dict[str, Any] = {"credential_scopes": [f"{ARM}/.default"], "polling_interval": 0.05, "retry_total": 0}
    return KeyVaultManagementClient(credential, SUBSCRIPTION_ID, base_url=azure.base_url, **options).vaults


def body(**properties: Any) -> dict[str, Any]:
    return {
        "location": "swedencentral",
        "properties": {
            "tenantId": TENANT_ID,
            "sku": {"family": "A", "name": "standard"},
            "enableRbacAuthorization": True,
            **properties,
        },
    }


@pytest.fixture
def name() -> str:
    return f"kv-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def vault(vaults: Any, name: str) -> Any:
    """A vault in RBAC mode that nobody may use yet."""
    return vaults.begin_create_or_update(GROUP, name, body()).result()


@pytest.fixture
def secrets(azure: LocalAzure, vault: Any) -> Iterator[SecretClient]:
    """The official client with its defaults, as the deployer, who may write secrets."""
    azure.grant(OFFICER, DEPLOYER_OBJECT_ID, vault.id)
    with SecretClient(vault.properties.vault_uri, DefaultAzureCredential(), retry_total=0) as client:
        yield client


def test_a_new_vault_registers_its_name_and_is_then_there(vaults: Any, name: str) -> None:
    made = vaults.begin_create_or_update(GROUP, name, body(enablePurgeProtection=True)).result()
    assert made.properties.provisioning_state == "Succeeded"
    assert made.properties.enable_rbac_authorization is True and made.properties.enable_soft_delete is True
    assert made.properties.soft_delete_retention_in_days == 90
    assert name in [one.name for one in vaults.list_by_resource_group(GROUP)]


def test_a_secret_that_was_set_is_read_in_all_its_versions(secrets: SecretClient) -> None:
    first = secrets.set_secret("api-key", "one")
    secrets.set_secret("api-key", "two")
    assert secrets.get_secret("api-key").value == "two"
    assert secrets.get_secret("api-key", first.properties.version).value == "one"
    assert [one.name for one in secrets.list_properties_of_secrets()] == ["api-key"]
    assert len(list(secrets.list_properties_of_secret_versions("api-key"))) == 2


def test_who_has_no_role_reads_nothing_whatever_he_owns(vault: Any) -> None:
    client = SecretClient(vault.properties.vault_uri, DefaultAzureCredential(), retry_total=0)
    with pytest.raises(HttpResponseError) as refused:
        client.get_secret("api-key")
    assert refused.value.status_code == 403
    assert refused.value.error is not None and refused.value.error.code == "Forbidden"


@pytest.mark.parametrize(("role", "may_read"), [(USER, True), (CONTRIBUTOR, False)])
def test_the_role_decides_who_reads(
    azure: LocalAzure, vault: Any, secrets: SecretClient, role: str, may_read: bool
) -> None:
    reader = "b5f0c1d2-3e4f-4a5b-8c6d-7e8f90a1b202"
    secrets.set_secret("api-key", "one")
    azure.grant(role, reader, vault.id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IDENTITY_HEADER", "reader")
        client = SecretClient(vault.properties.vault_uri, DefaultAzureCredential(), retry_total=0)
        if may_read:
            assert client.get_secret("api-key").value == "one"
        else:
            with pytest.raises(HttpResponseError):
                client.get_secret("api-key")
        with pytest.raises(HttpResponseError):
            client.set_secret("api-key", "two")


def test_a_deleted_secret_keeps_its_name_until_it_is_purged(secrets: SecretClient) -> None:
    secrets.set_secret("api-key", "one")
    secrets.begin_delete_secret("api-key").result()
    with pytest.raises(ResourceNotFoundError):
        secrets.get_secret("api-key")
    with pytest.raises(HttpResponseError, match="recoverable state"):
        secrets.set_secret("api-key", "two")
    secrets.begin_recover_deleted_secret("api-key").result()
    assert secrets.get_secret("api-key").value == "one"
    secrets.begin_delete_secret("api-key").result()
    secrets.purge_deleted_secret("api-key")
    assert secrets.set_secret("api-key", "two").value == "two"


def test_a_deleted_vault_keeps_its_name_and_its_secrets_but_no_role(
    azure: LocalAzure, vaults: Any, name: str, secrets: SecretClient
) -> None:
    secrets.set_secret("api-key", "one")
    vaults.delete(GROUP, name)
    status, code, _ = refusal(lambda: vaults.begin_create_or_update(GROUP, name, body()).result())
    assert (status, code) == (409, "ConflictError")
    assert name in [one.name for one in vaults.list_deleted()]
    recovered = vaults.begin_create_or_update(GROUP, name, body(createMode="recover")).result()
    assert recovered.properties.vault_uri.rstrip("/") == secrets.vault_url.rstrip("/")
    azure.grant(OFFICER, DEPLOYER_OBJECT_ID, recovered.id)
    assert secrets.get_secret("api-key").value == "one"


def test_a_purged_vault_is_gone_with_its_secrets(azure: LocalAzure, vaults: Any, name: str, vault: Any) -> None:
    vaults.delete(GROUP, name)
    vaults.begin_purge_deleted(name, "swedencentral").result()
    assert name not in [one.name for one in vaults.list_deleted()]
    assert name not in azure.state()["vaults"]["vaults"]
    vaults.begin_create_or_update(GROUP, name, body()).result()


def test_a_protected_vault_cannot_be_purged_nor_unprotected(vaults: Any, name: str) -> None:
    vaults.begin_create_or_update(GROUP, name, body(enablePurgeProtection=True)).result()
    refused = refusal(lambda: vaults.begin_create_or_update(GROUP, name, body(enablePurgeProtection=False)).result())
    assert refused[:2] == (400, "BadRequest")
    vaults.delete(GROUP, name)
    assert refusal(lambda: vaults.begin_purge_deleted(name, "swedencentral").result())[:2] == (405, "MethodNotAllowed")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"tenantId": str(uuid.UUID(int=1))}, "BadRequest"),
        ({"sku": {"family": "A", "name": "huge"}}, "BadRequest"),
        ({"softDeleteRetentionInDays": 3}, "BadRequest"),
        ({"enableSoftDelete": False}, "BadRequest"),
    ],
)
def test_wrong_properties_are_refused(vaults: Any, name: str, wrong: dict[str, Any], code: str) -> None:
    assert refusal(lambda: vaults.begin_create_or_update(GROUP, name, body(**wrong)).result())[:2] == (400, code)


def test_a_name_is_unique_and_of_one_form(vaults: Any, vault: Any, name: str) -> None:
    assert refusal(lambda: vaults.begin_create_or_update(GROUP, "a" * 25, body()))[1] == "VaultNameNotValid"
    assert refusal(lambda: vaults.begin_create_or_update(GROUP, "a--b", body()))[1] == "VaultNameNotValid"


def test_the_log_of_requests_has_no_value_of_a_secret(azure: LocalAzure, secrets: SecretClient) -> None:
    secrets.set_secret("api-key", 'ca"nary')
    assert secrets.get_secret("api-key").value == 'ca"nary'
    assert azure.requests(plane="vault")
    assert "nary" not in str(azure.requests())


def test_vaults_are_there_again_after_a_restart(azure: LocalAzure, secrets: SecretClient) -> None:
    secrets.set_secret("api-key", "one")
    azure.stop()
    azure.start_again()
    assert secrets.get_secret("api-key").value == "one"


def test_the_stand_in_of_azure_native_makes_reads_and_finds_a_vault(
    azure: LocalAzure, project: Project, name: str
) -> None:
    plugin = Plugin({**os.environ, **azure.environment()})
    try:
        plugin.stub.Configure(provider_pb2.ConfigureRequest(args=write(CONFIGURATION)))
        inputs = {"resourceGroupName": GROUP, "vaultName": name, **body(enablePurgeProtection=True)}
        vault_id, outputs = plugin.create(VAULT, inputs)
        assert outputs["properties"]["vaultUri"].startswith("https://127.0.0.1:")
        assert plugin.create(VAULT, inputs, preview=True)[1]["properties"]["vaultUri"] == UNKNOWN
        found = plugin.invoke("azure-native:keyvault:getVault", {"resourceGroupName": GROUP, "vaultName": name})
        assert found["id"] == vault_id and found["properties"]["enableRbacAuthorization"] is True
        imported = read(plugin.read(VAULT, vault_id).inputs)
        assert imported["vaultName"] == name and imported["properties"]["softDeleteRetentionInDays"] == 90
        plugin.delete(VAULT, vault_id, inputs)
        assert not plugin.read(VAULT, vault_id).id
    finally:
        plugin.stop()
