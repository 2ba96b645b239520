"""A small HTTP/1.1 client for calls to agent processes: answers are passed on while they come."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import h11

HOST = "127.0.0.1"
_CHUNK = 64 * 1024


class Unreachable(Exception):
    """Nothing answers, or the answer breaks off."""


@dataclass
class Reply:
    status: int
    headers: list[tuple[str, str]]
    body: AsyncIterator[bytes]
    """To be read to its end, or closed with `aclose`."""

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)


async def send(port: int, method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> Reply:
    """Raises Unreachable. The body raises it too, when the process dies in the middle."""
    try:
        reader, writer = await asyncio.open_connection(HOST, port)
    except OSError as problem:
        raise Unreachable(str(problem)) from problem
    connection = h11.Connection(h11.CLIENT)
    request = h11.Request(
        method=method,
        target=target,
        headers=[
            ("host", f"{HOST}:{port}"),
            *headers,
            ("content-length", str(len(body))),
            ("connection", "close"),
        ],
    )
    try:
        writer.write(connection.send(request) or b"")
        if body:
            writer.write(connection.send(h11.Data(body)) or b"")
        writer.write(connection.send(h11.EndOfMessage()) or b"")
        await writer.drain()
        response = await _next(connection, reader)
        while isinstance(response, h11.InformationalResponse):
            response = await _next(connection, reader)
    except BaseException:
        writer.close()
        raise
    if not isinstance(response, h11.Response):
        writer.close()
        raise Unreachable("no answer")
    answered = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers]
    return Reply(response.status_code, answered, _body(connection, reader, writer))


async def probe(port: int, path: str) -> int:
    """The status of a GET. Raises Unreachable."""
    reply = await send(port, "GET", path, [], b"")
    async for _ in reply.body:
        pass
    return reply.status


async def _body(
    connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> AsyncIterator[bytes]:
    try:
        while True:
            event = await _next(connection, reader)
            if isinstance(event, h11.Data):
                yield bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                return
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _next(connection: h11.Connection, reader: asyncio.StreamReader) -> h11.Event:
    try:
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                connection.receive_data(await reader.read(_CHUNK))
            elif isinstance(event, h11.Event):
                return event
            else:
                raise Unreachable("the connection ended")
    except (OSError, h11.RemoteProtocolError) as problem:
        raise Unreachable(str(problem)) from problem
