"""Garbage on the wire: every message is answered or refused, none hangs, and none shows a traceback."""

import asyncio
import tempfile
from collections.abc import Iterator
from typing import Any

import grpc
import grpc.aio
import pytest
from google.protobuf import empty_pb2
from google.protobuf.struct_pb2 import ListValue, Struct, Value
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime.proto import provider_pb2
from tests.properties.run_size import examples
from tests.rollout.foundry import ENDPOINT, Foundry

from foundry_agents.adapters.plugin.codec import OUTPUT, SECRET, SIGNATURE, UNKNOWN_TEXT
from foundry_agents.lifecycle.service.connections import LoopThread

from .plugin_adapter import PluginAdapter, plugin_adapter

SECONDS = 30
URN = "urn:pulumi:dev::agents::foundry-agents:index:"
_types = st.sampled_from(["HostedAgent", "Toolbox", "AgentEnvironment", "FoundryProject", "Other", ""])
_urns = _types.map(lambda name: f"{URN}{name}::res") | st.text(max_size=20) | st.just(f"{URN}HostedAgent")
_ids = st.sampled_from([f"{ENDPOINT}/agents/echo", f"{ENDPOINT}/toolboxes/box", "", "/agents/", "\0"]) | st.text()
_names = st.sampled_from(
    [
        *("agentName", "toolboxName", "projectEndpoint", "image", "registry", "cpu", "memory", "tools", "owner"),
        *("environmentVariables", "protocolVersions", "rollout", "verify", "keepVersions", "serveVersion", "metadata"),
        *("traffic", "versions", "version", "status", "logicalName", "adoptedFrom", "agents", "location", "__provider"),
        *("steps", "kind", "type", "name", "value", "secret", "dependencies", SIGNATURE, "", "a.b[0]"),
    ]
)
_texts = st.sampled_from([ENDPOINT, "echo", "echo:v1", "1", "off", UNKNOWN_TEXT, SECRET, OUTPUT]) | st.text(max_size=9)
_leaves = st.one_of(
    st.just(Value()),
    st.just(Value(null_value=0)),
    st.booleans().map(lambda one: Value(bool_value=one)),
    st.floats().map(lambda one: Value(number_value=one)),
    _texts.map(lambda one: Value(string_value=one)),
)


def _structs(inner: Any) -> Any:
    return st.dictionaries(_names | st.text(max_size=5), inner, max_size=6).map(lambda fields: Struct(fields=fields))


_values = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: Value(list_value=ListValue(values=items)))
        | _structs(inner).map(lambda one: Value(struct_value=one))
    ),
    max_leaves=12,
)
_properties = _structs(_values)
_seconds = st.sampled_from([0.0, 0.01, 5.0])
_pb = provider_pb2

MESSAGES = {
    "Check": st.builds(_pb.CheckRequest, urn=_urns, olds=_properties, news=_properties),
    "Diff": st.builds(_pb.DiffRequest, id=_ids, urn=_urns, olds=_properties, news=_properties, old_inputs=_properties),
    "CheckConfig": st.builds(_pb.CheckRequest, urn=_urns, olds=_properties, news=_properties),
    "DiffConfig": st.builds(_pb.DiffRequest, urn=_urns, olds=_properties, news=_properties),
    "Create": st.builds(_pb.CreateRequest, urn=_urns, properties=_properties, timeout=_seconds, preview=st.booleans()),
    "Update": st.builds(
        _pb.UpdateRequest, id=_ids, urn=_urns, olds=_properties, news=_properties, preview=st.booleans()
    ),
    "Read": st.builds(_pb.ReadRequest, id=_ids, urn=_urns, properties=_properties, inputs=_properties),
    "Delete": st.builds(_pb.DeleteRequest, id=_ids, urn=_urns, properties=_properties, timeout=_seconds),
    "Invoke": st.builds(
        _pb.InvokeRequest,
        tok=st.sampled_from(["getAgent", "listVersions", "getToolbox"]).map("foundry-agents:index:{}".format)
        | st.text(),
        args=_properties,
    ),
    "Construct": st.builds(
        _pb.ConstructRequest, type=_types.map("foundry-agents:index:{}".format), name=st.text(), inputs=_properties
    ),
    "GetSchema": st.builds(_pb.GetSchemaRequest, version=st.integers(-(2**31), 2**31 - 1)),
}
OF_PROGRAMS = ("Check", "CheckConfig", "DiffConfig", "Invoke", "GetSchema")
"""The engine passes on to these what a program says, whatever it is: no answer may be an unexpected error."""


class Server:
    """The provider on a loop of its own, since hypothesis is not asynchronous."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        foundry = Foundry()
        foundry.provisioning = 0
        self._loop, self._started = LoopThread(), plugin_adapter("HostedAgent", foundry, monkeypatch)
        self._adapter = self._loop.run(self._started.__aenter__())

    def close(self) -> None:
        self._loop.run(self._started.__aexit__(None, None, None))
        self._loop.close()

    def answer(self, method: str, message: Any) -> str:
        """The error; empty if there is none."""
        return self._loop.run(self._answer(lambda adapter: getattr(adapter.stub, method)(message)))

    def answer_bytes(self, method: str, message: bytes) -> str:
        """The same for what may be no message at all."""
        path = f"/pulumirpc.ResourceProvider/{method}"
        return self._loop.run(self._answer(lambda adapter: adapter.channel.unary_unary(path)(message)))

    async def _answer(self, call: Any) -> str:
        adapter: PluginAdapter = self._adapter
        try:
            await asyncio.wait_for(call(adapter), SECONDS)
        except grpc.aio.AioRpcError as error:
            return str(error.details() or error.code())
        return ""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("reports")))
        started = Server(monkeypatch)
        yield started
        started.close()


@pytest.mark.parametrize("method", [*MESSAGES])
def test_any_message_is_answered_or_refused(server: Server, method: str) -> None:
    @given(MESSAGES[method])
    def send(message: Any) -> None:
        said = server.answer(method, message)
        assert "Traceback" not in said and 'File "' not in said
        assert method not in OF_PROGRAMS or "unexpected" not in said, said

    examples_of(send)()
    assert server.answer("Cancel", empty_pb2.Empty()) == "", "it still answers"


@pytest.mark.parametrize("method", [*MESSAGES, "Configure", "Attach", "Cancel", "Nothing"])
def test_bytes_that_are_no_message_are_refused(server: Server, method: str) -> None:
    @given(st.binary(min_size=1))
    def send(message: bytes) -> None:
        assert "Traceback" not in server.answer_bytes(method, message)

    examples_of(send)()


def examples_of(test: Any) -> Any:
    from hypothesis import settings  # noqa: PLC0415

    return settings(max_examples=examples(25, 500), deadline=None, derandomize=True)(test)
