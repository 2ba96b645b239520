"""The input `verify`: a kind alone, a request, or nothing; and the words for what is wrong."""

from typing import Any

import pytest

from foundry_agents.lifecycle.errors.input_issue import Issues
from foundry_agents.lifecycle.inputs import verify
from foundry_agents.lifecycle.inputs.unknown import UNKNOWN


def checked(value: Any) -> tuple[Any, list[str]]:
    issues = Issues()
    return verify.check(value, "verify", issues), [str(problem) for problem in issues.problems]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("off", {"kind": "off", "timeout": 300}),
        (False, {"kind": "off", "timeout": 300}),  # YAML reads `off` as false
        (True, {"kind": "start", "timeout": 300}),
        ({"timeout": 60.0}, {"kind": "start", "timeout": 60}),
        (
            {"prompt": "ping"},
            {"kind": "request", "timeout": 300, "prompt": "ping", "protocol": "responses", "expected_status": 200},
        ),
        ({"kind": UNKNOWN, "prompt": "x"}, {"kind": UNKNOWN, "timeout": 300, "prompt": "x"}),
    ],
)
def test_every_form_becomes_the_map_with_what_its_kind_needs(written: Any, kept: dict[str, Any]) -> None:
    assert checked(written) == (kept, [])
    assert checked(kept) == (kept, [])


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"kind": "request"}, "verify: a request needs content; set exactly one of `prompt` or `body`"),
        (
            {"prompt": "a", "body": {}},
            "verify: `prompt` and `body` are both set; set exactly one of `prompt` or `body`",
        ),
        (
            {"kind": "start", "prompt": "a"},
            "verify.prompt: applies to requests only; set kind to request, or remove prompt",
        ),
        ({"body": {"a": {1}}}, "verify.body: is not valid JSON; use maps, lists, strings, numbers and Booleans"),
        ("sart", "verify.kind: `sart` is not allowed; did you mean `start`?"),
        (5, "verify: `5` is not a verification; use start, request or off"),
    ],
)
def test_what_is_wrong_is_told_once_with_the_cure(written: Any, told: str) -> None:
    assert checked(written)[1] == [told]
