"""A provider gets secrets in plain text: its previews show the values that are literals of the program, and no other."""

from typing import Any

import pytest

from foundry_agents.lifecycle.inputs import agent as definition
from foundry_agents.lifecycle.inputs.unknown import UNKNOWN
from foundry_agents.lifecycle.resource.agent import AGENT
from foundry_agents.lifecycle.resource.hidden import plain_inputs, still_plain
from foundry_agents.lifecycle.resource.state import PLAIN_INPUTS

ENDPOINT = "https://acc.services.ai.azure.com/api/projects/agents"
OUTPUTS = {"version": "7", "status": "active", "traffic": {"7": 100}}
OUTPUT = object()
"""Of another resource, as Pulumi has it."""
Side = dict[str, Any]


def side(plain: list[str] | None = None, **more: Any) -> Side:
    """Inputs as the check leaves them; by default, all are literals of the program."""
    given = {"agent_name": "triage", "project_endpoint": ENDPOINT, "image": "triage:v1", **more}
    checked = definition.check(given)
    assert not checked.problems
    return {**checked.inputs, PLAIN_INPUTS: plain_inputs(given) if plain is None else plain}


def told(old: Side, new: Side) -> str:
    return "\n".join(AGENT.words({**old, **OUTPUTS}, new))


def variables(**values: str) -> dict[str, Any]:
    return {"environment_variables": values}


def test_literals_are_shown() -> None:
    said = told(
        side(**variables(LOG_LEVEL="info", MODEL="a"), metadata={"team": "x"}, agent_card={"version": "1"}),
        side(**variables(LOG_LEVEL="debug", RETRIES="3"), metadata={"team": "y"}, agent_card={"version": "2"}),
    )
    assert "triage: environment variable `LOG_LEVEL`: `info` → `debug`" in said
    assert "triage: environment variable `MODEL`: `a` (removed)" in said
    assert "triage: environment variable `RETRIES`: `3` (new)" in said
    assert "triage: metadata `team`: `x` → `y`" in said
    assert "triage: agent card `version`: `1` → `2`" in said


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ([], [], "a value → another"),
        ([], ["environment_variables.A"], "a value → another"),
        (["environment_variables.A"], [], "a value → another"),
        (["environment_variables.A"], ["environment_variables.A"], "`one` → `two`"),
    ],
)
def test_a_value_is_shown_only_if_it_is_a_literal_before_and_after(old: list[str], new: list[str], line: str) -> None:
    said = told(side(old, **variables(A="one")), side(new, **variables(A="two")))
    assert f"triage: environment variable `A`: {line}" in said.splitlines()


def test_a_state_of_an_earlier_release_shows_no_values() -> None:
    old = side(**variables(A="first", GONE="was"))
    del old[PLAIN_INPUTS]
    said = told(old, side(**variables(A="second", NEW="is")))
    assert "`A`: a value → another" in said and "`GONE`: a value (removed)" in said and "`NEW`: `is` (new)" in said
    assert "first" not in said and "second" not in said and "was" not in said


def test_what_may_be_secret_is_in_no_line() -> None:
    everything: Side = {
        "image": "triage:v2",
        "verify": {"prompt": "pass hunter2", "expected_text": "hunter2"},
        "environment_variables": {"NOTE": "hunter2"},
        "metadata": {"note": "hunter2"},
        "description": "hunter2",
        "agent_card": {"version": "1", "description": "hunter2"},
    }
    for old, new in ((side(), side([], **everything)), (side([], **everything), side())):
        assert "hunter2" not in told(old, new)
        assert "hunter2" not in told(old, {**new, "agent_name": "classify"})  # a replacement


def test_what_nobody_keeps_a_secret_in_is_shown_whatever_it_comes_from() -> None:
    said = told(side([]), side([], idle_timeout_seconds=600, active_timeout=60, force_delete=True))
    assert "idle timeout: 10 min (new)" in said and "active timeout: 15 min → 1 min" in said


def test_the_kind_of_a_verification_is_no_secret_and_its_request_may_be() -> None:
    said = told(side([]), side([], image="triage:v2", verify={"prompt": "hunter2"}))
    assert "verify: it starts → it answers a request" in said
    assert "traffic: all at once, once it answers the request of `verify`" in said
    literal = told(side(), side(image="triage:v2", verify={"prompt": "Who?"}))
    assert "verify: it starts → it answers `Who?`" in literal
    other = told(side([], verify={"prompt": "a"}), side([], verify={"prompt": "b", "timeout": 60}))
    assert "verify `prompt`: a value → another" in other and "verify `timeout`: `300` → `60`" in other


def test_a_value_that_is_hidden_now_and_equal_is_no_change() -> None:
    said = told(side(**variables(A="one", B="1")), side([], **variables(A="one", B="2")))
    assert "`A`" not in said and "`B`: a value → another" in said and "1 environment variable," in said


def test_a_placeholder_is_filled_in_before_it_is_hidden() -> None:
    old = side([], **variables(URL=f"{ENDPOINT}/x", A="1"))
    assert "`URL`" not in told(old, side([], **variables(URL="${project_endpoint}/x", A="2")))


def test_variables_that_are_not_known_yet_hide_the_others() -> None:
    said = told(side(**variables(A="first")), {**side(), "environment_variables": UNKNOWN})
    assert "triage: environment variables: a value → not known yet" in said and "first" not in said


def test_only_literals_are_plain_and_none_that_is_called_a_secret() -> None:
    given: Side = {
        "image": "triage:v1",
        "environment_variables": {
            "LOG_LEVEL": "info",
            "RETRIES": 3,
            "URL": OUTPUT,
            "API_TOKEN": "literal",
            "OTHER_TOKEN": "${{connections.c.credentials.TOKEN}}",
        },
        "metadata": OUTPUT,
        "agent_card": {"version": "1", "skills": [{"id": "a", "name": OUTPUT}]},
        "verify": {"body": {"input": ["a", 1, True]}},
    }
    assert plain_inputs(given) == [
        "environment_variables.LOG_LEVEL",
        "environment_variables.RETRIES",
        "environment_variables.OTHER_TOKEN",
        "verify",
    ]


def test_what_a_read_found_changed_is_not_plain_any_more() -> None:
    """A run that was interrupted may have set a secret of the same name."""
    before = side(**variables(A="one", B="1"), description="d")
    after = {**before, "environment_variables": {"A": "hunter2", "B": "1"}}
    assert still_plain(before, after) == ["environment_variables.B", "description"]
    assert "hunter2" not in told({**after, PLAIN_INPUTS: still_plain(before, after)}, side(**variables(B="1")))
