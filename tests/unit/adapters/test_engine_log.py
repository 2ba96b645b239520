"""Lines reach the engine as first-class providers send them."""

from collections.abc import Iterator
from concurrent import futures
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from foundry_agents.adapters import engine_log


class Engine(engine_pb2_grpc.EngineServicer):
    """The log of an engine."""

    def __init__(self) -> None:
        self.received: list[Any] = []

    def Log(self, request: Any, _context: Any) -> Any:  # noqa: N802 - the name of the call
        self.received.append(request)
        return empty_pb2.Empty()


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    engine, server = Engine(), grpc.server(futures.ThreadPoolExecutor(1))
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    monkeypatch.setattr("sys.argv", ["provider", f"127.0.0.1:{port}"])
    engine_log._engine.cache_clear()
    yield engine
    server.stop(None)
    engine_log._engine.cache_clear()


def test_progress_is_shown_while_it_lasts_and_a_notice_is_kept(engine: Engine) -> None:
    engine_log.progress("echo: version 1 serves")
    engine_log.notice("echo: not deleted")
    assert [(one.message, one.ephemeral, one.severity) for one in engine.received] == [
        ("echo: version 1 serves", True, engine_pb2.INFO),
        ("echo: not deleted", False, engine_pb2.INFO),
    ]


def test_a_line_that_nobody_receives_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["provider", "127.0.0.1:1"])
    engine_log._engine.cache_clear()
    engine_log.progress("nobody listens")
    engine_log._engine.cache_clear()
