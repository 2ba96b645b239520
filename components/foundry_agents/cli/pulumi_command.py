"""Runs the `pulumi` command on PATH in the current directory."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from .errors import TOOL_MISSING, CommandError
from .narrator import Narrator
from .screen import Screen

_STREAMED = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "1"}
"""Makes the `--json` of a preview print events as they come. `up`, `refresh` and `destroy` always do."""


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


def run_narrated(
    *arguments: str, narrator: Narrator | None = None, keep: Callable[[str], object] = lambda _line: None
) -> Ran:
    """Run an operation of `pulumi` (`up`, `preview`, `refresh`, `destroy`), and tell what it does as it does it.

    :param narrator: That of earlier operations, so that their messages are not repeated.
    :param keep: Also gets each line, for a log.
    :return: The exit code, and the lines that were told.
    """
    narrator = narrator or Narrator()
    narrator.begin(preview=arguments[0] == "preview")
    lines: list[str] = []

    def tell(line: str) -> None:
        lines.append(line)
        keep(line)
        screen.line(line)

    with (
        _start((*arguments, "--json"), _STREAMED, stderr=subprocess.PIPE) as process,
        _interrupts_left_to(process),
        Screen(sys.stdout, narrator.under_way) as screen,
    ):
        assert process.stdout and process.stderr
        errors = threading.Thread(target=_each_line, args=(process.stderr, tell))
        errors.start()
        for line in process.stdout:
            event = _event(line)
            for told in [line.rstrip()] if event is None else narrator.see(event):
                tell(told)
        errors.join()
        for told in narrator.end():
            tell(told)
    return Ran(process.returncode, "".join(f"{line}\n" for line in lines))


def _each_line(stream: IO[str], tell: Callable[[str], None]) -> None:
    for line in stream:
        if line.strip():
            tell(line.rstrip())


def _event(line: str) -> dict[str, Any] | None:
    """None for a line that is no event. An event of no interest is one, too."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


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
