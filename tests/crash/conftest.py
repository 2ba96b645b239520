"""A stack that can be killed, for all tests of a module."""

from collections.abc import Iterator

import pytest

from .stack import CrashStack, Snapshot


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrashStack]:
    started = CrashStack.start(tmp_path_factory.mktemp("crash"))
    yield started
    started.end_orphans()
    started.stop()


@pytest.fixture(scope="module")
def empty(stack: CrashStack) -> Snapshot:
    """Neither an agent nor a state."""
    return stack.snapshot()
