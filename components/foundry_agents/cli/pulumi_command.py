"""Runs the `pulumi` command on PATH in the current directory."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import typer

from .errors import TOOL_MISSING, CommandError


@dataclass(frozen=True)
class Ran:
    """The exit code of a command, and its output."""

    code: int
    output: str


def run(*arguments: str, **variables: str) -> Ran:
    """Run `pulumi` with additional environment variables. Its errors are shown, its output is not."""
    with _start(arguments, variables, stderr=None) as process, _interrupts_left_to(process):
        output, _ = process.communicate()
    return Ran(process.returncode, output)


def run_aloud(*arguments: str) -> Ran:
    """Run `pulumi`, and show its output as it comes."""
    color = "always" if sys.stdout.isatty() else "never"
    lines = []
    with (
        _start((*arguments, "--color", color), {}, stderr=subprocess.STDOUT) as process,
        _interrupts_left_to(process),
    ):
        assert process.stdout
        for line in process.stdout:
            lines.append(line)
            typer.echo(line, nl=False)
    return Ran(process.returncode, "".join(lines))


def _start(arguments: tuple[str, ...], variables: dict[str, str], stderr: int | None) -> subprocess.Popen[str]:
    # Pulumi refuses this variable together with `refresh --preview-only`; each command here names its own options.
    environment = {key: value for key, value in os.environ.items() if key != "PULUMI_SKIP_CONFIRMATIONS"}
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise CommandError(
            "`pulumi` is not on PATH. Install the Pulumi CLI: https://www.pulumi.com/docs/install/",
            exit_code=TOOL_MISSING,
        )
    return subprocess.Popen(
        [pulumi, *arguments, "--non-interactive"],
        env={**environment, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        encoding="utf-8",
        errors="replace",
    )


@contextmanager
def _interrupts_left_to(process: subprocess.Popen[str]) -> Iterator[None]:
    """Ctrl-C reaches Pulumi too. It finishes the resources in hand, and only then does this process end."""
    interrupted = threading.Event()
    before = signal.signal(signal.SIGINT, lambda _signal, _frame: interrupted.set())
    try:
        yield
        process.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    if interrupted.is_set():
        raise KeyboardInterrupt
