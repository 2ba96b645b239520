"""A small program with one agent, on a local Azure of its own: it can be killed, and put back to where it was."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil

from foundry_agents.cli.errors import CommandError
from foundry_agents.cli.pulumi_command import Ran
from foundry_agents.cli.recover import recover
from foundry_emulator.testing import LocalAzure

CHECKOUT = Path(__file__).parents[2]
PROGRAM = Path(__file__).parent / "program"
STAND_IN = [sys.executable, str(CHECKOUT / "tests" / "emulator" / "stand_in_agent.py")]
AGENT = "echo"
TOOLBOX = f"{AGENT}-tools"
STACK = "crash"
TAGS = ("v1", "v2", "v3")
# A new version is active before it is asked for the first time: every run sends the same requests.
SETTINGS: dict[str, Any] = {"time_scale": 0.01, "role_propagation_seconds": 0, "provisioning_seconds": 20}
UP = ("up", "--yes", "--skip-preview")
RUN = "run/"
_LONGEST_SECONDS = 600


class Running:
    """A run of Pulumi under way."""

    def __init__(self, process: subprocess.Popen[bytes], output: IO[str]) -> None:
        self.process, self._output = process, output

    def interrupt(self) -> None:
        """Ctrl-C: the terminal tells the whole process group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def ended(self) -> Ran:
        """Waits for its end."""
        with self._output:
            self.process.wait(timeout=_LONGEST_SECONDS)
            self._output.seek(0)
            return Ran(self.process.returncode, self._output.read())


@dataclass(frozen=True)
class Snapshot:
    """The service and Pulumi's state at one moment."""

    azure: dict[str, Any]
    pulumi: Path
    wanted: dict[str, Any] | None
    first_class: bool


class CrashStack:
    """`start` it, `stop` it. Every run of Pulumi is named, and its requests carry that name.

    `first_class` chooses the plugin's resources instead of dynamic ones.
    """

    def __init__(self, folder: Path, azure: LocalAzure, program: Path = PROGRAM, *, first_class: bool = False) -> None:
        self.folder, self.azure, self.first_class = folder, azure, first_class
        self.project = azure.make_project()
        for tag in TAGS:
            azure.push(f"{self.project.login_server}/echo:{tag}", STAND_IN)
        self.program = folder / "program"
        shutil.copytree(program, self.program)
        (self.program / ".venv").symlink_to(CHECKOUT / ".venv")
        self.state = folder / "state"
        self.state.mkdir()
        (folder / "home").mkdir()
        self.environment = {
            **clean_environment(),
            **azure.environment(),
            "HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{self.state}",
        }
        folders = [CHECKOUT / ".local" / "bin", CHECKOUT / ".venv" / "bin"]  # the second one has the plugin
        self.environment["PATH"] = os.pathsep.join([*map(str, folders), self.environment["PATH"]])
        self._snapshots = 0
        self.want(None)
        made = self.pulumi("stack", "init", STACK, of_stack=False)
        assert made.code == 0, made.output
        self.azure.clear_requests()

    @classmethod
    def start(cls, folder: Path, program: Path = PROGRAM, *, first_class: bool = False, **settings: Any) -> CrashStack:
        """In an empty folder."""
        folder.mkdir(parents=True, exist_ok=True)
        azure = LocalAzure.start(folder / "azure", **{**SETTINGS, **settings})
        return cls(folder, azure, program, first_class=first_class)

    def stop(self) -> None:
        self.azure.stop()

    # --- The program ------------------------------------------------------------------------------

    @property
    def wanted(self) -> dict[str, Any] | None:
        """What the program says the agent is; None if there is to be none."""
        return dict(content) if (content := json.loads((self.program / "agent.json").read_text())) else None

    def want(self, agent: Mapping[str, Any] | None) -> None:
        """Changes the program. Name, project and registry are filled in."""
        fixed = {
            "agent_name": AGENT,
            "project_endpoint": self.project.endpoint,
            "registry": self.project.login_server,
        }
        content = None if agent is None else {**fixed, **agent}
        (self.program / "agent.json").write_text(json.dumps(content))

    # --- Pulumi -----------------------------------------------------------------------------------

    def start_pulumi(self, *arguments: str, run: str = "other", of_stack: bool = True) -> Running:
        """Starts Pulumi as the head of a process group, as a terminal does. Requests carry the name of the run."""
        output = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed where the run ends
        stack = ("--stack", STACK) if of_stack else ()
        choice = {"FIRST_CLASS": "yes"} if self.first_class else {}
        process = subprocess.Popen(
            ["pulumi", *arguments, *stack, "--non-interactive", "--color", "never"],
            cwd=self.program,
            env={**self.environment, **choice, "AZURE_HTTP_USER_AGENT": RUN + run},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        return Running(process, output)

    def pulumi(self, *arguments: str, run: str = "other", of_stack: bool = True) -> Ran:
        """Runs Pulumi to its end. A provider that outlives its engine is not waited for."""
        return self.start_pulumi(*arguments, run=run, of_stack=of_stack).ended()

    def up(self, *arguments: str, run: str = "other") -> Ran:
        return self.pulumi(*UP, *arguments, run=run)

    def recover(self, run: str = "recovery", *, refresh: bool = True) -> None:
        """What `make recover` does. Raises CommandError."""

        def pulumi(*arguments: str) -> Ran:
            ran = self.pulumi(*arguments, run=run)
            said.append(f"$ pulumi {' '.join(arguments)}\n{ran.output if arguments[0] != 'stack' else ''}")
            return ran

        said: list[str] = []
        try:
            recover(pulumi, said.append, refresh=refresh)
        except CommandError as error:
            raise CommandError(f"{error}\n" + "\n".join(said)) from None

    def exported(self) -> dict[str, Any]:
        """Pulumi's state of the stack."""
        return dict(json.loads(self.pulumi("stack", "export").output)["deployment"] or {})

    def is_locked(self) -> bool:
        return any((self.state / ".pulumi" / "locks").rglob("*.json"))

    # --- Killing, and looking at what is left -----------------------------------------------------

    def orphans_of_the_engine(self) -> list[psutil.Process]:
        """Processes of this program that still live: the language host, the program, providers."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(self.program):
                    found.append(process)
        return found

    def end_orphans(self) -> None:
        """What still lives would write into what comes next."""
        left = self.orphans_of_the_engine()
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=60)

    def agents(self) -> dict[str, dict[str, Any]]:
        """The agents that the service has, as the local Azure keeps them."""
        return {name: agent for of in self.azure.state()["foundry"]["projects"].values() for name, agent in of.items()}

    def toolboxes(self) -> dict[str, dict[str, Any]]:
        """The toolboxes that the service has."""
        projects = self.azure.state()["foundry"]["toolboxes"].values()
        return {name: toolbox for of in projects for name, toolbox in of["toolboxes"].items()}

    def requests(self) -> list[dict[str, Any]]:
        """The requests to the data plane that Pulumi's providers sent, since the log was cleared."""
        return [entry for entry in self.azure.requests(plane="data") if run_of(entry)]

    # --- Then and now -----------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        self._snapshots += 1
        kept = self.folder / f"snapshot-{self._snapshots}"
        shutil.copytree(self.state, kept)
        return Snapshot(self.azure.state(), kept, self.wanted, self.first_class)

    def restore(self, snapshot: Snapshot) -> None:
        """Everything is as it was, and the log is empty."""
        self.end_orphans()
        self.azure.clear_faults()
        self.azure.load(snapshot.azure)
        shutil.rmtree(self.state)
        shutil.copytree(snapshot.pulumi, self.state)
        self.want(snapshot.wanted)
        self.first_class = snapshot.first_class
        self.azure.clear_requests()


def run_of(entry: Mapping[str, Any]) -> str:
    """The run of Pulumi that sent this request; empty if it was not Pulumi."""
    return str(entry["request_headers"].get("user-agent", "")).partition(RUN)[2]


def clean_environment() -> dict[str, str]:
    """This process's variables, without those that point to another Azure or another state."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "AZURE_", "ARM_"))}
