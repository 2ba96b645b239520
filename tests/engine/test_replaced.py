"""An environment that is replaced: what a preview says of its agents, and that the next `up` brings them back."""

from typing import Any

from .conftest import Stack


def _move(config: dict[str, Any]) -> None:
    config["location"] = "eastus2"


def test_when_the_project_is_replaced_every_agent_is_said_to_be_and_is(running: Stack) -> None:
    before = running.agent("data-processor")
    running.configure(_move)
    output = running.pulumi("preview", "--diff").output
    print(output)
    told = running.preview()
    print(told)
    running.up()
    after = running.agent("data-processor")
    print(before, after)
    assert running.preview("--refresh") == {}
