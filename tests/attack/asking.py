"""Who asks in an attack: somebody with a cookie and a token, who sends any route of the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from werkzeug.test import TestResponse

from tests.desk.desk import SAME_ORIGIN
from web.security import csrf_token

MADE_UP = {
    "<name>": "minors",
    "<token>": "nope",
    "<ref>": "nope",
    "<other_id>": "0" * 16,
    "<path:filename>": "site.css",
    "<flag_id>": "1",
    "<seq>": "1",
    "<shift_id>": "1",
    "<change_id>": "1",
    "<wish_id>": "1",
    "<passkey_id>": "1",
}


def filled(route: str, case_id: str, ids: Mapping[str, str] = MADE_UP) -> str:
    """Return the path of a route, with ids in the places for them."""
    path = route.partition(" ")[2]
    path = path.replace("<case_id>", case_id).replace("<conversation_id>", case_id)
    for name, value in {**MADE_UP, **ids}.items():
        path = path.replace(name, value)
    return path


@dataclass(frozen=True)
class Asker:
    """Somebody with what they hold: a cookie, and the token that it and the header carry."""

    cookie: str
    token: str

    def ask(
        self, app: Flask, route: str, case_id: str, ids: Mapping[str, str] = MADE_UP, **more: str
    ) -> TestResponse:
        """Send the request, forms with the token of the own session, JSON with the own bearer token."""
        method, path = route.partition(" ")[0], filled(route, case_id, ids)
        client = app.test_client()
        if self.cookie:
            client.set_cookie(*self.cookie.split("=", 1))
        if path.startswith("/api/"):
            bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
            body = {} if method == "GET" else {"json": {"text": "x", "to": "bot", "language": "en"}}
            return client.open(path, method=method, headers=bearer, **body)
        form = {
            "csrf": csrf_token(self.token),
            "text": "x",
            "to": "bot",
            "reason": "because",
        } | more
        data = form if method == "POST" else None
        return client.open(path, method=method, data=data, headers=SAME_ORIGIN)


NOBODY = Asker("", "")
