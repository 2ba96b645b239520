"""Adding an input is one edit: its declaration. CONTRIBUTING shows it with this input."""

import pytest

from foundry_agents.lifecycle.inputs import agent
from foundry_agents.lifecycle.inputs.schema import Field, OnChange, names_of
from foundry_agents.lifecycle.inputs.types import Choice
from tools.docs import argument_types, definition, script_definition

GREETING = Field(
    "greeting",
    Choice(("hello", "hi")),
    "How the agent greets.",
    default="hello",
    on_change=OnChange.NEW_VERSION,
    earlier_names=("salutation",),
)
PLACE = {"agent_name": "echo", "project_endpoint": "https://x.example/api/projects/p", "image": "r.io/echo:v1"}


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent, "OWN", (*agent.OWN, GREETING))
    monkeypatch.setattr(agent, "FIELDS", (*agent.FIELDS, GREETING))


def test_it_is_checked_and_has_its_default() -> None:
    assert agent.check(PLACE).inputs["greeting"] == "hello"
    assert agent.check({**PLACE, "salutation": "hi"}).inputs["greeting"] == "hi"
    (problem,) = agent.check({**PLACE, "greeting": "helo"}).problems
    assert str(problem) == "greeting: `helo` is not allowed; did you mean `hello`?"
    assert "greeting" in names_of(agent.FIELDS, OnChange.NEW_VERSION)


def test_programs_scripts_and_the_page_have_it() -> None:
    told = '"""How the agent greets. One of hello, hi. Default: hello."""'
    assert f"    greeting: NotRequired[pulumi.Input[str]]\n    {told}" in argument_types.text()
    assert (
        '    salutation: NotRequired[pulumi.Input[str]]\n    """Deprecated: use `greeting`."""' in argument_types.text()
    )
    assert f"    greeting: str | None = None\n    {told}" in script_definition.text()
    assert "| `greeting` † | string | hello | hello, hi | How the agent greets. Earlier name:" in definition.text()
