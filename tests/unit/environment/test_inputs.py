"""An argument of an environment is declared once."""

from typing import Any

import pytest

from foundry_agents.cli import pulumi_yaml
from foundry_agents.environment.check import check_environment
from foundry_agents.environment.inputs import ARGUMENTS, Argument
from foundry_agents.lifecycle.inputs.types import Choice
from tools.docs import environment as page
from tools.docs import environment_arguments, program

NEEDED = {"location": "swedencentral", "agents": {}}
GREETING = Argument(
    "greeting", Choice(("hello", "hi")), "How the environment greets.", default="hello", plain=True, example="hi"
)


@pytest.mark.parametrize("argument", ARGUMENTS, ids=lambda argument: argument.name)
def test_the_example_of_an_argument_is_valid(argument: Argument) -> None:
    with_it = {"key_vault": "new"} if argument.name == "key_vault_name" else {}
    assert check_environment({**NEEDED, **with_it, argument.name: argument.example}).problems == []


def test_a_new_argument_is_one_edit(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (page, environment_arguments, program):
        monkeypatch.setattr(module, "ARGUMENTS", (*ARGUMENTS, GREETING))
    told = "How the environment greets. One of hello, hi. Default: hello."
    assert f'    greeting: NotRequired[str]\n    """{told}"""\n' in environment_arguments.text()
    assert "| `greeting` | string | hello | hello, hi | How the environment greets. |  | this package |" in page.text()
    declared: dict[str, Any] = pulumi_yaml.load(program.text())["config"]
    assert declared["greeting"] == {"type": "string", "description": told, "default": ""}


def test_pulumi_asks_for_the_required_keys_alone() -> None:
    declared: dict[str, Any] = pulumi_yaml.load(program.DOCUMENT.read_text(encoding="utf-8"))["config"]
    assert [key for key, value in declared.items() if "default" not in value] == ["location", "agents"]
    assert declared["deployers"]["type"] == "array" and declared["tags"]["type"] == "object"
    assert declared["protect"]["default"] is False and declared["deployers"]["default"] == []
