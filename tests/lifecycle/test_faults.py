"""Connections that really break are survived. What else may go wrong with a request: `tests/rollout/test_wire.py`."""

import pytest

from .conftest import Agent


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["reset", "truncate"])
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "GET"])
async def test_a_broken_connection_is_survived(echo: Agent, method: str, kind: str, when: str) -> None:
    await survive(echo, method, kind, when)


@pytest.mark.parametrize("read_timeout", [1.0])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_silence_is_survived(echo: Agent, when: str) -> None:
    await survive(echo, "POST", "silence", when)


async def survive(echo: Agent, method: str, kind: str, when: str) -> None:
    echo.azure.fault(plane="data", method=method, when=when, action={"kind": kind})
    await echo.create()
    await echo.update(image="echo:v2", keep_versions=1)
    assert echo.rules() == [("2", 100)] and echo.versions() == ["2"]
    await echo.delete()
    assert echo.shown() is None
