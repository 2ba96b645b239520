"""Where the data plane listens: one line per operation.

Source of the paths: azure-rest-api-specs ai-foundry/data-plane/Foundry/src/agents/routes.tsp and
azure-ai-projects 2.10.0; of the storage: azure-ai-agentserver-responses 2.3.0.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from foundry_emulator.foundry import (
    agents,
    invoke,
    log_stream,
    session_files,
    sessions,
    storage,
    versions,
)
from foundry_emulator.foundry.call import Handler, Right, operation
from foundry_emulator.world import World

PROJECT = "/accounts/{account}/api/projects/{project}"

_AGENT = "/agents/{agent}"
_VERSION = "/agents/{agent}/versions/{version}"
_SESSIONS = "/agents/{agent}/endpoint/sessions"
_SESSION = "/agents/{agent}/endpoint/sessions/{session}"
_PROTOCOLS = "/agents/{agent}/endpoint/protocols"
_STORED = "/storage/responses/{response}"

# Method, path, name for the switches, right, handler. The first match counts, so `{agent}:enable` comes
# before `{agent}`.
_OPERATIONS: list[tuple[str, str, str, Right, Handler]] = [
    ("GET", "/agents", "list_agents", "read", agents.list_),
    ("POST", "/agents", "create_agent", "write", agents.create),
    ("POST", f"{_AGENT}:enable", "enable_agent", "write", agents.enable),
    ("POST", f"{_AGENT}:disable", "disable_agent", "write", agents.disable),
    ("GET", f"{_AGENT}/code:download", "download_code", "read", agents.download_code),
    ("GET", f"{_AGENT}/versions", "list_versions", "read", versions.list_),
    ("POST", f"{_AGENT}/versions", "create_version", "write", versions.create),
    ("GET", f"{_VERSION}/sessions/{{session}}:logstream", "stream_logs", "read", log_stream.stream),
    ("GET", _VERSION, "get_version", "read", versions.get),
    ("DELETE", _VERSION, "delete_version", "delete", versions.delete),
    ("GET", f"{_SESSION}/files", "list_files", "read", session_files.list_),
    ("DELETE", f"{_SESSION}/files", "delete_file", "write", session_files.delete),
    ("PUT", f"{_SESSION}/files/content", "upload_file", "write", session_files.upload),
    ("GET", f"{_SESSION}/files/content", "download_file", "read", session_files.download),
    ("POST", f"{_SESSION}:stop", "stop_session", "write", sessions.stop),
    ("GET", _SESSIONS, "list_sessions", "read", sessions.list_),
    ("POST", _SESSIONS, "create_session", "write", sessions.create),
    ("GET", _SESSION, "get_session", "read", sessions.get),
    ("DELETE", _SESSION, "delete_session", "write", sessions.delete),
    ("POST", f"{_PROTOCOLS}/openai/responses", "invoke", "invoke", invoke.responses),
    ("POST", f"{_PROTOCOLS}/openai/v1/responses", "invoke", "invoke", invoke.responses),
    ("GET", f"{_PROTOCOLS}/openai/responses/{{rest:path}}", "invoke", "invoke", invoke.stored_response),
    ("POST", f"{_PROTOCOLS}/openai/responses/{{rest:path}}", "invoke", "invoke", invoke.stored_response),
    ("DELETE", f"{_PROTOCOLS}/openai/responses/{{rest:path}}", "invoke", "invoke", invoke.stored_response),
    ("POST", f"{_PROTOCOLS}/invocations", "invoke", "invoke", invoke.invocations),
    ("GET", f"{_PROTOCOLS}/invocations/{{rest:path}}", "invoke", "invoke", invoke.invocations),
    ("POST", f"{_PROTOCOLS}/invocations/{{rest:path}}", "invoke", "invoke", invoke.invocations),
    ("GET", _AGENT, "get_agent", "read", agents.get),
    ("POST", _AGENT, "update_agent", "write", agents.update),
    ("PATCH", _AGENT, "patch_agent", "write", agents.patch),
    ("DELETE", _AGENT, "delete_agent", "delete", agents.delete),
    ("POST", "/storage/responses", "store_response", "storage", storage.create),
    ("GET", f"{_STORED}/input_items", "list_input_items", "storage", storage.input_items),
    ("GET", _STORED, "get_response", "storage", storage.get),
    ("POST", _STORED, "update_response", "storage", storage.update),
    ("DELETE", _STORED, "delete_response", "storage", storage.delete),
    ("POST", "/storage/items/batch/retrieve", "get_items", "storage", storage.items),
    ("GET", "/storage/history/item_ids", "get_history", "storage", storage.history),
]


def routes(world: World) -> list[Route]:  # noqa: ARG001 (every package's routes() looks the same)
    served = [
        Route(PROJECT + path, operation(name, right, handler), methods=[method])
        for method, path, name, right, handler in _OPERATIONS
    ]
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return [*served, Route("/accounts/{rest:path}", _not_served, methods=methods)]


async def _not_served(request: Request) -> Response:
    message = f"The local Azure does not serve {request.method} {request.url.path}."
    return JSONResponse({"error": {"code": "not_found", "message": message}}, status_code=404)
