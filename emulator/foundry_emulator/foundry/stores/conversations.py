"""Conversations of an agent's endpoint: made, read, changed, deleted, and the items in them.

Sources: Azure/azure-dev#7806 (the path), openai 3 as the client; the grammar of ids is that of
azure-ai-agentserver-responses.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from foundry_emulator.foundry import errors
from foundry_emulator.foundry.call import Call
from foundry_emulator.foundry.state import Conversation
from foundry_emulator.foundry.wire import metadata as metadata_rules
from foundry_emulator.foundry.wire import shape
from foundry_emulator.foundry.wire.answer import Answer
from foundry_emulator.foundry.wire.paging import page

_ID = re.compile(r"conv_[A-Za-z0-9]{50}")
# Source: docstring of openai's `conversations.items.create`.
_MOST_ITEMS = 20


async def create(call: Call) -> Answer:
    agent = call.agent()
    body = await call.body() if await call.request.body() else {}
    conversation = Conversation(
        id=f"conv_{secrets.token_hex(25)}",
        created_at=call.now,
        metadata=metadata_rules.check(body.get("metadata")),
        items=_new_items(body.get("items") or []),
    )
    agent.conversations[conversation.id] = conversation
    return Answer(200, _body(conversation))


async def get(call: Call) -> Answer:
    return Answer(200, _body(_named(call)))


async def update(call: Call) -> Answer:
    """Replaces the metadata."""
    conversation = _named(call)
    conversation.metadata = metadata_rules.check((await call.body()).get("metadata"))
    return Answer(200, _body(conversation))


async def delete(call: Call) -> Answer:
    """The conversation and its items; the session that it belonged to stays."""
    conversation = _named(call)
    del call.agent().conversations[conversation.id]
    return Answer(200, {"id": conversation.id, "object": "conversation.deleted", "deleted": True})


async def list_items(call: Call) -> Answer:
    """Newest first, unless the caller asks for another order."""
    items = _named(call).items
    return Answer(200, page(call.query, items, lambda one: str(one["id"]), lambda one: one, order="desc"))


async def add_items(call: Call) -> Answer:
    """Answers with the items that were added."""
    conversation = _named(call)
    added = _new_items(shape.required(await call.body(), "items", ""))
    conversation.items += added
    first, last = (str(one["id"]) for one in (added[0], added[-1])) if added else ("", "")
    return Answer(200, {"object": "list", "data": added, "first_id": first, "last_id": last, "has_more": False})


async def get_item(call: Call) -> Answer:
    return Answer(200, _item(call, _named(call)))


async def delete_item(call: Call) -> Answer:
    """Answers with the conversation."""
    conversation = _named(call)
    conversation.items.remove(_item(call, conversation))
    return Answer(200, _body(conversation))


def id_in(body: dict[str, Any]) -> str | None:
    """The conversation that a response, or the request for one, names: `conversation` is an id or an object."""
    given = body.get("conversation")
    if isinstance(given, dict):
        given = given.get("id")
    return given if isinstance(given, str) else None


def find(conversations: dict[str, Conversation], conversation_id: str) -> Conversation:
    """Raises ServiceError for an id that the service did not give out."""
    if not _ID.fullmatch(conversation_id):
        raise errors.conversation_malformed(conversation_id)
    if conversation_id not in conversations:
        raise errors.conversation_missing(conversation_id)
    return conversations[conversation_id]


def of_project(call: Call, conversation_id: str | None) -> Conversation | None:
    """The conversation of that id with any agent of the project."""
    for agent in call.agents.values():
        if conversation_id in agent.conversations:
            return agent.conversations[conversation_id]
    return None


def _named(call: Call) -> Conversation:
    return find(call.agent().conversations, call.path("conversation"))


def _item(call: Call, conversation: Conversation) -> dict[str, Any]:
    wanted = call.path("item")
    for one in conversation.items:
        if one["id"] == wanted:
            return one
    raise errors.conversation_item_missing(wanted, conversation.id)


def _new_items(given: object) -> list[dict[str, Any]]:
    items = shape.array(given, "/items")
    if len(items) > _MOST_ITEMS:
        raise errors.invalid("items", f"At most {_MOST_ITEMS} items can be added at once.")
    return [_new_item(shape.mapping(one, f"/items/{index}")) for index, one in enumerate(items)]


def _new_item(given: dict[str, Any]) -> dict[str, Any]:
    """The item with an id; text alone becomes a list with one part, as clients read it."""
    item = {"type": "message", "status": "completed", **given}
    item["id"] = given.get("id") or f"msg_{secrets.token_hex(25)}"
    if isinstance(item.get("content"), str):
        kind = "output_text" if item.get("role") == "assistant" else "input_text"
        item["content"] = [{"type": kind, "text": item["content"]}]
    return item


def _body(conversation: Conversation) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "object": "conversation",
        "created_at": int(conversation.created_at),
        "metadata": conversation.metadata,
    }
