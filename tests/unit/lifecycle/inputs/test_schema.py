"""What follows from declarations: every input is checked, defaulted and named by its declaration alone."""

from typing import Any

import pytest

from foundry_agents.lifecycle.errors.input_issue import Issues
from foundry_agents.lifecycle.inputs import agent, toolbox
from foundry_agents.lifecycle.inputs.protection import FIELD as PROTECT
from foundry_agents.lifecycle.inputs.schema import (
    Field,
    OnChange,
    Record,
    check_fields,
    earlier_names,
    names_of,
    names_of_user_maps,
)
from foundry_agents.lifecycle.inputs.secret_variables import FIELD as SECRET_VARIABLES
from foundry_agents.lifecycle.inputs.types import AnyMap, Choice, Flag, ListOf, MapOf, Text, WholeNumber
from foundry_agents.lifecycle.inputs.unknown import UNKNOWN

SHELF = (
    Field("width", WholeNumber(1, 200, "centimeters"), "Width.", required=True, on_change=OnChange.REPLACE),
    Field("color", Choice(("white", "oak")), "Color.", default="oak", on_change=OnChange.NEW_VERSION),
    Field("hidden", Flag(), "Whether it is hidden.", default=False),
    Field("books", ListOf(Text(1), "[Emma]"), "Books.", earlier_names=("titles",)),
    Field("labels", MapOf(Text(), "{a: b}"), "Labels."),
    Field(
        "foot",
        Record((Field("round", Flag(), "Shape.", default=True), Field("notes", AnyMap(), "Notes.")), "…"),
        "Foot.",
    ),
)
DECLARED = [*agent.FIELDS, *toolbox.FIELDS, SECRET_VARIABLES, PROTECT]


def checked(**given: Any) -> tuple[dict[str, Any], Issues]:
    issues = Issues()
    return check_fields(given, SHELF, issues), issues


def problems(**given: Any) -> list[str]:
    return [str(problem) for problem in checked(**given)[1].problems]


def all_fields(fields: Any) -> list[Field]:
    return [inner for field in fields for inner in (field, *all_fields(field.parts))]


def test_defaults_are_set_at_every_depth_and_false_is_left_out() -> None:
    assert checked(width=80.0, foot={})[0] == {"width": 80, "color": "oak", "foot": {"round": True}}


def test_a_default_is_not_shared_between_resources() -> None:
    first = agent.check({}).inputs["protocol_versions"]
    first.append("changed")
    assert agent.check({}).inputs["protocol_versions"] != first


def test_none_is_the_same_as_not_set() -> None:
    assert problems(width=None, nonsense=None) == ["width: is required; set it"]


def test_an_earlier_name_is_mapped_and_named_in_messages() -> None:
    assert checked(width=80, titles=["Emma"])[0]["books"] == ["Emma"]
    assert problems(width=80, titles=[""]) == ["titles[0]: is empty; set a value, or remove the key"]
    assert problems(width=80, titles=["a"], books=["b"]) == [
        "titles: is an earlier name of `books`, which is also set; keep `books`"
    ]


def test_issues_have_the_path_of_the_inner_key() -> None:
    assert problems(width=80, foot={"rund": True}, labels={"a b": 5}) == [
        "foot.rund: unknown key; did you mean `round`?",
        'labels["a b"]: `5` is not a string; put it in quotes: "5"',
    ]


def test_names_follow_from_what_a_change_leads_to() -> None:
    assert names_of(SHELF, OnChange.REPLACE) == ("width",)
    assert names_of(SHELF, OnChange.NEW_VERSION, OnChange.REPLACE) == ("width", "color")
    assert earlier_names(SHELF) == {"titles": "books"}
    assert names_of_user_maps(SHELF) == {"labels", "notes"}


@pytest.mark.parametrize("field", all_fields(DECLARED), ids=lambda field: field.name)
def test_every_declaration_is_complete(field: Field) -> None:
    assert field.description.endswith(".") and field.description[0].isupper() | field.description.startswith("`")
    assert not (field.required and field.default is not None)
    issues = Issues()
    assert field.check(UNKNOWN, field.name, issues) is UNKNOWN or field is SECRET_VARIABLES
    if field.default is not None:
        assert field.check(field.default, field.name, issues) == field.default and issues.problems == []


@pytest.mark.parametrize("fields", [agent.FIELDS, toolbox.FIELDS])
def test_no_name_is_declared_twice(fields: tuple[Field, ...]) -> None:
    names = [*names_of(fields), *earlier_names(fields)]
    assert len(names) == len(set(names))
