"""How the tests are shared among pytest's workers (`--dist loadgroup`).

A test that drives the engine goes to whichever worker is free; other tests stay together with those of their file,
which share fixtures. What takes longest comes first, so that no worker is left alone with it at the end.
"""

from pathlib import Path

import pytest

from tools.local import languages

_ROOT = Path(__file__).parent
_SLOWEST_FIRST = ("examples", "engine", "upgrade", "crash", "lifecycle", "emulator", "properties")
_ONE_BY_ONE = ("examples", "engine")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "xdist_group(name): the tests of a group run in one worker")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _rank(_folder(item)))
    for item in items:
        if _folder(item) not in _ONE_BY_ONE and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(str(item.path.relative_to(_ROOT))))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if languages.left_out():
        terminalreporter.write_line(languages.summary())


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(_ROOT).parts[0] if item.path.is_relative_to(_ROOT) else ""


def _rank(folder: str) -> int:
    return _SLOWEST_FIRST.index(folder) if folder in _SLOWEST_FIRST else len(_SLOWEST_FIRST)
