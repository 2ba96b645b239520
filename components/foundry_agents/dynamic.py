"""The lifecycles of agents and toolboxes as Pulumi dynamic providers, for programs that import this package.

A thin adapter: names and unknown values on the way in and out, one event loop for Pulumi's worker
threads, and errors as one message without a traceback. What the life of each is stands in `lifecycle`.

Pulumi's state refers to the providers by their module and name, so these stay what they are.
Nothing of Azure is imported before an operation needs it: checks and previews work without a network.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import os
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.output import UNKNOWN as PULUMI_UNKNOWN
from pulumi.output import Unknown as PulumiUnknown

from .adapters.engine_watch import EngineGone, end_with_engine, guard
from .adapters.property_names import camel_case, to_camel_case, to_snake_case
from .lifecycle.errors.exceptions import AgentError, NotServable
from .lifecycle.inputs import unknown
from .lifecycle.resource import agent_properties as properties
from .lifecycle.resource import description, toolbox_properties

if TYPE_CHECKING:
    from .lifecycle.service.connections import Connections

T = TypeVar("T")

_PROVIDER = "__provider"
_ALL_FRAMES = 1000  # said where a traceback is kept: elsewhere `sys.tracebacklimit` holds


class DeployError(Exception):
    """What the user sees: `DeployError: message`."""

    __module__ = "builtins"  # printed without the name of this module

    def __init__(self, message: str, reason: AgentError | None = None) -> None:
        super().__init__(message)
        self.reason = reason


class _Provider(ResourceProvider):
    """Pulumi's calls for one resource. It has no state of its own: threads share it, and the state has its name."""

    serialize_as_secret_always = False  # it is a class name; nothing secret is in it

    offline: ClassVar[ModuleType]
    """What can be said of its properties without any network."""

    lifecycle: ClassVar[str]
    """The module with its create, read, update and delete."""

    @property
    def online(self) -> Any:
        """That module. Importing it takes 0.7 s, which no preview should pay."""
        return importlib.import_module(self.lifecycle, __package__)

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Checks the inputs offline. Pulumi calls it in previews too, with unknown values."""
        _engine()
        checked = self.offline.check(_incoming(news))
        failures = [CheckFailure(item.path, f"{item.reason}; {item.cure}") for item in checked.problems]
        return CheckResult(_outgoing(checked.inputs), failures)

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Compares what the state records with new inputs."""
        old, new = _incoming(olds), _incoming(news)
        difference = self.offline.diff(old, new)
        if difference.changed:
            for line in self._words(old, new):
                _print_line(line)
        return DiffResult(
            changes=bool(difference.changed),
            replaces=[camel_case(name) for name in difference.replaces],
            delete_before_replace=False,
        )

    def _words(self, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
        """What a change means, for who reads the preview. Without values: secrets come in clear here."""
        raise NotImplementedError

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Makes it."""
        inputs = _incoming(props)
        outputs = self._run(inputs, lambda service: self.online.create(service, inputs, _print_line))
        return CreateResult(self.offline.resource_id(inputs), _outgoing(outputs))

    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Brings it to new inputs."""
        old, inputs = _incoming(olds), _incoming(news)
        return UpdateResult(
            _outgoing(self._run(inputs, lambda service: self.online.update(service, old, inputs, _print_line)))
        )

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Reads what is really there, for a refresh."""
        old = _incoming(props)
        found = self._run(old, lambda service: self.online.read(service, old))
        if found is None:
            return ReadResult("", {})
        inputs = {name: found[name] for name in self.offline.INPUTS if name in found}
        return ReadResult(id_, _outgoing(found), _outgoing(inputs))

    def delete(self, _id: str, props: dict[str, Any]) -> None:
        """Deletes it."""
        old = _incoming(props)
        self._run(old, lambda service: self.online.delete(service, old, _print_line))

    def _run(self, inputs: Mapping[str, Any], work: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
        """Does the work on the process's event loop; any failure becomes one message."""
        sys.tracebacklimit = 0  # Pulumi prints the traceback of whatever a dynamic provider raises
        try:
            with _lock:
                connections = _connections()
            return connections.run(self.online.SERVICE, str(inputs["project_endpoint"]), work)
        except AgentError as error:
            raise DeployError(str(error), error) from None
        except EngineGone:
            os._exit(1)  # nothing can be told to anybody, and Pulumi's server would stay for ever
        except Exception as error:  # noqa: BLE001 - the last stop before the user: a file has the details
            raise DeployError(_unexpected(error)) from None


class HostedAgentProvider(_Provider):
    """Pulumi's calls for one agent."""

    offline: ClassVar[ModuleType] = properties
    lifecycle: ClassVar[str] = ".lifecycle.resource.agent"

    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Likewise; a version that is to be pinned now is looked at."""
        old, new = _incoming(olds), _incoming(news)
        number = new.get("serve_version")
        if isinstance(number, str) and number not in (old.get("serve_version"), old.get("version")):
            self._refuse_unservable(old, number)
        return super().diff(id_, olds, news)

    def _words(self, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
        of = description.of_replacement if properties.diff(old, new).replaces else description.of_update
        first, *further = of(old, new).without_values().lines()
        return [first, *(f"{new.get('agent_name')}: {line.strip()}" for line in further)]  # lines of agents mix

    def _refuse_unservable(self, old: Mapping[str, Any], number: str) -> None:
        """Tells in the preview that a version cannot be pinned, if this preview may and can ask the service."""
        try:
            self._run(old, lambda service: self.online.refuse_unservable(service, old, number))
        except DeployError as error:
            if isinstance(error.reason, NotServable):
                raise


class ToolboxProvider(_Provider):
    """Pulumi's calls for one toolbox."""

    offline: ClassVar[ModuleType] = toolbox_properties
    lifecycle: ClassVar[str] = ".lifecycle.resource.toolbox"

    def _words(self, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
        return toolbox_properties.words(old, new)


def _incoming(given: Mapping[str, Any]) -> dict[str, Any]:
    named = to_snake_case({key: value for key, value in given.items() if key != _PROVIDER})
    return dict(_replaced(named, PulumiUnknown, lambda: unknown.UNKNOWN))


def _outgoing(found: Mapping[str, Any]) -> dict[str, Any]:
    present = {name: value for name, value in found.items() if value is not None}
    return dict(_replaced(to_camel_case(present), unknown.Unknown, lambda: PULUMI_UNKNOWN))


def _replaced(value: Any, kind: type, replacement: Callable[[], Any]) -> Any:
    if isinstance(value, kind):
        return replacement()
    if isinstance(value, dict):
        return {key: _replaced(item, kind, replacement) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, kind, replacement) for item in value]
    return value


def _print_line(line: str) -> None:
    """Pulumi shows what a dynamic provider prints. Nobody listening is no reason to fail."""
    with contextlib.suppress(OSError):
        print(line, flush=True)  # noqa: T201


def _unexpected(error: Exception) -> str:
    with tempfile.NamedTemporaryFile("w", prefix="foundry-agents-", suffix=".log", delete=False) as log:
        traceback.print_exception(error, limit=_ALL_FRAMES, file=log)
    return f"unexpected {type(error).__name__}: {error}; please report it with {Path(log.name)}"


_lock = threading.Lock()


@functools.cache
def _connections() -> Connections:
    from .lifecycle.service.connections import Connections  # noqa: PLC0415 - 0.7 s, which no preview should pay

    return Connections(_engine())


@functools.cache
def _engine() -> Callable[[], None]:
    """Raises `EngineGone` when nobody waits for this process any more, and ends it soon after if it is idle."""
    check = guard()
    end_with_engine(check)
    return check


PROVIDER = HostedAgentProvider()
TOOLBOX_PROVIDER = ToolboxProvider()
