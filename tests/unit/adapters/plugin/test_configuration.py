"""The configuration of the provider."""

from typing import Any

import pytest

from foundry_agents.adapters.plugin.configuration import DEFAULT_REQUEST_TIMEOUT, check, configured
from foundry_agents.lifecycle.errors.exceptions import DeploymentError
from foundry_agents.lifecycle.service.credentials import KINDS, CredentialSettings

ENDPOINT = "https://acc.services.ai.azure.com/api/projects/agents"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_AI_PROJECT_ENDPOINT", raising=False)


def problems(**given: Any) -> list[str]:
    return [str(problem) for problem in check(given).problems]


def test_nothing_has_to_be_configured() -> None:
    assert problems() == []
    found = configured({})
    assert found.defaults == {} and found.credential == CredentialSettings()
    assert found.request_timeout == DEFAULT_REQUEST_TIMEOUT


def test_numbers_may_be_texts_as_stack_configuration_has_them() -> None:
    checked = check({"active_timeout": "60", "request_timeout": "5", "role_propagation_timeout": 0})
    assert checked.problems == []
    found = configured(checked.inputs)
    assert found.defaults == {"active_timeout": 60, "role_propagation_timeout": 0} and found.request_timeout == 5


@pytest.mark.parametrize("wrong", ["soon", "-1", "0", "1.5"])
def test_a_wrong_number_is_refused(wrong: str) -> None:
    assert problems(active_timeout=wrong)[0].startswith("active_timeout: ")


def test_the_endpoint_of_the_environment_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_AI_PROJECT_ENDPOINT", ENDPOINT)
    assert configured({}).defaults == {"project_endpoint": ENDPOINT}
    assert configured({"project_endpoint": "https://other"}).defaults == {"project_endpoint": "https://other"}


def test_a_client_secret_chooses_its_credential_and_needs_the_others() -> None:
    assert len(problems(client_secret="s")) == len(problems(credential="ClientSecretCredential")) - 1 == 2
    given = {"tenant_id": "t", "client_id": "c", "client_secret": "s"}
    assert configured(check(given).inputs).credential == CredentialSettings("ClientSecretCredential", "t", "c", "s")


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_of_credential_opens(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", "token")
    await CredentialSettings(kind, "11111111-1111-1111-1111-111111111111", "c", "s").open().close()


def test_a_credential_that_lacks_its_settings_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AZURE_FEDERATED_TOKEN_FILE", "AZURE_TENANT_ID", "AZURE_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(DeploymentError, match=r"WorkloadIdentityCredential: .*'tenant_id'"):
        CredentialSettings("WorkloadIdentityCredential").open()


def test_unknown_keys_are_refused_but_pulumis_own() -> None:
    assert problems(version="1.0", plugin_download_u_r_l="x") == []
    assert "unknown key" in problems(colour="red")[0]
