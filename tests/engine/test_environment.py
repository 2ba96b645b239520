"""An environment in a group of somebody else's: its names, and a registry with repository permissions."""

from typing import Any

from foundry_emulator.arm.state import SUBSCRIPTION_ID

from .conftest import Stack
from .test_preview import top_key

GROUP = "shared"


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
    registries = [
        item
        for key, item in stack.azure.state()["arm"]["resources"].items()
        if key.rsplit("/", 2)[-2:-1] == ["registries"]
    ]
    assert [item["properties"]["roleAssignmentMode"] for item in registries] == ["AbacRepositoryPermissions"]
    stack.up("--expect-no-changes")
    stack.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    stack.configure(top_key("location", "eastus2"))
    stack.up()
    ((after, location),) = accounts(stack).items()
    assert after != before and location == "eastus2"
