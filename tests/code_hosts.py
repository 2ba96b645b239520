"""The part of GitHub's and Azure Repos' REST interfaces that the pipelines' scripts speak, as a local server.

Sources: docs.github.com REST "Issue comments" and "Issues"; learn.microsoft.com REST "Pull Request Threads" 7.1.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

REPOSITORY = "contoso/agents"
TOKEN = "token-of-the-run"


class CodeHost:
    """Comments by pull request, issues, and threads; what somebody else wrote can be put in beforehand."""

    def __init__(self) -> None:
        self.comments: dict[int, list[dict[str, Any]]] = {}
        self.issues: list[dict[str, Any]] = []
        self.threads: list[dict[str, Any]] = []
        self.closed: set[int] = set()
        """Pull requests that are closed by now."""
        self.writes: list[str] = []
        self.address = ""

    def bodies(self, number: int) -> list[str]:
        return [comment["body"] for comment in self.comments.get(number, [])]

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        if method != "GET":
            self.writes.append(f"{method} {path.partition('?')[0]}")
        for pattern, respond in (
            (rf"/repos/{REPOSITORY}/issues/(\d+)/comments", self._comments),
            (rf"/repos/{REPOSITORY}/issues/comments/(\d+)", self._comment),
            (rf"/repos/{REPOSITORY}/issues(?:/(\d+))?", self._issues),
            (rf"/repos/{REPOSITORY}/pulls/(\d+)", self._pull),
            (r"/collection/project/_apis/git/repositories/repository/pullRequests/7/threads(.*)", self._threads),
        ):
            found = re.fullmatch(pattern, urlsplit(path).path)
            if found:
                return respond(method, found[1] or "", body, parse_qs(urlsplit(path).query))
        return 404, {"message": "Not Found"}

    def _comments(self, method: str, number: str, body: dict[str, Any], query: dict[str, Any]) -> tuple[int, Any]:
        of_this = self.comments.setdefault(int(number), [])
        if method == "POST":
            known = sum(map(len, self.comments.values()))
            of_this.append({"id": known + 1, "user": {"type": "Bot"}, **body})
            return 201, of_this[-1]
        return 200, _page(of_this, query)

    def _comment(self, method: str, number: str, body: dict[str, Any], _query: dict[str, Any]) -> tuple[int, Any]:
        assert method == "PATCH"
        (comment,) = (one for all_ in self.comments.values() for one in all_ if one["id"] == int(number))
        comment.update(body)
        return 200, comment

    def _issues(self, method: str, number: str, body: dict[str, Any], query: dict[str, Any]) -> tuple[int, Any]:
        if method == "POST":
            self.issues.append({"number": len(self.issues) + 1, "state": "open", "user": {"type": "Bot"}, **body})
            return 201, self.issues[-1]
        if method == "PATCH":
            self.issues[int(number) - 1].update(body)
            return 200, self.issues[int(number) - 1]
        return 200, _page([issue for issue in self.issues if [issue["state"]] == query["state"]], query)

    def _pull(self, method: str, number: str, _body: dict[str, Any], _query: dict[str, Any]) -> tuple[int, Any]:
        assert method == "GET"
        return 200, {"number": int(number), "state": "closed" if int(number) in self.closed else "open"}

    def _threads(self, method: str, rest: str, body: dict[str, Any], query: dict[str, Any]) -> tuple[int, Any]:
        assert query["api-version"] == ["7.1"]
        if method == "POST":
            thread = {"id": len(self.threads) + 1, **body}
            thread["comments"] = [{"id": 1, **comment} for comment in body["comments"]]
            self.threads.append(thread)
            return 200, thread
        if method == "PATCH":
            _, thread_id, _, comment_id = rest.split("/")
            self.threads[int(thread_id) - 1]["comments"][int(comment_id) - 1].update(body)
            return 200, {}
        return 200, {"value": self.threads}


def _page(items: list[Any], query: dict[str, Any]) -> list[Any]:
    size, number = int(query["per_page"][0]), int(query["page"][0])
    return items[size * (number - 1) : size * number]


@contextmanager
def code_host() -> Iterator[CodeHost]:
    """A code host that listens on this machine."""
    host = CodeHost()

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Authorization") == f"Bearer {TOKEN}":
                status, answer = host.answer(self.command, self.path, json.loads(raw or b"{}"))
            else:
                status, answer = 401, {"message": "Bad credentials"}
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = _handle  # noqa: N815 - names of the standard library

        def log_message(self, *_arguments: Any) -> None:
            """Nothing to the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
