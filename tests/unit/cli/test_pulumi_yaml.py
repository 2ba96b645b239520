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
        *(
            (text, text)
            for text in ("on", "off", "yes", "no", "y", "12:30", "6:30:00", "1.2.3", "0o8", "_1", ".", "2001-13-01")
        ),
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
        ("09", 9),
        ("1e3", 1000),
        ("1e22", 1e22),
        ("1e400", "1e400"),
        ("2001-1-31", "2001-01-31 00:00:00 +0000 UTC"),
        ("2001-01-31T10:00:00+02:00", "2001-01-31 10:00:00 +0200 +0200"),
        ("!!str 5", "5"),
        ("!!binary aGVsbG8=", "hello"),
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
    st.integers(-(2**63), 2**63 - 1),
    st.floats(-(2**53), 2**53),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x85\u2028\u2029\ufeff\ufffe\uffff")),
    st.from_regex(r"[-+]?[0-9a-fox._:eE]{1,8}", fullmatch=True),
    st.sampled_from(["on", "yes", "true", "null", "~", "12:30", "1e3", "0o17", ""]),
)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), st.lists(_scalars)))
def test_what_is_written_is_read_as_the_same_by_either_edition(content: Any) -> None:
    assert pulumi_yaml.load(pulumi_yaml.dump(content)) == content
    assert yaml.safe_load(pulumi_yaml.dump(content)) == content


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb:\n  c: 1\n  'c': 2\n", "line 4: the key `c` is already defined at line 3"),
        ("a: .inf\n", "line 1: `.inf` is not a number that Pulumi accepts"),
        ("[a]: 1\n", "line 1: a map or a list cannot be a key"),
        ("a: &a\n  b: *a\n", "is nested too deeply, or contains itself"),
        ("a: *b\n", "line 1: found undefined alias 'b'"),
        ("a: b\n\tc: d\n", "line 2: found character '\\t' that cannot start any token"),
        ("a: <<: b\n", "line 1: mapping values are not allowed here"),
        ("<<: b\n", "line 1: `<<` needs a map, or a list of maps"),
    ],
)
def test_what_pulumi_refuses_is_refused_with_its_line(text: str, told: str) -> None:
    with pytest.raises(pulumi_yaml.NotReadable) as refused:
        pulumi_yaml.load(text)
    assert told in str(refused.value)


def test_maps_are_merged_and_keys_are_text() -> None:
    text = "base: &b {cpu: 1, 2: x}\nechos: {<<: *b, cpu: 2}\nboth: {<<: [{a: 1}, {a: 2, b: 3}]}\n"
    assert pulumi_yaml.load(text) == {
        "base": {"cpu": 1, "2": "x"},
        "echos": {"cpu": 2, "2": "x"},
        "both": {"a": 1, "b": 3},
    }


def test_the_first_document_counts() -> None:
    assert pulumi_yaml.load("a: 1\n---\nb: 2\n") == {"a": 1}
    assert pulumi_yaml.load("") is None
