"""Open connections by the client's address: scripted faults break them below HTTP."""

from __future__ import annotations

import asyncio
import socket
import struct

from uvicorn.protocols.http.h11_impl import H11Protocol


class Connections:
    """The open connections of all servers of one local Azure."""

    def __init__(self) -> None:
        self.transports: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self) -> type[H11Protocol]:
        """A protocol for uvicorn that keeps its connections here."""
        transports = self.transports

        class Tracked(H11Protocol):
            _peer: tuple[str, int] | None = None

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                peer = transport.get_extra_info("peername")
                if peer:
                    self._peer = (peer[0], peer[1])
                    transports[self._peer] = transport
                super().connection_made(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                if self._peer:
                    transports.pop(self._peer, None)
                super().connection_lost(exc)

        return Tracked

    async def reset(self, client: tuple[str, int]) -> None:
        """Ends the connection with a TCP reset, as a failing gateway does. Returns when it is closed."""
        transport = self.transports.get(client)
        if transport is None:
            return
        connection = transport.get_extra_info("socket")
        if connection is not None:
            linger_for_no_time = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_for_no_time)
        transport.abort()
        while client in self.transports:
            await asyncio.sleep(0.001)
