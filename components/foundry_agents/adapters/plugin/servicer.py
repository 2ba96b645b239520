"""The provider's gRPC service: every call of the engine, and what becomes of errors."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any, NoReturn, TypeVar

import grpc
import grpc.aio
import pulumi
from google.protobuf import empty_pb2
from pulumi.errors import InputPropertiesError, InputPropertyError
from pulumi.provider.server import ComponentInitError, ProviderServicer
from pulumi.runtime.proto import plugin_pb2, provider_pb2, status_pb2

from ...lifecycle.errors.exceptions import DeploymentError, Interrupted
from ...lifecycle.inputs.unknown import has_unknown
from ...lifecycle.resource.functions import FUNCTIONS
from ...lifecycle.service.connections import Services
from ..engine_watch import EngineGone
from ..plain_errors import unexpected
from ..property_names import (
    camel_case_path,
    to_camel_case,
    to_snake_case,
    with_camel_case_names,
)
from . import configuration, package
from .codec import Decoded, decode, encode, texts_at
from .components import ComponentProvider, Components
from .configuration import Configuration
from .construct_inputs import construct_inputs
from .engine import Engine
from .resources import Failed, Resources, UnknownType, redacted

Request = TypeVar("Request")
Response = TypeVar("Response")
Method = Callable[[Any, Request, Any], Coroutine[Any, Any, Response]]

_FUNCTIONS = {package.token(function.name): function for function in FUNCTIONS}
_CONFIG_PREFIX = f"{package.NAME}:config:"


def _answered(method: Method[Request, Response]) -> Method[Request, Response]:
    """Ends every call with a response or an error, whatever happens: the engine waits for as long as it takes."""

    @functools.wraps(method)
    async def answered(self: Any, request: Request, context: Any) -> Response:
        try:
            return await method(self, request, context)
        except Failed as failed:
            await _abort(context, str(failed), failed.left)
        except UnknownType as error:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        except EngineGone:
            await context.abort(grpc.StatusCode.CANCELLED, "the Pulumi engine has ended; nothing more is written")
        except (asyncio.CancelledError, Interrupted) as error:
            await context.abort(grpc.StatusCode.CANCELLED, str(error) or "interrupted")
        except (DeploymentError, pulumi.RunError) as error:
            await _abort(context, str(error))
        except grpc.aio.AbortError:
            raise
        except Exception as error:  # noqa: BLE001 - the last stop before the user: a file has the details
            await _abort(context, unexpected(error))
        raise AssertionError("`abort` raises")

    return answered


class Servicer(ProviderServicer):
    """The first-class provider.

    `Construct` and what belongs to it are Pulumi's own, but for the reading of inputs.
    """

    def __init__(self, components: Components, engine_address: str | None) -> None:
        super().__init__(ComponentProvider(components), [], engine_address or "")
        self._engine = Engine(engine_address)
        self._configuration = Configuration()
        self._secrets: set[str] = set()
        self._opened: Services | None = None
        self._reading: ContextVar[package.Spec] = ContextVar("inputs of the component")
        self._resources = Resources(self._engine, self._services, lambda: self._configuration.defaults)

    # --- The provider itself

    @_answered
    async def GetSchema(  # noqa: N802
        self, request: provider_pb2.GetSchemaRequest, context: Any
    ) -> provider_pb2.GetSchemaResponse:
        if request.version != 0:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"unsupported schema version {request.version}")
        return provider_pb2.GetSchemaResponse(schema=package.schema_text())

    @_answered
    async def CheckConfig(  # noqa: N802
        self,
        request: provider_pb2.CheckRequest,
        context: Any,  # noqa: ARG002
    ) -> provider_pb2.CheckResponse:
        decoded = decode(request.news)
        known = {name: value for name, value in decoded.values.items() if not has_unknown(value)}
        checked = configuration.check(to_snake_case(known))
        texts = texts_at(decoded.values, decoded.secrets)
        failures = [
            provider_pb2.CheckFailure(
                property=camel_case_path(item.path),
                reason=redacted(with_camel_case_names(f"{item.reason}; {item.cure}"), texts),
            )
            for item in checked.problems
        ]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    @_answered
    async def DiffConfig(  # noqa: N802
        self,
        request: provider_pb2.DiffRequest,
        context: Any,  # noqa: ARG002
    ) -> provider_pb2.DiffResponse:
        old, new = decode(request.olds).values, decode(request.news).values
        changed = [name for name in dict.fromkeys([*old, *new]) if old.get(name) != new.get(name)]
        changes = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=changes, diffs=changed)

    @_answered
    async def Configure(  # noqa: N802
        self,
        request: provider_pb2.ConfigureRequest,
        context: Any,  # noqa: ARG002
    ) -> provider_pb2.ConfigureResponse:
        decoded = _configured(request)
        checked = configuration.check(to_snake_case(decoded.values))
        if checked.problems:
            raise DeploymentError("\n".join(str(problem) for problem in checked.problems))
        self._configuration = configuration.configured(checked.inputs)
        self._secrets = texts_at(decoded.values, decoded.secrets)
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.close()
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, acceptResources=True, acceptOutputs=True, supportsPreview=True
        )

    @_answered
    async def Attach(self, request: plugin_pb2.PluginAttach, context: Any) -> empty_pb2.Empty:  # noqa: ARG002, N802
        self._engine.attach(request.address)
        self.engine_address = request.address
        return empty_pb2.Empty()

    @_answered
    async def Cancel(self, request: empty_pb2.Empty, context: Any) -> empty_pb2.Empty:  # noqa: ARG002, N802
        self._resources.running.cancel()
        return empty_pb2.Empty()

    # --- Agents and toolboxes

    @_answered
    async def Check(self, request: provider_pb2.CheckRequest, context: Any) -> provider_pb2.CheckResponse:  # noqa: ARG002, N802
        return await self._resources.check(request)

    @_answered
    async def Diff(self, request: provider_pb2.DiffRequest, context: Any) -> provider_pb2.DiffResponse:  # noqa: ARG002, N802
        return await self._resources.diff(request)

    @_answered
    async def Create(self, request: provider_pb2.CreateRequest, context: Any) -> provider_pb2.CreateResponse:  # noqa: ARG002, N802
        return await self._resources.create(request)

    @_answered
    async def Update(self, request: provider_pb2.UpdateRequest, context: Any) -> provider_pb2.UpdateResponse:  # noqa: ARG002, N802
        return await self._resources.update(request)

    @_answered
    async def Read(self, request: provider_pb2.ReadRequest, context: Any) -> provider_pb2.ReadResponse:  # noqa: ARG002, N802
        return await self._resources.read(request)

    @_answered
    async def Delete(self, request: provider_pb2.DeleteRequest, context: Any) -> empty_pb2.Empty:  # noqa: ARG002, N802
        await self._resources.delete(request)
        return empty_pb2.Empty()

    # --- Functions and components

    @_answered
    async def Invoke(self, request: provider_pb2.InvokeRequest, context: Any) -> provider_pb2.InvokeResponse:  # noqa: ARG002, N802
        if request.tok not in _FUNCTIONS:
            raise UnknownType(f"this provider has no function `{request.tok}`")
        function, decoded = _FUNCTIONS[request.tok], decode(request.args)
        defaults = {key: value for key, value in self._configuration.defaults.items() if key == "project_endpoint"}
        given = {**defaults, **to_snake_case(decoded.values)}
        try:
            found = await self._resources.running.run(lambda: function.call(self._services(), given))
        except DeploymentError as error:
            raise Failed(
                redacted(with_camel_case_names(str(error)), texts_at(decoded.values, decoded.secrets))
            ) from None
        return provider_pb2.InvokeResponse(**{"return": encode(to_camel_case(found))})

    @_answered
    async def Construct(  # noqa: N802
        self,
        request: provider_pb2.ConstructRequest,
        context: Any,
    ) -> provider_pb2.ConstructResponse:
        try:
            return await self._construct(request, context)
        except ComponentInitError as error:
            raise error.inner from None
        except (InputPropertiesError, InputPropertyError) as error:
            raise pulumi.RunError(str(error)) from None

    async def _construct(self, request: provider_pb2.ConstructRequest, context: Any) -> provider_pb2.ConstructResponse:
        spec = package.schema()["resources"].get(request.type, {"inputProperties": {}})
        self._reading.set(spec["inputProperties"])
        response: provider_pb2.ConstructResponse = await super()._construct(request, context)
        return response

    async def _construct_inputs(self, inputs: Any, input_dependencies: Any) -> dict[str, Any]:  # type: ignore[override]
        dependencies = {name: [*found.urns] for name, found in input_dependencies.items()}
        return construct_inputs(inputs, dependencies, self._reading.get())

    def _services(self) -> Services:
        if self._opened is None:
            settings = self._configuration
            self._opened = Services(self._engine.must_run, settings.credential, read_timeout=settings.request_timeout)
        return self._opened


def _configured(request: provider_pb2.ConfigureRequest) -> Decoded:
    """The configuration: as the engine sends it today, or as earlier ones did."""
    if request.HasField("args"):
        return decode(request.args)
    values = {key.removeprefix(_CONFIG_PREFIX): value for key, value in request.variables.items()}
    return Decoded(values)


async def _abort(context: Any, message: str, left: provider_pb2.ErrorResourceInitFailed | None = None) -> NoReturn:
    """Ends the call with an error, and what the state must record of a resource that was made in part."""
    trailing: tuple[tuple[str, bytes], ...] = ()
    if left is not None:
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=message)
        status.details.add().Pack(left)
        trailing = (("grpc-status-details-bin", status.SerializeToString()),)
    await context.abort(grpc.StatusCode.UNKNOWN, message, trailing)
    raise AssertionError("`abort` raises")
