"""Steps that run at the same time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait

from tools.local.step import stop_all


def run_all(steps: Sequence[Callable[[], None]]) -> None:
    """Runs the steps to their end. The first failure ends the commands of the others, and is raised."""
    if not steps:
        return
    with ThreadPoolExecutor(len(steps)) as pool:
        first: list[Future[None]] = []
        works = [pool.submit(step) for step in steps]
        try:
            done, _ = wait(works, return_when=FIRST_EXCEPTION)
            first = [work for work in done if work.exception()]
        finally:  # one that failed, or Ctrl-C, ends the others
            if not all(work.done() for work in works):
                stop_all()
    for work in first:
        work.result()  # raises what it failed with
