"""A stand-in for Twilio's API on loopback: counts what it took, and fails in every way that the real one can.

Run as a program it serves until it is stopped, and answers ``GET /sent`` with what it took, for other processes.
"""

from __future__ import annotations

import argparse
import json
import re
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
from twilio.request_validator import RequestValidator

ACCOUNT = "AC" + "0" * 32
TOKEN = "a-token-of-twilio"
NUMBER = "+3197010200300"

DIES = "dies"
"""A way to fail: the message is taken, and the connection ends without an answer."""

_LIST = re.compile(r"^/2010-04-01/Accounts/(AC\w+)/Messages\.json$")
_ONE = re.compile(r"^/2010-04-01/Accounts/(AC\w+)/Messages/(\w+)\.json$")


@dataclass
class Taken:
    """One message as it came."""

    sid: str
    to: str
    sender: str
    body: str
    callback: str
    at: datetime
    names: frozenset[str]


@dataclass
class FakeTwilio:
    """What it took, in order. It fails by ``failures``, one by one, a code or ``DIES``; then ``failing`` is asked."""

    taken: list[Taken] = field(default_factory=list)
    lies_there: dict[str, Taken] = field(default_factory=dict)
    failures: list[int | str] = field(default_factory=list)
    failing: Callable[[], int | str | None] = lambda: None
    not_deletable: set[str] = field(default_factory=set)
    blanked: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    slow_seconds: float = 0.0
    others: Callable[[str, str, dict[str, str]], tuple[int, object] | None] = lambda *_: None
    """Answers what is not about messages: method, path and form in, status and body out."""

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def bodies(self) -> list[str]:
        """Return the words of what it took, in order."""
        return [one.body for one in self.taken]

    def take(self, form: dict[str, str]) -> Taken:
        """Keep a message."""
        message = Taken(
            sid="SM" + secrets.token_hex(16),
            to=form["To"],
            sender=form["From"],
            body=form["Body"],
            callback=form.get("StatusCallback", ""),
            at=self.clock(),
            names=frozenset(form),
        )
        self.taken.append(message)
        self.lies_there[message.sid] = message
        return message

    def shown(self, message: Taken) -> dict[str, object]:
        """Return a message as the API shows it."""
        return {
            "sid": message.sid,
            "to": message.to,
            "from": message.sender,
            "body": message.body,
            "status": "queued",
            "date_created": format_datetime(message.at, usegmt=True),
            "date_sent": None,
            "num_segments": "1",
        }


HTTP_OF = {20003: 401, 20404: 404, 20429: 429, 20503: 503, 20009: 409}


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        """A new message, or an emptied one."""
        form = self._form()
        fake = self.server.fake
        one = _ONE.match(self.path)
        with fake.lock:
            fake.calls.append(f"POST {self.path}")
            if (other := fake.others("POST", self.path, form)) is not None:
                self._answer(*other)
                return
            if one is not None:
                fake.blanked.append(one[2])
                self._answer(200, {"sid": one[2], "body": ""})
                return
            failure = fake.failures.pop(0) if fake.failures else fake.failing()
            if isinstance(failure, int):
                self._refuse(failure)
                return
            message = fake.take(form)
        if fake.slow_seconds:
            threading.Event().wait(fake.slow_seconds)
        if failure == DIES:
            self.close_connection = True
            return
        self._answer(201, fake.shown(message))

    def do_GET(self) -> None:
        """The list of messages; or, for tests in other processes, everything that was taken."""
        fake, parts = self.server.fake, urlsplit(self.path)
        asked = parse_qs(parts.query)
        with fake.lock:
            fake.calls.append(f"GET {self.path}")
            if (other := fake.others("GET", self.path, {})) is not None:
                self._answer(*other)
                return
            if parts.path == "/sent":
                self._answer(200, {"sent": [[one.to, one.body] for one in fake.taken]})
                return
            if not _LIST.match(parts.path):
                self._refuse(20404)
                return
            found = [
                fake.shown(one)
                for one in reversed(fake.lies_there.values())
                if one.to in asked.get("To", [one.to])
                and one.sender in asked.get("From", [one.sender])
            ]
        self._answer(200, {"messages": found, "next_page_uri": None, "page_size": 50})

    def do_DELETE(self) -> None:
        """A message that must go."""
        fake, one = self.server.fake, _ONE.match(self.path)
        with fake.lock:
            fake.calls.append(f"DELETE {self.path}")
            failure = fake.failures.pop(0) if fake.failures else None
            if isinstance(failure, int):
                self._refuse(failure)
            elif one is None or one[2] not in fake.lies_there:
                self._refuse(20404)
            elif one[2] in fake.not_deletable:
                self._refuse(20009)
            else:
                del fake.lies_there[one[2]]
                self._answer(204, None)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _form(self) -> dict[str, str]:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True))

    def _refuse(self, code: int) -> None:
        status = HTTP_OF.get(code, code if code < 1_000 else 400)
        told = {"code": code, "status": status, "message": "no", "more_info": ""}
        self._answer(status, told)

    def _answer(self, status: int, told: object) -> None:
        body = b"" if told is None else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    fake: FakeTwilio

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what many tests are about."""


@contextmanager
def serving(fake: FakeTwilio, port: int = 0) -> Iterator[FakeTwilio]:
    """Serve on loopback."""
    server = _Server(("127.0.0.1", port), _Handler)
    server.fake = fake
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def signed_post(
    client: httpx.Client, public_url: str, path: str, form: dict[str, str], *, token: str = TOKEN
) -> httpx.Response:
    """Call one of our addresses as Twilio does."""
    signature = RequestValidator(token).compute_signature(f"{public_url}{path}", form)
    return client.post(path, data=form, headers={"X-Twilio-Signature": signature})


def main() -> None:
    """Serve until the process is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    with serving(FakeTwilio(), parser.parse_args().port):
        threading.Event().wait()


if __name__ == "__main__":
    main()
