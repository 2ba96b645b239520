"""Properties on the wire."""

from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc

from foundry_agents.adapters.plugin.codec import (
    OUTPUT,
    SECRET,
    SIGNATURE,
    UNKNOWN_TEXTS,
    Decoded,
    decode,
    encode,
    kept_secret,
    texts_at,
    without_secrets,
)
from foundry_agents.lifecycle.inputs.unknown import UNKNOWN

_leaves = st.booleans() | st.floats(allow_nan=False) | st.text() | st.just(UNKNOWN)
_values = st.dictionaries(
    st.text(),
    st.recursive(_leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)),
    max_size=4,
)


def struct(values: dict[str, Any]) -> Struct:
    made = Struct()
    made.update(values)
    return made


@given(_values)
def test_what_is_written_is_read_again(values: dict[str, Any]) -> None:
    assert decode(encode(values)) == Decoded(values)


def test_pulumi_itself_reads_what_is_written() -> None:
    written = encode({"list": [1, {"a": "b"}], "token": "t", "off": False, "none": None}, {("token",)})
    read = rpc.deserialize_properties(written)
    assert read["list"] == [1, {"a": "b"}] and read["off"] is False and "none" not in read
    assert rpc.is_rpc_secret(read["token"]) and rpc.unwrap_rpc_secret(read["token"]) == "t"


def test_secrets_are_noted_by_their_place_at_any_depth() -> None:
    hidden = {SIGNATURE: SECRET, "value": {"A": "1"}}
    output = {SIGNATURE: OUTPUT, "value": "2", "secret": True, "dependencies": ["urn"]}
    found = decode(struct({"all": hidden, "map": {"B": output, "C": "3"}, "list": [{SIGNATURE: SECRET, "value": "4"}]}))
    assert found.values == {"all": {"A": "1"}, "map": {"B": "2", "C": "3"}, "list": ["4"]}
    assert found.secrets == {("all",), ("map", "B"), ("list", 0)}
    assert texts_at(found.values, found.secrets) == {"1", "2", "4"}
    assert decode(encode(found.values, found.secrets)) == found


@pytest.mark.parametrize("text", sorted(UNKNOWN_TEXTS))
def test_unknown_values_of_every_kind_are_unknown(text: str) -> None:
    assert decode(struct({"a": text, "b": [text]})).values == {"a": UNKNOWN, "b": [UNKNOWN]}


def test_an_output_without_a_value_is_unknown_and_a_null_is_not_set() -> None:
    assert decode(struct({"a": {SIGNATURE: OUTPUT}, "b": None, "c": {"d": None}})).values == {"a": UNKNOWN, "c": {}}


def test_a_secret_whose_place_is_gone_is_dropped_and_one_that_was_rewritten_is_secret_as_a_whole() -> None:
    values = {"verify": {"kind": "off"}, "image": "x", "list": ["a"]}
    places = [("verify", "kind"), ("image", "deeper"), ("gone",), ("verify", "gone"), ("list", 4)]
    assert kept_secret(values, places) == {("verify", "kind"), ("image",), ("list",)}


def test_what_is_secret_is_unknown_without_secrets_and_what_is_beside_it_stays() -> None:
    values = {"map": {"a": "1", "b": {"c": "2"}}, "list": ["3", "4"], "all": {"d": "5"}, "plain": 6.0}
    decoded = decode(encode(values, {("map", "b", "c"), ("list", 1), ("all",)}))
    assert without_secrets(decoded) == {
        "map": {"a": "1", "b": {"c": UNKNOWN}},
        "list": ["3", UNKNOWN],
        "all": UNKNOWN,
        "plain": 6.0,
    }
