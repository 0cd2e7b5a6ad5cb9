"""Stands in for the bot's Python: trains in no time, and answers the probes of Rasa and its action server.

Called as that Python would be: ``-m rasa train …``, ``-m bot.serve rasa run …``, ``-m bot.serve rasa_sdk …``.
Writes the environment it was given beside itself, for the tests to look at.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Probe(BaseHTTPRequestHandler):
    """Answers every GET with 200."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main(arguments: list[str]) -> None:
    """Do what the arguments ask for."""
    given = dict(itertools.pairwise(arguments))
    if "train" in arguments:
        out = Path(given["--out"])
        out.mkdir(parents=True)
        (out / f"{given['--fixed-model-name']}.tar.gz").write_text("model")
        return
    (Path(os.environ["HOME"]) / f"{given['bot.serve']}.json").write_text(
        json.dumps(dict(os.environ))
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    HTTPServer(("127.0.0.1", int(given["--port"])), Probe).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
