"""What `make crash` commits: counts by operation and kind, and the rows that did not survive."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]

_REQUEST = re.compile(r"(?: at)? (?:GET|POST|PUT|PATCH|DELETE) /[^\s,]*(?: #\d+)?")


def report(killed: list[Row], answered_wrongly: list[Row]) -> dict[str, Any]:
    """The figures of both matrices."""
    rows = [*killed, *answered_wrongly]
    return {
        **summary(rows),
        "killed": summary(killed),
        "answered wrongly": summary(answered_wrongly),
        "figures": _figures(rows),
        "points by operation and kind": _counts(rows),
        "did not survive": [row for row in rows if not row["survived"]],
    }


def summary(rows: Iterable[Row]) -> dict[str, int]:
    """The figures of one matrix."""
    rows = list(rows)
    return {
        "points": len(rows),
        "survived": sum(row["survived"] for row in rows),
        "orphans": sum(len(row["orphans"]) for row in rows),
        "lost": sum(len(row["lost"]) for row in rows),
        "unrecorded": sum(row["unrecorded"] for row in rows),
    }


def operation_and_kind(name: str) -> tuple[str, str]:
    """The operation that a row is about, and what happens to it: the row's name without the request.

    `update: engine killed after PATCH /agents/echo #2, then recover` is `update` and `engine killed after, then
    recover`.
    """
    operation, _, kind = name.partition(": ")
    return operation, _REQUEST.sub("", kind) or "undisturbed"


def _counts(rows: Iterable[Row]) -> dict[str, dict[str, int]]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        operation, kind = operation_and_kind(row["name"])
        counts[operation][kind] += 1
    return {operation: dict(sorted(kinds.items())) for operation, kinds in counts.items()}


def _figures(rows: Iterable[Row]) -> dict[str, int]:
    """What the rows counted besides, added up."""
    figures: Counter[str] = Counter()
    for row in rows:
        figures.update(row["figures"])
    return dict(figures)
