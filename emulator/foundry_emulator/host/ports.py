"""The ports of a local Azure: chosen once per server, kept in `ports.json`, reused at every start."""

from __future__ import annotations

import json
import socket

from foundry_emulator.host.home import Home

HOST = "127.0.0.1"


class PortTaken(Exception):
    """Another program uses a port that was chosen earlier."""


class Ports:
    """One port per server name. A new port would be a new endpoint, so a name never changes its port."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def find(self, name: str) -> int | None:
        """The port of a name, whether its server runs or not. None for a name that never had one."""
        return self._home.read_ports().get(name)

    def listen(self, name: str) -> socket.socket:
        """A socket that listens on the port of this name. Raises PortTaken."""
        ports = self._home.read_ports()
        # With the protocol named, asyncio sets TCP_NODELAY: without it every answer takes 40 ms longer.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, ports.get(name, 0)))
        except OSError as problem:
            listening.close()
            raise PortTaken(
                f"Another program uses port {ports.get(name)} ({name}). Stop that program. Or delete "
                f"{self._home.ports}: the local Azure then chooses new ports, and its endpoints change."
            ) from problem
        listening.listen(128)
        listening.setblocking(False)
        if name not in ports:
            self._write({**ports, name: listening.getsockname()[1]})
        return listening

    def _write(self, ports: dict[str, int]) -> None:
        temporary = self._home.ports.with_suffix(".new")
        temporary.write_text(json.dumps(ports, indent=2) + "\n")
        temporary.replace(self._home.ports)
