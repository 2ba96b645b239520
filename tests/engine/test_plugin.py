"""The first-class provider, under the real engine: what a dynamic resource cannot do, and moving from one to the other."""

import json
import os
from typing import Any

import pytest

from .conftest import CHECKOUT, Stack

SWITCH = "from foundry_agents import use_first_class_resources\nuse_first_class_resources()\n"


@pytest.fixture
def first_class(running: Stack) -> Stack:
    """The stack with its agents up as dynamic resources, and a program that has chosen first-class ones."""
    running.environment["PATH"] = f"{CHECKOUT / '.venv' / 'bin'}{os.pathsep}{running.environment['PATH']}"
    program = running.folder / "__main__.py"
    program.write_text(f"{SWITCH}{program.read_text()}")
    return running


def resources(stack: Stack, kind: str) -> list[dict[str, Any]]:
    """The resources of a type in the state."""
    exported = json.loads(stack.pulumi("stack", "export").output)
    return [one for one in exported["deployment"]["resources"] if one["type"] == kind]


def test_a_stack_moves_to_first_class_resources_and_no_agent_changes(first_class: Stack) -> None:
    stack = first_class
    assert stack.preview() == {}
    stack.writes()
    stack.up()
    assert stack.writes() == []
    assert resources(stack, "pulumi-python:dynamic/foundry-agents:HostedAgent") == []
    assert len(resources(stack, "foundry-agents:index:HostedAgent")) == 2
