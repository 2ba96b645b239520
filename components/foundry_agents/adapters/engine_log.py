"""What a provider says while it works: progress in the status of the run, notices in its log.

Pulumi shows what a dynamic provider prints twice, as it comes and again under Diagnostics, and its API for progress is
not open to dynamic providers. So the engine is called as first-class providers do.
"""

import contextlib
import functools

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from .engine_watch import engine_address

_TIMEOUT = 5.0


def progress(line: str) -> None:
    """Shows a line while the run goes on. A line that cannot be delivered changes nothing."""
    _log(line, ephemeral=True)


def notice(line: str) -> None:
    """Shows a line, and keeps it under Diagnostics."""
    _log(line, ephemeral=False)


def _log(line: str, *, ephemeral: bool) -> None:
    engine = _engine()
    if engine is None:
        return
    request = engine_pb2.LogRequest(severity=engine_pb2.INFO, message=line, ephemeral=ephemeral)
    with contextlib.suppress(grpc.RpcError):
        engine.Log(request, timeout=_TIMEOUT)


@functools.cache
def _engine() -> engine_pb2_grpc.EngineStub | None:
    address = engine_address()
    if address is None:
        return None
    host, port = address
    return engine_pb2_grpc.EngineStub(grpc.insecure_channel(f"{host}:{port}"))
