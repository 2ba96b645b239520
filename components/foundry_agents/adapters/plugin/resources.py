"""Agents and toolboxes on the wire: the engine's requests to the lifecycle, and its results to responses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2

from ...lifecycle.errors.exceptions import DeploymentError
from ...lifecycle.inputs.schema import earlier_names, names_of
from ...lifecycle.inputs.unknown import UNKNOWN
from ...lifecycle.resource.agent import AGENT
from ...lifecycle.resource.hidden import plain_inputs
from ...lifecycle.resource.protocol import PartlyDone, Resource
from ...lifecycle.resource.registry_mode import REGISTRY_MODE
from ...lifecycle.resource.state import ADDED_INPUTS, LOGICAL_NAME, PLAIN_INPUTS, Diff, Properties
from ...lifecycle.resource.toolbox import TOOLBOX
from ...lifecycle.service.connections import Services
from ..property_names import (
    camel_case,
    camel_case_path,
    to_camel_case,
    to_snake_case,
    with_camel_case_names,
)
from ..registration import PREVIEW
from . import package
from .codec import Decoded, Path, decode, encode, kept_secret, texts_at, without_secrets
from .detailed_diff import detailed_diff
from .engine import Engine, StatusRow
from .running import Running

_REDACTED = "[secret]"
_SHORTEST_SECRET = 4
"""Shorter texts are not looked for in messages: they would be found in ordinary words."""
_PROVIDER = "__provider"
_DEFAULT_ORGANIZATION = "organization"
"""Pulumi's own name for the organization of a stack whose backend has none. A provider is not told any."""


@dataclass(frozen=True)
class Served:
    """A resource that the provider serves."""

    resource: Resource[Any]
    not_here: Mapping[str, str]
    """Inputs that only the Python class has, with what to do instead."""
    derived: Mapping[str, tuple[str, ...]]
    """The outputs, in the schema's names, that contain the value of an input."""
    in_schema: bool = True
    """Whether programs may use it, and not only the components of this package."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of its inputs, in Python."""
        return tuple(name for name in names_of(self.resource.fields) if name not in self.not_here)


SERVED: Mapping[str, Served] = {
    package.token("HostedAgent"): Served(
        AGENT,
        {"tools": "create a `Toolbox`, and set an environment variable to its `mcpEndpoint`"},
        {
            "image": ("imageReference",),
            "registry": ("imageReference",),
            "projectEndpoint": ("endpoints",),
            "agentName": ("endpoints",),
        },
    ),
    package.token("Toolbox"): Served(
        TOOLBOX, {}, {"projectEndpoint": ("mcpEndpoint",), "toolboxName": ("mcpEndpoint",)}
    ),
    package.token("RegistryMode"): Served(REGISTRY_MODE, {}, {}, in_schema=False),
}


class UnknownType(Exception):
    """The engine asks for a resource that this provider does not have."""


class Failed(Exception):
    """An operation failed. `left` is what the state must record of it."""

    def __init__(self, message: str, left: provider_pb2.ErrorResourceInitFailed | None = None) -> None:
        super().__init__(message)
        self.left = left


@dataclass(frozen=True)
class Call:
    """One request for one resource."""

    served: Served
    urn: str
    type: str
    name: str
    owner: str
    """The owner of what this stack creates, unless the program says otherwise."""
    secrets: frozenset[Path]
    texts: frozenset[str]
    row: StatusRow

    def redact(self, text: str) -> str:
        """Takes the values of secret inputs out of a message."""
        return redacted(text, self.texts)


class Resources:
    """The calls of the engine. `defaults` are the inputs that the provider's configuration gives."""

    def __init__(
        self, engine: Engine, services: Callable[[], Services], defaults: Callable[[], Mapping[str, Any]]
    ) -> None:
        self._engine, self._services, self._defaults = engine, services, defaults
        self._words: dict[str, list[str]] = {}
        """What the replacement of a resource leads to, until a preview says it."""
        self.running = Running()

    async def check(self, request: provider_pb2.CheckRequest) -> provider_pb2.CheckResponse:
        """Checks inputs offline, and sets what is not set."""
        news, olds = decode(request.news), decode(request.olds)
        call = self._call(request.urn, news, olds)
        inputs = _named(news)
        inputs.pop(LOGICAL_NAME, None)
        owner = _named(olds).get("owner") or call.owner
        checked = call.served.resource.check({**self._defaults_for(call.served), "owner": owner, **inputs})
        failures = [
            provider_pb2.CheckFailure(
                property=camel_case_path(item.path),
                reason=call.redact(with_camel_case_names(f"{item.reason}; {item.cure}")),
            )
            for item in checked.problems
        ]
        failures += [
            provider_pb2.CheckFailure(property=camel_case(name), reason=f"is not an input of this resource; {cure}")
            for name, cure in call.served.not_here.items()
            if inputs.get(name) is not None
        ]
        return provider_pb2.CheckResponse(inputs=_written(checked.inputs, call), failures=failures)

    async def diff(self, request: provider_pb2.DiffRequest) -> provider_pb2.DiffResponse:
        """Compares what the state records with new inputs."""
        olds, news = decode(request.olds), decode(request.news)
        call = self._call(request.urn, news, olds)
        old, new = self._recorded(olds, call), _named(news)
        resource = call.served.resource
        found: Diff = await self._run(
            call, lambda: resource.diff(lambda: resource.connect(self._services(), old), old, new)
        )
        if found.replaces:
            self._words[request.urn] = resource.words(
                _with_plain(old, olds), _with_plain({**new, LOGICAL_NAME: call.name}, news)
            )
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if found.changed else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=[camel_case(name) for name in dict.fromkeys(found.changed)],
            replaces=[camel_case(name) for name in found.replaces],
            detailedDiff=detailed_diff(
                to_camel_case(old),
                to_camel_case(new),
                list(dict.fromkeys(found.changed)),
                found.replaces,
                {*call.served.inputs},
            ),
            hasDetailedDiff=True,
        )

    async def create(self, request: provider_pb2.CreateRequest) -> provider_pb2.CreateResponse:
        """Creates the resource; in a preview, says what is known of it."""
        properties = decode(request.properties)
        call = self._call(request.urn, properties)
        inputs = {**_named(properties), LOGICAL_NAME: call.name}
        resource = call.served.resource
        if request.preview:
            self._warn(call, inputs)
            await self._say(call, self._words.pop(request.urn, []))
            planned = {**inputs, **dict.fromkeys(resource.outputs, UNKNOWN)}
            return provider_pb2.CreateResponse(properties=_written(planned, call))
        id_ = resource.resource_id(inputs)
        created = await self._run(
            call,
            lambda: resource.create(
                resource.connect(self._services(), inputs), inputs, call.row.progress, records_failures=True
            ),
            seconds=request.timeout,
            id_=id_,
            inputs=inputs,
        )
        return provider_pb2.CreateResponse(id=id_, properties=_written(created, call))

    async def update(self, request: provider_pb2.UpdateRequest) -> provider_pb2.UpdateResponse:
        """Brings the resource to new inputs; in a preview, says what is known of it afterwards."""
        olds, news = decode(request.olds), decode(request.news)
        call = self._call(request.urn, news, olds)
        old, inputs = self._recorded(olds, call), _named(news)
        resource = call.served.resource
        if request.preview:
            found = await self._run(
                call, lambda: resource.diff(lambda: resource.connect(self._services(), old), old, inputs)
            )
            self._warn(call, inputs)
            shown = _with_plain(old, olds), _with_plain(inputs, news)
            await self._say(call, resource.words(*shown) if found.changed else [])
            return provider_pb2.UpdateResponse(properties=_written(resource.planned(old, inputs, found), call))
        old_inputs = _named(decode(request.old_inputs)) or {
            name: old[name] for name in call.served.inputs if name in old
        }
        updated = await self._run(
            call,
            lambda: resource.update(
                resource.connect(self._services(), inputs), old, inputs, call.row.progress, records_failures=True
            ),
            seconds=request.timeout,
            id_=request.id,
            inputs=old_inputs,
        )
        return provider_pb2.UpdateResponse(properties=_written(updated, call))

    async def read(self, request: provider_pb2.ReadRequest) -> provider_pb2.ReadResponse:
        """Reads what exists: for a refresh, an import, or a look-up by ID."""
        state, inputs = decode(request.properties), decode(request.inputs)
        call = self._call(request.urn, inputs, state)
        resource = call.served.resource
        recorded = _named(state)
        is_new = "owner" not in recorded
        old = await self._run(call, lambda: _at_once(lambda: self._identified(call, request.id, recorded)))
        found = await self._run(call, lambda: resource.read(resource.connect(self._services(), old), old))
        if found is None:
            return provider_pb2.ReadResponse()
        given = {name: value for name, value in found.inputs.items() if value is not None and name not in ADDED_INPUTS}
        if is_new:
            given = _without_defaults(resource, given)
        return provider_pb2.ReadResponse(
            id=request.id, properties=_written(found.properties, call), inputs=_written(given, call)
        )

    async def delete(self, request: provider_pb2.DeleteRequest) -> None:
        """Deletes the resource."""
        state = decode(request.properties)
        call = self._call(request.urn, state)
        old, resource = self._recorded(state, call), call.served.resource
        said = await self._run(
            call, lambda: resource.delete(resource.connect(self._services(), old), old), seconds=request.timeout
        )
        await self._say(call, [said])

    def _call(self, urn: str, *properties: Decoded) -> Call:
        stack, project, type_, name = _parts(urn)
        if type_ not in SERVED:
            raise UnknownType(f"this provider has no resource `{type_}`")
        served = SERVED[type_]
        texts = {text for one in properties for text in texts_at(one.values, one.secrets)}
        secrets = {_with_current_name(path, served) for one in properties for path in one.secrets}
        secrets |= {(output,) for path in secrets for output in served.derived.get(str(path[0]), ())}
        hidden = frozenset(texts)
        row = StatusRow(self._engine, urn, lambda line: redacted(line, hidden))
        owner = f"{_DEFAULT_ORGANIZATION}/{project}/{stack}"
        return Call(served, urn, type_, name, owner, frozenset(secrets), hidden, row)

    def _identified(self, call: Call, id_: str, recorded: Properties) -> Properties:
        return {
            **({} if "owner" in recorded else call.served.resource.imported(id_)),
            **self._with_mark(recorded, call),
        }

    def _recorded(self, state: Decoded, call: Call) -> Properties:
        return self._with_mark(_named(state), call)

    def _with_mark(self, recorded: Properties, call: Call) -> Properties:
        return {"owner": call.owner, LOGICAL_NAME: call.name, **recorded}

    def _defaults_for(self, served: Served) -> Properties:
        return {name: value for name, value in self._defaults().items() if name in served.inputs}

    def _warn(self, call: Call, inputs: Properties) -> None:
        """Says what may not be intended: in previews of what changes, since every `up` begins with one."""
        for warning in call.served.resource.check(inputs).warnings:
            call.row.warn(with_camel_case_names(f"{camel_case_path(warning.path)}: {warning.reason}; {warning.cure}"))

    async def _say(self, call: Call, lines: Iterable[str]) -> None:
        for line in lines:
            call.row.notice(line)
        await call.row.delivered()

    async def _run(
        self,
        call: Call,
        work: Callable[[], Awaitable[Any]],
        *,
        seconds: float = 0,
        id_: str = "",
        inputs: Properties | None = None,
    ) -> Any:
        """Does the work, at most for `seconds` (0: as long as it takes). Raises `Failed`."""
        try:
            return await self.running.run(work, seconds)
        except PartlyDone as partly:
            message = call.redact(with_camel_case_names(str(partly.error)))
            left = provider_pb2.ErrorResourceInitFailed(
                id=id_,
                properties=_written(partly.properties, call),
                reasons=[message],
                inputs=_written({name: one for name, one in (inputs or {}).items() if name != LOGICAL_NAME}, call),
            )
            raise Failed(message, left) from None
        except DeploymentError as error:
            raise Failed(call.redact(with_camel_case_names(str(error)))) from None
        finally:
            await call.row.delivered()


def redacted(text: str, secrets: Iterable[str]) -> str:
    """The text without these secrets."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, _REDACTED)
    return text


def _without_defaults(resource: Resource[Any], given: Properties) -> Properties:
    """Without the inputs that a check sets to the same values: a program that imports it need not repeat them."""
    return {
        name: value
        for name, value in given.items()
        if name != "owner"
        and resource.check({other: one for other, one in given.items() if other != name}).inputs.get(name) != value
    }


async def _at_once(work: Callable[[], Any]) -> Any:
    return work()


def _parts(urn: str) -> tuple[str, str, str, str]:
    """Stack, project, type and name in a URN."""
    parts = urn.split("::", 3)
    if len(parts) != 4 or not parts[0].startswith("urn:pulumi:"):
        raise UnknownType(f"`{urn}` is not a URN")
    stack, project, types, name = parts
    return stack.removeprefix("urn:pulumi:"), project, types.rpartition("$")[2], name


def _named(decoded: Decoded) -> Properties:
    """Properties by their names in Python."""
    named: Properties = to_snake_case(decoded.values)
    for name in (_PROVIDER, PREVIEW):
        named.pop(name, None)
    return named


def _with_plain(properties: Properties, decoded: Decoded) -> Properties:
    """Properties with the names of the inputs whose values a preview may show: the engine says which are secret."""
    return {**properties, PLAIN_INPUTS: plain_inputs(_named(Decoded(without_secrets(decoded))))}


def _written(properties: Mapping[str, Any], call: Call) -> Struct:
    """Properties by their names in the schema, with what is secret marked again."""
    values = to_camel_case({name: value for name, value in properties.items() if value is not None})
    return encode(values, kept_secret(values, call.secrets))


def _with_current_name(path: Path, served: Served) -> Path:
    first, *rest = path
    names = {camel_case(old): camel_case(new) for old, new in earlier_names(served.resource.fields).items()}
    return (names.get(str(first), first), *rest)
