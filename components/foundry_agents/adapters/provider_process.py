"""The process of a provider: its connections, the watch on its engine, and what becomes of errors in it."""

import functools
import threading
from collections.abc import Callable, Coroutine
from typing import TypeVar

from ..lifecycle.errors.exceptions import DeploymentError
from ..lifecycle.service.connections import Connections, Services
from .engine_watch import EngineGone, end_with_engine, guard
from .plain_errors import unexpected

T = TypeVar("T")


class Failure(Exception):
    """An operation failed. The message is for the user."""


def run(work: Callable[[Services], Coroutine[None, None, T]]) -> T:
    """Does the work on the event loop of this process. Raises `Failure`, whatever goes wrong."""
    try:
        with _lock:
            connections = _connections()
        return connections.run(work)
    except DeploymentError as error:
        raise Failure(str(error)) from None
    except EngineGone:
        raise Failure("the Pulumi engine has ended; nothing more is written") from None
    except Exception as error:  # noqa: BLE001 - the last stop before the user: a file has the details
        raise Failure(unexpected(error)) from None


@functools.cache
def watch_engine() -> Callable[[], None]:
    """Ends this process soon after its engine. Returns a function that raises `EngineGone` once the engine is gone."""
    check = guard()
    end_with_engine(check)
    return check


_lock = threading.Lock()


@functools.cache
def _connections() -> Connections:
    return Connections(watch_engine())
