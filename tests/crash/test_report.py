"""What is committed of a crash run: counts, and only the rows that did not survive."""

import json

import pytest
from tests.crash.report import operation_and_kind, report

from bench.readable import readable


@pytest.mark.parametrize(
    ("name", "operation", "kind"),
    [
        (
            "update: engine killed after PATCH /agents/echo #2, then recover",
            "update",
            "engine killed after, then recover",
        ),
        ("toolbox delete: 404 of a gateway at GET /toolboxes/box", "toolbox delete", "404 of a gateway"),
        ("update, then back: one Ctrl-C, then recover", "update, then back", "one Ctrl-C, then recover"),
        ("100 updates with gradual traffic", "100 updates with gradual traffic", "undisturbed"),
    ],
)
def test_rows_are_counted_by_what_happens_not_by_the_request(name: str, operation: str, kind: str) -> None:
    assert operation_and_kind(name) == (operation, kind)


def test_a_row_that_did_not_survive_is_kept_whole_and_the_others_are_counted() -> None:
    good = {"survived": True, "orphans": [], "lost": [], "unrecorded": False, "figures": {"left": 2}}
    bad = {**good, "name": "create: 500 at POST /agents", "survived": False, "orphans": ["echo"], "wrong": ["gone"]}
    killed = [{**good, "name": f"create: engine killed before GET /agents/{name}, then up"} for name in "ab"]
    found = json.loads(readable(report(killed, [bad])))
    assert found["points by operation and kind"] == {"create": {"engine killed before, then up": 2, "500": 1}}
    assert found["did not survive"] == [bad] and found["survived"] == 2 and found["figures"] == {"left": 6}
    assert (found["answered wrongly"]["survived"], found["answered wrongly"]["orphans"]) == (0, 1)
