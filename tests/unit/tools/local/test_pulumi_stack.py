"""What `make` asks of the Pulumi CLI, with the real one on a state of its own."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundry_agents.cli.narrator import Narrator
from tools import ROOT
from tools.local import agent_images, up
from tools.local.pulumi_cli import BIN
from tools.local.pulumi_stack import PulumiStack
from tools.local.step import StepError

REGISTRY = "azure-native:containerregistry:Registry"
Import = Callable[..., None]


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PulumiStack:
    (tmp_path / "state").mkdir()
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path / 'state'}")
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "local")
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(ROOT)
    (tmp_path / "log").touch()
    made = PulumiStack(tmp_path / "log", name="local")
    _pulumi("stack", "init", "local")
    return made


def _pulumi(*arguments: str, given: str = "") -> None:
    subprocess.run(
        [str(BIN / "pulumi"), *arguments, "--non-interactive"], input=given, text=True, check=True, capture_output=True
    )


def _record(*registries: dict[str, Any]) -> None:
    """Gives the stack these registries."""
    urn = f"urn:pulumi:local::agent-environment::{REGISTRY}::agents-registry"
    resources = [{"urn": urn, "custom": True, "id": "r", "type": REGISTRY, **registry} for registry in registries]
    _pulumi(
        "stack", "import", "--stack", "local", given=json.dumps({"version": 3, "deployment": {"resources": resources}})
    )


def test_the_registry_is_the_one_that_the_state_has_now(stack: PulumiStack) -> None:
    assert stack.registry() == ""
    replaced = {"outputs": {"loginServer": "old.azurecr.io"}, "delete": True}
    _record(replaced, {"outputs": {"loginServer": "new.azurecr.io"}})
    assert stack.registry() == "new.azurecr.io"


@pytest.mark.parametrize("operation", ["up", "destroy"])
def test_a_lock_that_a_dead_run_left_names_the_command_that_recovers(
    stack: PulumiStack, tmp_path: Path, operation: str
) -> None:
    locks = tmp_path / "state" / ".pulumi" / "locks" / "organization" / "agent-environment" / "local"
    locks.mkdir(parents=True, exist_ok=True)
    (locks / "0.json").write_text(
        json.dumps({"pid": 1, "username": "me", "hostname": "gone", "timestamp": "2026-01-01T00:00:00Z"})
    )
    with pytest.raises(StepError, match="run `make recover`"):
        getattr(stack, operation)()


def test_another_failure_does_not_name_it(stack: PulumiStack) -> None:
    _pulumi("stack", "rm", "--yes", "--stack", "local", "--preserve-config")
    with pytest.raises(StepError) as failed:
        stack.destroy()
    assert "recover" not in str(failed.value)


class _Environment:
    """A stack whose `up` replaces its registry, which then has no images."""

    log = Path("log")
    narrator = Narrator()

    def __init__(self, *registries: str) -> None:
        self._registries, self.operations = list(registries), list[str]()

    def registry(self) -> str:
        return self._registries[0]

    def up(self, *, without_agents: bool = False) -> None:
        self.operations.append("environment" if without_agents else f"agents in {self._registries[0]}")
        if len(self._registries) > 1:
            self._registries.pop(0)
            if not without_agents:
                raise StepError("an image does not exist in its registry")


@pytest.fixture
def pushed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    pushed: list[str] = []

    def push_missing(_home: Path, _file: Path, registry: str, _log: Path) -> list[str]:
        missing = [] if registry in pushed else [registry]
        pushed.extend(missing)
        return missing

    monkeypatch.setattr(agent_images, "push_missing", push_missing)
    return pushed


@pytest.mark.parametrize(
    ("registries", "operations"),
    [
        (["", "a"], ["environment", "agents in a"]),
        (["a"], ["agents in a"]),
        (["old", "new"], ["agents in old", "agents in new"]),
    ],
    ids=["the first time", "as it was", "replaced"],
)
def test_images_are_pushed_to_the_registry_that_there_is(
    pushed: list[str], registries: list[str], operations: list[str]
) -> None:
    stack = _Environment(*registries)
    up.bring_up(stack)  # type: ignore[arg-type]
    assert stack.operations == operations and pushed == [name for name in registries if name]


def test_a_failure_of_another_kind_is_not_tried_again(pushed: list[str]) -> None:
    stack = _Environment("a", "a")
    with pytest.raises(StepError):
        up.bring_up(stack)  # type: ignore[arg-type]
    assert stack.operations == ["agents in a"] and pushed == ["a"]
