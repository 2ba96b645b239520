"""A proxy that leads clients with Azure's fixed host names to the local Azure: `foundry-emulator proxy`.

It serves CONNECT only, as clients use HTTPS_PROXY. What passes through stays encrypted: the servers of the local Azure
have a certificate for these names. Other hosts are refused, so that nothing reaches the real Azure by accident.
"""

from __future__ import annotations

import asyncio
import contextlib
import re

from foundry_emulator.host import names
from foundry_emulator.host.home import Home
from foundry_emulator.host.ports import HOST, Ports

SERVER = "proxy"
_CONNECT = re.compile(rb"CONNECT (?P<host>[^\s:]+):(?P<port>\d+) HTTP/1\.[01]\r\n")
_HEAD_SECONDS = 30.0
_CHUNK = 64 * 1024


class _Refused(Exception):
    """The proxy does not lead there. `status` is the line of the answer."""

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status

    def answer(self) -> bytes:
        reason = f"{self}\n".encode()
        lines = (f"HTTP/1.1 {self.status}", f"Content-Length: {len(reason)}", "Connection: close", "", "")
        return "\r\n".join(lines).encode() + reason


class Proxy:
    """Listens on a port of its own, which stays the same from start to start."""

    def __init__(self, home: Home) -> None:
        """Takes the port. Raises PortTaken."""
        self._home = home
        self._listening = Ports(home).listen(SERVER)

    @property
    def url(self) -> str:
        """What HTTPS_PROXY is set to."""
        return f"http://{HOST}:{self._listening.getsockname()[1]}"

    async def serve(self) -> None:
        """Serves until it is cancelled."""
        server = await asyncio.start_server(self._serve_client, sock=self._listening)
        async with server:
            await server.serve_forever()

    async def _serve_client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            try:
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _HEAD_SECONDS)
                far_reader, far_writer = await self._connected(head)
            except _Refused as refusal:
                writer.write(refusal.answer())
                await writer.drain()
            except asyncio.TimeoutError:
                pass
            else:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))
        writer.close()

    async def _connected(self, head: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        wanted = _CONNECT.match(head)
        if wanted is None:
            raise _Refused("405 Method Not Allowed", "This proxy serves CONNECT only: set HTTPS_PROXY, not HTTP_PROXY.")
        host = wanted["host"].decode("latin-1")
        server = names.server_of(host)
        if server is None:
            raise _Refused("403 Forbidden", f"{host} is not part of the local Azure. Add it to NO_PROXY.")
        port = self._home.read_ports().get(server)
        if port is None:
            raise _Refused("502 Bad Gateway", f"The local Azure has nothing that answers at {host}.")
        try:
            return await asyncio.open_connection(HOST, port)
        except OSError as problem:
            raise _Refused("502 Bad Gateway", f"Nothing answers at {host}. Run `foundry-emulator start`.") from problem


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Passes everything on, then closes: the other direction ends with it."""
    with contextlib.suppress(ConnectionError):
        while data := await source.read(_CHUNK):
            target.write(data)
            await target.drain()
    target.close()
