"""What the check lets pass, the service takes: the local Azure has rules of its own, written from other sources."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from foundry_agents.lifecycle.inputs import agent as definition
from foundry_agents.lifecycle.service import agent_body as wire
from foundry_agents.lifecycle.service.mark import Mark

from . import garbage, good
from .conftest import Service
from .run_size import examples

OWNER = "acme/agent-environment/dev"


@settings(max_examples=examples(150, 2_000))
@given(inputs=good.definitions())
def test_what_is_right_is_taken(service: Service, inputs: dict[str, Any]) -> None:
    checked = definition.check(inputs)
    assert checked.problems == []
    status, answer = _sent(service, checked.inputs)
    assert status == 200, answer


_names = st.sampled_from(
    ["PORT", "port", "FOUNDRY_", "FOUNDRY", "AGENT_X", "A-B", "A.B", "_1", "1A", "", "\u00c4", "A\n"]
)
_texts = st.integers(0, 600).map(lambda length: "x" * length) | st.sampled_from(["x" * 512, "x" * 513])
_keys = st.integers(60, 70).map(lambda length: "k" * length)
_twentieths = st.integers(0, 100).map(lambda number: number / 20)

NEAR_THE_LIMITS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "agent_name": st.sampled_from(["a", "a" * 63, "a" * 64, "-a", "a-", "a--b", "a_b", "\u00e4"]).map(
        lambda name: {"agent_name": name}
    ),
    "cpu": (_twentieths | _twentieths.map(str) | st.sampled_from(["1e0", " 1", "\uff11", "+1", "01", "1.0"])).map(
        lambda cpu: {"cpu": cpu, "memory": None}
    ),
    "memory": (_twentieths.map("{:g}Gi".format) | st.sampled_from(["\uff12Gi", "02Gi", "2.0Gi"])).flatmap(
        lambda memory: _twentieths.map(lambda cpu: {"cpu": cpu, "memory": memory})
    ),
    "environment_variables": st.dictionaries(_names, good.variable_values, min_size=1, max_size=2).map(
        lambda variables: {"environment_variables": variables}
    ),
    "keys of metadata": st.dictionaries(_keys, good.text, min_size=1, max_size=2).map(
        lambda metadata: {"metadata": metadata}
    ),
    "values of metadata": _texts.map(lambda text: {"metadata": {"k": text}}),
    "pairs of metadata": st.integers(10, 20).map(lambda pairs: {"metadata": {f"k{i}": "v" for i in range(pairs)}}),
    "owner": _texts.map(lambda text: {"owner": text}),
    "description": _texts.map(lambda text: {"description": text}),
    "idle_timeout_seconds": (st.integers(115, 125) | st.integers(14395, 14405)).map(
        lambda seconds: {"idle_timeout_seconds": seconds}
    ),
    "protocol_versions": (st.none() | st.lists(st.sampled_from(["a2a", "mcp", "x"]), max_size=2)).map(
        lambda protocols: {"protocol_versions": protocols, "container_protocol_versions": None}
    ),
    "telemetry_endpoints": st.lists(
        st.dictionaries(
            st.sampled_from(["kind", "endpoint", "protocol", "data", "auth"]), st.sampled_from([None, "http://h", []])
        )
    ).map(lambda collectors: {"telemetry_endpoints": collectors}),
    "image": (good.images() | good.repositories | st.sampled_from(["", " ", "a:", "a@"])).map(
        lambda image: {"image": image}
    ),
}


@pytest.mark.parametrize("limit", NEAR_THE_LIMITS)
@settings(max_examples=examples(15, 300))
@given(data=st.data())
def test_what_passes_the_check_is_not_refused_by_the_service(service: Service, limit: str, data: DataObject) -> None:
    inputs = {**data.draw(good.definitions()), **data.draw(NEAR_THE_LIMITS[limit])}
    _accepted_if_it_passes(service, inputs)


@settings(max_examples=examples(150, 3_000))
@given(data=st.data())
def test_what_passes_the_check_with_garbage_in_it_is_not_refused_by_the_service(
    service: Service, data: DataObject
) -> None:
    inputs = data.draw(good.definitions())
    place = data.draw(st.sampled_from(good.places(inputs)))
    _accepted_if_it_passes(service, good.replaced(inputs, place, data.draw(garbage.anything)))


def _accepted_if_it_passes(service: Service, inputs: dict[str, Any]) -> None:
    checked = definition.check(inputs)
    if not checked.problems and "UNKNOWN" not in repr(checked.inputs):
        status, answer = _sent(service, checked.inputs)
        assert status == 200, answer


def _sent(service: Service, inputs: dict[str, Any]) -> tuple[int, str]:
    mark = Mark(inputs.get("owner", OWNER), "agents-echo")
    return service.make_version(inputs["agent_name"], {**wire.version_body(inputs, mark)})
