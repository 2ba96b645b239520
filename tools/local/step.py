"""Steps: commands that run to their end, with their output in a log and one clear sentence when they fail.

A quiet step says every ten seconds how far it is; a loud one shows the output of its command as it comes.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools import LOCAL, ROOT

FAILED = 1
TOOL_MISSING = 3
INTERRUPTED = 130

_PROGRESS_EVERY_SECONDS = 10
_LONGEST_ACTIVITY = 100
_TERMINAL_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class StepError(Exception):
    """A step that failed: one sentence for the screen, and where the rest is to be read."""

    def __init__(self, sentence: str, *, log: Path | None = None, exit_code: int = FAILED) -> None:
        super().__init__(sentence)
        self.log = log
        self.exit_code = exit_code


def exit_with(work: Callable[[], None]) -> None:
    """Do the work of a program and leave with its exit code, after a failed step without a traceback."""
    if sys.version_info < (3, 10):  # noqa: UP036  this is the check that says so
        _complain("Python 3.10 or newer is needed; name one with make PYTHON=python3.12 …")
        sys.exit(TOOL_MISSING)
    try:
        work()
    except StepError as error:
        _complain(str(error))
        if error.log:
            print(f"Log: {error.log.relative_to(ROOT)}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _complain("Interrupted.")
        sys.exit(INTERRUPTED)


def new_log(name: str) -> Path:
    """An empty `.local/logs/<name>.log`."""
    log = LOCAL / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("")
    return log


def run_quietly(
    command: Sequence[str],
    doing: str,
    log: Path,
    *,
    environment: Mapping[str, str] | None = None,
    directory: Path = ROOT,
    activity: Callable[[str], str] = str.strip,
) -> None:
    """Run a command behind a progress line.

    `doing` names the step ("installing Python packages"). `activity` is given each line of output and says
    what the command is at.
    """
    started = time.monotonic()
    last = [""]
    lines: list[str] = []

    def note(line: str) -> None:
        lines.append(line)
        last[0] = activity(line) or last[0]

    with _progress(lambda: last[0], started):
        status = _follow(command, log, note, environment=environment, directory=directory)
    if status:
        raise StepError(f"{_sentence(doing)} failed: {_reason(lines, status)}", log=log)


def run_aloud(
    command: Sequence[str],
    doing: str,
    log: Path,
    *,
    environment: Mapping[str, str] | None = None,
    directory: Path = ROOT,
) -> None:
    """Run a command whose output is for the user to see."""

    def show(line: str) -> None:
        print(line, end="", flush=True)

    status = _follow(command, log, show, environment=environment, directory=directory)
    if status:
        raise StepError(f"{_sentence(doing)} failed; the reason is above.", log=log)


def output_of(command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> str | None:
    """What a short command prints, or None if it is not there or fails."""
    try:
        answer = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def users_environment() -> dict[str, str]:
    """The user's variables, without CA bundles that a sourced `.local/env` names and `make clean` removed."""
    return {
        name: value
        for name, value in os.environ.items()
        if not (value.startswith(f"{LOCAL}/") and value.endswith(".pem") and not Path(value).exists())
    }


def _follow(
    command: Sequence[str],
    log: Path,
    see: Callable[[str], None],
    *,
    environment: Mapping[str, str] | None,
    directory: Path,
) -> int:
    """Run the command, give each line to the log and to `see`, and return its exit status."""
    with log.open("a", encoding="utf-8") as file:
        file.write(f"$ {shlex.join(command)}\n")
        file.flush()
        try:
            process = subprocess.Popen(
                command,
                env=environment,
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise StepError(f"{command[0]} cannot be started: {error.strerror}.", exit_code=TOOL_MISSING) from error
        with process, _interrupts_left_to(process):
            assert process.stdout
            for line in process.stdout:
                file.write(_TERMINAL_CODES.sub("", line))
                file.flush()
                see(line)
        return process.returncode


@contextmanager
def _interrupts_left_to(process: subprocess.Popen[str]) -> Iterator[None]:
    """Ctrl-C reaches the command as well: it gets the time to stop in order, and then we go on."""
    interrupted = threading.Event()
    before = signal.signal(signal.SIGINT, lambda _signal, _frame: interrupted.set())
    try:
        yield
        process.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    if interrupted.is_set():
        raise KeyboardInterrupt


@contextmanager
def _progress(activity: Callable[[], str], started: float) -> Iterator[None]:
    done = threading.Event()

    def tell() -> None:
        while not done.wait(_PROGRESS_EVERY_SECONDS):
            print(f"  {time.monotonic() - started:4.0f} s  {activity()[:_LONGEST_ACTIVITY]}", flush=True)

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


def _reason(lines: list[str], status: int) -> str:
    """The line of the output that most likely says why: the last that speaks of an error, or the last."""
    spoken = [line.strip() for line in lines if line.strip()]
    errors = [line for line in spoken if re.match(r"(fatal|error)\b", line, re.IGNORECASE)]
    return (errors or spoken or [f"exit status {status}"])[-1]


def _sentence(doing: str) -> str:
    return doing[0].upper() + doing[1:]


def _complain(sentence: str) -> None:
    in_red = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    print(f"\x1b[31m{sentence}\x1b[0m" if in_red else sentence, file=sys.stderr)
