"""A stack of the program at the root: what `make` asks of the Pulumi CLI."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from foundry_agents.cli.narrator import Narrator
from foundry_agents.cli.pulumi_command import run_narrated
from foundry_agents.cli.recover import LOCKED
from tools.local.pulumi_cli import BIN
from tools.local.step import StepError, output_of, run_quietly

# As a pattern of resource URNs: every hosted agent, whatever it is a child of.
_AGENTS = "**:HostedAgent**"
_REGISTRY = "azure-native:containerregistry:Registry"
_PULUMI = str(BIN / "pulumi")


@dataclass(frozen=True)
class PulumiStack:
    """The environment variables of this process decide which Azure and which state it is in."""

    log: Path
    name: str = "local"
    config_file: Path | None = None
    """Instead of the one in `stacks/`."""
    narrator: Narrator = field(default_factory=Narrator)
    """Tells what operations do."""

    def select(self) -> None:
        """Select the stack, and create it if it does not exist."""
        run_quietly(
            [_PULUMI, "stack", "select", "--create", "--non-interactive", self.name],
            "selecting the stack",
            self.log,
        )

    def up(self, *, without_agents: bool = False) -> None:
        """Bring the stack up, without a preview: `make preview` shows one."""
        exclude = ("--exclude", _AGENTS) if without_agents else ()
        self._operation("up", "--yes", "--skip-preview", *exclude)

    def preview(self) -> None:
        self._operation("preview")

    def destroy(self) -> None:
        """Destroy all resources and forget the stack; its configuration stays."""
        self._operation("destroy", "--yes", "--skip-preview")
        run_quietly(
            [_PULUMI, "stack", "rm", self.name, "--yes", "--preserve-config", "--remove-backups"],
            "removing the stack",
            self.log,
        )

    def exists(self) -> bool:
        return any(stack["name"] == self.name for stack in json.loads(self._read("ls")))

    def outputs(self) -> dict[str, Any]:
        """The outputs of the last `up`; a stack that has never been up has none."""
        outputs: dict[str, Any] = json.loads(self._read("output", "--stack", self.name))
        return outputs

    def registry(self) -> str:
        """The login server of the registry, or an empty text.

        It is read from the state, since a run that failed on its way may have replaced what the outputs name.
        """
        resources = (json.loads(self._read("export", "--stack", self.name)).get("deployment") or {}).get("resources")
        for resource in resources or []:
            if resource["type"] == _REGISTRY and not resource.get("delete"):
                return str((resource.get("outputs") or {}).get("loginServer") or "")
        return str(self.outputs().get("registry") or "")  # an existing one

    def _operation(self, operation: str, *options: str) -> None:
        config = ("--config-file", str(self.config_file)) if self.config_file else ()
        with self.log.open("a", encoding="utf-8") as log:
            ran = run_narrated(
                *(operation, "--stack", self.name, *config, *options),
                narrator=self.narrator,
                keep=lambda line: log.write(f"{line}\n"),
            )
        if ran.code:
            reason = f"`pulumi {operation}` failed; the reason is above."
            if LOCKED.search(ran.output):
                reason += " If the run that holds the lock has ended, run `make recover`."
            raise StepError(reason, log=self.log)

    def _read(self, *command: str) -> str:
        as_json = () if command[0] == "export" else ("--json",)  # which always is
        answer = output_of([_PULUMI, "stack", *command, *as_json])
        if answer is None:
            raise StepError(f"`pulumi stack {command[0]}` failed.", log=self.log)
        return answer
