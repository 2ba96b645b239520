"""Uploaded files, as OpenAI clients use them: `client.files`. Here they are texts, and small.

Source: openai 3.52.0 as client, through `get_openai_client()` of azure-ai-projects.
"""

from __future__ import annotations

import secrets
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response

from foundry_emulator.foundry import errors
from foundry_emulator.foundry.call import Call
from foundry_emulator.foundry.state import StoredFile
from foundry_emulator.foundry.wire.answer import Answer
from foundry_emulator.foundry.wire.paging import page

LARGEST = 1024 * 1024
"""Bytes. The service takes 512 MB; here files are part of the saved state."""


async def upload(call: Call) -> Answer:
    """`POST /files`, multipart: `file` and `purpose`."""
    async with call.request.form() as form:
        sent, purpose = form.get("file"), form.get("purpose")
        if not isinstance(sent, UploadFile):
            raise errors.invalid("file", "'file' is a required property")
        if not isinstance(purpose, str) or not purpose:
            raise errors.invalid("purpose", "'purpose' is a required property")
        raw = await sent.read()
        filename = sent.filename or "file"
    if len(raw) > LARGEST:
        raise errors.invalid("file", f"The local Azure takes files of at most {LARGEST} bytes.")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise errors.invalid("file", "The local Azure takes text files in UTF-8.") from problem
    file_id = f"assistant-{secrets.token_hex(11)}"
    stored = StoredFile(id=file_id, filename=filename, purpose=purpose, created_at=call.now, text=text)
    call.uploads.files[file_id] = stored
    return Answer(200, _body(stored))


async def get(call: Call) -> Answer:
    return Answer(200, _body(find(call, call.path("file"))))


async def list_(call: Call) -> Answer:
    wanted = call.query.get("purpose")
    files = [one for one in call.uploads.files.values() if wanted in (None, one.purpose)]
    return Answer(200, page(call.query, files, lambda one: one.id, _body, order="desc"))


async def download(call: Call) -> Response:
    return Response(find(call, call.path("file")).text, media_type="application/octet-stream")


async def delete(call: Call) -> Answer:
    """Vector stores lose it too."""
    file_id = find(call, call.path("file")).id
    del call.uploads.files[file_id]
    for store in call.uploads.vector_stores.values():
        store.files.pop(file_id, None)
    return Answer(200, {"object": "file", "id": file_id, "deleted": True})


def find(call: Call, file_id: str) -> StoredFile:
    """Raises ServiceError."""
    if file_id not in call.uploads.files:
        raise errors.ServiceError(404, "not_found", f"No such File object: {file_id}")
    return call.uploads.files[file_id]


def _body(stored: StoredFile) -> dict[str, Any]:
    return {
        "object": "file",
        "id": stored.id,
        "purpose": stored.purpose,
        "filename": stored.filename,
        "bytes": len(stored.text.encode()),
        "created_at": int(stored.created_at),
        "status": "processed",
        "status_details": None,
    }
