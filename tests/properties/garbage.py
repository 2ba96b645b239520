"""Anything that YAML, JSON or a program may hand over, sensible or not."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from foundry_agents.lifecycle.inputs.unknown import UNKNOWN

_nasty_text = st.sampled_from(
    ["", "\0", "\ud800", "\n", "a.b[0]", "[", "${", "{}", "\u202e", "x" * 2000, "latest", "v1"]
)
_nasty_numbers = st.sampled_from([0, -1, 2**53 + 1, float("nan"), float("inf"), float("-inf"), 1e308, 5e-324, -0.0])
huge_numbers = st.sampled_from([400, 5000]).map(lambda digits: 10**digits)  # Python does not write out the latter
leaves: SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(), max_size=20),
    st.binary(max_size=4),
    _nasty_text,
    _nasty_numbers,
    huge_numbers,
    st.just(UNKNOWN),
)
keys: SearchStrategy[Any] = st.text(st.characters(), max_size=20) | _nasty_text | st.integers() | st.none()
anything: SearchStrategy[Any] = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=8
)
