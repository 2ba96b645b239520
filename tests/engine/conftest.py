"""The real Pulumi engine on a local Azure. Every test has its own world, or one that is as it was at the start."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from foundry_emulator.testing import LocalAzure
from tools.local.file_lock import locked

from .addresses import at_ports, load, ports_of

CHECKOUT = Path(__file__).parents[2]
PROGRAM = ("Pulumi.yaml", "__main__.py", "stacks")
SAMPLE = [str(CHECKOUT / ".local/agents/echo/bin/python"), str(CHECKOUT / "agents/echo/main.py")]
STAND_IN = [sys.executable, str(CHECKOUT / "tests" / "emulator" / "stand_in_agent.py")]
AGENTS_ONLY = "**:HostedAgent**"


@dataclass(frozen=True)
class Run:
    """What a `pulumi` command did."""

    code: int
    output: str
    steps: dict[str, str] = field(default_factory=dict)
    """What an `up` did: operation by name of the resource, without what stayed the same."""

    @property
    def failed(self) -> bool:
        return self.code != 0


class Stack:
    """A copy of the program with the stack `local`, on a local Azure of its own."""

    def __init__(self, folder: Path, azure: LocalAzure) -> None:
        self.folder, self.azure = folder, azure
        self._places: dict[str, str] = {}
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "AZURE_"))},
            **azure.environment(),
            "HOME": str(folder / "home"),
        }
        self.environment["PATH"] = f"{CHECKOUT / '.local' / 'bin'}{os.pathsep}{self.environment['PATH']}"
        self.init()

    @property
    def backend(self) -> Path:
        """Where Pulumi keeps its state."""
        return Path(self.environment["PULUMI_BACKEND_URL"].removeprefix("file://"))

    def copy_program(self) -> None:
        """The program as it is in the checkout."""
        for name in PROGRAM:
            source, target = CHECKOUT / name, self.folder / name
            if source.is_dir():
                shutil.rmtree(target, ignore_errors=True)
                shutil.copytree(source, target)
            else:
                shutil.copy(source, target)

    def init(self) -> None:
        """Makes the stack, without anything in it."""
        (self.folder / "home").mkdir()
        (self.folder / ".venv").symlink_to(CHECKOUT / ".venv")
        self.copy_program()
        self.backend.mkdir(exist_ok=True)
        self.pulumi("stack", "init", "local")

    def pulumi(self, *arguments: str, fails: bool = False, **environment: str) -> Run:
        """Runs `pulumi`; a result other than the expected one fails the test."""
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
            check=False,
        )
        run = Run(done.returncode, done.stdout)
        assert run.failed == fails, run.output
        assert "Traceback" not in run.output
        return run

    def up(self, *arguments: str, fails: bool = False) -> Run:
        events = self.folder / "events.json"
        events.unlink(missing_ok=True)
        options = ("--yes", "--skip-preview", "--event-log", str(events), *arguments)
        run = self.pulumi("up", *options, fails=fails, PULUMI_DEBUG_COMMANDS="true")
        return replace(run, steps=_steps_in(events))

    def up_environment(self) -> None:
        """Everything but the agents."""
        self.up("--exclude", AGENTS_ONLY)

    def preview(self, *arguments: str) -> dict[str, str]:
        """What a preview would do: operation by name of the resource, without what stays the same."""
        run = self.pulumi("preview", "--json", *arguments)
        steps = json.loads(run.output[run.output.index("{") :])["steps"]
        return {step["urn"].split("::")[-1]: step["op"] for step in steps if step["op"] not in ("same", "refresh")}

    def outputs(self) -> dict[str, Any]:
        return dict(json.loads(self.pulumi("stack", "output", "--json").output))

    @property
    def project_endpoint(self) -> str:
        return self._place("project_endpoint")

    @property
    def registry(self) -> str:
        return self._place("registry")

    def _place(self, output: str) -> str:
        """An output that stays what it is: the engine is asked for it once."""
        if output not in self._places:
            self._places = {name: value for name, value in self.outputs().items() if isinstance(value, str)}
        return self._places[output]

    def push(self, *images: str, command: Sequence[str] = STAND_IN) -> None:
        """Pushes images to the stack's registry."""
        for image in images:
            self.azure.push(f"{self.registry}/{image}", command)

    def push_images(self, registry: str) -> None:
        """Pushes what the agents run."""
        for image in IMAGES:
            self.azure.push(f"{registry}/{image}", STAND_IN)

    def configure(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Edits the stack's configuration; keys are without `agent-environment:`."""
        file = self.folder / "stacks" / "Pulumi.local.yaml"
        content = yaml.safe_load(file.read_text())
        prefix = "agent-environment:"
        config = {key.removeprefix(prefix): value for key, value in content["config"].items()}
        change(config)
        content["config"] = {key if ":" in key else prefix + key: value for key, value in config.items()}
        file.write_text(yaml.safe_dump(content))

    def agent(self, name: str) -> dict[str, Any] | None:
        """The agent as the service shows it."""
        answer = self.azure.data("GET", f"{self.project_endpoint}/agents/{name}")
        return answer.body if answer.status == 200 else None

    def serving(self, name: str) -> str:
        """The version that gets all traffic."""
        shown = self.agent(name)
        assert shown is not None
        (rule,) = shown["agent_endpoint"]["version_selector"]["version_selection_rules"]
        return str(rule["agent_version"])

    def writes(self) -> list[str]:
        """Requests since the last look that change something, of ARM and the data plane."""
        found = [
            f"{entry['method']} {entry['path']}"
            for entry in self.azure.requests()
            if entry["method"] not in ("GET", "HEAD") and entry["plane"] in ("arm", "data")
        ]
        self.azure.clear_requests()
        return found


def _steps_in(events: Path) -> dict[str, str]:
    started = [json.loads(line).get("resourcePreEvent") for line in events.read_text().splitlines()]
    steps = [event["metadata"] for event in started if event]
    # The provider of dynamic resources has the whole stack config as its own: it is updated with every change of that.
    changed = [
        step for step in steps if step["op"] not in ("same", "refresh") and "pulumi:providers:" not in step["urn"]
    ]
    return {step["urn"].split("::")[-1]: step["op"] for step in changed}


class RunningStack:
    """A stack with its agents up, brought back to that moment for every test."""

    def __init__(self, stack: Stack, kept: Path, first_up: str) -> None:
        self._stack, self._kept = stack, kept
        self.first_up = first_up
        """What the first `up` printed, when no image was in the registry."""
        self._azure, self._environment = stack.azure.state(), dict(stack.environment)
        shutil.copytree(stack.backend, kept)

    def restored(self) -> Stack:
        """The stack as it was: service, state, program and variables."""
        stack = self._stack
        stack.azure.clear_faults()
        stack.azure.reset_settings()
        stack.azure.load(self._azure)
        stack.environment = dict(self._environment)
        shutil.rmtree(stack.backend)
        shutil.copytree(self._kept, stack.backend)
        stack.copy_program()
        stack.writes()
        return stack


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The stack `local`, with nothing up yet."""
    yield from _started(tmp_path)


@pytest.fixture(scope="session")
def running_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    folder = tmp_path_factory.mktemp("running")
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    shared = (folder.parent.parent if is_worker else folder) / "brought-up"
    for stack in _started(folder):
        with locked(shared.with_suffix(".lock")):
            if shared.exists():
                _take_over(stack, shared)
            else:
                _bring_up(stack, shared)
        yield RunningStack(stack, folder / "kept", (shared / "first-up.txt").read_text())


IMAGES = ("echo:v1.0", "data-processor:v1.0", "data-processor:v1.1")


def _bring_up(stack: Stack, shared: Path) -> None:
    """Brings the agents up as a user does who forgot to push, and leaves a copy of everything for the other workers."""
    failed = stack.up(fails=True)
    stack.push_images(failed.output.partition("push ")[2].partition("/")[0])
    stack.up()
    copy = shared.with_suffix(".part")
    shutil.copytree(stack.backend, copy / "backend", ignore=shutil.ignore_patterns("history", "backups"))
    (copy / "azure.json").write_text(json.dumps(stack.azure.state()))
    (copy / "first-up.txt").write_text(failed.output)
    (copy / "ports.json").write_text(json.dumps(ports_of(stack.azure)))
    copy.rename(shared)


def _take_over(stack: Stack, shared: Path) -> None:
    """Makes this stack a copy of the one that another worker has brought up, at other ports."""
    state, ports = (shared / "azure.json").read_text(), json.loads((shared / "ports.json").read_text())
    moved = load(stack.azure, state, ports)
    shutil.rmtree(stack.backend)
    shutil.copytree(shared / "backend", stack.backend)
    for file in stack.backend.rglob("*.json"):
        file.write_text(at_ports(file.read_text(), moved))
    stack.push_images(stack.registry)  # what stands for an image on this machine is no part of Azure's state


@pytest.fixture
def running(running_stack: RunningStack) -> Stack:
    """The stack with its agents up, each at version 1."""
    return running_stack.restored()


def _started(place: Path) -> Iterator[Stack]:
    azure = LocalAzure.start(place / "azure", time_scale=0.02, role_propagation_seconds=5, default_idle_seconds=10**6)
    folder = place / "program"
    folder.mkdir()
    yield Stack(folder, azure)
    azure.stop()


def set_image(image: str, agent: str = "data-processor") -> Callable[[dict[str, Any]], None]:
    """A change of one agent's image."""

    def change(config: dict[str, Any]) -> None:
        config["agents"][agent]["image"] = image

    return change
