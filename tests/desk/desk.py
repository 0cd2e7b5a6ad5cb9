"""A screener's browser without JavaScript, and people who tell something."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask
from werkzeug.test import TestResponse

from escalation import conversation
from escalation.conversation import Opened
from escalation.ports import Ports
from tests.fakes import ScriptedBot, saying

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
PART = {"Accept": "text/vnd.page-part+html"}


class Desk:
    """One screener's browser. ``page`` is the last page that was shown, ``status`` its status."""

    def __init__(self, app: Flask, session_token: str | None = None) -> None:
        self.client = app.test_client()
        self.page = ""
        self.status = 0
        if session_token:
            self.client.set_cookie("d", session_token)

    def get(self, path: str, *, follow: bool = True, **headers: str) -> TestResponse:
        """Open a page."""
        sent = {**SAME_ORIGIN, **headers}
        return self._shown(self.client.get(path, headers=sent, follow_redirects=follow))

    def send(self, path: str, *, follow: bool = True, **fields: str) -> TestResponse:
        """Send the form that goes to ``path`` on the present page, with its hidden fields and ``fields``."""
        data = {**self.hidden(path), **fields}
        sent = self.client.post(path, data=data, headers=SAME_ORIGIN, follow_redirects=follow)
        return self._shown(sent)

    def hidden(self, path: str) -> dict[str, str]:
        """Return the hidden fields of the form that goes to ``path``."""
        forms = re.findall(r'<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>', self.page, re.S)
        for action, inside in forms:
            if unescape(action).partition("?")[0] == path.partition("?")[0]:
                pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', inside)
                return {name: unescape(value) for name, value in pairs}
        raise AssertionError(f"no form on the page goes to {path}")

    @property
    def text(self) -> str:
        """Return what can be read on the page."""
        return plain(self.page)

    def said(self) -> list[tuple[str, str]]:
        """Return who said what in the transcript, in order, in the screener's language."""
        theirs = re.compile(r'<div class="said__body said__theirs".*?</div>\s*(?=</li>)', re.S)
        found = re.findall(
            r'<li class="said said--(\w+)"[^>]*>\s*<p.*?<div class="said__body">(.*?)</div>\s*</li>',
            theirs.sub("", self.page),
            re.S,
        )
        return [(author, plain(body)) for author, body in found]

    def typed(self) -> str:
        """Return what stands in the text box."""
        box = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", self.page, re.S)
        return unescape(box[1]) if box else ""

    def _shown(self, response: TestResponse) -> TestResponse:
        self.page, self.status = response.get_data(as_text=True), response.status_code
        return response


def open_case(desk: Desk, case_id: str) -> str:
    """Show a case and return its address."""
    path = f"/desk/cases/{case_id}"
    assert desk.get(path).status_code == 200
    return path


def plain(html: str) -> str:
    """Return the text of a piece of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def tell(
    house: Ports, bot: ScriptedBot, text: str, *, language: str = "pl", **record: object
) -> Opened:
    """Let somebody tell ``text`` in one message and send it."""
    bot.script = lambda turn: [saying("Thank you.", record=record, submit=True)]
    opened = conversation.open_conversation(house, language=language)
    conversation.receive(house, conversation_id=opened.id, token=opened.token, text=text)
    return opened


def reply(house: Ports, opened: Opened, text: str) -> None:
    """Let the same person write once more."""
    conversation.receive(house, conversation_id=opened.id, token=opened.token, text=text)
