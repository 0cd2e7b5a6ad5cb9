"""A bot in the place of Rasa that says everything back, so that answers can be counted; it speaks the same channel."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Say the text back, once."""
        turn = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = turn["text"]
        said = {"say": "utter_echo", "source": f"Heard: {text}"} if text else {}
        body = json.dumps({"lines": [said] if said else [], "state": _STATE}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


_STATE = b64encode(b"state").decode()


@contextmanager
def echo_bot() -> Iterator[str]:
    """Serve on loopback; yield the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
