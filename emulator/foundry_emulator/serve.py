"""The process of the local Azure: `python -m foundry_emulator.serve HOME [NAME=VALUE …]`.

`foundry-emulator start` runs it in the background. It does not import typer, to start faster.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from foundry_emulator.build import Emulator, build
from foundry_emulator.host.home import Home, env_file
from foundry_emulator.host.ports import PortTaken
from foundry_emulator.host.settings import Settings

LAUNCHER = "pulumi-resource-azure-native"


class CannotStart(Exception):
    """The local Azure cannot start. Says why in one sentence."""


async def run(home: Home, settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT. Raises CannotStart."""
    home.root.mkdir(parents=True, exist_ok=True)
    with _alone(home):
        try:
            emulator = build(home, settings)
            await emulator.start()
        except ValidationError as problem:
            raise CannotStart(
                f"Another version of foundry-emulator wrote {home.state}. Delete the file and start again."
            ) from problem
        except PortTaken as problem:
            raise CannotStart(str(problem)) from problem
        _write_files(home)
        try:
            await _until_told_to_stop(emulator)
        finally:
            await emulator.stop()
            home.pid.unlink(missing_ok=True)


async def _until_told_to_stop(emulator: Emulator) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    chores = [
        asyncio.create_task(emulator.state_file.keep_saved()),
        asyncio.create_task(emulator.agents.stop_idle()),
    ]
    await stop.wait()
    for chore in chores:
        chore.cancel()


@contextlib.contextmanager
def _alone(home: Home) -> Iterator[None]:
    """One process per home: two would overwrite each other's state."""
    with home.lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise CannotStart(
                f"A local Azure already runs in {home.root}, or does not answer. Run `foundry-emulator stop`."
            ) from problem
        yield


def _write_files(home: Home) -> None:
    home.azure_native.mkdir(parents=True, exist_ok=True)
    home.bin.mkdir(exist_ok=True)
    launcher = home.azure_native / LAUNCHER
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m azure_native "$@"\n')
    launcher.chmod(0o755)
    home.env.write_text(env_file(home))
    home.pid.write_text(f"{os.getpid()}\n")  # last: when it exists, so do all the others


def main() -> None:
    home = Home.at(Path(sys.argv[1]))
    try:
        settings = parse_settings(sys.argv[2:])
        asyncio.run(run(home, settings))
    except CannotStart as problem:
        sys.stdout.write(f"error: {problem}\n")
        raise SystemExit(1) from None


def parse_settings(assignments: list[str]) -> Settings:
    """`time_scale=0.01` and the like. Raises CannotStart for an unknown name or an invalid value."""
    given = {}
    for assignment in assignments:
        name, _, text = assignment.partition("=")
        try:
            given[name] = json.loads(text)
        except ValueError:
            given[name] = text
    try:
        return Settings.model_validate(given)
    except ValidationError as problem:
        reasons = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in problem.errors())
        raise CannotStart(f"Invalid setting: {reasons}") from problem


if __name__ == "__main__":
    main()
