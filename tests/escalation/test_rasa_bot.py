"""The bot over HTTP: anything but a well-formed answer in time is "unavailable", and says nothing of what was sent."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from escalation.bot import BotTurn
from escalation.errors import BotUnavailableError, StateUnreadableError
from escalation.transports.rasa_bot import HANGS_AFTER, RasaBot

TURN = BotTurn(
    conversation="c",
    text="a secret text",
    choice=None,
    language="pl",
    language_chosen=True,
    channel="web",
    level="high",
    flags=("minor",),
    acute_now=False,
    state=b"state",
    state_key=b"k" * 32,
)
GOOD = {
    "lines": [{"say": "utter_a", "source": "A", "asks": "minors", "effect": {"record": {}}}],
    "state": b64encode(b"next").decode(),
    "detected": {"language": "pl", "confidence": 0.9},
}


class Answering(ThreadingHTTPServer):
    """A server that answers every POST with ``reply`` and remembers what it got."""

    reply: tuple[int, bytes] = (200, json.dumps(GOOD).encode())

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    """Hands the request to its server."""

    server: Answering

    def do_POST(self) -> None:
        """Answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(json.loads(body))
        self.server.secrets.append(self.headers["Authorization"])
        status, payload = self.server.reply
        self.send_response(status)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def server() -> Iterator[Answering]:
    with Answering() as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def bot(server: Answering) -> Iterator[RasaBot]:
    built = RasaBot(base_url=f"http://127.0.0.1:{server.server_port}", secret="s3")
    yield built
    built.close()


def test_a_turn_goes_out_whole_and_the_answer_comes_back(server: Answering, bot: RasaBot) -> None:
    reply = bot.answer(TURN)
    assert server.secrets == ["Bearer s3"]
    assert server.got[0]["text"] == "a secret text"
    assert server.got[0]["flags"] == ["minor"]
    assert server.got[0]["state"] == b64encode(b"state").decode()
    assert reply.state == b"next"
    assert reply.lines[0].line is not None and reply.lines[0].line.asks == "minors"
    assert reply.detected is not None and reply.detected.language == "pl"


@pytest.mark.parametrize(
    "answer",
    [
        (500, b""),
        (401, b"{}"),
        (200, b"not json"),
        (200, b"[]"),
        (200, b'{"lines": 3}'),
        (200, b'{"lines": [{"say": 1, "source": 2}]}'),
        (200, b'{"lines": [], "state": "!"}'),
        (200, b'{"lines": [{"say": "a", "source": "b", "choices": [1]}]}'),
        (200, b'{"lines": [{"say": "a", "source": "b", "effect": 1}]}'),
    ],
)
def test_any_other_answer_is_unavailable_without_a_word_of_the_message(
    server: Answering, bot: RasaBot, answer: tuple[int, bytes]
) -> None:
    server.reply = answer
    with pytest.raises(BotUnavailableError) as caught:
        bot.answer(TURN)
    assert "secret" not in repr(caught.value) + str(caught.value.__cause__) + repr(TURN)


def test_a_state_that_cannot_be_opened_is_told_apart(server: Answering, bot: RasaBot) -> None:
    server.reply = (409, b"{}")
    with pytest.raises(StateUnreadableError):
        bot.answer(TURN)


def test_nobody_there_is_unavailable() -> None:
    bot = RasaBot(base_url="http://127.0.0.1:1", secret="s3")
    for _ in range(2):  # the second one is not even tried
        with pytest.raises(BotUnavailableError):
            bot.answer(TURN)
    bot.close()


class Hanging(Answering):
    """A server that takes every turn and answers none before ``released``."""

    def __init__(self) -> None:
        self.released = threading.Event()
        super().__init__()

    def finish_request(self, request: Any, client_address: Any) -> None:
        self.got.append({})
        self.released.wait(20)


def test_a_bot_that_hangs_is_let_be_for_a_while() -> None:
    server = Hanging()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
    bot = RasaBot(
        base_url=f"http://127.0.0.1:{server.server_port}", secret="s", answer_seconds=0.05
    )
    try:
        for _ in range(HANGS_AFTER + 5):
            with pytest.raises(BotUnavailableError):
                bot.answer(TURN)
        assert len(server.got) == HANGS_AFTER
    finally:
        bot.close()
        server.released.set()
        server.shutdown()
        server.server_close()
