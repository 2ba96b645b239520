"""One behavior over both adapters: what they send to the service, record and say."""

import pytest

from .conftest import Start
from .differences import FAILED_CREATE, comparable
from .scenarios import ALL, Scenario


@pytest.mark.parametrize(("kind", "scenario"), ALL, ids=[scenario.__name__ for _, scenario in ALL])
async def test_both_adapters_do_the_same(start: Start, kind: str, scenario: Scenario) -> None:
    lives = {}
    for adapter in FAILED_CREATE:
        async with start(adapter, kind) as life:
            await scenario(life)
            assert life.foundry.script.missed() == []
            lives[adapter] = comparable(life.steps)
    for dynamic, plugin in zip(lives["dynamic"], lives["plugin"], strict=True):
        assert dynamic == plugin


@pytest.mark.parametrize("adapter", [*FAILED_CREATE])
async def test_a_create_that_fails_leaves_nothing_or_what_the_state_records(start: Start, adapter: str) -> None:
    said, writes = FAILED_CREATE[adapter]
    async with start(adapter, "HostedAgent") as life:
        life.foundry.failures["echo:bad"] = ("CodeError", "it does not start")
        step = await life.up(image="echo:bad")
        assert "CodeError" in step.error and said in step.error and step.writes == writes
        is_left = adapter == "plugin"
        assert (life.state is not None) == is_left == ("echo" in life.foundry.agents)
        await life.up(image="echo:v1")
        assert life.state is not None
        assert life.state["version"] == ("2" if is_left else "1") and life.state["status"] == "active"
        assert (await life.up(image="echo:v1")).operation == "same"
