"""The local Azure in `.local`: starts it, stops it, and points this process to it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from foundry_emulator.host.home import Home, environment
from foundry_emulator.state import State
from tools.local.step import StepError, run_quietly, users_environment

FOUNDRY_EMULATOR = str(Path(sys.executable).parent / "foundry-emulator")


def enter(home: Path, log: Path) -> str:
    """Start the local Azure, or find it running. From here on this process, and all it starts, sees only it.

    Returns its address.
    """
    _emulator("start", home, log)
    (home / "state").mkdir(exist_ok=True)
    variables = _without_other_azures(users_environment()) | environment(home)
    os.environ.clear()
    os.environ.update(variables)
    return f"https://{variables['ARM_METADATA_HOSTNAME']}"


def stop(home: Path, log: Path) -> None:
    _emulator("stop", home, log)


def forget(home: Path) -> None:
    """Remove what the stopped local Azure and Pulumi remember, after a look that nothing was left."""
    place = Home.at(home)
    if place.state.exists():
        left = leftovers(State.model_validate_json(place.state.read_text()))
        if left:
            raise StepError(f"Left in the local Azure: {', '.join(left)}. `make clean` removes it.")
    # Deleted accounts keep their name for 48 hours, in the local Azure as in Azure.
    for file in (place.state, place.images):
        file.unlink(missing_ok=True)
    shutil.rmtree(home / "state", ignore_errors=True)


def leftovers(state: State) -> list[str]:
    """The resources, registries and agents that exist."""
    resources = [resource.id for resource in state.arm.resources.values() if resource.gone_at is None]
    agents = [f"{project}/agents/{agent}" for project, agents in state.foundry.projects.items() for agent in agents]
    return [*resources, *state.registries.registries, *agents]


def _emulator(command: str, home: Path, log: Path) -> None:
    doing = {"start": "starting the local Azure", "stop": "stopping the local Azure"}[command]
    run_quietly([FOUNDRY_EMULATOR, command, "--home", str(home)], doing, log, environment=users_environment())


def _without_other_azures(variables: dict[str, str]) -> dict[str, str]:
    """What points the user's shell to a real subscription, or to another state, has no business here."""
    return {
        name: value
        for name, value in variables.items()
        if not name.startswith(("ARM_", "AZURE_", "IDENTITY_", "MSI_", "PULUMI_"))
    }
