"""The smallest agent that follows the container contract: standard library only.

What it answers is what it was asked and what it can see, so that tests can look at both.
"""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

if os.environ.get("START") == "fails":
    sys.exit("this agent does not start")


class Agent(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(503 if os.environ.get("START") == "never ready" else 200, {"path": self.path})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        sys.stdout.write(f"asked {self.path}\n")
        sys.stdout.flush()
        if not self.path.startswith("/responses"):
            self._answer(200, {"path": self.path, "body": raw.decode(), "env": dict(os.environ)})
            return
        asked = json.loads(raw)
        if asked.get("stream"):
            self._stream(asked)
            return
        version = os.environ["FOUNDRY_AGENT_VERSION"]
        text = {"type": "output_text", "text": f"{version}: {asked['input']}", "annotations": []}
        message = {
            "type": "message",
            "id": "msg_1",
            "role": "assistant",
            "content": [text],
            "status": "completed",
        }
        self._answer(
            200,
            {
                "id": "caresp_1",
                "object": "response",
                "output": [message],
                "created_at": int(time.time()),
                "status": "completed",
                "model": "",
                "parallel_tool_calls": True,
                "tool_choice": "auto",
                "tools": [],
                "metadata": {"headers": json.dumps(dict(self.headers))},
            },
        )

    def _stream(self, asked: dict[str, object]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Connection", "close")
        self.end_headers()
        for number, word in enumerate(str(asked["input"]).split()):
            event = {"type": "response.output_text.delta", "delta": word, "sequence_number": number}
            self.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
            self.wfile.flush()
            time.sleep(0.05)
        self.close_connection = True

    def _answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Agent).serve_forever()
