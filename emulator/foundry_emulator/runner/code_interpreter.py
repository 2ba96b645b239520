"""The code interpreter: each run is a process of its own, in an empty folder, with limits (see `confined.py`)."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import signal
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_CONFINED = Path(__file__).with_name("confined.py")
LONGEST_OUTPUT = 64 * 1024
"""Bytes; what comes after that is dropped."""


@dataclass(frozen=True)
class Outcome:
    text: str
    """What the code wrote, and the value of its last expression."""
    failed: bool


async def run(code: str, *, seconds: float, megabytes: int, files: Mapping[str, str] | None = None) -> Outcome:
    """Runs Python code. `files` (by name) lie in its folder. `seconds` are real ones."""
    with tempfile.TemporaryDirectory(prefix="code-", ignore_cleanup_errors=True) as folder:
        for name, text in (files or {}).items():
            (Path(folder) / Path(name).name).write_text(text)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", str(_CONFINED), str(math.ceil(seconds) + 1), str(megabytes)),
            cwd=folder,
            env={"HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8", "PATH": os.defpath},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            output = await asyncio.wait_for(_exchange(process, code), seconds)
        except asyncio.TimeoutError:
            return Outcome(f"The code was stopped: it ran for more than {seconds:g} s.", failed=True)
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    return _outcome(output, process.returncode or 0)


async def _exchange(process: asyncio.subprocess.Process, code: str) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it ended before it read all
        process.stdin.write(code.encode())
        await process.stdin.drain()
        process.stdin.close()
    output = bytearray()
    while chunk := await process.stdout.read(LONGEST_OUTPUT):
        output += chunk[: LONGEST_OUTPUT - len(output)]
    await process.wait()
    return bytes(output)


def _outcome(output: bytes, code: int) -> Outcome:
    text = output.decode("utf-8", errors="replace").rstrip("\n")
    if len(output) == LONGEST_OUTPUT:
        text += "\n(the output was truncated)"
    if code < 0:
        name = signal.Signals(-code).name
        reason = "it used up its processor time" if -code == signal.SIGXCPU else f"it was ended by {name}"
        text = f"{text}\nThe code was stopped: {reason}.".lstrip("\n")
    return Outcome(text or "(no output)", failed=code != 0)
