"""Whether the Pulumi engine that started this process still runs.

A killed engine leaves the processes of its dynamic providers running. One that went on would write to the service at
the same time as the next `pulumi up`, and nobody would record what it did.
"""

import contextlib
import errno
import functools
import os
import re
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence

_INTERVAL = 5.0
_PATIENCE = 0.05
_ADDRESS = re.compile(r"(?P<host>127\.0\.0\.1|localhost|\[::1\]|::1):(?P<port>[0-9]{1,5})")


class EngineGone(Exception):
    """The engine that started this process has ended."""


def end_with_engine(check: Callable[[], None]) -> None:
    """Ends this process once the engine has ended, also while it is idle: nobody else does.

    SIGINT is what Ctrl-C sends. Pulumi's server then takes no more work, and the process ends once the work in progress
    is done, which may belong to other dynamic providers. A program ends at once.
    """
    if check is _no_engine:
        return

    def watch() -> None:
        with contextlib.suppress(EngineGone):
            while True:
                check()
                time.sleep(_INTERVAL)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=watch, name="engine-watch", daemon=True).start()


@functools.cache
def end_program_with_engine() -> None:
    """Ends this process soon after its engine, if it is a program that Pulumi runs.

    Such a program waits for a killed engine for ever, and the language host waits for the program.
    """
    if "--monitor" in sys.orig_argv:
        end_with_engine(guard(sys.orig_argv))


def guard(arguments: Sequence[str] = ()) -> Callable[[], None]:
    """Returns a function that raises `EngineGone` once the engine has ended. It never waits for a slow engine."""
    address = engine_address(arguments)
    if address is None:
        return _no_engine
    family, kind, protocol, _, place = socket.getaddrinfo(*address, type=socket.SOCK_STREAM)[0]

    def check() -> None:
        with contextlib.closing(socket.socket(family, kind, protocol)) as attempt:
            attempt.setblocking(False)
            error = attempt.connect_ex(place)
            if error == errno.EINPROGRESS:
                select.select([], [attempt], [], _PATIENCE)
                error = attempt.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error == errno.ECONNREFUSED:
            raise EngineGone

    return check


def engine_address(arguments: Sequence[str] = ()) -> tuple[str, int] | None:
    """Host and port of the engine; None in a process that is not a provider's.

    The engine passes its address to every provider that it starts, and listens there as long as it lives.
    """
    found = next((match for match in map(_ADDRESS.fullmatch, arguments or sys.argv[1:]) if match), None)
    return (found["host"].strip("[]"), int(found["port"])) if found else None


def _no_engine() -> None:
    """There is no engine to watch: this is not a provider's process."""
