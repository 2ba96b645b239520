"""A provider whose engine is gone does not write any more."""

import socket

import pytest

from foundry_agents.adapters.engine_watch import EngineGone, guard


def test_the_engines_death_is_seen_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as engine:
        check = guard([f"127.0.0.1:{engine.getsockname()[1]}"])
        check()
    with pytest.raises(EngineGone):
        check()


def test_without_an_engine_there_is_nothing_to_watch() -> None:
    guard(["--some", "option"])()
