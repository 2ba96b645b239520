"""The process of the provider: one event loop, one server, one engine."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import grpc.aio
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2_grpc

from ..first_class import use_first_class_resources
from .components import Components
from .servicer import Servicer

_MOST_THREADS = 10_000
"""Pulumi holds a thread of the loop's executor for every child of a component that is being registered, until the child
is created. With fewer threads than children, nothing would be left for what creates them. Idle ones are used first."""


def serve(components: Components, arguments: Sequence[str]) -> int:
    """Serves the engine until it ends; prints the port, as Pulumi expects of a plugin.

    :param components: The components, by name.
    :param arguments: Those of the command line: the address of the engine, unless an engine is to attach.
    """
    parser = argparse.ArgumentParser(prog="pulumi-resource-foundry-agents", description="The Pulumi provider plugin.")
    parser.add_argument("engine", nargs="?", help="address of the Pulumi engine")
    known, _ = parser.parse_known_args([*arguments])
    use_first_class_resources()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(components, known.engine))
    return 0


async def _serve(components: Components, engine: str | None) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_MOST_THREADS))
    server = grpc.aio.server(options=_GRPC_CHANNEL_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(components, engine), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await server.wait_for_termination()
