"""`make down` says so if anything is left; another Azure of the user's shell never takes part."""

from pathlib import Path

import pytest

from foundry_emulator.arm.state import Resource
from foundry_emulator.state import State
from tools.local import local_azure
from tools.local.local_azure import forget, leftovers
from tools.local.step import StepError


def test_fresh_local_azure_has_nothing_in_it() -> None:
    assert leftovers(State()) == []


def test_resource_that_is_being_deleted_is_not_left() -> None:
    assert leftovers(_with_group(gone_at=1.0)) == []
    assert leftovers(_with_group(gone_at=None)) == ["/subscriptions/s/resourceGroups/rg"]


def test_local_azure_that_is_not_empty_is_not_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "azure.json"
    file.write_text(_with_group(gone_at=None).model_dump_json())
    with pytest.raises(StepError, match="Left in the local Azure: /subscriptions/s/resourceGroups/rg"):
        forget(tmp_path)
    assert file.exists()


def test_empty_local_azure_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "azure.json").write_text(State().model_dump_json())
    (tmp_path / "images.toml").write_text("")
    forget(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_login_and_state_of_the_users_shell_stay_outside() -> None:
    variables = {"ARM_CLIENT_ID": "x", "AZURE_TENANT_ID": "x", "PULUMI_ACCESS_TOKEN": "x", "PATH": "/bin"}
    assert local_azure._without_other_azures(variables) == {"PATH": "/bin"}


def _with_group(gone_at: float | None) -> State:
    state = State()
    group = Resource(
        id="/subscriptions/s/resourceGroups/rg",
        type="Microsoft.Resources/resourceGroups",
        name="rg",
        gone_at=gone_at,
    )
    state.arm.resources[group.id.lower()] = group
    return state
