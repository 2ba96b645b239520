"""Lists: order, limit and cursors. Source: azure-rest-api-specs, ai-foundry data plane; recordings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar

from foundry_emulator.foundry import errors

Item = TypeVar("Item")
MAXIMUM, USUAL = 100, 20


def page(
    query: Mapping[str, str],
    items: Sequence[Item],
    id_of: Callable[[Item], str],
    body_of: Callable[[Item], dict[str, Any]],
    *,
    order: Literal["asc", "desc"],
    object_: bool = True,
) -> dict[str, Any]:
    """A page of `items`, which come oldest first. `order` is the order where the caller names none.

    An empty page has no first_id and last_id; lists of sessions have no `object`.
    """
    wanted = query.get("order", order)
    if wanted not in ("asc", "desc"):
        raise errors.invalid("order", "The order must be 'asc' or 'desc'.")
    chosen = list(items) if wanted == "asc" else list(reversed(items))
    ids = [id_of(item) for item in chosen]
    if query.get("after") in ids:
        chosen = chosen[ids.index(query["after"]) + 1 :]
    elif query.get("before") in ids:
        chosen = chosen[: ids.index(query["before"])]
    limit = _limit(query.get("limit"))
    shown = chosen[:limit]
    body: dict[str, Any] = {"data": [body_of(item) for item in shown]}
    if shown:
        body["first_id"] = id_of(shown[0])
        body["last_id"] = id_of(shown[-1])
    body["has_more"] = len(chosen) > limit
    if object_:
        body["object"] = "list"
    return body


def _limit(text: str | None) -> int:
    if text is None:
        return USUAL
    if not text.isdigit() or not 1 <= int(text) <= MAXIMUM:
        raise errors.invalid("limit", f"The limit must be between 1 and {MAXIMUM}.")
    return int(text)
