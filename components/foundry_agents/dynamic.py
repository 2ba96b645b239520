"""Agents, toolboxes and modes of registries as Pulumi dynamic providers, for programs that import this package.

A thin adapter: names and unknown values on the way in and out, and errors as one message without a traceback. The life
of each resource is in `lifecycle`.

Pulumi's state refers to the providers by their module and name, so these stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, ClassVar, TypeVar

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

from .adapters import engine_log, provider_process
from .adapters.plain_errors import PlainError, report_without_traceback
from .adapters.property_names import camel_case, to_camel_case, to_snake_case
from .adapters.registration import PREVIEW
from .lifecycle.inputs.unknown import UNKNOWN, Unknown
from .lifecycle.resource.agent import AGENT
from .lifecycle.resource.protocol import Resource
from .lifecycle.resource.registry_mode import REGISTRY_MODE
from .lifecycle.resource.toolbox import TOOLBOX

T = TypeVar("T")
Properties = dict[str, Any]

_PROVIDER = "__provider"


class DeployError(PlainError):
    """What the user sees: `DeployError: message`."""

    __module__ = "builtins"  # printed without the name of this module


class _Provider(ResourceProvider):
    """Pulumi's calls for one resource. It has no state of its own: threads share it, and the state has its name."""

    serialize_as_secret_always = False  # it is a class name; nothing secret is in it

    resource: ClassVar[Resource[Any]]

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        """Checks the inputs offline. Pulumi calls it in previews too, with unknown values."""
        provider_process.watch_engine()
        _Run.is_preview = bool(news.get(PREVIEW))
        checked = self.resource.check(_incoming(news))
        failures = [CheckFailure(item.path, f"{item.reason}; {item.cure}") for item in checked.problems]
        return CheckResult(_outgoing(checked.inputs), failures)

    def diff(self, _id: str, olds: Properties, news: Properties) -> DiffResult:
        """Compares what the state records with new inputs. A preview says what the change leads to."""
        old, new = _incoming(olds), _incoming(news)
        diff = _run(lambda services: self.resource.diff(lambda: self.resource.connect(services, old), old, new))
        if diff.changed and _Run.is_preview:
            for line in self.resource.words(old, new):
                engine_log.notice(line)
        return DiffResult(
            changes=bool(diff.changed),
            replaces=[camel_case(name) for name in diff.replaces],
            delete_before_replace=False,
        )

    def create(self, props: Properties) -> CreateResult:
        """Creates it."""
        inputs = _incoming(props)
        created = _run(
            lambda services: self.resource.create(self.resource.connect(services, inputs), inputs, engine_log.progress)
        )
        return CreateResult(self.resource.resource_id(inputs), _outgoing(created))

    def update(self, _id: str, olds: Properties, news: Properties) -> UpdateResult:
        """Brings it to new inputs."""
        old, inputs = _incoming(olds), _incoming(news)
        updated = _run(
            lambda services: self.resource.update(
                self.resource.connect(services, inputs), old, inputs, engine_log.progress
            )
        )
        return UpdateResult(_outgoing(updated))

    def read(self, id_: str, props: Properties) -> ReadResult:
        """Reads what exists, for a refresh."""
        old = _incoming(props)
        found = _run(lambda services: self.resource.read(self.resource.connect(services, old), old))
        if found is None:
            return ReadResult("", {})
        return ReadResult(id_, _outgoing(found.properties), _outgoing(found.inputs))

    def delete(self, _id: str, props: Properties) -> None:
        """Deletes it, and says so: Pulumi asks no provider about a deletion in a preview."""
        # A delete hook could say it there, but then `pulumi destroy` is refused without `--run-program`.
        old = _incoming(props)
        engine_log.notice(_run(lambda services: self.resource.delete(self.resource.connect(services, old), old)))


class HostedAgentProvider(_Provider):
    """Pulumi's calls for one agent."""

    resource: ClassVar[Resource[Any]] = AGENT


class ToolboxProvider(_Provider):
    """Pulumi's calls for one toolbox."""

    resource: ClassVar[Resource[Any]] = TOOLBOX


class RegistryModeProvider(_Provider):
    """Pulumi's calls for the mode of one registry."""

    resource: ClassVar[Resource[Any]] = REGISTRY_MODE


class _Run:
    """The run that this process works for. Pulumi starts a process for a preview, and another for an update."""

    is_preview = False


def _run(work: Callable[..., Coroutine[Any, Any, T]]) -> T:
    report_without_traceback()
    try:
        return provider_process.run(work)
    except provider_process.Failure as failure:
        raise DeployError(str(failure)) from None


def _incoming(given: Properties) -> Properties:
    """Pulumi's properties by their names in Python."""
    named: Properties = to_snake_case(given, lambda value: UNKNOWN if isinstance(value, PulumiUnknown) else value)
    for name in (_PROVIDER, PREVIEW):
        named.pop(name, None)
    return named


def _outgoing(found: Mapping[str, Any]) -> Properties:
    """Properties by Pulumi's names, without those that are not set."""
    present = {name: value for name, value in found.items() if value is not None}
    named: Properties = to_camel_case(present, lambda value: PULUMI_UNKNOWN if isinstance(value, Unknown) else value)
    return named


PROVIDER = HostedAgentProvider()
TOOLBOX_PROVIDER = ToolboxProvider()
REGISTRY_MODE_PROVIDER = RegistryModeProvider()
