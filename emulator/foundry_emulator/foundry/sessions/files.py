"""Files of a session. Source: recordings of azure-ai-agents (Java), 2026-05."""

from __future__ import annotations

import shutil
from pathlib import Path

from starlette.responses import Response

from foundry_emulator.foundry import errors
from foundry_emulator.foundry.call import Call
from foundry_emulator.foundry.sessions import sandbox, sessions
from foundry_emulator.foundry.wire.answer import Answer, common_headers


async def upload(call: Call) -> Answer:
    target = _path(call)
    content = await call.request.body()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    body = {
        "path": call.query["path"],
        "bytes_written": len(content),
        "success": True,
        "source_type": "stream",
    }
    return Answer(201, body)


async def download(call: Call) -> Response:
    target = _path(call)
    if not target.is_file():
        raise _missing(call)
    headers = common_headers(call.project.location, call.request_id)
    return Response(target.read_bytes(), headers=headers, media_type="application/octet-stream")


async def list_(call: Call) -> Answer:
    target = _path(call, default=".")
    if not target.is_dir():
        if call.query.get("path"):
            raise _missing(call)
        target.mkdir(parents=True, exist_ok=True)
    entries = [
        {
            "name": entry.name,
            "size": 0 if entry.is_dir() else entry.stat().st_size,
            "is_directory": entry.is_dir(),
            "modified_time": int(entry.stat().st_mtime),
        }
        for entry in sorted(target.iterdir())
    ]
    return Answer(200, {"path": call.query.get("path", "."), "entries": entries})


async def delete(call: Call) -> Answer:
    target = _path(call)
    if target.is_dir():
        if not call.flag("recursive"):
            raise errors.invalid("path", "The path is a directory; deleting it needs recursive=true.")
        shutil.rmtree(target)
    elif target.is_file():
        target.unlink()
    else:
        raise _missing(call)
    return Answer(204, None)


def _path(call: Call, default: str | None = None) -> Path:
    agent, session = sessions.find(call)
    place = sandbox.place_of(call, agent, session.version)
    root = call.plane.agents.session_folder(place, session.session_id).resolve()
    given = call.query.get("path", default)
    if given is None:
        raise errors.invalid("path", "The query parameter 'path' is required.")
    target = (root / given.lstrip("/")).resolve()
    if target != root and root not in target.parents:
        raise errors.invalid("path", "The path leaves the folder of the session.")
    return target


def _missing(call: Call) -> errors.ServiceError:
    # Not recorded; inferred from the other errors.
    path = call.query.get("path", "")
    return errors.ServiceError(404, "not_found", f"Path '{path}' not found")
