"""`make crash`: kills Pulumi and its provider at every request of every operation, recovers, and looks.

    python3 -m tests.crash [--workers N] [--only TEXT]

Writes the summary to `bench/crash.json`. All rows are in `.local/crash`, so that an interrupted run can be continued:
rows of the same code are not run again.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import platform
import queue
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from tests.crash import cases, fault_operations, faults, matrix, takeover, world
from tests.crash.operations import OPERATIONS
from tests.crash.report import report, summary
from tests.crash.stack import CrashStack

from bench.readable import readable
from tools import LOCAL, ROOT
from tools.local.file_lock import locked
from tools.local.step import FAILED, exit_with

RESULTS = ROOT / "bench" / "crash.json"
_HOME = LOCAL / "crash"
# What decides how a killed run ends.
_CODE = ("components", "emulator", "tests/crash", "tests/emulator/stand_in_agent.py")

Row = dict[str, Any]
Job = Callable[[], matrix.Row]
T = TypeVar("T")


def main() -> None:
    parser = argparse.ArgumentParser(description="Walk the crash matrix.")
    parser.add_argument("--workers", type=int, default=2, help="how many stacks at once (default 2)")
    parser.add_argument(
        "--only", default="", help="only rows whose name contains this; bench/crash.json is not written"
    )
    arguments = parser.parse_args()
    began = time.monotonic()
    with locked(LOCAL / "locks" / "crash.lock"), _stacks(arguments.workers) as stacks:
        revision = _revision()
        done = _Done(_HOME / f"rows-{revision}.jsonl")
        names, made = _prepare(stacks, arguments.only)
        print(f"{len(names)} points, {sum(name in done.rows for name in names)} of them done before", flush=True)
        _work([name for name in names if name not in done.rows], made, done)
        answered = _Done(_HOME / f"faults-{revision}.jsonl")
        fault_names = _answer_wrongly(answered, arguments.only, arguments.workers)
    rows = [done.rows[name] for name in names]
    fault_rows = [answered.rows[name] for name in fault_names]
    machine = {"python": platform.python_version(), "system": platform.system(), "workers": arguments.workers}
    seconds = round(time.monotonic() - began)
    results = {**report(rows, fault_rows), "seconds of this run": seconds, "machine": machine}
    if not arguments.only:
        RESULTS.write_text(readable(results) + "\n")
    print(", ".join(f"{figure} {results[figure]}" for figure in summary([])))
    if results["survived"] < results["points"]:
        sys.exit(FAILED)


def _answer_wrongly(done: _Done, only: str, workers: int) -> list[str]:
    """Walks the fault matrix, in this process; gives the names of its points."""
    folder = _HOME / "faults"
    shutil.rmtree(folder, ignore_errors=True)
    names: dict[str, list[str]] = {}
    todo = queue.SimpleQueue[fault_operations.Operation[Any]]()
    for operation in fault_operations.OPERATIONS:
        todo.put(operation)

    def work(number: int) -> None:
        started = world.start(folder / str(number))
        try:
            for operation in _taken(todo):
                names[operation.name] = asyncio.run(_walk(started, operation, done, only))
        finally:
            started.azure.stop()

    _in_threads(workers, work, lambda: [*_taken(todo)])
    return [name for operation in fault_operations.OPERATIONS for name in names[operation.name]]


async def _walk(started: world.World, operation: fault_operations.Operation[Any], done: _Done, only: str) -> list[str]:
    walk = faults.Walk(started, operation)
    points = [point for point in await walk.points() if only in point.name]
    for number, point in enumerate(points):
        if point.name not in done.rows:
            done.add(await walk.survive(point), len(points) - number - 1)
    return [point.name for point in points]


class _Done:
    """The rows that are done, on disk as soon as they are."""

    def __init__(self, file: Path) -> None:
        self._file, self._lock = file, threading.Lock()
        lines = file.read_text().splitlines() if file.exists() else []
        # What failed is looked at once more: it may have been mended by hand, or a bad hour of the machine.
        self.rows: dict[str, Row] = {row["name"]: row for row in map(json.loads, lines) if row["survived"]}

    def add(self, row: matrix.Row, left: int) -> None:
        with self._lock:
            self.rows[row.name] = asdict(row)
            with self._file.open("a") as file:
                file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
            word = "ok" if row.survived else "FAILED"
            print(f"{word:6} {row.seconds:5.1f} s  {row.name}  ({left} left)", flush=True)
            for problem in [*row.wrong, *row.orphans, *row.lost]:
                print(f"              {problem}", flush=True)


@contextmanager
def _stacks(count: int) -> Iterator[list[CrashStack]]:
    """Each with a local Azure of its own."""
    started: list[CrashStack] = []
    try:
        for number in range(count):
            folder = _HOME / f"worker-{number}"
            shutil.rmtree(folder, ignore_errors=True)
            started.append(CrashStack.start(folder))
        yield started
    finally:
        for stack in started:
            stack.end_orphans()
            stack.stop()


def _prepare(stacks: list[CrashStack], only: str) -> tuple[list[str], list[dict[str, Job]]]:
    """The names of all rows, and for each stack how it makes them. Clean runs tell what the points are."""
    made: list[dict[str, Job]] = [{} for _ in stacks]

    def prepare(number: int) -> None:
        stack = stacks[number]
        empty = stack.snapshot()
        for operation in OPERATIONS:
            if not only or only.partition(":")[0] in operation.name:
                made[number].update(matrix.jobs(stack, empty, operation))
        made[number].update(cases.jobs(stack, empty))
        if only.partition(":")[0] in takeover.ADOPT_ANOTHERS.name:
            made[number].update(takeover.jobs(stack, empty))

    _in_threads(len(stacks), prepare)
    everywhere = set.intersection(*map(set, made))
    return [name for name in made[0] if name in everywhere and only in name], made


def _work(names: list[str], made: list[dict[str, Job]], done: _Done) -> None:
    todo = queue.SimpleQueue[str]()
    for name in names:
        todo.put(name)

    def work(number: int) -> None:
        for name in _taken(todo):
            try:
                row = made[number][name]()
            except Exception as problem:  # noqa: BLE001 - one row that went wrong is a finding, not the end
                row = matrix.Row(name, survived=False, wrong=[f"{type(problem).__name__}: {problem}"[:3000]])
            done.add(row, todo.qsize())

    _in_threads(len(made), work, lambda: [*_taken(todo)])


def _taken(todo: queue.SimpleQueue[T]) -> Iterator[T]:
    """What is still to be done, one after the other; each is given to one thread."""
    with contextlib.suppress(queue.Empty):
        while True:
            yield todo.get_nowait()


def _in_threads(count: int, work: Callable[[int], None], give_up: Callable[[], object] = lambda: None) -> None:
    """Raises what the work raised. At Ctrl-C it gives up what is not begun, and ends what is."""
    with ThreadPoolExecutor(count) as pool:
        try:
            for future in [pool.submit(work, number) for number in range(count)]:
                future.result()
        except BaseException:
            give_up()
            raise


def _revision() -> str:
    """A hash of the code that the rows depend on."""
    digest = hashlib.sha256()
    for place in _CODE:
        path = ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            if not file.name.startswith("test_"):
                digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


if __name__ == "__main__":
    exit_with(main)
