"""Role assignments and role definitions, as the official client sees them."""

import pytest
from tests.emulator.arm_clients import (
    LOCATION,
    SUBSCRIPTION,
    Clients,
    account_body,
    assignment,
    clients,
    new_name,
    refusal,
)

from foundry_emulator.identity.state import DEPLOYER_OBJECT_ID, NOBODY_OBJECT_ID
from foundry_emulator.testing import LocalAzure

READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
ACCESS_ADMINISTRATOR = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"
FOUNDRY_USER = "53ca6127-db72-4b80-b1b0-d745d6d5456d"
ELSEWHERE = "99999999-9999-4999-8999-999999999999"


@pytest.fixture(scope="module")
def arm(azure: LocalAzure) -> Clients:
    return clients(azure)


@pytest.fixture
def scope(request: pytest.FixtureRequest, arm: Clients) -> str:
    """A resource group of the test's own."""
    name = f"rg-{abs(hash(request.node.name))}"
    return str(arm.groups.resource_groups.create_or_update(name, {"location": LOCATION}).id)


def test_assignment_lives_from_created_to_deleted(arm: Clients, scope: str) -> None:
    assignments, name = arm.authorization.role_assignments, new_name()
    made = assignments.create(scope, name, assignment(READER, NOBODY_OBJECT_ID))
    assert made.principal_type == "ServicePrincipal" and made.scope == scope
    assert assignments.get(scope, name).id == made.id
    assert assignments.delete(scope, name).id == made.id
    assert assignments.delete(scope, name) is None
    assert refusal(lambda: assignments.get(scope, name))[:2] == (404, "RoleAssignmentNotFound")


def test_create_is_201_and_the_same_again_200(azure: LocalAzure, scope: str) -> None:
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{new_name()}?api-version=2022-04-01"
    assert azure.arm("PUT", path, assignment(READER, NOBODY_OBJECT_ID)).status == 201
    assert azure.arm("PUT", path, assignment(READER, NOBODY_OBJECT_ID)).status == 200
    changed = azure.arm("PUT", path, assignment(CONTRIBUTOR, NOBODY_OBJECT_ID))
    assert changed.body["error"]["code"] == "RoleAssignmentUpdateNotPermitted"


@pytest.mark.parametrize("named", [True, False])
def test_same_grant_under_another_name_exists(azure: LocalAzure, arm: Clients, scope: str, named: bool) -> None:
    azure.settings(conflicting_assignment_id=named)
    name = new_name()
    create = arm.authorization.role_assignments.create
    create(scope, name, assignment(READER, NOBODY_OBJECT_ID))
    refused = refusal(lambda: create(scope, new_name(), assignment(READER, NOBODY_OBJECT_ID)))
    assert refused[:2] == (409, "RoleAssignmentExists")
    assert (name.replace("-", "") in refused[2]) is named


def test_new_principal_is_only_found_when_its_type_is_said(azure: LocalAzure, arm: Clients, scope: str) -> None:
    azure.settings(directory_replication_seconds=100000)
    group = scope.rsplit("/", 1)[-1]
    account = arm.cognitive.accounts.begin_create(group, f"a-{group}", account_body(f"a-{group}")).result()
    create, principal = arm.authorization.role_assignments.create, account.identity.principal_id
    refused = refusal(lambda: create(scope, new_name(), assignment(READER, principal, kind=None)))
    assert refused[:2] == (400, "PrincipalNotFound") and principal.replace("-", "") in refused[2]
    create(scope, new_name(), assignment(READER, principal))
    azure.settings(directory_replication_seconds=0)
    create(scope, new_name(), assignment(CONTRIBUTOR, principal, kind=None))


def test_wrong_type_of_a_known_principal_is_refused(arm: Clients, scope: str) -> None:
    create = arm.authorization.role_assignments.create
    refused = refusal(lambda: create(scope, new_name(), assignment(READER, NOBODY_OBJECT_ID, kind="User")))
    assert refused[:2] == (400, "UnmatchedPrincipalType")


def test_principal_that_nobody_knows_needs_a_type(arm: Clients, scope: str) -> None:
    create = arm.authorization.role_assignments.create
    refused = refusal(lambda: create(scope, new_name(), assignment(READER, ELSEWHERE, kind=None)))
    assert refused[1] == "PrincipalNotFound"
    create(scope, new_name(), assignment(READER, ELSEWHERE))


def test_grant_that_cannot_be_is_refused(arm: Clients, scope: str) -> None:
    create = arm.authorization.role_assignments.create
    body = assignment(READER, NOBODY_OBJECT_ID)
    assert refusal(lambda: create(scope, "no-guid", body))[1] == "InvalidRoleAssignmentId"
    unknown = assignment(ELSEWHERE, NOBODY_OBJECT_ID)
    assert refusal(lambda: create(scope, new_name(), unknown))[1] == "RoleDefinitionDoesNotExist"
    nowhere = f"{SUBSCRIPTION}/resourceGroups/nowhere"
    assert refusal(lambda: create(nowhere, new_name(), body))[1] == "ResourceGroupNotFound"
    nothing = f"{scope}/providers/Microsoft.ContainerRegistry/registries/nothing12"
    assert refusal(lambda: create(nothing, new_name(), body))[1] == "ResourceNotFound"


def test_list_shows_what_concerns_the_scope(arm: Clients, scope: str) -> None:
    assignments = arm.authorization.role_assignments
    own = assignments.create(scope, new_name(), assignment(READER, NOBODY_OBJECT_ID)).id
    inherited = f"principalId eq '{DEPLOYER_OBJECT_ID}'"
    assert len(list(assignments.list_for_scope(scope, filter=inherited))) == 1
    assert own in [one.id for one in assignments.list_for_scope(scope, filter="atScope()")]
    assert own in [one.id for one in assignments.list_for_subscription()]
    above = [one.id for one in assignments.list_for_subscription(filter="atScope()")]
    assert own not in above and above
    mine = list(assignments.list_for_scope(scope, filter=f"assignedTo('{NOBODY_OBJECT_ID}')"))
    assert [one.id for one in mine] == [own]


def test_grants_on_a_resource_go_with_it(arm: Clients, scope: str) -> None:
    name = new_name()
    arm.authorization.role_assignments.create(scope, name, assignment(READER, NOBODY_OBJECT_ID))
    group = scope.rsplit("/", 1)[-1]
    arm.groups.resource_groups.begin_delete(group).result()
    arm.groups.resource_groups.create_or_update(group, {"location": LOCATION})
    left = [one.name for one in arm.authorization.role_assignments.list_for_scope(scope)]
    assert name not in left


def test_contributor_writes_resources_but_no_grants(azure: LocalAzure, arm: Clients, scope: str) -> None:
    arm.authorization.role_assignments.create(scope, new_name(), assignment(CONTRIBUTOR, NOBODY_OBJECT_ID))
    group = scope.rsplit("/", 1)[-1]
    contributor = clients(azure, "nobody")
    contributor.groups.resource_groups.create_or_update(group, {"location": LOCATION})
    create = contributor.authorization.role_assignments.create
    refused = refusal(lambda: create(scope, new_name(), assignment(READER, NOBODY_OBJECT_ID)))
    assert refused[:2] == (403, "AuthorizationFailed") and "roleAssignments/write" in refused[2]


def test_access_administrator_writes_grants_but_no_resources(azure: LocalAzure, arm: Clients, scope: str) -> None:
    grant = assignment(ACCESS_ADMINISTRATOR, NOBODY_OBJECT_ID)
    arm.authorization.role_assignments.create(scope, new_name(), grant)
    group = scope.rsplit("/", 1)[-1]
    administrator = clients(azure, "nobody")
    administrator.authorization.role_assignments.create(scope, new_name(), assignment(READER, NOBODY_OBJECT_ID))
    write = administrator.groups.resource_groups.create_or_update
    assert refusal(lambda: write(group, {"location": LOCATION}))[:2] == (403, "AuthorizationFailed")


def test_purge_needs_a_right_on_the_subscription(azure: LocalAzure, arm: Clients, scope: str) -> None:
    arm.authorization.role_assignments.create(scope, new_name(), assignment(CONTRIBUTOR, NOBODY_OBJECT_ID))
    group, contributor = scope.rsplit("/", 1)[-1], clients(azure, "nobody")
    name = f"purge-{group}"[:60]
    contributor.cognitive.accounts.begin_create(group, name, account_body(name)).result()
    contributor.cognitive.accounts.begin_delete(group, name).result()
    purge = contributor.cognitive.deleted_accounts.begin_purge
    assert refusal(lambda: purge(LOCATION, group, name).result())[:2] == (403, "AuthorizationFailed")
    arm.cognitive.deleted_accounts.begin_purge(LOCATION, group, name).result()


def test_grant_takes_its_time(azure: LocalAzure, arm: Clients, scope: str) -> None:
    azure.settings(role_propagation_seconds=60)
    arm.authorization.role_assignments.create(scope, new_name(), assignment(READER, NOBODY_OBJECT_ID))
    path = f"{scope}?api-version=2024-03-01"
    assert azure.arm("GET", path, identity="nobody").status == 403
    azure.settings(role_propagation_seconds=0)
    assert azure.arm("GET", path, identity="nobody").status == 200


def test_role_definitions_are_found_by_id_and_by_name(arm: Clients) -> None:
    definitions = arm.authorization.role_definitions
    found = definitions.get_by_id(f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{FOUNDRY_USER}")
    assert found.role_name == "Foundry User"
    named = list(definitions.list(SUBSCRIPTION, filter="roleName eq 'AcrPull'"))
    assert [one.name for one in named] == ["7f951dda-4ed3-4680-a7ca-43fe172d538d"]


def test_owner_has_no_data_actions(arm: Clients) -> None:
    owners = arm.authorization.role_definitions.list(SUBSCRIPTION, filter="roleName eq 'Owner'")
    permissions = next(iter(owners)).permissions
    assert permissions and not permissions[0].data_actions
