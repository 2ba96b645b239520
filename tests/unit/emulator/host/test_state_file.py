"""The saved state: services keep the parts that they hold, whatever state is loaded."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from foundry_emulator.host.state_file import StateFile
from foundry_emulator.identity.state import DEPLOYER_OBJECT_ID
from foundry_emulator.state import State


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "azure.json"


def test_a_loaded_state_fills_the_parts_that_services_hold(file: Path) -> None:
    state, other = State(), State()
    held_by_services = (state.arm, state.directory, state.registries, state.vaults, state.foundry)
    other.directory.add_service_principal("somebody else")
    other.arm.busy_until["/a"] = 1.0

    StateFile(file, state).fill(other)

    assert state == other
    present = (state.arm, state.directory, state.registries, state.vaults, state.foundry)
    assert all(one is before for one, before in zip(present, held_by_services, strict=True))


def test_what_is_saved_is_what_the_next_run_loads(file: Path) -> None:
    saved = State()
    saved.arm.busy_until["/a"] = 1.0
    StateFile(file, saved).save()

    loaded = State()
    StateFile(file, loaded).load()

    assert loaded == saved and loaded.registries.signing_key == saved.registries.signing_key


def test_a_state_of_another_format_changes_nothing(file: Path) -> None:
    file.write_text('{"foundry": 1}')
    state = State()
    with pytest.raises(ValidationError):
        StateFile(file, state).load()
    assert DEPLOYER_OBJECT_ID in state.directory.principals and state.foundry.projects == {}


def test_a_first_run_starts_empty(file: Path) -> None:
    state = State()
    StateFile(file, state).load()
    assert state.arm.resources == {} and not file.exists()
