"""Stack files are read as Pulumi reads them."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from foundry_agents.cli import pulumi_yaml


@pytest.mark.parametrize(
    ("text", "read"),
    [
        *((text, text) for text in ("on", "off", "yes", "no", "y", "12:30", "6:30:00", "1.2.3", "09", ".")),
        ("true", True),
        ("False", False),
        ("017", 15),
        ("0o17", 15),
        ("0x1F", 31),
        ("0b11", 3),
        ("-3", -3),
        ("0", 0),
        ("1_000", 1000),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("~", None),
        ("'1'", "1"),
    ],
)
def test_scalars_are_what_pulumi_takes_them_for(text: str, read: Any) -> None:
    found = pulumi_yaml.load(f"- {text}")[0]
    assert (found, type(found)) == (read, type(read))


_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x85\u2028\u2029\ufeff\ufffe\uffff")),
    st.from_regex(r"[-+]?[0-9a-fox._:eE]{1,8}", fullmatch=True),
    st.sampled_from(["on", "yes", "true", "null", "~", "12:30", "1e3", "0o17", ""]),
)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), st.lists(_scalars)))
def test_what_is_written_is_read_as_the_same_by_either_edition(content: Any) -> None:
    assert pulumi_yaml.load(pulumi_yaml.dump(content)) == content
    assert yaml.safe_load(pulumi_yaml.dump(content)) == content
