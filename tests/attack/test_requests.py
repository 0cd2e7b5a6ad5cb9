"""Ten thousand requests as raw bytes, to every route, by nobody, a reporter and a screener: no fault and no echo."""

from __future__ import annotations

import json
import logging
from collections import Counter
from io import BytesIO
from random import Random
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from escalation.bot import BotLine
from escalation.conversation import Opened
from escalation.lines import MalformedLineError, line_from_dict
from escalation.ports import Ports
from tests.attack import inputs
from tests.attack.test_inputs import REQUESTS
from tests.builders import Joined
from tests.desk.desk import Desk
from tests.fakes import ScriptedBot
from tests.web.browser import Browser
from web.app import MAX_BODY_BYTES

METHODS = ("GET", "GET", "GET", "POST", "POST", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "X")
FIELDS = ("text", "choice", "tick", "language", "client_id", "csrf", "next", "name", "password")
FIELDS += ("code", "to", "note", "reason", "value", "phrase", "translate", "again", "send")
JSON_FIELDS = ("text", "choice", "client_id", "language", "to", "totp", "name")
SLOW = ("/receipt", "/receipts", "/login", "/session", "/invitations")
"""Where a password or a receipt is derived on purpose slowly: one in twenty is enough."""

CANARY = "<np-canary>"


def raw(random: Random, longest: int = 4) -> str:
    """Return bytes as a server hands them to an application: one character a byte."""
    made = inputs.text(random, longest).encode("utf-8", "surrogatepass")
    return (made + random.choice((b"", b"\xff\xfe", CANARY.encode()))).decode("latin-1")


class Attacker:
    """Sends one odd request after the other and keeps what came back."""

    def __init__(self, app: Flask, told: Opened, anna: Joined) -> None:
        self.client: Client = app.test_client(use_cookies=False)
        self.random = Random(inputs.SEED)
        self.rules = [str(rule.rule) for rule in app.url_map.iter_rules()]
        self.ids = (told.id, "0" * 32)
        self.cookies = (
            "", "", f"s={told.id}.{told.token}", f"d={anna.session_token}",
            f"s={told.id}.{anna.session_token}; d={told.token}",
        )  # fmt: skip
        self.bearers = ("", f"Bearer {told.token}", f"Bearer {anna.session_token}", "Bearer ")
        self.seen: Counter[int] = Counter()

    def send(self) -> TestResponse:
        """Send the next request."""
        random = self.random
        path = self._path()
        body, media = self._body()
        environ: dict[str, Any] = {
            "REQUEST_METHOD": random.choice(METHODS),
            "PATH_INFO": path,
            "QUERY_STRING": random.choice(
                ("", "", f"lang={raw(random)}&next={raw(random)}&after=")
            ),
            "CONTENT_TYPE": media,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
            "HTTP_COOKIE": random.choice((*self.cookies, raw(random))),
            "HTTP_ACCEPT": random.choice(("", "text/vnd.page-part+html", raw(random))),
            "HTTP_ACCEPT_LANGUAGE": random.choice(("", "ar", raw(random))),
            "HTTP_LAST_EVENT_ID": random.choice(("", "3", raw(random))),
            "HTTP_HOST": random.choice(("localhost", "localhost", "evil.example", "a b", "é:x")),
            "HTTP_SEC_FETCH_SITE": random.choice(("same-origin", "same-origin", "cross-site")),
            "HTTP_AUTHORIZATION": random.choice((*self.bearers, raw(random))),
        }
        answer = self.client.open(environ_overrides={k: v for k, v in environ.items() if v != ""})
        self.seen[answer.status_code] += 1
        return answer

    def _path(self) -> str:
        path = self.random.choice(self.rules)
        if any(slow in path for slow in SLOW) and self.random.random() < 0.95:
            path = "/chat"
        while "<" in path:
            before, _, rest = path.partition("<")
            given = self.random.choice((*self.ids, *self.ids, raw(self.random, 2)))
            path = before + given + rest.partition(">")[2]
        return path + self.random.choice(("", "", "", "", "/", "//", "/..", "\0"))

    def _body(self) -> tuple[bytes, str]:
        random, kind = self.random, self.random.randrange(8)
        if kind < 3:
            pairs = (f"{random.choice(FIELDS)}={raw(random)}" for _ in range(4))
            return "&".join(pairs).encode("latin-1"), "application/x-www-form-urlencoded"
        if kind < 6:
            body = {
                name: random.choice((raw(random), inputs.value(random))) for name in JSON_FIELDS
            }
            broken = random.choice(
                (json.dumps(body).encode(), b"[" * 3_000, b"\xff{", b'"\\ud800"')
            )
            return random.choice((json.dumps(body).encode(), broken)), "application/json"
        if kind == 6:
            part = (
                f'--x\r\nContent-Disposition: form-data; name="text"; filename="{raw(random, 1)}"'
            )
            return (
                f"{part}\r\n\r\n{raw(random)}\r\n--x--".encode(),
                "multipart/form-data; boundary=x",
            )
        return random.randbytes(50), random.choice(
            ("", "text/plain", "multipart/form-data", raw(random, 1))
        )


@pytest.fixture
def attacker(app: Flask, told: Opened, anna: Joined) -> Attacker:
    return Attacker(app, told, anna)


def test_ten_thousand_requests_and_no_fault(
    attacker: Attacker, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(REQUESTS):
            answer = attacker.send()
            assert answer.status_code < 500 or answer.status_code == 503, answer.request.path
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert answer.mimetype != "text/html" or CANARY.encode() not in answer.data
            answer.close()
    assert sum(attacker.seen.values()) >= REQUESTS
    assert {200, 303, 400, 401, 403, 404, 405} <= set(attacker.seen), attacker.seen
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("path", ["/", "/receipt", "/desk/login", "/api/v1/openapi.json"])
def test_bytes_that_are_no_text_after_the_question_mark_are_no_fault(app: Flask, path: str) -> None:
    for odd in ("\xff", "lang=\xed\xa0\x80", "\x80=\x80", "next=%ff\xfe"):
        answer = app.test_client().get(path, environ_overrides={"QUERY_STRING": odd})
        assert answer.status_code == 200


@pytest.mark.parametrize("media", ["application/json", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize("path", ["/api/v1/conversations", "/api/v1/receipts", "/start", "/chat"])
def test_more_than_any_body_is_refused(app: Flask, path: str, media: str) -> None:
    body = b"a=" + b"x" * (MAX_BODY_BYTES + 1)
    answer = app.test_client().post(path, data=body, content_type=media)
    assert answer.status_code in (303, 400, 401, 413)


def test_a_malicious_bot_breaks_no_page(
    app: Flask, house: Ports, bot: ScriptedBot, desk: Desk
) -> None:
    random = Random(inputs.SEED)

    def hostile(_turn: object) -> list[BotLine]:
        made = [inputs.line(random) for _ in range(3)]
        lines = []
        for one in (
            json.loads(json.dumps(one, ensure_ascii=False).encode("utf-8", "replace"))
            for one in made
        ):
            try:
                effect = {"submit": True, **(one.get("effect") or {})}
                lines.append(BotLine(line_from_dict(one), effect))
            except (MalformedLineError, AttributeError, TypeError):
                continue
        return lines or [BotLine(None, {"submit": True})]

    bot.script = hostile
    for _ in range(25):
        browser = Browser(app)
        browser.begin("ar")
        browser.post("/chat", {**fields_or_none(browser), "text": "hallo"})
        assert browser.status in (200, 303, 403), browser.page[:300]
        assert "<script>alert" not in browser.page
        assert "<img" not in browser.page
    desk.get("/desk")
    assert desk.status == 200
    for case in {one for one in desk.page.split('data-case="')[1:]}:
        desk.get(f"/desk/cases/{case[:32]}")
        assert desk.status == 200
        assert "<script>alert" not in desk.page
        assert "<img src=x" not in desk.page


def fields_or_none(browser: Browser) -> dict[str, str]:
    """Return the hidden fields of the chat, none when the page is another one."""
    return browser.fields() if 'id="answer"' in browser.page else {}
