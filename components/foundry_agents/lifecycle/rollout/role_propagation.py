"""Role assignments take minutes to work: what is refused for want of one is tried again for a while."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from ..errors.exceptions import AccessDenied
from ..service.waiting import Wait
from .operation import Operation

T = TypeVar("T")


def patience_of(wanted: Operation) -> Wait:
    """How long role assignments may take to work, from now."""
    seconds = float(wanted.inputs["role_propagation_timeout"])
    return Wait(seconds, first_interval=1.0, longest_interval=30.0, share=0.3)


async def once_allowed(wanted: Operation, patience: Wait, request: Callable[[], Awaitable[T]]) -> T:
    """Repeats a request that is refused for want of a role, while the role may not work yet."""
    told = False
    while True:
        try:
            return await request()
        except AccessDenied as error:
            if patience.is_over:
                raise
            if not told:
                wanted.tell(f"waiting for the deployer's role to work ({error.code or error.status})")
                told = True
            await patience.pause()
