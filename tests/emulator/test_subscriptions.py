"""The two subscriptions: the same names in both are different resources."""

import time
from typing import Any

import pytest
from tests.emulator.arm_clients import SUBSCRIPTION, account_body, assignment, new_name

from foundry_emulator.arm.state import SECOND_SUBSCRIPTION_ID, SUBSCRIPTION_ID
from foundry_emulator.identity.state import DEPLOYER_OBJECT_ID, NOBODY_OBJECT_ID
from foundry_emulator.testing import FOUNDRY_USER, LocalAzure

SECOND = f"/subscriptions/{SECOND_SUBSCRIPTION_ID}"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
GROUPS, VERSION = "api-version=2024-03-01", "api-version=2025-06-01"


def _account(azure: LocalAzure, subscription: str, sub_domain: str) -> Any:
    group = f"{subscription}/resourceGroups/same"
    azure.arm("PUT", f"{group}?{GROUPS}", {"location": "swedencentral"})
    path = f"{group}/providers/Microsoft.CognitiveServices/accounts/same?{VERSION}"
    made = azure.arm("PUT", path, account_body(sub_domain))
    assert made.status in (200, 201), made.body
    # The operation is polled in the subscription of the account.
    operation = made.headers["azure-asyncoperation"].removeprefix(azure.base_url)
    assert operation.startswith(f"{subscription}/")
    while azure.arm("GET", operation).body["status"] != "Succeeded":
        time.sleep(0.02)
    return azure.arm("GET", path).body


def test_both_subscriptions_are_listed_and_read(azure: LocalAzure) -> None:
    listed = azure.arm("GET", f"/subscriptions?{GROUPS}").body["value"]
    assert [one["subscriptionId"] for one in listed] == [SUBSCRIPTION_ID, SECOND_SUBSCRIPTION_ID]
    for one in listed:
        assert azure.arm("GET", f"{one['id']}?{GROUPS}").body == one
    assert listed[0]["displayName"] != listed[1]["displayName"]


def test_the_same_name_in_both_is_two_resources(azure: LocalAzure) -> None:
    first, second = _account(azure, SUBSCRIPTION, "same-one"), _account(azure, SECOND, "same-two")
    assert (first["name"], first["id"].split("/")[2]) == ("same", SUBSCRIPTION_ID)
    assert (second["name"], second["id"].split("/")[2]) == ("same", SECOND_SUBSCRIPTION_ID)
    assert first["identity"]["principalId"] != second["identity"]["principalId"]
    for subscription, account in ((SUBSCRIPTION, first), (SECOND, second)):
        accounts = azure.arm("GET", f"{subscription}/providers/Microsoft.CognitiveServices/accounts?{VERSION}")
        assert [one["id"] for one in accounts.body["value"]] == [account["id"]]
        resources = azure.arm("GET", f"{subscription}/resources?{GROUPS}").body["value"]
        assert [one["id"] for one in resources] == [account["id"]]
        groups = azure.arm("GET", f"{subscription}/resourceGroups?{GROUPS}").body["value"]
        assert [one["id"] for one in groups] == [f"{subscription}/resourceGroups/same"]
    assert azure.arm("DELETE", f"{second['id']}?{VERSION}").status == 200
    assert azure.arm("GET", f"{first['id']}?{VERSION}").status == 200
    deleted = "providers/Microsoft.CognitiveServices/deletedAccounts"
    assert azure.arm("GET", f"{SUBSCRIPTION}/{deleted}?{VERSION}").body["value"] == []
    (only,) = azure.arm("GET", f"{SECOND}/{deleted}?{VERSION}").body["value"]
    assert only["id"].startswith(f"{SECOND}/")
    assert azure.arm("DELETE", f"{only['id']}?{VERSION}").status == 202


def test_a_project_of_the_second_subscription_has_a_data_plane(azure: LocalAzure) -> None:
    made = azure.make_project("acc-two", registry="registrytwo", subscription=SECOND_SUBSCRIPTION_ID)
    assert made.arm_id.startswith(f"{SECOND}/")
    assert azure.data("GET", f"{made.endpoint}/agents").status == 200
    azure.arm("DELETE", f"{made.arm_id}?{VERSION}")
    assert azure.data("GET", f"{made.endpoint}/agents").status == 404


def test_a_grant_on_one_subscription_is_none_on_the_other(azure: LocalAzure) -> None:
    path = f"{SECOND}/providers/Microsoft.Authorization/roleAssignments/{new_name()}?api-version=2022-04-01"
    made = azure.arm("PUT", path, assignment(READER, NOBODY_OBJECT_ID)).body
    assert made["properties"]["roleDefinitionId"].startswith(f"{SECOND}/")
    assert azure.arm("GET", f"{SECOND}?{GROUPS}", identity="nobody").status == 200
    assert azure.arm("GET", f"{SUBSCRIPTION}?{GROUPS}", identity="nobody").status == 403
    assert azure.arm("DELETE", path).status == 200


@pytest.mark.parametrize("other", [SECOND, f"{SUBSCRIPTION}/resourceGroups/named"])
def test_one_name_of_an_assignment_at_two_scopes_is_refused(azure: LocalAzure, other: str) -> None:
    azure.arm("PUT", f"{SUBSCRIPTION}/resourceGroups/named?{GROUPS}", {"location": "swedencentral"})
    name = new_name()
    path = f"providers/Microsoft.Authorization/roleAssignments/{name}?api-version=2022-04-01"
    body = assignment(FOUNDRY_USER, DEPLOYER_OBJECT_ID)
    assert azure.arm("PUT", f"{SUBSCRIPTION}/{path}", body).status == 201
    refused = azure.arm("PUT", f"{other}/{path}", body)
    assert (refused.status, refused.body["error"]["code"]) == (400, "RoleAssignmentUpdateNotPermitted")
    # The name is free again with its assignment.
    assert azure.arm("DELETE", f"{SUBSCRIPTION}/{path}").status == 200
    assert azure.arm("PUT", f"{other}/{path}", body).status == 201
    azure.arm("DELETE", f"{other}/{path}")


def test_a_state_that_was_saved_with_one_subscription_loads(azure: LocalAzure) -> None:
    old = azure.state()
    granted = old["arm"]["role_assignments"]
    on_second = {place for place, one in granted.items() if one["scope"] == SECOND}
    assert len(on_second) == 2
    del old["arm"]["subscriptions"]
    old["arm"] |= {
        "subscription_id": SUBSCRIPTION_ID,
        "role_assignments": {place: one for place, one in granted.items() if not place.startswith(SECOND)},
    }
    azure.load(old)
    assert on_second <= set(azure.state()["arm"]["role_assignments"])
    created = azure.arm("PUT", f"{SECOND}/resourceGroups/after?{GROUPS}", {"location": "swedencentral"})
    assert created.status == 201
