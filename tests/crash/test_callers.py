"""Callers do not notice updates."""

from pathlib import Path

from .callers import ask_during_updates


def test_no_request_fails_while_an_agent_is_updated_again_and_again(tmp_path: Path) -> None:
    calls = ask_during_updates(tmp_path, updates=3)
    assert calls.failed == []
    assert len(calls.answered) == 4
