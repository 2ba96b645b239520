"""Whether the Pulumi engine that started this process is still there.

A killed engine leaves the processes of its dynamic providers running. One that went on would write to the
service while the next `pulumi up` writes too, and nobody would record what it did.
"""

import contextlib
import os
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence

_INTERVAL = 5.0
_ADDRESS = re.compile(r"(?P<host>127\.0\.0\.1|localhost|\[::1\]|::1):(?P<port>[0-9]{1,5})")


class EngineGone(Exception):
    """Nobody waits for what this process does any more."""


def end_with_engine(check: Callable[[], None]) -> None:
    """Ends this process once the engine is gone, also while it is idle: nobody else would."""
    if check is _no_engine:
        return

    def watch() -> None:
        with contextlib.suppress(EngineGone):
            while True:
                check()
                time.sleep(_INTERVAL)
        os._exit(1)

    threading.Thread(target=watch, name="engine-watch", daemon=True).start()


def guard(arguments: Sequence[str] = ()) -> Callable[[], None]:
    """A function that raises `EngineGone` once the engine is gone.

    The engine gives its address to every provider that it starts, and listens there as long as it lives.
    """
    arguments = arguments or sys.argv[1:]
    found = next((match for match in map(_ADDRESS.fullmatch, arguments) if match), None)
    if found is None:
        return _no_engine
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


def _no_engine() -> None:
    """There is none to watch: not a provider's process."""
