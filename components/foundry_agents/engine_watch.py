"""Whether the Pulumi engine that started this process is still there.

A killed engine leaves the processes of its dynamic providers running. One that went on would write to the
service while the next `pulumi up` writes too, and nobody would record what it did.
"""

import contextlib
import re
import socket
import sys
from collections.abc import Callable, Sequence

_ADDRESS = re.compile(r"(?P<host>127\.0\.0\.1|localhost|\[::1\]|::1):(?P<port>[0-9]{1,5})")


class EngineGone(Exception):
    """Nobody waits for what this process does any more."""


def guard(arguments: Sequence[str] = ()) -> Callable[[], None]:
    """A function that raises `EngineGone` once the engine is gone.

    The engine gives its address to every provider that it starts, and listens there as long as it lives.
    """
    arguments = arguments or sys.argv[1:]
    found = next((match for match in map(_ADDRESS.fullmatch, arguments) if match), None)
    if found is None:
        return lambda: None
    address = (found["host"].strip("[]"), int(found["port"]))

    def check() -> None:
        try:
            with contextlib.closing(socket.create_connection(address, timeout=5)):
                return
        except TimeoutError:  # slow is not gone
            return
        except OSError:
            raise EngineGone from None

    return check
