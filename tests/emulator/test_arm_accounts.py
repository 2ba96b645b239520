"""Groups, accounts, projects and what is nested in them, as the official management clients see them."""

import concurrent.futures
import threading
from collections.abc import Iterator

import pytest
from tests.emulator.arm_clients import (
    LOCATION,
    SUBSCRIPTION,
    Clients,
    account_body,
    clients,
    project_body,
    refusal,
    unique,
)

from foundry_emulator.testing import LocalAzure

GROUP = "rg"
_NAMES = unique("account")
MODEL = {"properties": {"model": {"format": "OpenAI", "name": "gpt-5-mini", "version": "2025-08-07"}}}


@pytest.fixture(scope="module")
def arm(azure: LocalAzure) -> Clients:
    found = clients(azure)
    found.groups.resource_groups.create_or_update(GROUP, {"location": LOCATION})
    return found


@pytest.fixture
def account(arm: Clients) -> Iterator[str]:
    name = next(_NAMES)
    yield str(arm.cognitive.accounts.begin_create(GROUP, name, account_body(name)).result().name)


# --- Resource groups ----------------------------------------------------------------------------------


def test_group_lives_from_created_to_gone(arm: Clients) -> None:
    groups = arm.groups.resource_groups
    made = groups.create_or_update("short-lived", {"location": "Sweden Central", "tags": {"a": "b"}})
    assert made.location == LOCATION and made.tags == {"a": "b"}
    assert groups.check_existence("short-lived")
    assert groups.create_or_update("SHORT-lived", {"location": LOCATION}).tags is None
    groups.begin_delete("short-lived").result()
    assert not groups.check_existence("short-lived")
    assert refusal(lambda: groups.get("short-lived"))[:2] == (404, "ResourceGroupNotFound")


def test_group_delete_is_accepted_with_a_place_to_poll_and_a_pause(azure: LocalAzure, arm: Clients) -> None:
    azure.settings(resource_group_delete_seconds=10**6)  # it is still being deleted, however slow the machine is
    arm.groups.resource_groups.create_or_update("polled", {"location": LOCATION})
    accepted = azure.arm("DELETE", f"{SUBSCRIPTION}/resourceGroups/polled?api-version=2024-03-01")
    assert accepted.status == 202 and not accepted.raw
    assert accepted.headers["retry-after"].isdigit()
    poll = accepted.headers["location"].removeprefix(azure.base_url)
    assert azure.arm("GET", poll).status == 202
    body = {"location": LOCATION}
    again = azure.arm("PUT", f"{SUBSCRIPTION}/resourceGroups/polled?api-version=2024-03-01", body)
    assert (again.status, again.body["error"]["code"]) == (409, "ResourceGroupBeingDeleted")


def test_group_takes_everything_in_it_along(azure: LocalAzure, arm: Clients) -> None:
    arm.groups.resource_groups.create_or_update("full", {"location": LOCATION})
    made = arm.cognitive.accounts.begin_create("full", "in-full", account_body("in-full")).result()
    arm.cognitive.projects.begin_create("full", "in-full", "p1", project_body()).result()
    arm.groups.resource_groups.begin_delete("full").result()
    state = azure.state()
    assert not [place for place in state["arm"]["resources"] if "/resourcegroups/full" in place]
    assert made.identity.principal_id not in state["directory"]["principals"]
    assert "in-full" in [one.name for one in arm.cognitive.deleted_accounts.list()]


# --- Accounts -----------------------------------------------------------------------------------------


def test_account_create_is_an_operation_without_location_and_pause(azure: LocalAzure, arm: Clients) -> None:
    path = f"{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.CognitiveServices/accounts/by-hand"
    made = azure.arm("PUT", f"{path}?api-version=2025-06-01", account_body("by-hand"))
    assert made.status == 201
    assert "location" not in made.headers and "retry-after" not in made.headers
    assert made.body["properties"]["provisioningState"] == "Creating"
    assert made.body["identity"]["principalId"]
    assert made.headers["etag"] == made.body["etag"]
    poll = made.headers["azure-asyncoperation"].removeprefix(azure.base_url)
    assert azure.arm("GET", poll).body["status"] in ("Creating", "Succeeded")


def test_account_answers_with_the_endpoints_of_its_kind(arm: Clients, account: str) -> None:
    found = arm.cognitive.accounts.get(GROUP, account)
    assert found.properties.provisioning_state == "Succeeded"
    assert {"AI Foundry API", "Content Safety", "Token"} <= set(found.properties.endpoints)
    assert account in [one.name for one in arm.cognitive.accounts.list()]


def test_update_of_an_account_keeps_its_identity(arm: Clients, account: str) -> None:
    before = arm.cognitive.accounts.get(GROUP, account)
    body = account_body(account) | {"tags": {"x": "y"}}
    after = arm.cognitive.accounts.begin_create(GROUP, account, body).result()
    assert after.identity.principal_id == before.identity.principal_id
    assert after.tags == {"x": "y"} and after.etag != before.etag


def test_patch_changes_only_what_is_sent(arm: Clients, account: str) -> None:
    changed = arm.cognitive.accounts.begin_update(GROUP, account, {"tags": {"p": "q"}}).result()
    assert changed.tags == {"p": "q"}
    assert changed.properties.custom_sub_domain_name == account
    arm.cognitive.projects.begin_create(GROUP, account, "p1", project_body()).result()
    body = {"properties": {"description": "d"}}
    project = arm.cognitive.projects.begin_update(GROUP, account, "p1", body).result()
    assert project.properties.description == "d"
    assert project.properties.display_name == "p1"


def test_sub_domain_belongs_to_one_account(arm: Clients, account: str) -> None:
    accounts = arm.cognitive.accounts
    refused = refusal(lambda: accounts.begin_create(GROUP, "another", account_body(account)).result())
    assert refused[:2] == (409, "CustomDomainInUse")


def test_account_with_something_in_it_is_not_deleted(arm: Clients, account: str) -> None:
    arm.cognitive.projects.begin_create(GROUP, account, "p1", project_body()).result()
    refused = refusal(lambda: arm.cognitive.accounts.begin_delete(GROUP, account).result())
    assert refused[:2] == (409, "CannotDeleteResource") and "projects/p1" in refused[2]
    arm.cognitive.projects.begin_delete(GROUP, account, "p1").result()
    arm.cognitive.accounts.begin_delete(GROUP, account).result()


def test_deleted_account_keeps_its_name_until_it_is_restored_or_purged(arm: Clients, account: str) -> None:
    accounts = arm.cognitive.accounts
    accounts.begin_delete(GROUP, account).result()
    deleted = arm.cognitive.deleted_accounts.get(LOCATION, GROUP, account)
    assert deleted.properties.scheduled_purge_date > deleted.properties.deletion_date
    refused = refusal(lambda: accounts.begin_create(GROUP, account, account_body(account)).result())
    assert refused[:2] == (409, "FlagMustBeSetForRestore")
    restored = accounts.begin_create(GROUP, account, account_body(account, restore=True)).result()
    assert restored.properties.provisioning_state == "Succeeded"
    accounts.begin_delete(GROUP, account).result()
    arm.cognitive.deleted_accounts.begin_purge(LOCATION, GROUP, account).result()
    accounts.begin_create(GROUP, account, account_body(account)).result()


def test_account_that_is_being_made_takes_no_children(azure: LocalAzure, arm: Clients) -> None:
    azure.settings(account_create_seconds=600)
    arm.cognitive.accounts.begin_create(GROUP, "slow", account_body("slow"), polling=False)
    refused = refusal(lambda: arm.cognitive.projects.begin_create(GROUP, "slow", "p1", project_body()).result())
    assert refused[:2] == (409, "AccountProvisioningStateInvalid")
    refused = refusal(lambda: arm.cognitive.accounts.begin_delete(GROUP, "slow").result())
    assert refused[:2] == (409, "RequestConflict")


def test_keys_are_refused_without_local_authentication(arm: Clients) -> None:
    name = next(_NAMES)
    arm.cognitive.accounts.begin_create(GROUP, name, account_body(name, disableLocalAuth=True)).result()
    assert refusal(lambda: arm.cognitive.accounts.list_keys(GROUP, name))[0] == 400


def test_account_in_a_network_has_a_capability_host_of_its_own(azure: LocalAzure, arm: Clients) -> None:
    name = next(_NAMES)
    network = [{"scenario": "agent", "subnetArmId": "/subscriptions/x", "useMicrosoftManagedNetwork": False}]
    body = account_body(name, networkInjections=network)
    arm.cognitive.accounts.begin_create(GROUP, name, body).result()
    assert _hosts(azure, name) == [f"{name}@aml_aiagentservice"]
    begin = arm.cognitive.account_capability_hosts.begin_create_or_update
    refused = refusal(lambda: begin(GROUP, name, "agents", {"properties": {}}).result())
    assert refused[:2] == (409, "Conflict")
    arm.cognitive.accounts.begin_delete(GROUP, name).result()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"location": None}, "LocationRequired"),
        ({"kind": "Nonsense"}, "InvalidApiSetId"),
        ({"sku": {"name": "Z9"}}, "InvalidSku"),
        ({"identity": {"type": "Odd"}}, "InvalidIdentityType"),
    ],
)
def test_account_that_cannot_be_is_refused(arm: Clients, change: dict[str, object], code: str) -> None:
    body = account_body("refused") | change
    refused = refusal(lambda: arm.cognitive.accounts.begin_create(GROUP, "refused", body).result())
    assert refused[:2] == (400, code)


def test_property_that_no_account_has_is_refused(azure: LocalAzure, arm: Clients) -> None:
    path = f"{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.CognitiveServices/accounts/odd"
    refused = azure.arm("PUT", f"{path}?api-version=2025-06-01", account_body("odd", noSuchThing=1))
    assert refused.status == 400 and "noSuchThing" in refused.body["error"]["message"]


# --- Projects -----------------------------------------------------------------------------------------


def test_project_is_done_at_once_and_says_where_its_data_plane_is(azure: LocalAzure, account: str) -> None:
    path = f"{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.CognitiveServices/accounts/{account}"
    made = azure.arm("PUT", f"{path}/projects/p1?api-version=2025-06-01", project_body())
    assert made.status == 201
    assert "azure-asyncoperation" not in made.headers and "location" not in made.headers
    assert made.body["properties"]["provisioningState"] == "Succeeded"
    assert made.body["properties"]["isDefault"] is True
    assert made.body["name"] == f"{account}/p1"
    endpoint = f"{azure.base_url}/accounts/{account}/api/projects/p1"
    assert made.body["properties"]["endpoints"] == {"AI Foundry API": endpoint}
    second = azure.arm("PUT", f"{path}/projects/p2?api-version=2025-06-01", project_body())
    assert second.body["properties"]["isDefault"] is False


def test_project_needs_an_account_that_manages_projects(arm: Clients) -> None:
    name = next(_NAMES)
    body = account_body(name, allowProjectManagement=False)
    arm.cognitive.accounts.begin_create(GROUP, name, body).result()
    refused = refusal(lambda: arm.cognitive.projects.begin_create(GROUP, name, "p1", project_body()).result())
    assert refused[:2] == (400, "BadRequest") and "allowProjectManagement" in refused[2]


def test_project_in_no_account_is_refused(arm: Clients) -> None:
    begin = arm.cognitive.projects.begin_create
    refused = refusal(lambda: begin(GROUP, "no-such", "p1", project_body()).result())
    assert refused[:2] == (404, "ParentResourceNotFound")


# --- Capability hosts ---------------------------------------------------------------------------------


def _host(public: bool = True) -> dict[str, object]:
    return {"properties": {"capabilityHostKind": "Agents", "enablePublicHostingEnvironment": public}}


def _host_path(account: str, name: str = "agents", version: str = "2025-12-01") -> str:
    base = f"{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.CognitiveServices/accounts/{account}"
    return f"{base}/capabilityHosts/{name}?api-version={version}"


def _hosts(azure: LocalAzure, account: str) -> list[str]:
    listed = azure.arm("GET", _host_path(account, name="").replace("/?", "?"))
    return [one["name"] for one in listed.body["value"]]


def _settle(azure: LocalAzure, path: str) -> None:
    while azure.arm("GET", path).body["properties"]["provisioningState"] != "Succeeded":
        threading.Event().wait(0.02)


def test_capability_host_is_made_once_and_never_changed(azure: LocalAzure, account: str) -> None:
    path = _host_path(account)
    made = azure.arm("PUT", path, _host())
    assert made.status == 201 and made.body["properties"]["provisioningState"] == "Creating"
    assert "location" in made.headers
    busy = azure.arm("PUT", path, _host())
    assert busy.status == 409 and "retry after its complete" in busy.body["error"]["message"]
    _settle(azure, path)
    assert azure.arm("PUT", path, _host()).status == 200
    assert azure.arm("PUT", path, _host(public=False)).status == 400
    other = azure.arm("PUT", _host_path(account, "other"), _host())
    assert (other.status, other.body["error"]["code"]) == (409, "Conflict")
    assert "There is an existing Capability Host with name: agents" in other.body["error"]["message"]


@pytest.mark.parametrize("version", ["2025-06-01", "2025-09-01", "2025-04-01-preview"])
def test_old_versions_do_not_know_public_hosting(azure: LocalAzure, account: str, version: str) -> None:
    refused = azure.arm("PUT", _host_path(account, version=version), _host())
    assert refused.status == 400 and "enablePublicHostingEnvironment" in refused.body["error"]["message"]


def test_official_client_makes_and_deletes_a_capability_host(azure: LocalAzure, arm: Clients, account: str) -> None:
    hosts = arm.cognitive.account_capability_hosts
    hosts.begin_create_or_update(GROUP, account, "agents", {"properties": {}}).result()
    assert refusal(lambda: arm.cognitive.accounts.begin_delete(GROUP, account).result())[0] == 409
    hosts.begin_delete(GROUP, account, "agents").result()
    assert _hosts(azure, account) == []


def test_project_capability_host_comes_after_the_account_one(arm: Clients, account: str) -> None:
    arm.cognitive.projects.begin_create(GROUP, account, "p1", project_body()).result()
    begin = arm.cognitive.project_capability_hosts.begin_create_or_update
    assert refusal(lambda: begin(GROUP, account, "p1", "agents", {"properties": {}}).result())[0] == 400
    arm.cognitive.account_capability_hosts.begin_create_or_update(GROUP, account, "agents", {"properties": {}}).result()
    begin(GROUP, account, "p1", "agents", {"properties": {}}).result()
    refused = refusal(lambda: arm.cognitive.projects.begin_delete(GROUP, account, "p1").result())
    assert refused[:2] == (409, "CannotDeleteResource")


# --- Connections --------------------------------------------------------------------------------------


def _connection(category: str, auth_type: str, **more: object) -> dict[str, object]:
    properties = {"category": category, "authType": auth_type, "target": "acr1.azurecr.io", **more}
    return {"properties": properties}


def test_connection_never_shows_credentials_and_is_never_shared(azure: LocalAzure, account: str) -> None:
    path = f"{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.CognitiveServices/accounts/{account}"
    azure.arm("PUT", f"{path}/projects/p1?api-version=2025-09-01", project_body())
    body = _connection("ContainerRegistry", "ManagedIdentity", isSharedToAll=True, credentials={"clientId": "x"})
    place = f"{path}/projects/p1/connections/acr"
    made = azure.arm("PUT", f"{place}?api-version=2025-09-01", body)
    assert made.status == 200
    assert made.body["properties"]["credentials"] is None
    assert made.body["properties"]["isSharedToAll"] is False
    assert made.body["tags"] is None and made.body["location"] is None
    old = azure.arm("PUT", f"{place}?api-version=2025-06-01", body)
    assert (old.status, old.body["error"]["code"]) == (400, "MissingApiVersionParameter")


def test_official_client_keeps_connections(arm: Clients, account: str) -> None:
    arm.cognitive.projects.begin_create(GROUP, account, "p1", project_body()).result()
    connections = arm.cognitive.project_connections
    keys = _connection("CustomKeys", "CustomKeys", credentials={"keys": {"a": "b"}})
    connections.create(GROUP, account, "p1", "keys", keys)
    assert [one.name for one in connections.list(GROUP, account, "p1")] == ["keys"]
    assert connections.get(GROUP, account, "p1", "keys").properties.credentials is None
    connections.delete(GROUP, account, "p1", "keys")
    assert refusal(lambda: connections.get(GROUP, account, "p1", "keys"))[0] == 404


def test_telemetry_connection_takes_a_key_and_is_the_only_one(arm: Clients, account: str) -> None:
    arm.cognitive.projects.begin_create(GROUP, account, "p1", project_body()).result()
    create = arm.cognitive.project_connections.create
    refused = refusal(lambda: create(GROUP, account, "p1", "telemetry", _connection("AppInsights", "AAD")))
    assert refused[:2] == (400, "ValidationError")
    create(GROUP, account, "p1", "telemetry", _connection("AppInsights", "ApiKey"))
    refused = refusal(lambda: create(GROUP, account, "p1", "telemetry2", _connection("AppInsights", "ApiKey")))
    assert refused[:2] == (400, "ValidationError")


# --- Model deployments --------------------------------------------------------------------------------


def test_deployment_is_done_at_once_and_blocks_its_account(arm: Clients, account: str) -> None:
    deployments = arm.cognitive.deployments
    made = deployments.begin_create_or_update(GROUP, account, "gpt", MODEL).result()
    assert made.properties.provisioning_state == "Succeeded"
    assert made.sku.capacity == 1
    refused = refusal(lambda: arm.cognitive.accounts.begin_delete(GROUP, account).result())
    assert refused[:2] == (409, "CannotDeleteAccountWithDeployments")
    deployments.begin_delete(GROUP, account, "gpt").result()
    assert list(deployments.list(GROUP, account)) == []


def test_parallel_writes_of_deployments_conflict(azure: LocalAzure, arm: Clients, account: str) -> None:
    azure.settings(deployment_write_seconds=50)
    path = f"{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.CognitiveServices/accounts/{account}"
    with concurrent.futures.ThreadPoolExecutor() as pool:
        writes = [
            pool.submit(azure.arm, "PUT", f"{path}/deployments/d{n}?api-version=2025-06-01", MODEL) for n in range(3)
        ]
        answers = sorted((one.result() for one in writes), key=lambda one: one.status)
    assert [one.status for one in answers] == [201, 409, 409]
    assert answers[1].body["error"]["code"] == "RequestConflict"
