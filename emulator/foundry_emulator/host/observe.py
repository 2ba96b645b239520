"""Around every application: the request log and the scripted faults."""

from __future__ import annotations

import asyncio
import json
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foundry_emulator.host.connections import Connections
from foundry_emulator.host.faults import ActiveFault, Faults
from foundry_emulator.host.requests_log import BODY_LIMIT, LoggedRequest, Plane, RequestLog, shown

PlaneOf = Callable[[str], Plane]
"""Which plane the path of a request belongs to."""


class _Exchange:
    """One request and its answer, as they pass by."""

    def __init__(self, number: int, receive: Receive, send: Send) -> None:
        self.number = number
        self.started = time.time()
        self._receive = receive
        self._send = send
        self.request_body = bytearray()
        self.response_body = bytearray()
        self.status: int | None = None
        self.held: list[Message] | None = None
        """The answer, held back. None: the answer is passed on as it comes."""

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request" and len(self.request_body) < BODY_LIMIT:
            self.request_body += message.get("body", b"")
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif len(self.response_body) < BODY_LIMIT:
            self.response_body += message.get("body", b"")
        if self.held is None:
            await self._send(message)
        else:
            self.held.append(message)

    async def release(self, messages: list[Message]) -> None:
        for message in messages:
            await self._send(message)

    async def disconnected(self, seconds: float | None) -> None:
        async def ended() -> None:
            while (await self._receive())["type"] != "http.disconnect":
                pass

        try:
            await asyncio.wait_for(ended(), seconds)
        except asyncio.TimeoutError:
            return


class Observer:
    """Logs every request and lets scripted faults happen. Requests to the control API pass unseen."""

    def __init__(
        self,
        log: RequestLog,
        faults: Faults,
        connections: Connections,
        *,
        caller: Callable[[Mapping[str, str]], str | None],
        answered: Callable[[], None],
    ) -> None:
        """`caller` names the sender of a request by its headers. `answered` is called after each request."""
        self._requests = log
        self._faults = faults
        self._connections = connections
        self._caller = caller
        self._answered = answered

    def around(self, app: ASGIApp, plane_of: PlaneOf) -> ASGIApp:
        """The application, observed."""

        async def observed(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or plane_of(scope["path"]) == "control":
                await app(scope, receive, send)
            else:
                await self._observe(app, plane_of(scope["path"]), scope, receive, send)

        return observed

    async def _observe(self, app: ASGIApp, plane: Plane, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = _Exchange(self._requests.next_number(), receive, send)
        fault = self._faults.hit(plane, scope["method"], unquote(scope["path"]))
        try:
            if fault is None:
                await app(scope, exchange.receive, exchange.send)
            else:
                await self._with_fault(app, fault, plane, scope, exchange)
        finally:
            self._answered()
            self._log(plane, scope, exchange, fault)

    async def _with_fault(
        self, app: ASGIApp, fault: ActiveFault, plane: Plane, scope: Scope, exchange: _Exchange
    ) -> None:
        kind = fault.action.kind
        if kind == "delay":
            if fault.when == "before":
                await asyncio.sleep(fault.action.seconds or 1)
            exchange.held = []
            await app(scope, exchange.receive, exchange.send)
            if fault.when == "after":
                await asyncio.sleep(fault.action.seconds or 1)
            await exchange.release(exchange.held)
            return
        if fault.when == "after" or kind == "truncate":
            exchange.held = []
            await app(scope, exchange.receive, exchange.send)
        client = (scope["client"][0], scope["client"][1])
        if kind == "kill":
            await self._kill(fault, client, exchange)
            return
        if kind == "status":
            answer = _answer(fault, plane)
            exchange.status, exchange.response_body = answer[0]["status"], bytearray(answer[1]["body"])
            await exchange.release(answer)
        elif kind == "truncate":
            await exchange.release(_first_half(exchange.held or []))
            await asyncio.sleep(0.05)  # let it reach the client before the reset
            await self._connections.reset(client)
        elif kind == "silence":
            exchange.status = None
            await exchange.disconnected(fault.action.seconds)
            await self._connections.reset(client)
        else:
            exchange.status = None
            await self._connections.reset(client)

    async def _kill(self, fault: ActiveFault, client: tuple[str, int], exchange: _Exchange) -> None:
        from foundry_emulator.host import victims  # noqa: PLC0415 (psutil: only this needs it)

        try:
            fault.killed.append(await victims.kill(fault.action.process, client[1]))
        except victims.NoVictim as problem:  # the fault shows that nothing was killed, the log why
            sys.stdout.write(f"No process was killed: {problem}\n")
        if fault.when == "after":
            await exchange.release(exchange.held or [])
        else:
            await self._connections.reset(client)

    def _log(self, plane: Plane, scope: Scope, exchange: _Exchange, fault: ActiveFault | None) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        entry = LoggedRequest(
            number=exchange.number,
            time=exchange.started,
            plane=plane,
            method=scope["method"],
            path=unquote(scope["path"]),
            query=scope["query_string"].decode("latin-1"),
            principal=self._caller(headers),
            status=exchange.status,
            duration=round(time.time() - exchange.started, 6),
            request_headers={k: "***" if _is_secret(k) else v for k, v in headers.items()},
            request_body=shown(bytes(exchange.request_body), plane),
            response_body=shown(bytes(exchange.response_body), plane),
            fault=fault.action.kind if fault else None,
        )
        self._requests.add(entry)
        _print(entry)


def _is_secret(header: str) -> bool:
    return header in ("authorization", "x-identity-header", "cookie")


def _print(entry: LoggedRequest) -> None:
    clock = time.strftime("%H:%M:%S", time.localtime(entry.time))
    query = f"?{entry.query}" if entry.query else ""
    answer = "no answer" if entry.status is None else str(entry.status)
    fault = f" fault={entry.fault}" if entry.fault else ""
    who = entry.principal or "-"
    sys.stdout.write(
        f"{clock} {entry.plane:8} {entry.method:6} {entry.path}{query} {answer} "
        f"{entry.duration * 1000:.0f} ms {who}{fault}\n"
    )
    sys.stdout.flush()


def _answer(fault: ActiveFault, plane: Plane) -> list[Message]:
    body, headers = _body(fault, plane)
    headers = {**headers, **{k.lower(): v for k, v in fault.action.headers.items()}}
    headers["content-length"] = str(len(body))
    return [
        {
            "type": "http.response.start",
            "status": fault.action.status,
            "headers": [(k.encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()],
        },
        {"type": "http.response.body", "body": body, "more_body": False},
    ]


def _body(fault: ActiveFault, plane: Plane) -> tuple[bytes, dict[str, str]]:
    given = fault.action.body
    if isinstance(given, str):
        return given.encode(), {"content-type": "text/plain; charset=utf-8"} if given else {}
    request_id = uuid.uuid4().hex
    if given is None:
        given = _usual_body(plane, fault.action.status, request_id)
    headers = {"content-type": "application/json; charset=utf-8", "x-request-id": request_id}
    return json.dumps(given).encode(), headers


# code and message of a status, where a scripted answer names none.
# Sources: Azure/azure-dev#7573 (500), Azure/azure-sdk-for-net#58060 (409), documentation of
# rate limits (429; its body was never recorded), common ARM errors.
_SERVER_ERROR = (
    "An error occurred while processing your request. You can retry your request, or contact us if the error "
    "persists. Please include the request ID {rid} in your message."
)
_DATA = {
    409: ("conflict", "The resource already exists or was modified concurrently. Please retry."),
    412: ("precondition_failed", "The resource was modified concurrently. Please retry."),
    429: ("rate_limit_exceeded", "Too many requests. Please retry later."),
    500: ("server_error", _SERVER_ERROR),
    503: ("server_error", "The service is temporarily unavailable."),
}
_ARM = {
    409: ("Conflict", "Another operation is in progress. Please retry."),
    412: ("PreconditionFailed", "The resource has changed."),
    429: ("TooManyRequests", "The request is being throttled. Please try again later."),
    500: ("InternalServerError", "An unexpected error occurred."),
    503: ("ServiceUnavailable", "The service is temporarily unavailable."),
}


def _usual_body(plane: Plane, status: int, request_id: str) -> dict[str, Any]:
    if plane != "data":
        code, message = _ARM.get(status, (str(status), "Scripted fault."))
        return {"error": {"code": code, "message": message}}
    code, message = _DATA.get(status, ("error", "Scripted fault."))
    return {
        "error": {
            "code": code,
            "message": f"{message.format(rid=request_id)} [Request ID: {request_id}]",
            "type": "error",
            "details": [],
            "additionalInfo": {"request_id": request_id},
        }
    }


def _first_half(answer: list[Message]) -> list[Message]:
    """The beginning of an answer that announces all of it."""
    body = b"".join(message.get("body", b"") for message in answer)
    start = dict(answer[0])
    kept = [(k, v) for k, v in start["headers"] if k.lower() not in (b"content-length", b"transfer-encoding")]
    start["headers"] = [*kept, (b"content-length", str(len(body)).encode())]
    return [start, {"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True}]
