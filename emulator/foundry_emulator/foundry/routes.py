"""Where the data plane listens: one line per operation.

Source of the paths: azure-rest-api-specs ai-foundry/data-plane/Foundry/src/agents/routes.tsp and
azure-ai-projects 2.10.0; of the storage: azure-ai-agentserver-responses 2.3.0.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from foundry_emulator.foundry import connections
from foundry_emulator.foundry.agents import agents, versions
from foundry_emulator.foundry.call import Handler, Right, operation
from foundry_emulator.foundry.plane import DataPlane
from foundry_emulator.foundry.sessions import files as session_files
from foundry_emulator.foundry.sessions import invoke, log_stream, sessions
from foundry_emulator.foundry.stores import conversations, files, responses, vector_stores
from foundry_emulator.foundry.toolboxes import toolboxes
from foundry_emulator.foundry.toolboxes import versions as toolbox_versions
from foundry_emulator.host import names

PROJECT = "/accounts/{account}/api/projects/{project}"

_AGENT = "/agents/{agent}"
_VERSION = "/agents/{agent}/versions/{version}"
_SESSIONS = "/agents/{agent}/endpoint/sessions"
_SESSION = "/agents/{agent}/endpoint/sessions/{session}"
_PROTOCOLS = "/agents/{agent}/endpoint/protocols"
_STORED = "/storage/responses/{response}"
_TOOLBOX = "/toolboxes/{toolbox}"
_TOOLBOX_VERSION = "/toolboxes/{toolbox}/versions/{version}"
_STORE = "/vector_stores/{store}"

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
    ("GET", f"{_AGENT}/sessions/{{session}}:logstream", "stream_logs", "read", log_stream.stream),
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
    ("GET", "/connections", "list_connections", "read", connections.list_),
    ("GET", "/connections/{connection}", "get_connection", "read", connections.get),
    (
        "POST",
        "/connections/{connection}/getConnectionWithCredentials",
        "get_connection_with_credentials",
        "write",
        connections.get_with_credentials,
    ),
    ("POST", "/storage/responses", "store_response", "storage", responses.create),
    ("GET", f"{_STORED}/input_items", "list_input_items", "storage", responses.input_items),
    ("GET", _STORED, "get_response", "storage", responses.get),
    ("POST", _STORED, "update_response", "storage", responses.update),
    ("DELETE", _STORED, "delete_response", "storage", responses.delete),
    ("POST", "/storage/items/batch/retrieve", "get_items", "storage", responses.items),
    ("GET", "/storage/history/item_ids", "get_history", "storage", responses.history),
    ("POST", f"{_TOOLBOX_VERSION}/mcp", "use_toolbox_version", "use", toolboxes.serve_version),
    ("GET", f"{_TOOLBOX_VERSION}/mcp", "use_toolbox_version", "use", toolboxes.no_stream),
    ("DELETE", f"{_TOOLBOX_VERSION}/mcp", "use_toolbox_version", "use", toolboxes.no_stream),
    ("POST", f"{_TOOLBOX}/mcp", "use_toolbox", "use", toolboxes.serve_default),
    ("GET", f"{_TOOLBOX}/mcp", "use_toolbox", "use", toolboxes.no_stream),
    ("DELETE", f"{_TOOLBOX}/mcp", "use_toolbox", "use", toolboxes.no_stream),
    ("GET", "/toolboxes", "list_toolboxes", "read", toolboxes.list_),
    ("GET", f"{_TOOLBOX}/versions", "list_toolbox_versions", "read", toolbox_versions.list_),
    ("POST", f"{_TOOLBOX}/versions", "create_toolbox_version", "write", toolbox_versions.create),
    ("GET", _TOOLBOX_VERSION, "get_toolbox_version", "read", toolbox_versions.get),
    ("DELETE", _TOOLBOX_VERSION, "delete_toolbox_version", "delete", toolbox_versions.delete),
    ("GET", _TOOLBOX, "get_toolbox", "read", toolboxes.get),
    ("PATCH", _TOOLBOX, "update_toolbox", "write", toolboxes.update),
    ("DELETE", _TOOLBOX, "delete_toolbox", "delete", toolboxes.delete),
]

# Below `/openai` and `/openai/v1` of an agent's endpoint.
_CONVERSATION: list[tuple[str, str, str, Right, Handler]] = [
    ("POST", "", "create_conversation", "invoke", conversations.create),
    ("GET", "/{conversation}/items", "list_conversation_items", "invoke", conversations.list_items),
    ("POST", "/{conversation}/items", "add_conversation_items", "invoke", conversations.add_items),
    ("GET", "/{conversation}/items/{item}", "get_conversation_item", "invoke", conversations.get_item),
    ("DELETE", "/{conversation}/items/{item}", "delete_conversation_item", "invoke", conversations.delete_item),
    ("GET", "/{conversation}", "get_conversation", "invoke", conversations.get),
    ("POST", "/{conversation}", "update_conversation", "invoke", conversations.update),
    ("DELETE", "/{conversation}", "delete_conversation", "invoke", conversations.delete),
]

# The part of the OpenAI API that file_search needs: below `/openai` and below `/openai/v1`.
_OPENAI: list[tuple[str, str, str, Right, Handler]] = [
    ("POST", "/files", "upload_file_of_project", "write", files.upload),
    ("GET", "/files", "list_files_of_project", "read", files.list_),
    ("GET", "/files/{file}/content", "download_file_of_project", "read", files.download),
    ("GET", "/files/{file}", "get_file_of_project", "read", files.get),
    ("DELETE", "/files/{file}", "delete_file_of_project", "delete", files.delete),
    ("POST", "/vector_stores", "create_vector_store", "write", vector_stores.create),
    ("GET", "/vector_stores", "list_vector_stores", "read", vector_stores.list_),
    ("POST", f"{_STORE}/search", "search_vector_store", "read", vector_stores.search),
    ("POST", f"{_STORE}/files", "attach_file", "write", vector_stores.attach),
    ("GET", f"{_STORE}/files", "list_attached_files", "read", vector_stores.list_files),
    ("GET", f"{_STORE}/files/{{file}}", "get_attached_file", "read", vector_stores.get_file),
    ("DELETE", f"{_STORE}/files/{{file}}", "detach_file", "write", vector_stores.detach),
    ("GET", _STORE, "get_vector_store", "read", vector_stores.get),
    ("DELETE", _STORE, "delete_vector_store", "delete", vector_stores.delete),
]


def routes(plane: DataPlane) -> list[Route]:
    """Every operation of the data plane, for the main port."""
    openai = [
        (method, base + path, name, right, handler)
        for base in ("/openai/v1", "/openai")
        for method, path, name, right, handler in _OPENAI
    ]
    with_agents = [
        (method, f"{_PROTOCOLS}{base}/conversations{path}", name, right, handler)
        for base in ("/openai/v1", "/openai")
        for method, path, name, right, handler in _CONVERSATION
    ]
    served = [
        Route(PROJECT + path, operation(plane, name, right, handler), methods=[method])
        for method, path, name, right, handler in [*_OPERATIONS, *with_agents, *openai]
    ]
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return [*served, Route("/accounts/{rest:path}", _not_served, methods=methods)]


def by_host(app: ASGIApp) -> ASGIApp:
    """Answers at `ACCOUNT.services.ai.azure.com` too: paths there do not name the account."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        host = Headers(scope=scope).get("host", "").partition(":")[0] if scope["type"] == "http" else ""
        account = names.label_of(host, names.PROJECTS)
        if account is not None:
            scope = {**scope, "path": f"/accounts/{account}{scope['path']}"}
        await app(scope, receive, send)

    return serve


async def _not_served(request: Request) -> Response:
    message = f"The local Azure does not serve {request.method} {request.url.path}."
    return JSONResponse({"error": {"code": "not_found", "message": message}}, status_code=404)
