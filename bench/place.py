"""Where a measurement is taken: a local Azure of the bench's own, and Pulumi programs with states of their own."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from foundry_emulator.testing import LocalAzure, Project
from tools import ROOT
from tools.local import agent_images
from tools.local.pulumi_cli import BIN
from tools.local.step import StepError, output_of, run_quietly

AT_ONCE = {"time_scale": 0.01, "role_propagation_seconds": 0}
"""Settings for what is not measured: nothing lets one wait."""

_PULUMI = str(BIN / "pulumi")
_SWITCH = "import foundry_agents\n\nfoundry_agents.use_first_class_resources()\n"


@dataclass(frozen=True)
class Place:
    """The local Azure that this process sees, and how much is to be measured there."""

    home: Path
    log: Path
    azure: LocalAzure
    short: bool
    """A look whether everything works; the figures mean little."""

    def project(self, name: str, *images: str) -> Project:
        """A Foundry project and a registry with these images; all roles work. Settings are `AT_ONCE` afterwards."""
        self.azure.settings(**AT_ONCE)
        project = self.azure.make_project(f"bench-{name}", "bench", f"bench{name}")
        self.push(project.login_server, images)
        return project

    def keep(self, name: str, series: Mapping[str, Any]) -> None:
        """Write the samples that figures were made of, which are not committed."""
        file = self.home / "series" / f"{name}.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(series))

    def push(self, login_server: str, images: Sequence[str]) -> None:
        """Images of the sample agent."""
        named = self.home / "images.yaml"
        agents = {f"agent-{number}": {"image": image} for number, image in enumerate(images)}
        named.write_text(yaml.safe_dump({"config": {agent_images.AGENTS_KEY: agents}}))
        agent_images.push_missing(self.home, named, login_server, self.log)


class Program:
    """A copy of a program, with the stack `local`."""

    def __init__(
        self, place: Place, name: str, source: Path, config: Mapping[str, Any], *, first_class: bool = False
    ) -> None:
        """`config` has keys as in a stack's file; how to reach the local Azure is added.

        With `first_class`, agents are resources of the provider plugin instead of dynamic ones.
        """
        self._log, self._folder = place.log, place.home / "programs" / name
        state = self._folder / "state"
        state.mkdir(parents=True)
        self._environment = {**os.environ, "PULUMI_BACKEND_URL": f"file://{state}"}
        for file in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(source / file, self._folder)
        if first_class:
            self._environment["PATH"] = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{self._environment['PATH']}"
            program = self._folder / "__main__.py"
            program.write_text(f"{_SWITCH}{program.read_text()}")
        (self._folder / ".venv").symlink_to(ROOT / ".venv")
        stack = yaml.safe_load(agent_images.STACK_FILE.read_text())
        azure = {key: value for key, value in stack["config"].items() if key.startswith("azure-native:")}
        stack["config"] = {**azure, **config}
        stack_file = self._folder / "stacks" / "Pulumi.local.yaml"
        stack_file.parent.mkdir()
        stack_file.write_text(yaml.safe_dump(stack))
        self._pulumi("stack", "init", "local")

    def up(self, *options: str) -> float:
        """Seconds of an `up` without its preview."""
        return self._pulumi("up", "--yes", "--skip-preview", *options)

    def preview(self) -> float:
        """Seconds of a preview."""
        return self._pulumi("preview")

    def state(self) -> dict[str, Any]:
        """What Pulumi recorded."""
        command = [_PULUMI, "stack", "export", "--cwd", str(self._folder), "--stack", "local"]
        text = output_of(command, environment=self._environment)
        if text is None:
            raise StepError("`pulumi stack export` failed.", log=self._log)
        state: dict[str, Any] = yaml.safe_load(text)
        return state

    def _pulumi(self, *arguments: str) -> float:
        started = time.perf_counter()
        run_quietly(
            [_PULUMI, *arguments, "--non-interactive"],
            f"`pulumi {arguments[0]}` in {self._folder.name}",
            self._log,
            environment=self._environment,
            directory=self._folder,
        )
        return time.perf_counter() - started
