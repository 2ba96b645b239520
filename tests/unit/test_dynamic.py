"""The dynamic provider: names, unknown values, and what it says when."""

from typing import Any

import pytest
from pulumi.output import UNKNOWN as PULUMI_UNKNOWN

from foundry_agents import dynamic
from foundry_agents.adapters import engine_log
from foundry_agents.adapters.registration import PREVIEW

INPUTS: dict[str, Any] = {
    "agentName": "a",
    "projectEndpoint": "https://x.services.ai.azure.com/api/projects/p",
    "image": "r.io/a:v1",
    "environmentVariables": {"LOG_LEVEL": "info"},
    "owner": "o/p/s",
    "logicalName": "a",
}


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(engine_log, "notice", lines.append)
    return lines


def checked(**marks: Any) -> dict[str, Any]:
    result = dynamic.PROVIDER.check({}, {**INPUTS, **marks})
    assert result.failures == []
    return result.inputs


def test_a_check_leaves_out_what_is_for_the_provider_alone() -> None:
    assert checked(__provider="pickled", **{PREVIEW: True}) == checked()
    assert checked()["environmentVariables"] == {"LOG_LEVEL": "info"}


def test_unknown_values_come_back_as_pulumis_own() -> None:
    inputs = checked(image=PULUMI_UNKNOWN, environmentVariables={"A": PULUMI_UNKNOWN})
    assert inputs["image"] == PULUMI_UNKNOWN and inputs["environmentVariables"] == {"A": PULUMI_UNKNOWN}


def test_a_failure_names_the_input_the_reason_and_the_cure() -> None:
    (failure,) = dynamic.PROVIDER.check({}, {**INPUTS, "cpu": 9}).failures
    assert failure.property == "cpu" and "; " in failure.reason


@pytest.mark.parametrize("is_preview", [True, False])
def test_only_a_preview_says_what_a_change_leads_to(said: list[str], is_preview: bool) -> None:
    old = {**checked(), "version": "1"}
    news = {**INPUTS, "image": "r.io/a:v2", **({PREVIEW: True} if is_preview else {})}
    difference = dynamic.PROVIDER.diff("id", old, dynamic.PROVIDER.check({}, news).inputs)
    assert difference.changes
    assert [line for line in said if "gets a new version" in line] == (
        ["a gets a new version; version 1 serves until that one is verified"] if is_preview else []
    )


def test_what_does_not_change_says_nothing(said: list[str]) -> None:
    inputs = checked(**{PREVIEW: True})
    assert not dynamic.PROVIDER.diff("id", {**inputs, "version": "1"}, inputs).changes and said == []


def test_a_preview_shows_the_values_of_literals_and_no_others(said: list[str]) -> None:
    marks = {PREVIEW: True, "plainInputs": ["environment_variables.LOG_LEVEL"]}
    old = {**checked(**marks, environmentVariables={"LOG_LEVEL": "info", "TOKEN": "hunter1"}), "version": "1"}
    new = checked(**marks, environmentVariables={"LOG_LEVEL": "debug", "TOKEN": "hunter2"})
    assert dynamic.PROVIDER.diff("id", old, new).changes
    assert "a: environment variable `LOG_LEVEL`: `info` → `debug`" in said
    assert "a: environment variable `TOKEN`: a value → another" in said and "hunter" not in "".join(said)


def test_which_inputs_are_literals_is_recorded_and_no_change(said: list[str]) -> None:
    recorded, marks = checked(), {PREVIEW: True, "plainInputs": ["environment_variables.LOG_LEVEL"]}
    assert checked(**marks)["plainInputs"] == marks["plainInputs"]
    assert not dynamic.PROVIDER.diff("id", {**recorded, "version": "1"}, checked(**marks)).changes and said == []
