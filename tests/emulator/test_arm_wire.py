"""What every answer of Resource Manager has in common, and who may ask for what."""

import time

import pytest
from tests.emulator.arm_clients import LOCATION, SUBSCRIPTION, account_body, clients, refusal

from foundry_emulator.identity.state import TENANT_ID
from foundry_emulator.testing import ARM, FOUNDRY, LocalAzure

GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"


@pytest.fixture(scope="module", autouse=True)
def _group(azure: LocalAzure) -> None:
    azure.arm("PUT", f"{GROUP}?api-version=2024-03-01", {"location": LOCATION})


def _code(azure: LocalAzure, method: str, path: str, identity: str = "deployer") -> tuple[int, str]:
    refused = azure.arm(method, path, {} if method == "PUT" else None, identity)
    return refused.status, str(refused.body["error"]["code"])


def test_metadata_needs_no_token_and_names_this_local_azure(azure: LocalAzure) -> None:
    found = azure.http("GET", f"{azure.base_url}/metadata/endpoints?api-version=2022-09-01").body
    assert found["resourceManager"] == found["authentication"]["loginEndpoint"] == azure.base_url
    assert found["authentication"]["audiences"]


def test_answers_carry_the_common_headers(azure: LocalAzure) -> None:
    headers = azure.arm("GET", f"{GROUP}?api-version=2024-03-01").headers
    assert headers["cache-control"] == "no-cache" and headers["expires"] == "-1"
    expected = {"x-ms-request-id", "x-ms-correlation-request-id", "x-ms-routing-request-id"}
    assert expected <= set(headers)
    assert "x-ms-ratelimit-remaining-subscription-reads" in headers


def test_request_without_a_token_is_not_authenticated(azure: LocalAzure) -> None:
    refused = azure.http("GET", f"{azure.base_url}{GROUP}?api-version=2024-03-01")
    assert refused.status == 401 and refused.body["error"]["code"] == "AuthenticationFailed"


def test_token_for_another_audience_is_not_accepted(azure: LocalAzure) -> None:
    headers = {"Authorization": f"Bearer {azure.token(FOUNDRY)}"}
    refused = azure.http("GET", f"{azure.base_url}{GROUP}?api-version=2024-03-01", headers=headers)
    assert refused.status == 401


@pytest.mark.parametrize("audience", [ARM, f"{ARM}/", "https://management.core.windows.net/"])
def test_both_audiences_of_resource_manager_are_accepted(azure: LocalAzure, audience: str) -> None:
    headers = {"Authorization": f"Bearer {azure.token(audience)}"}
    url = f"{azure.base_url}{GROUP}?api-version=2024-03-01"
    assert azure.http("GET", url, headers=headers).status == 200


def test_every_request_needs_an_api_version_that_the_type_has(azure: LocalAzure) -> None:
    account = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/a1"
    assert _code(azure, "GET", GROUP) == (400, "MissingApiVersionParameter")
    assert _code(azure, "GET", f"{account}?api-version=1999-01-01") == (400, "NoRegisteredProviderFound")
    old = f"{account}/projects/p1?api-version=2024-10-01"
    assert _code(azure, "PUT", old) == (400, "NoRegisteredProviderFound")


@pytest.mark.parametrize(
    ("resource_type", "version"),
    [
        ("CognitiveServices/accounts", "2026-07-15-preview"),
        ("CognitiveServices/accounts", "2026-09-15-preview"),
        ("ContainerRegistry/registries", "2026-09-01-preview"),
    ],
)
def test_the_newest_api_versions_are_served(azure: LocalAzure, resource_type: str, version: str) -> None:
    listed = azure.arm("GET", f"{SUBSCRIPTION}/providers/Microsoft.{resource_type}?api-version={version}")
    assert listed.status == 200, listed.body


def test_a_capability_host_of_the_newest_api_version_has_a_public_hosting_environment(azure: LocalAzure) -> None:
    account = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/newest"
    query = "api-version=2026-09-15-preview"
    assert azure.arm("PUT", f"{account}?{query}", account_body("newest")).status == 201
    while azure.arm("GET", f"{account}?{query}").body["properties"]["provisioningState"] != "Succeeded":
        time.sleep(0.02)
    host = {"properties": {"capabilityHostKind": "Agents", "enablePublicHostingEnvironment": True}}
    made = azure.arm("PUT", f"{account}/capabilityHosts/agents?{query}", host)
    assert made.status in (200, 201), made.body


def test_what_is_not_there_says_what_is_missing(azure: LocalAzure) -> None:
    other = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"
    assert _code(azure, "GET", f"{other}?api-version=2024-03-01") == (404, "SubscriptionNotFound")
    nowhere = f"{SUBSCRIPTION}/resourceGroups/nowhere/providers/Microsoft.CognitiveServices/accounts/a1"
    assert _code(azure, "GET", f"{nowhere}?api-version=2025-06-01") == (404, "ResourceGroupNotFound")
    account = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/a1"
    assert _code(azure, "GET", f"{account}?api-version=2025-06-01") == (404, "ResourceNotFound")
    storage = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/s1"
    assert _code(azure, "PUT", f"{storage}?api-version=2025-06-01") == (404, "InvalidResourceType")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/somewhere/else"),
        ("POST", f"{SUBSCRIPTION}/somewhere"),
        ("DELETE", "/tenants"),
        ("PUT", f"/{TENANT_ID}/oauth2/v2.0/token"),
        ("OPTIONS", "/subscriptions"),
        ("GET", f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/a1/projects/p1/something/else"),
    ],
)
def test_a_path_that_is_not_served_is_refused_with_json(azure: LocalAzure, method: str, path: str) -> None:
    refused = azure.arm(method, f"{path}?api-version=2025-06-01")
    assert refused.status in (400, 404) and refused.body["error"]["code"] and refused.body["error"]["message"]
    unknown = azure.http(method, f"{azure.base_url}{path}?api-version=2025-06-01")
    assert unknown.status == 401 and unknown.body["error"]["code"] == "AuthenticationFailed"


def test_tenant_and_locations_are_listed(azure: LocalAzure) -> None:
    tenant = azure.arm("GET", "/tenants?api-version=2022-12-01").body["value"]
    assert [(one["id"], one["tenantId"]) for one in tenant] == [(f"/tenants/{TENANT_ID}", TENANT_ID)]
    listed = azure.arm("GET", f"{SUBSCRIPTION}/locations?api-version=2022-12-01").body["value"]
    assert {"name": LOCATION, "displayName": "Sweden Central"}.items() <= next(
        one for one in listed if one["name"] == LOCATION
    ).items()


@pytest.mark.parametrize("namespace", ["Microsoft.CognitiveServices", "microsoft.app", "Microsoft.KeyVault"])
def test_a_provider_can_be_registered_and_read(azure: LocalAzure, namespace: str) -> None:
    providers = clients(azure).groups.providers
    assert providers.register(namespace).registration_state == "Registered"
    found = providers.get(namespace)
    assert found.namespace.lower() == namespace.lower() and found.registration_state == "Registered"
    assert found.namespace in [one.namespace for one in providers.list()]


def test_a_provider_says_where_its_types_are_and_which_versions_they_have(azure: LocalAzure) -> None:
    found = clients(azure).groups.providers.get("Microsoft.CognitiveServices")
    projects = next(one for one in found.resource_types if one.resource_type == "accounts/projects")
    assert projects.api_versions[0] == "2026-09-15-preview" and "Sweden Central" in projects.locations
    refused = refusal(lambda: clients(azure).groups.providers.get("Microsoft.Nothing"))
    assert refused[:2] == (404, "InvalidResourceNamespace")


def test_paths_ignore_case(azure: LocalAzure) -> None:
    shouted = f"{SUBSCRIPTION}/RESOURCEGROUPS/RG"
    assert azure.arm("GET", f"{shouted}?api-version=2024-03-01").body["id"] == GROUP


def test_body_that_is_no_object_is_refused(azure: LocalAzure) -> None:
    refused = azure.arm("PUT", f"{GROUP}?api-version=2024-03-01", [1])
    assert (refused.status, refused.body["error"]["code"]) == (400, "InvalidRequestContent")


def test_write_with_a_stale_etag_is_refused(azure: LocalAzure) -> None:
    url = f"{azure.base_url}{GROUP}/providers/Microsoft.ContainerRegistry/registries/etag12345"
    headers = {"Authorization": f"Bearer {azure.token(ARM)}", "If-Match": '"stale"'}
    body = {"location": LOCATION, "sku": {"name": "Basic"}}
    refused = azure.http("PUT", f"{url}?api-version=2025-11-01", body, headers)
    assert (refused.status, refused.body["error"]["code"]) == (412, "PreconditionFailed")


@pytest.mark.parametrize(
    ("identity", "method", "status"),
    [("reader", "GET", 200), ("reader", "PUT", 403), ("nobody", "GET", 403), ("nobody", "DELETE", 403)],
)
def test_right_decides(azure: LocalAzure, identity: str, method: str, status: int) -> None:
    body = {"location": LOCATION} if method == "PUT" else None
    answer = azure.arm(method, f"{GROUP}?api-version=2024-03-01", body, identity)
    assert answer.status == status
    if status == 403:
        error = answer.body["error"]
        assert error["code"] == "AuthorizationFailed"
        assert "does not have authorization to perform action 'Microsoft.Resources/" in error["message"]
        assert f"over scope '{GROUP}'" in error["message"]


def test_state_that_is_saved_and_loaded_is_the_same(azure: LocalAzure) -> None:
    before = azure.state()
    azure.load(before)
    assert azure.state()["arm"] == before["arm"]
