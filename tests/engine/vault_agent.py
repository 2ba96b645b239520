"""An agent that answers with a secret: what `docs/secrets.md` shows, behind the smallest server."""

import json
import os
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[2] / "docs" / "secrets.md"


def shown_in_the_docs(mark: str) -> str:
    """The Python block after `<!-- tested: mark -->`."""
    found = re.search(rf"<!-- tested: {mark} -->\n```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert found is not None
    return found[1]


class Agent(BaseHTTPRequestHandler):
    names: dict[str, Any]

    def do_GET(self) -> None:
        self._answer(200, {})

    def do_POST(self) -> None:
        try:
            self._answer(200, {"secret": self.names["secret"]("api-key")})
        except Exception as problem:  # noqa: BLE001 (the test wants to see it)
            self._answer(200, {"problem": str(problem)})

    def _answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


if __name__ == "__main__":
    Agent.names = {}
    exec(shown_in_the_docs("agent"), Agent.names)
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Agent).serve_forever()
