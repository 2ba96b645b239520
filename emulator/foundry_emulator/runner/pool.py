"""All agent processes of one local Azure."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from foundry_emulator.host.home import Home
from foundry_emulator.host.settings import Settings
from foundry_emulator.runner import images
from foundry_emulator.runner.container_log import ContainerLog
from foundry_emulator.runner.images import ImageCommand
from foundry_emulator.runner.process import AgentProcess, NotReady, start

_IDLE_CHECK_SECONDS = 0.5


class NoRoom(Exception):
    """All agent processes that `settings.max_agent_processes` allows are busy."""


@dataclass(frozen=True)
class Place:
    """Which version of which agent a process is."""

    project: str
    """Project key, see `foundry.state.project_key`."""
    agent: str
    version: str
    values: str = ""
    """Which values its connections had when it started: sessions that started with others have another process."""

    @property
    def of_version(self) -> Place:
        """What all processes of the version share: its log and its folder."""
        return replace(self, values="")


@dataclass(frozen=True)
class Sandbox:
    """What a process needs to know to start."""

    place: Place
    session: str
    """The session that needs it."""
    image_digest: str | None
    image: str
    variables: dict[str, str]
    """Of the definition, and on top of them the platform's."""
    identity: str
    """Object id of the agent's identity at the managed identity endpoint."""
    idle_after: float
    """Real seconds without a call after which it is stopped."""


@dataclass
class _Running:
    process: AgentProcess
    idle_after: float
    last_used: float
    calls: int = 0


class AgentPool:
    """Starts a process when a version is first used. Stops it when it is idle or its version is deleted."""

    def __init__(self, home: Home, settings: Settings, identity_url: str) -> None:
        """`identity_url` is the managed identity endpoint, in full: agents get their tokens there."""
        self._home = home
        self._settings = settings
        self._identity_url = identity_url
        self._running: dict[Place, _Running] = {}
        self._locks: dict[Place, asyncio.Lock] = {}
        self._logs: dict[Place, ContainerLog] = {}
        self._starting = 0
        self._endings: set[asyncio.Task[None]] = set()

    # --- Use --------------------------------------------------------------------------------------

    async def ready(self, sandbox: Sandbox) -> int:
        """The port of the running process, started if necessary. Raises NotReady or NoRoom."""
        place = sandbox.place
        async with self._locks.setdefault(place, asyncio.Lock()):
            running = self._running.get(place)
            if running is not None and running.process.exit_code is None:
                running.last_used = time.monotonic()
                return running.process.port
            if running is not None:
                self.log(place).add("status", f"The container exited with code {running.process.exit_code}.")
                self.end(place)
            self._make_room()
            self._starting += 1
            try:
                with self.log(place).for_session(sandbox.session):
                    process = await self._start(sandbox)
            finally:
                self._starting -= 1
            self._running[place] = _Running(process, sandbox.idle_after, time.monotonic())
            return process.port

    def begin_call(self, place: Place, session: str) -> None:
        self.log(place).begin(session)
        if place in self._running:
            self._running[place].calls += 1

    def end_call(self, place: Place, session: str) -> None:
        log = self._logs.get(place.of_version)  # gone, if the version was deleted meanwhile
        if log is not None:
            log.end(session)
        if place in self._running:
            self._running[place].calls -= 1
            self._running[place].last_used = time.monotonic()

    def runs(self, place: Place) -> bool:
        """Whether that process runs."""
        running = self._running.get(place)
        return running is not None and running.process.exit_code is None

    def log(self, place: Place) -> ContainerLog:
        place = place.of_version
        if place not in self._logs:
            self._logs[place] = ContainerLog(self._folder(place) / "log")
        return self._logs[place]

    def session_folder(self, place: Place, session_id: str) -> Path:
        """Where the files of a session are."""
        return self._folder(place) / "sessions" / session_id

    def move_session(self, before: Place, after: Place, session_id: str) -> None:
        """Moves the files of a session to another version."""
        source, target = (self.session_folder(place, session_id) for place in (before, after))
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)

    def overview(self) -> list[dict[str, Any]]:
        return [
            {
                "project": place.project,
                "agent": place.agent,
                "version": place.version,
                "pid": running.process.pid,
                "port": running.process.port,
            }
            for place, running in self._running.items()
            if running.process.exit_code is None
        ]

    # --- End --------------------------------------------------------------------------------------

    def end_version(self, place: Place) -> None:
        """Ends all processes of the version; the next use starts another one."""
        for one in [one for one in self._running if one.of_version == place.of_version]:
            self.end(one)

    def end(self, place: Place) -> None:
        """Ends the process, if it runs."""
        running = self._running.pop(place, None)
        if running is not None:
            self._later(running.process.stop())

    def stop_version(self, project: str, agent: str, version: str) -> None:
        place = Place(project, agent, version)
        self.end_version(place)
        self._logs.pop(place, None)
        shutil.rmtree(self._folder(place), ignore_errors=True)

    def stop_agent(self, project: str, agent: str) -> None:
        for place in [p for p in self._known() if (p.project, p.agent) == (project, agent)]:
            self.stop_version(place.project, place.agent, place.version)
        shutil.rmtree(self._home.agents / project / agent, ignore_errors=True)

    def stop_project(self, project: str) -> None:
        for place in [p for p in self._known() if p.project == project]:
            self.stop_version(place.project, place.agent, place.version)
        shutil.rmtree(self._home.agents / project, ignore_errors=True)

    async def stop_all(self) -> None:
        """Returns when no process runs any more."""
        for place in list(self._running):
            self.end(place)
        await asyncio.gather(*self._endings)

    async def stop_idle(self) -> None:
        """Stops idle processes. Never returns."""
        while True:
            await asyncio.sleep(_IDLE_CHECK_SECONDS)
            now = time.monotonic()
            for place, running in list(self._running.items()):
                if running.calls == 0 and now > running.last_used + running.idle_after:
                    self.log(place).add("status", "The container is idle. It is being stopped.")
                    self.end(place)

    # --- Inside -----------------------------------------------------------------------------------

    def _known(self) -> set[Place]:
        return {*self._running, *self._logs}

    def _folder(self, place: Place) -> Path:
        return self._home.agents / place.project / place.agent / place.version

    def _later(self, ending: Awaitable[None]) -> None:
        task = asyncio.ensure_future(ending)
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)

    def _make_room(self) -> None:
        """Stops the longest unused processes if there are too many. Raises NoRoom if all are busy."""
        while len(self._running) + self._starting >= self._settings.max_agent_processes:
            unused = [(one.last_used, place) for place, one in self._running.items() if one.calls == 0]
            if not unused:
                raise NoRoom
            _, place = min(unused, key=lambda pair: pair[0])
            self.log(place).add("status", "The container is being stopped to make room for another agent.")
            self.end(place)

    async def _start(self, sandbox: Sandbox) -> AgentProcess:
        log = self.log(sandbox.place)
        try:
            image = self._image(sandbox)
            timeout = self._settings.agent_start_timeout
            return await start(image, lambda port: self._environment(sandbox, image, port), log, timeout)
        except NotReady as problem:
            log.add("status", str(problem))
            place = sandbox.place
            sys.stdout.write(f"agent {place.agent} version {place.version} is not ready: {problem}\n")
            sys.stdout.write(f"  its log: {log.path}\n")
            sys.stdout.flush()
            raise

    def _image(self, sandbox: Sandbox) -> ImageCommand:
        try:
            known = images.read(self._home.images)
        except images.BadImagesFile as problem:
            raise NotReady(str(problem)) from problem
        found = known.get(sandbox.image_digest or "")
        if found is None:
            raise NotReady(
                f"No local command is known for {sandbox.image}. Run "
                f"`foundry-emulator push {sandbox.image} --command '…'`."
            )
        return found

    def _environment(self, sandbox: Sandbox, image: ImageCommand, port: int) -> dict[str, str]:
        """All variables of the process: a container does not inherit the environment of its host."""
        folder = self._folder(sandbox.place)
        home, temporary = folder / "home", folder / "tmp"
        home.mkdir(parents=True, exist_ok=True)
        temporary.mkdir(parents=True, exist_ok=True)
        bundle = str(self._home.ca_bundle)
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "TMPDIR": str(temporary),
            "PYTHONUNBUFFERED": "1",
            "SSL_CERT_FILE": bundle,
            "REQUESTS_CA_BUNDLE": bundle,
            "CURL_CA_BUNDLE": bundle,
            "NODE_EXTRA_CA_CERTS": str(self._home.ca),
            "AZURE_TOKEN_CREDENTIALS": "ManagedIdentityCredential",
            # The exporter's own statistics would go to a host outside.
            "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true",
            **image.env,
            **sandbox.variables,
            "HOME": str(home),
            "PORT": str(port),
            "IDENTITY_ENDPOINT": self._identity_url,
            "IDENTITY_HEADER": sandbox.identity,
        }
