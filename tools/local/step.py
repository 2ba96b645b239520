"""Steps: commands that run to their end, with their output in a log and one clear sentence when they fail.

A quiet step says how far it is: on a terminal in one line that changes, elsewhere in a line every ten seconds. A loud
one shows the output of its command as it comes. With QUIET=1 nothing is said but the result.
"""

from __future__ import annotations

import errno
import os
import re
import shlex
import shutil
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
_REDRAWN_EVERY_SECONDS = 1.0
_LONGEST_ACTIVITY = 100
_UNWRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC)
_TERMINAL_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class StepError(Exception):
    """A step that failed: one sentence for the screen, and the log with the rest."""

    def __init__(self, sentence: str, *, log: Path | None = None, exit_code: int = FAILED) -> None:
        super().__init__(sentence)
        self.log = log
        self.exit_code = exit_code


def exit_with(work: Callable[[], None]) -> None:
    """Do the work of a program and exit with its code, without a traceback if a step failed."""
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
    except OSError as error:
        if error.errno not in _UNWRITABLE or not str(error.filename).startswith(str(ROOT)):
            raise
        _complain(
            f"Cannot write {error.filename}: {error.strerror}. `make` writes to .venv and .local in the checkout."
        )
        sys.exit(FAILED)


def is_quiet() -> bool:
    """Whether the user wants the result only."""
    return os.environ.get("QUIET", "") not in ("", "0")


def tell(line: str) -> None:
    """Print a line that is not the result."""
    if not is_quiet():
        _PROGRESS.line(line)


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

    `doing` names the step ("installing Python packages"). `activity` gets each line of output and says what the
    command is doing; an empty text changes nothing.
    """
    last = [""]
    lines: list[str] = []

    def note(line: str) -> None:
        lines.append(line)
        last[0] = activity(line) or last[0]

    with _PROGRESS.of(lambda: last[0] or doing):
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
    """What a short command prints, or None if it does not exist or fails."""
    try:
        answer = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def users_environment() -> dict[str, str]:
    """The user's variables, without CA bundles that a sourced `.local/env` names and `make clean` has removed."""
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
    if _STOPPED.is_set():
        raise StepError("Interrupted.")
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
        with process, _among_running(process), _interrupts_left_to(process):
            assert process.stdout
            for line in process.stdout:
                file.write(_TERMINAL_CODES.sub("", line))
                file.flush()
                see(line)
        return process.returncode


def stop_all() -> None:
    """Interrupt the commands that run, as Ctrl-C does, and let no other begin."""
    _STOPPED.set()
    for process in list(_RUNNING):
        process.send_signal(signal.SIGINT)


_RUNNING: list[subprocess.Popen[str]] = []
_STOPPED = threading.Event()


@contextmanager
def _among_running(process: subprocess.Popen[str]) -> Iterator[None]:
    _RUNNING.append(process)
    try:
        yield
    finally:
        _RUNNING.remove(process)


@contextmanager
def _interrupts_left_to(process: subprocess.Popen[str]) -> Iterator[None]:
    """Ctrl-C reaches the command too. It gets the time to stop in order, and only then does this process end."""
    if threading.current_thread() is not threading.main_thread():  # which is the one that Ctrl-C interrupts
        yield
        return
    interrupted = threading.Event()
    before = signal.signal(signal.SIGINT, lambda _signal, _frame: interrupted.set())
    try:
        yield
        process.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    if interrupted.is_set():
        raise KeyboardInterrupt


class _Progress:
    """What the steps that run now are doing: of all of them one line, that changes on a terminal."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._activities: list[Callable[[], str]] = []
        self._began = self._told = 0.0
        self._is_followed = self._drawn = False

    @contextmanager
    def of(self, activity: Callable[[], str]) -> Iterator[None]:
        """While the context lasts, a step is doing what `activity` says."""
        if is_quiet():
            yield
            return
        with self._lock:
            if not self._activities:
                self._began = self._told = time.monotonic()
            self._activities.append(activity)
            if not self._is_followed:
                self._is_followed = True
                threading.Thread(target=self._follow, daemon=True).start()
        try:
            yield
        finally:
            with self._lock:
                self._activities.remove(activity)
                self._erase()

    def line(self, text: str) -> None:
        """Print a line that stays."""
        with self._lock:
            self._erase()
            print(text, flush=True)

    def _follow(self) -> None:
        while True:
            time.sleep(_REDRAWN_EVERY_SECONDS)
            with self._lock:
                if not self._activities:
                    self._is_followed = False
                    return
                self._tell(time.monotonic())

    def _tell(self, now: float) -> None:
        what = " | ".join(activity()[:_LONGEST_ACTIVITY] for activity in self._activities)
        text = f"  {now - self._began:4.0f} s  {what}"
        if sys.stdout.isatty():
            self._erase()
            print(text[: shutil.get_terminal_size().columns - 1], end="", flush=True)
            self._drawn = True
        elif now - self._told >= _PROGRESS_EVERY_SECONDS:
            print(text, flush=True)
            self._told = now

    def _erase(self) -> None:
        if self._drawn:
            print("\r\x1b[2K", end="", flush=True)
            self._drawn = False


_PROGRESS = _Progress()


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
