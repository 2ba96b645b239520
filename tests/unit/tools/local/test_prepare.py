"""What a make target needs is got side by side, and the first failure ends the rest."""

import sys
import threading
import time
from pathlib import Path

import pytest

from tools.local import prepare, step
from tools.local.step import StepError, run_quietly


def wanting(monkeypatch: pytest.MonkeyPatch, *parts: str) -> None:
    monkeypatch.setattr(sys, "argv", ["prepare", *parts])


def test_parts_run_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    both = threading.Barrier(2)
    monkeypatch.setattr(prepare, "PARTS", {"a": lambda: both.wait(20), "b": lambda: both.wait(20)})
    wanting(monkeypatch, "a", "b")
    prepare.main()


def test_a_part_that_fails_ends_the_commands_of_the_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    begun = tmp_path / "begun"

    def fail() -> None:
        while not begun.exists():
            time.sleep(0.02)
        raise StepError("No Go.")

    def take_long() -> None:
        wait = f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep(600)"
        run_quietly([sys.executable, "-c", wait], "waiting", tmp_path / "log")

    monkeypatch.setattr(step, "_STOPPED", threading.Event())
    monkeypatch.setattr(prepare, "PARTS", {"long": take_long, "fails": fail})
    wanting(monkeypatch, "long", "fails")
    with pytest.raises(StepError, match="No Go"):
        prepare.main()
    with pytest.raises(StepError, match="Interrupted"):
        run_quietly([sys.executable, "-c", ""], "going on", tmp_path / "log")


@pytest.mark.parametrize("parts", [(), ("nonsense",)])
def test_wrong_usage_is_told_with_its_exit_code(monkeypatch: pytest.MonkeyPatch, parts: tuple[str, ...]) -> None:
    wanting(monkeypatch, *parts)
    with pytest.raises(StepError, match="Name one or more of environment") as wrong:
        prepare.main()
    assert wrong.value.exit_code == 2
