"""The plugin, over a real channel to a server in this process; and an engine that it tells what it does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import grpc.aio
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2
from tests.rollout.foundry import Foundry

from foundry_agents.adapters.plugin import servicer
from foundry_agents.adapters.plugin.codec import decode, encode
from foundry_agents.provider import COMPONENTS

from .life import NAME, Adapter, Change, Properties, Refused, Verdict
from .memory import MemoryServices

# The engine's limit: what a failed operation left comes as metadata.
_OPTIONS = [("grpc.max_metadata_size", 16 << 20), ("grpc.absolute_max_metadata_size", 16 << 20)]


@asynccontextmanager
async def plugin_adapter(
    kind: str, foundry: Foundry, monkeypatch: pytest.MonkeyPatch, **configuration: Any
) -> AsyncIterator[PluginAdapter]:
    """The provider, on a service in memory."""
    monkeypatch.setattr(servicer, "Services", lambda *_given, **_more: MemoryServices(foundry))
    said: list[str] = []
    engine, provider = grpc.aio.server(), grpc.aio.server()
    engine_pb2_grpc.add_EngineServicer_to_server(_Engine(said), engine)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer.Servicer(COMPONENTS, None), provider)
    ports = [server.add_insecure_port("127.0.0.1:0") for server in (engine, provider)]
    for server in (engine, provider):
        await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{ports[1]}", options=_OPTIONS) as channel:
        adapter = PluginAdapter(kind, channel, said)
        await adapter.stub.Attach(plugin_pb2.PluginAttach(address=f"127.0.0.1:{ports[0]}"))
        configured = provider_pb2.ConfigureRequest(args=encode(configuration), acceptSecrets=True)
        await adapter.stub.Configure(configured)
        yield adapter
    for server in (provider, engine):
        await server.stop(0)


class _Engine(engine_pb2_grpc.EngineServicer):
    def __init__(self, said: list[str]) -> None:
        self._said = said

    async def Log(self, request: Any, context: Any) -> empty_pb2.Empty:  # noqa: N802
        assert request.urn.endswith(f"::{NAME}"), "on the row of the resource"
        if request.severity != engine_pb2.WARNING:
            self._said.append(request.message)
        return empty_pb2.Empty()


class PluginAdapter(Adapter):
    """`stub` is for messages that the engine does not send like this."""

    name = "plugin"

    def __init__(self, kind: str, channel: Any, said: list[str]) -> None:
        self.said, self.stub, self.channel = said, provider_pb2_grpc.ResourceProviderStub(channel), channel
        self.urn = f"urn:pulumi:dev::agents::foundry-agents:index:{kind}::{NAME}"

    async def check(self, olds: Properties, news: Properties, *, preview: bool) -> Verdict:
        request = provider_pb2.CheckRequest(urn=self.urn, olds=encode(olds), news=encode(news))
        checked = await _answer(self.stub.Check(request))
        failures = [f"{one.property}: {one.reason}" for one in checked.failures]
        return Verdict(decode(checked.inputs).values, failures)

    async def diff(self, id_: str, olds: Properties, old_inputs: Properties, news: Properties) -> Change:
        request = provider_pb2.DiffRequest(
            id=id_, urn=self.urn, olds=encode(olds), news=encode(news), old_inputs=encode(old_inputs)
        )
        found = await _answer(self.stub.Diff(request))
        return Change(found.changes == provider_pb2.DiffResponse.DIFF_SOME, [*found.replaces])

    async def plan(self, id_: str, olds: Properties | None, news: Properties) -> Properties | None:
        if olds is None:
            create = provider_pb2.CreateRequest(urn=self.urn, properties=encode(news), preview=True)
            return decode((await _answer(self.stub.Create(create))).properties).values
        update = provider_pb2.UpdateRequest(id=id_, urn=self.urn, olds=encode(olds), news=encode(news), preview=True)
        return decode((await _answer(self.stub.Update(update))).properties).values

    async def create(self, news: Properties, seconds: float = 0) -> tuple[str, Properties]:
        request = provider_pb2.CreateRequest(urn=self.urn, properties=encode(news), timeout=seconds)
        created = await _answer(self.stub.Create(request))
        return created.id, decode(created.properties).values

    async def update(
        self, id_: str, olds: Properties, old_inputs: Properties, news: Properties, seconds: float = 0
    ) -> Properties:
        request = provider_pb2.UpdateRequest(
            id=id_,
            urn=self.urn,
            olds=encode(olds),
            old_inputs=encode(old_inputs),
            news=encode(news),
            timeout=seconds,
        )
        return decode((await _answer(self.stub.Update(request))).properties).values

    async def read(self, id_: str, inputs: Properties, properties: Properties) -> tuple[Properties, Properties] | None:
        request = provider_pb2.ReadRequest(id=id_, urn=self.urn, inputs=encode(inputs), properties=encode(properties))
        found = await _answer(self.stub.Read(request))
        return (decode(found.properties).values, decode(found.inputs).values) if found.id else None

    async def delete(self, id_: str, properties: Properties) -> None:
        await _answer(self.stub.Delete(provider_pb2.DeleteRequest(id=id_, urn=self.urn, properties=encode(properties))))


async def _answer(call: Any) -> Any:
    try:
        return await call
    except grpc.aio.AioRpcError as error:
        left = left_of(error)
        if left is None:
            raise Refused(error.details()) from None
        raise Refused(error.details(), decode(left.properties).values, decode(left.inputs).values) from None


def left_of(error: grpc.aio.AioRpcError) -> Any:
    """What an error says that the state must record; None if nothing."""
    found = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin")
    if found is None:
        return None
    (detail,) = status_pb2.Status.FromString(found).details
    left = provider_pb2.ErrorResourceInitFailed()
    assert detail.Unpack(left)
    return left
