"""The check of an agent's inputs, over everything that may be written."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from foundry_agents.lifecycle.inputs import agent as definition
from foundry_agents.lifecycle.inputs.agent import FIELD_NAMES
from foundry_agents.lifecycle.inputs.unknown import UNKNOWN
from foundry_agents.lifecycle.resource import agent_diff, description
from foundry_agents.lifecycle.resource.agent import AGENT
from foundry_agents.lifecycle.resource.hidden import plain_inputs
from foundry_agents.lifecycle.resource.state import PLAIN_INPUTS, Diff
from foundry_agents.lifecycle.service.agent_body import version_body
from foundry_agents.lifecycle.service.mark import Mark

from . import bad, garbage, good
from .run_size import examples

BAD_ONES = 10_000
CANARY = "canary-5c1f0e7a"
MARK = Mark("acme/agents/dev", "echo")


@settings(max_examples=examples(100, 2_000))
@given(good.definitions())
def test_what_is_right_is_accepted(inputs: dict[str, Any]) -> None:
    assert definition.check(inputs).problems == []


@pytest.mark.parametrize("rule", bad.RULES)
@settings(max_examples=examples(16, BAD_ONES // len(bad.RULES) + 1))
@given(data=st.data())
def test_what_is_wrong_is_refused_where_it_is_wrong(rule: str, data: DataObject) -> None:
    inputs, path = data.draw(bad.broken(rule))
    assert {problem.path for problem in definition.check(inputs).problems} == {path}


@settings(max_examples=examples(120, 3_000))
@given(st.dictionaries(st.sampled_from([*FIELD_NAMES, "container_protocol_versions"]) | garbage.keys, garbage.anything))
def test_whatever_is_written_gets_a_verdict_that_can_be_printed(inputs: dict[Any, Any]) -> None:
    checked = definition.check(inputs)
    for finding in checked.problems + checked.warnings:
        shown = str(finding)
        assert shown.encode() and shown.isprintable()


@settings(max_examples=examples(120, 3_000))
@given(data=st.data())
def test_garbage_in_one_place_gets_a_verdict(data: DataObject) -> None:
    inputs = data.draw(good.definitions())
    place = data.draw(st.sampled_from(good.places(inputs)))
    definition.check(good.replaced(inputs, place, data.draw(garbage.anything)))


@settings(max_examples=examples(60, 2_000))
@given(data=st.data())
def test_what_is_not_known_yet_is_never_wrong(data: DataObject) -> None:
    inputs = data.draw(good.definitions())
    place = data.draw(st.sampled_from(good.places(inputs)))
    checked = definition.check(good.replaced(inputs, place, UNKNOWN))
    assert checked.problems == []
    assert definition.check(checked.inputs).inputs == checked.inputs


@pytest.mark.parametrize("name", FIELD_NAMES)
@settings(max_examples=examples(5, 100))
@given(data=st.data())
def test_every_input_of_the_definition_reaches_the_service(name: str, data: DataObject) -> None:
    inputs = {**data.draw(good.definitions()), "image": "a:v1"}  # without a host, which would hide the registry
    before = definition.check(inputs).inputs
    after = definition.check({**inputs, **data.draw(good.inputs_with(name))}).inputs
    is_sent = version_body(before, MARK) != version_body(after, MARK)
    if (
        name in definition.DEFINITION_FIELDS
        and before.get(name) != after.get(name)
        and after.get(name) not in ("", [], {})
    ):
        assert is_sent
    if name not in (*definition.DEFINITION_FIELDS, "project_endpoint"):  # which placeholders stand for
        assert not is_sent


@settings(max_examples=examples(60, 2_000))
@given(good.definitions())
def test_checked_inputs_are_a_fixed_point(inputs: dict[str, Any]) -> None:
    checked = definition.check(inputs)
    again = definition.check(checked.inputs)
    assert again.inputs == checked.inputs and again.problems == []


@settings(max_examples=examples(60, 2_000))
@given(good.definitions())
def test_an_agent_does_not_differ_from_itself(inputs: dict[str, Any]) -> None:
    checked = definition.check(inputs).inputs
    assert agent_diff.diff(checked, definition.check(inputs).inputs) == Diff([], [])


@settings(max_examples=examples(60, 2_000))
@given(data=st.data())
def test_what_is_not_known_yet_is_a_possible_version_but_no_replacement(data: DataObject) -> None:
    checked = definition.check(data.draw(good.definitions())).inputs
    place = data.draw(st.sampled_from(good.places(checked)))
    vague = good.replaced(checked, place, UNKNOWN)
    name = place[0]
    is_possible = name in agent_diff.CHANGING and name != "registry"  # the registry is taken as unchanged
    assert agent_diff.diff(checked, vague) == Diff([name] if is_possible else [], [])
    other = definition.check(data.draw(good.definitions())).inputs
    for words in (description.of_update(other, vague), description.of_replacement(other, vague)):
        assert words.lines()
    assert description.of_create(vague).lines()


@settings(max_examples=examples(60, 2_000))
@given(data=st.data())
def test_no_preview_of_a_provider_shows_a_value_that_is_not_plain(data: DataObject) -> None:
    checked = {**definition.check(data.draw(good.definitions())).inputs, "version": "1"}
    secret = [place for place in good.places(checked) if _may_be_secret(place)]
    assume(secret)
    place = data.draw(st.sampled_from(secret))
    kept, other = good.replaced(checked, place, CANARY), good.replaced(checked, place, "another value")
    plain = [path for path in plain_inputs(kept) if path not in (place[0], ".".join(map(str, place[:2])))]
    for old, new in ((kept, other), (other, kept), (kept, {**checked, place[0]: None})):
        both = ({**side, PLAIN_INPUTS: plain} for side in (old, new))
        told = AGENT.words(*both)
        assert CANARY not in "\n".join(told) and any("a value" in line or "request" in line for line in told)


def _may_be_secret(place: tuple[Any, ...]) -> bool:
    if place[0] == "verify":
        return place[1:2] in (("prompt",), ("body",), ("expected_text",))
    return place[0] in ("environment_variables", "metadata", "description", "agent_card", "telemetry_endpoints")
