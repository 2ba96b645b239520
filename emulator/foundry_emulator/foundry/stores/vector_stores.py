"""Vector stores, as OpenAI clients use them: `client.vector_stores`. Searches match words, without a model.

Source: openai 3.52.0 as client, through `get_openai_client()` of azure-ai-projects.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from foundry_emulator.foundry import errors
from foundry_emulator.foundry.call import Call
from foundry_emulator.foundry.state import StoreFile, VectorStore
from foundry_emulator.foundry.stores import files, text_search
from foundry_emulator.foundry.wire import metadata as metadata_rules
from foundry_emulator.foundry.wire import shape
from foundry_emulator.foundry.wire.answer import Answer
from foundry_emulator.foundry.wire.paging import page

USUAL_RESULTS, MOST_RESULTS = 10, 50


async def create(call: Call) -> Answer:
    body = await call.body()
    file_ids = [shape.text(one, "/file_ids") for one in shape.array(body.get("file_ids") or [], "/file_ids")]
    store = VectorStore(
        id=f"vs_{secrets.token_hex(12)}",
        name=shape.text(body.get("name") or "", "/name"),
        created_at=call.now,
        metadata=metadata_rules.check(body.get("metadata")),
    )
    for file_id in file_ids:
        _attach(call, store, file_id, {})
    call.uploads.vector_stores[store.id] = store
    return Answer(200, _body(call, store))


async def get(call: Call) -> Answer:
    return Answer(200, _body(call, _named(call)))


async def list_(call: Call) -> Answer:
    stores = list(call.uploads.vector_stores.values())
    return Answer(200, page(call.query, stores, lambda one: one.id, lambda one: _body(call, one), order="desc"))


async def delete(call: Call) -> Answer:
    """Its files stay."""
    store = _named(call)
    del call.uploads.vector_stores[store.id]
    return Answer(200, {"object": "vector_store.deleted", "id": store.id, "deleted": True})


async def attach(call: Call) -> Answer:
    """An attached file is searchable immediately."""
    store = _named(call)
    body = await call.body()
    file_id = shape.text(shape.required(body, "file_id", ""), "/file_id")
    attached = _attach(call, store, file_id, shape.mapping(body.get("attributes") or {}, "/attributes"))
    return Answer(200, _file_body(call, store, attached))


async def get_file(call: Call) -> Answer:
    store = _named(call)
    return Answer(200, _file_body(call, store, _attached(call, store)))


async def list_files(call: Call) -> Answer:
    store = _named(call)
    attached = list(store.files.values())
    listed = page(call.query, attached, lambda one: one.file_id, lambda one: _file_body(call, store, one), order="desc")
    return Answer(200, listed)


async def detach(call: Call) -> Answer:
    store = _named(call)
    file_id = _attached(call, store).file_id
    del store.files[file_id]
    return Answer(200, {"object": "vector_store.file.deleted", "id": file_id, "deleted": True})


async def search(call: Call) -> Answer:
    store = _named(call)
    body = await call.body()
    query = shape.required(body, "query", "")
    queries = [query] if isinstance(query, str) else [shape.text(one, "/query") for one in shape.array(query, "/query")]
    limit = shape.integer(body.get("max_num_results", USUAL_RESULTS), "/max_num_results")
    found = found_in(call, [store.id], queries, limit)
    data = [
        {
            "file_id": one.passage.file_id,
            "filename": one.passage.filename,
            "score": one.score,
            "attributes": store.files[one.passage.file_id].attributes,
            "content": [{"type": "text", "text": one.passage.text}],
        }
        for one in found
    ]
    shown = {"object": "vector_store.search_results.page", "search_query": queries, "data": data}
    return Answer(200, {**shown, "has_more": False, "next_page": None})


def found_in(call: Call, store_ids: Sequence[str], queries: Sequence[str], limit: int) -> list[text_search.Found]:
    """What the stores have for any of the queries. Raises ServiceError for a store that does not exist."""
    stores = [_find(call, store_id) for store_id in store_ids]
    searched = [
        passage
        for file_id in dict.fromkeys(file_id for store in stores for file_id in store.files)
        for passage in text_search.passages(file_id, files.find(call, file_id).filename, files.find(call, file_id).text)
    ]
    best: dict[text_search.Passage, text_search.Found] = {}
    for query in queries:
        for one in text_search.search(query, searched, limit):
            known = best.get(one.passage)
            if known is None or known.score < one.score:
                best[one.passage] = one
    return sorted(best.values(), key=lambda one: -one.score)[: max(1, min(limit, MOST_RESULTS))]


def _attach(call: Call, store: VectorStore, file_id: str, attributes: dict[str, Any]) -> StoreFile:
    attached = StoreFile(file_id=files.find(call, file_id).id, created_at=call.now, attributes=attributes)
    store.files[file_id] = attached
    return attached


def _named(call: Call) -> VectorStore:
    return _find(call, call.path("store"))


def _find(call: Call, store_id: str) -> VectorStore:
    if store_id not in call.uploads.vector_stores:
        raise errors.ServiceError(404, "not_found", f"No vector store found with id '{store_id}'.")
    return call.uploads.vector_stores[store_id]


def _attached(call: Call, store: VectorStore) -> StoreFile:
    file_id = call.path("file")
    if file_id not in store.files:
        message = f"No file found with id '{file_id}' in vector store '{store.id}'."
        raise errors.ServiceError(404, "not_found", message)
    return store.files[file_id]


def _body(call: Call, store: VectorStore) -> dict[str, Any]:
    count = len(store.files)
    return {
        "id": store.id,
        "object": "vector_store",
        "name": store.name,
        "status": "completed",
        "usage_bytes": sum(_size(call, file_id) for file_id in store.files),
        "created_at": int(store.created_at),
        "file_counts": {"in_progress": 0, "completed": count, "failed": 0, "cancelled": 0, "total": count},
        "metadata": store.metadata,
        "expires_after": None,
        "expires_at": None,
        "last_active_at": int(store.created_at),
    }


def _file_body(call: Call, store: VectorStore, attached: StoreFile) -> dict[str, Any]:
    return {
        "id": attached.file_id,
        "object": "vector_store.file",
        "usage_bytes": _size(call, attached.file_id),
        "created_at": int(attached.created_at),
        "vector_store_id": store.id,
        "status": "completed",
        "last_error": None,
        "attributes": attached.attributes,
    }


def _size(call: Call, file_id: str) -> int:
    return len(files.find(call, file_id).text.encode())
