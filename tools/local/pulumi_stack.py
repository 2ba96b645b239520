"""A stack of the program at the root: what `make` asks of the Pulumi CLI."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.local.pulumi_cli import BIN
from tools.local.step import StepError, output_of, run_aloud, run_quietly

# As a pattern of resource URNs: every hosted agent, whatever it is a child of.
_AGENTS = "**foundry-agents:HostedAgent**"
_PULUMI = str(BIN / "pulumi")


@dataclass(frozen=True)
class PulumiStack:
    """This process's variables decide which Azure and which state it is about."""

    log: Path
    name: str = "local"
    config_file: Path | None = None
    """In place of the one in `stacks/`."""

    def select(self) -> None:
        """Choose the stack, and make it where there is none yet."""
        run_quietly(
            [_PULUMI, "stack", "select", "--create", "--non-interactive", self.name],
            "selecting the stack",
            self.log,
        )

    def up(self, *, without_agents: bool = False) -> None:
        exclude = ("--exclude", _AGENTS) if without_agents else ()
        self._operation("up", "--yes", "--suppress-outputs", *exclude)

    def preview(self) -> None:
        self._operation("preview", "--diff")

    def destroy(self) -> None:
        """Destroy all resources and forget the stack; its configuration stays."""
        self._operation("destroy", "--yes", "--suppress-outputs")
        run_quietly(
            [_PULUMI, "stack", "rm", self.name, "--yes", "--preserve-config", "--remove-backups"],
            "removing the stack",
            self.log,
        )

    def exists(self) -> bool:
        return any(stack["name"] == self.name for stack in json.loads(self._read("ls")))

    def outputs(self) -> dict[str, Any]:
        """The outputs as the last `up` left them; a stack that has never been up has none."""
        outputs: dict[str, Any] = json.loads(self._read("output", "--stack", self.name))
        return outputs

    def changed(self) -> bool:
        """Whether the last operation did anything."""
        last = json.loads(self._read("history", "--page-size", "1", "--stack", self.name))
        return bool(last) and set(last[0].get("resourceChanges", {})) != {"same"}

    def _operation(self, operation: str, *options: str) -> None:
        color = "always" if sys.stdout.isatty() else "never"
        config = ("--config-file", str(self.config_file)) if self.config_file else ()
        run_aloud(
            [
                *(_PULUMI, operation, "--stack", self.name, "--non-interactive", "--color", color),
                *(*config, *options),
            ],
            f"`pulumi {operation}`",
            self.log,
        )

    def _read(self, *command: str) -> str:
        answer = output_of([_PULUMI, "stack", *command, "--json"])
        if answer is None:
            raise StepError(f"`pulumi stack {command[0]}` failed.", log=self.log)
        return answer
