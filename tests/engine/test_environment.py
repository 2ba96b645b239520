"""An environment in a group of somebody else's: its names, and a registry with repository permissions."""

import re
from typing import Any

from foundry_emulator.arm.state import SUBSCRIPTION_ID
from foundry_emulator.identity.state import DEPLOYER_OBJECT_ID

from .conftest import Stack
from .test_preview import top_key

GROUP = "shared"
ABAC, LEGACY = "AbacRepositoryPermissions", "LegacyRegistryPermissions"


def accounts(stack: Stack) -> dict[str, str]:
    """Location of each account by its name."""
    found: dict[str, Any] = stack.azure.state()["arm"]["resources"]
    return {
        key.rsplit("/", 1)[-1]: item["location"]
        for key, item in found.items()
        if key.rsplit("/", 2)[-2:-1] == ["accounts"]
    }


def test_an_account_that_moves_gets_a_name_that_no_deleted_account_holds(stack: Stack) -> None:
    group = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{GROUP}"
    assert stack.azure.arm("PUT", f"{group}?api-version=2024-03-01", {"location": "swedencentral"}).status < 300
    stack.configure(top_key("existing_resource_group", GROUP))
    stack.configure(top_key("repository_permissions", True))
    stack.configure(top_key("agents", {}))
    stack.up()
    (before,) = accounts(stack)
    assert registry(stack)["properties"]["roleAssignmentMode"] == ABAC
    stack.up("--expect-no-changes")
    stack.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    stack.configure(top_key("location", "eastus2"))
    stack.up()
    ((after, location),) = accounts(stack).items()
    assert after != before and location == "eastus2"
    assert registry(stack)["properties"]["roleAssignmentMode"] == ABAC


def test_the_mode_of_a_registry_is_switched_and_kept_without_replacing_it(stack: Stack) -> None:
    stack.configure(top_key("agents", {}))
    stack.up()
    before = registry(stack)
    assert before["properties"]["roleAssignmentMode"] == LEGACY
    stack.configure(top_key("repository_permissions", True))
    assert stack.preview().keys() == {"agents-registry-mode", "agents-pull"}
    stack.up()
    switched = registry(stack)
    assert switched["properties"] == {**before["properties"], "roleAssignmentMode": ABAC}
    stack.up("--expect-no-changes")
    # Reset by hand, or by a write of the registry that does not know the mode.
    body = {"properties": {"roleAssignmentMode": LEGACY}}
    assert stack.azure.arm("PATCH", f"{switched['id']}?api-version=2025-11-01", body).status == 200
    assert stack.preview() == {"agents-registry-mode": "update"}
    stack.up()
    assert registry(stack)["properties"] == switched["properties"]
    # A write of the registry by azure-native, which does not know the mode.
    for resets in (False, True):
        stack.azure.settings(registry_put_resets_mode=resets)
        stack.configure(top_key("tags", {"resets": str(resets)}))
        stack.up()
        assert registry(stack)["properties"] == switched["properties"]
        stack.up("--expect-no-changes")
    switched = registry(stack)
    stack.configure(top_key("repository_permissions", False))
    run = stack.up()
    assert "keeps its role assignment mode; to change it, run `az acr update" in run.output
    assert registry(stack) == switched
    stack.up("--expect-no-changes")


def test_roles_that_others_must_assign_are_named_until_they_are(stack: Stack) -> None:
    deployer = {"principal_id": DEPLOYER_OBJECT_ID, "principal_type": "ServicePrincipal"}
    stack.configure(lambda config: config.update(agents={}, role_assignments="external", deployers=[deployer]))
    said = stack.up().output
    commands = set(re.findall(r"`az role assignment create ([^`]+)`", said))
    assert len(commands) == 2 and "lacks AcrPull on /subscriptions/" in said and "lacks Foundry User on /sub" in said
    left = set(commands)
    for command in commands:
        words = command.split()
        options = dict(zip(words[::2], words[1::2], strict=True))
        stack.azure.grant(options["--role"], options["--assignee-object-id"], options["--scope"])
        left.remove(command)
        assert set(re.findall(r"`az role assignment create ([^`]+)`", stack.pulumi("preview").output)) == left


def registry(stack: Stack) -> dict[str, Any]:
    """The registry, as Azure has it."""
    (found,) = (
        {"id": key, **item}
        for key, item in stack.azure.state()["arm"]["resources"].items()
        if key.rsplit("/", 2)[-2:-1] == ["registries"]
    )
    return found
