"""Whether the Pulumi engine that started this process still runs.

A killed engine leaves the processes of its dynamic providers running. One that went on would write to the service at
the same time as the next `pulumi up`, and nobody would record what it did.
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
    """The engine that started this process has ended."""


def end_with_engine(check: Callable[[], None]) -> None:
    """Ends this process once the engine has ended, also while it is idle: nobody else does."""
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
    """A function that raises `EngineGone` once the engine has ended."""
    address = engine_address(arguments)
    if address is None:
        return _no_engine

    def check() -> None:
        try:
            with contextlib.closing(socket.create_connection(address, timeout=5)):
                return
        except TimeoutError:  # slow is not gone
            return
        except OSError:
            raise EngineGone from None

    return check


def engine_address(arguments: Sequence[str] = ()) -> tuple[str, int] | None:
    """Host and port of the engine; None in a process that is not a provider's.

    The engine passes its address to every provider that it starts, and listens there as long as it lives.
    """
    found = next((match for match in map(_ADDRESS.fullmatch, arguments or sys.argv[1:]) if match), None)
    return (found["host"].strip("[]"), int(found["port"])) if found else None


def _no_engine() -> None:
    """There is no engine to watch: this is not a provider's process."""
