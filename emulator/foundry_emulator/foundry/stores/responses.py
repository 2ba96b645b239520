"""The platform's storage of responses, which agents use themselves.

Source: azure-ai-agentserver-responses 2.3.0 as its client; answers inferred from what it reads.
"""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from foundry_emulator.foundry import errors
from foundry_emulator.foundry.call import Call
from foundry_emulator.foundry.state import Conversation
from foundry_emulator.foundry.stores import conversations
from foundry_emulator.foundry.wire import shape
from foundry_emulator.foundry.wire.answer import Answer

_KEPT = 1000


async def create(call: Call) -> Answer:
    body = await call.body()
    response = shape.mapping(shape.required(body, "response", ""), "/response")
    response_id = shape.text(shape.required(response, "id", "/response"), "/response/id")
    stored = _stored(call)
    if response_id in stored:
        raise errors.ServiceError(409, "conflict", f"Response '{response_id}' already exists")
    stored[response_id] = {
        "response": response,
        "input_items": shape.array(body.get("input_items") or [], "/input_items"),
        "history_item_ids": shape.array(body.get("history_item_ids") or [], "/history_item_ids"),
    }
    while len(stored) > _KEPT:
        del stored[next(iter(stored))]
    conversation = conversations.of_project(call, conversations.id_in(response))
    if conversation is not None:
        _extend(conversation, stored[response_id])
    return Answer(201, response)


async def get(call: Call) -> Answer:
    return Answer(200, _entry(call)["response"])


async def update(call: Call) -> Answer:
    entry = _entry(call)
    entry["response"] = await call.body()
    conversation = conversations.of_project(call, conversations.id_in(entry["response"]))
    if conversation is not None:
        _extend(conversation, entry)
    return Answer(200, entry["response"])


async def delete(call: Call) -> Answer:
    _entry(call)
    del _stored(call)[call.path("response")]
    return Answer(204, None)


async def input_items(call: Call) -> Answer:
    items = list(_entry(call)["input_items"])
    if call.query.get("order", "desc") == "desc":
        items.reverse()
    limit = int(call.query.get("limit", "20"))
    return Answer(200, {"object": "list", "data": items[:limit], "has_more": len(items) > limit})


async def items(call: Call) -> Response:
    """In the order of the ids, null where there is none."""
    wanted = shape.array(shape.required(await call.body(), "item_ids", ""), "/item_ids")
    known = {
        str(item.get("id")): item
        for entry in _stored(call).values()
        for item in [*entry["input_items"], *(entry["response"].get("output") or [])]
    }
    for agent in call.agents.values():
        for conversation in agent.conversations.values():
            known |= {str(item["id"]): item for item in conversation.items}
    return _array([known.get(str(one)) for one in wanted])


async def history(call: Call) -> Response:
    """Ids of the items so far, oldest first: those of the conversation, else those of the previous responses.
    `limit=-1` means all."""
    conversation = conversations.of_project(call, call.query.get("conversation_id"))
    if conversation is not None:
        return _array(_last([one["id"] for one in conversation.items], int(call.query.get("limit", "-1"))))
    entry = _stored(call).get(call.query.get("previous_response_id", ""))
    ids: list[Any] = []
    if entry is not None:
        said = [*entry["input_items"], *(entry["response"].get("output") or [])]
        ids = [*entry["history_item_ids"], *(item.get("id") for item in said)]
    return _array(_last(ids, int(call.query.get("limit", "-1"))))


def _last(ids: list[Any], limit: int) -> list[Any]:
    return ids if limit < 0 else ids[max(0, len(ids) - limit) :]


def _extend(conversation: Conversation, entry: dict[str, Any]) -> None:
    """Adds what a response was asked and what it said; a response is written more than once while it grows."""
    known = {one["id"] for one in conversation.items}
    said = [*entry["input_items"], *(entry["response"].get("output") or [])]
    conversation.items += [one for one in said if one.get("id") and one["id"] not in known]


def _array(content: list[Any]) -> Response:
    return Response(json.dumps(content), media_type="application/json")


def _stored(call: Call) -> dict[str, Any]:
    return call.plane.state.storage.setdefault(call.key, {})


def _entry(call: Call) -> dict[str, Any]:
    response_id = call.path("response")
    stored = _stored(call)
    if response_id not in stored:
        raise errors.ServiceError(404, "not_found", f"Response '{response_id}' not found")
    entry: dict[str, Any] = stored[response_id]
    return entry
