"""The process of the local Azure: `python -m foundry_emulator.serve HOME [NAME=VALUE …]`.

`foundry-emulator start` runs it in the background. Without typer, which would be a fifth of its start.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import secrets
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from foundry_emulator import app, certificates
from foundry_emulator.clock import Clock
from foundry_emulator.home import Home, env_file
from foundry_emulator.runner.pool import AgentPool
from foundry_emulator.server import PortTaken, Servers
from foundry_emulator.settings import Settings
from foundry_emulator.state import State
from foundry_emulator.world import World

LAUNCHER = "pulumi-resource-azure-native"


class CannotStart(Exception):
    """Says in one sentence why."""


async def run(home: Home, settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT. Raises CannotStart."""
    home.root.mkdir(parents=True, exist_ok=True)
    with _alone(home):
        world = World(home=home, settings=settings, state=State(), clock=Clock(settings))
        world.signing_key = _signing_key(home)
        world.servers = Servers(world, certificates.prepare(home))
        world.agents = AgentPool(world)
        try:
            app.load_state(world)
            await app.open_ports(world)
        except ValidationError as problem:
            raise CannotStart(
                f"{home.state} was written by another version of foundry-emulator: delete it."
            ) from problem
        except PortTaken as problem:
            raise CannotStart(str(problem)) from problem
        _write_files(world)
        try:
            await _until_told_to_stop(world)
        finally:
            await app.stop_parts(world)
            await world.servers.close_all()
            app.save_state(world)
            home.pid.unlink(missing_ok=True)


async def _until_told_to_stop(world: World) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    chores = [asyncio.create_task(app.keep_saved(world)), asyncio.create_task(world.agents.stop_idle())]
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
                f"A local Azure runs in {home.root} already, or does not answer: run `foundry-emulator stop`."
            ) from problem
        yield


def _signing_key(home: Home) -> bytes:
    path = home.keys / "token-key"
    if not path.exists():
        certificates.write_private(path, secrets.token_hex(32).encode())
    return path.read_bytes()


def _write_files(world: World) -> None:
    home = world.home
    home.azure_native.mkdir(parents=True, exist_ok=True)
    home.bin.mkdir(exist_ok=True)
    launcher = home.azure_native / LAUNCHER
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m azure_native "$@"\n')
    launcher.chmod(0o755)
    home.env.write_text(env_file(home))
    home.pid.write_text(f"{os.getpid()}\n")  # last: who sees it may use all the others


def main() -> None:
    home = Home.at(Path(sys.argv[1]))
    try:
        settings = parse_settings(sys.argv[2:])
        asyncio.run(run(home, settings))
    except CannotStart as problem:
        sys.stdout.write(f"error: {problem}\n")
        raise SystemExit(1) from None


def parse_settings(assignments: list[str]) -> Settings:
    """`time_scale=0.01` and the like. Raises CannotStart for an unknown name or a wrong value."""
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
        raise CannotStart(f"Wrong setting: {reasons}") from problem


if __name__ == "__main__":
    main()
