"""Lists of resources and of resource groups, and how `$filter` chooses among them."""

from typing import Any

import pytest
from tests.emulator.arm_clients import LOCATION, Clients, account_body, clients, project_body, refusal

from foundry_emulator.testing import LocalAzure

VAULTS, REGISTRIES = "Microsoft.KeyVault/vaults", "Microsoft.ContainerRegistry/registries"
ACCOUNTS = "Microsoft.CognitiveServices/accounts"


@pytest.fixture(scope="module")
def arm(azure: LocalAzure) -> Clients:
    """Two groups: one with an account, a project, a connection and a registry, one with a registry."""
    made = clients(azure)
    for group, tags in (("lists", {"team": "A"}), ("others", {"team": "B"})):
        made.groups.resource_groups.create_or_update(group, {"location": LOCATION, "tags": tags})
    registry = {"location": LOCATION, "sku": {"name": "Basic"}}
    first = made.registries.registries.begin_create
    first("lists", "firstregistry", {**registry, "tags": {"Stage": "test", "team": "A"}}).result()
    first("others", "otherregistry", {**registry, "tags": {"stage": "live"}}).result()
    account = made.cognitive.accounts.begin_create("lists", "lists-account", account_body("lists-account")).result()
    made.cognitive.projects.begin_create("lists", "lists-account", "p1", project_body()).result()
    azure.arm(
        "PUT",
        f"{account.id}/projects/p1/connections/keys?api-version=2025-06-01",
        {"properties": {"category": "CustomKeys", "authType": "CustomKeys", "credentials": {"keys": {"a": "b"}}}},
    )
    return made


def _names(listed: Any) -> list[str]:
    return sorted(one.name for one in listed)


def test_nested_types_with_a_location_are_listed_and_others_are_not(arm: Clients) -> None:
    everything = ["firstregistry", "lists-account", "lists-account/p1"]
    assert _names(arm.groups.resources.list_by_resource_group("lists")) == everything
    assert _names(arm.groups.resources.list()) == [*everything, "otherregistry"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"resourceType eq '{ACCOUNTS}/projects'", ["lists-account/p1"]),
        (f"resourceType eq '{ACCOUNTS.lower()}'", ["lists-account"]),
        (f"resourceType ne '{REGISTRIES}'", ["lists-account", "lists-account/p1"]),
        ("name eq 'FirstRegistry'", ["firstregistry"]),
        ("substringof('registry', name)", ["firstregistry", "otherregistry"]),
        (f"substringof('registry', name) and resourceType eq '{VAULTS}'", []),
        ("resourceGroup eq 'others'", ["otherregistry"]),
        ("tagName eq 'stage'", ["firstregistry", "otherregistry"]),
        ("tagName eq 'stage' and tagValue eq 'live'", ["otherregistry"]),
        ("tagName eq 'stage' and tagValue eq 'Live'", []),
    ],
)
def test_a_filter_chooses(arm: Clients, text: str, names: list[str]) -> None:
    assert _names(arm.groups.resources.list(filter=text)) == names


def test_with_a_filter_by_tag_the_answer_has_no_tags(arm: Clients) -> None:
    assert [one.tags for one in arm.groups.resources.list(filter="tagName eq 'stage'")] == [None, None]
    assert next(iter(arm.groups.resources.list(filter="name eq 'firstregistry'"))).tags == {
        "Stage": "test",
        "team": "A",
    }


@pytest.mark.parametrize(
    "text",
    [
        "resourceType eq",
        "managedBy eq 'me'",
        "tagValue eq 'live'",
        "substringof('a', location)",
        "name eq 'a' or name eq 'b'",
        "(name eq 'a')",
    ],
)
def test_a_filter_that_is_not_evaluated_is_refused(arm: Clients, text: str) -> None:
    assert refusal(lambda: list(arm.groups.resources.list(filter=text)))[:2] == (400, "InvalidFilterInQueryString")


def test_resource_groups_are_filtered_by_tag_only(arm: Clients) -> None:
    groups = arm.groups.resource_groups
    assert _names(groups.list(filter="tagName eq 'Team' and tagValue eq 'B'")) == ["others"]
    refused = refusal(lambda: list(groups.list(filter="name eq 'others'")))
    assert refused[:2] == (400, "InvalidFilterInQueryString")
