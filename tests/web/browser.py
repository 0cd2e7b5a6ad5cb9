"""A browser without JavaScript: follows redirects, keeps the cookie, sends the forms as the pages have them."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
FRAGMENT = "text/vnd.page-part+html"


class Browser:
    """One person at the public side. ``page`` is the last page that was shown."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.page = ""
        self.status = 0

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page, following redirects."""
        return self._shown(
            self.client.get(path, headers={**SAME_ORIGIN, **headers}, follow_redirects=True)
        )

    def post(
        self, path: str, data: MultiDict[str, str] | dict[str, str], **headers: str
    ) -> TestResponse:
        """Send a form, following redirects."""
        sent = self.client.post(
            path, data=data, headers={**SAME_ORIGIN, **headers}, follow_redirects=True
        )
        return self._shown(sent)

    def begin(self, language: str = "en") -> None:
        """Open a conversation and see the chat."""
        self.get("/")
        self.post("/start", {"language": language})

    def fields(self) -> dict[str, str]:
        """Return the hidden fields of the chat form on the page."""
        form = re.search(r'<form[^>]*id="answer".*?</form>', self.page, re.S)
        assert form, "no chat form on the page"
        pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[0])
        return {name: unescape(value) for name, value in pairs}

    def say(self, text: str, **more: str) -> TestResponse:
        """Type a message and send it."""
        return self.post("/chat", {**self.fields(), "text": text, "send": "1", **more})

    def press(self, choice: str, typed: str = "") -> TestResponse:
        """Press one of the answer buttons."""
        return self.post("/chat", {**self.fields(), "choice": choice, "text": typed})

    def turns(self) -> list[tuple[str, str]]:
        """Return who said what on the page, in order."""
        found = re.findall(
            r'<li class="turn turn--(\w+)".*?<div class="turn__body">(.*?)</div>\s*</li>',
            self.page,
            re.S,
        )
        return [(author, plain(body)) for author, body in found]

    def offered(self) -> list[str]:
        """Return the ids of the answers that are offered."""
        found = re.findall(r'name="(?:choice|tick)" value="([^"]*)"', self.page)
        return [unescape(value) for value in found]

    def typed(self) -> str:
        """Return what stands in the text box."""
        box = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", self.page, re.S)
        return unescape(box[1]) if box else ""

    def _shown(self, response: TestResponse) -> TestResponse:
        self.page, self.status = response.get_data(as_text=True), response.status_code
        return response


def plain(html: str) -> str:
    """Return the text of a piece of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
