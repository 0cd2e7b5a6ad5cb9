"""When something breaks: the person keeps the text, and the log learns nothing about it."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from escalation import conversation
from escalation.ports import Ports
from tests.web.browser import FRAGMENT, Browser
from web.errors import PROBLEMS, add_problems, problem_for

SECRET = "three girls in room 212"


def break_receiving(monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise fault

    monkeypatch.setattr(conversation, "receive", broken)


def test_with_the_database_away_everything_can_be_sent_again(
    chat: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fields = chat.fields()
    with monkeypatch.context() as patched:
        break_receiving(patched, OperationalError(SECRET, {"text": SECRET}, Exception(SECRET)))
        chat.post("/chat", {**fields, "text": SECRET})
    assert chat.status == 503
    assert "Your message is not saved yet" in chat.page
    assert chat.typed() == SECRET
    assert f'name="client_id" value="{fields["client_id"]}"' in chat.page
    assert SECRET not in caplog.text
    chat.post("/chat", {**fields, "text": chat.typed()})
    assert chat.turns()[2] == ("reporter", SECRET)


def test_a_choice_can_be_sent_again_too(chat: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        break_receiving(patched, OperationalError("", {}, Exception()))
        chat.press("safe_now:yes")
    assert '<input type="hidden" name="choice" value="safe_now:yes">' in chat.page


def test_a_script_sees_a_fault_as_one_to_try_again(
    chat: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_receiving(monkeypatch, OperationalError("", {}, Exception()))
    form = {**chat.fields(), "text": SECRET}
    answer = chat.client.post("/chat?after=2", data=form, headers={"Accept": FRAGMENT})
    assert answer.status_code == 503


@pytest.mark.parametrize("path", ["/chat", "/api/v1/conversations"])
def test_a_crash_is_logged_by_type_and_place_alone(
    chat: Browser,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    path: str,
) -> None:
    break_receiving(monkeypatch, RuntimeError(SECRET))
    monkeypatch.setattr(conversation, "open_conversation", conversation.receive)
    caplog.set_level(logging.DEBUG)
    if path.startswith("/api/"):
        answer = chat.client.post(path, json={})
        assert answer.json is not None
        assert answer.json["code"] == "internal"
    else:
        answer = chat.post(path, {**chat.fields(), "text": SECRET})
        assert "Something went wrong on our side" in chat.page
    assert answer.status_code == 500
    assert "RuntimeError at" in caplog.text
    assert SECRET not in caplog.text


def test_nothing_of_a_request_is_logged(chat: Browser, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    headers = {"User-Agent": "Telltale/1.0", "X-Forwarded-For": "203.0.113.9"}
    chat.post("/chat", {**chat.fields(), "text": SECRET}, **headers)
    chat.post("/receipt", {"receipt": "1234 5678 1234 5678"}, **headers)
    for telling in (SECRET, "Telltale", "203.0.113.9", "5678", "127.0.0.1"):
        assert telling not in caplog.text


def test_problems_come_in_the_persons_language(app: Flask) -> None:
    answer = app.test_client().post(
        "/api/v1/receipts", json={"receipt": "1"}, headers={"Accept-Language": "nl"}
    )
    assert answer.json is not None
    assert answer.json["type"] == "urn:niet-pluis:problem:receipt_unknown"
    assert answer.content_type == "application/problem+json"


def test_a_code_that_nobody_described_is_told_as_our_own_fault() -> None:
    assert problem_for("never_heard_of") == PROBLEMS["internal"]


def test_other_rooms_can_describe_their_codes() -> None:
    add_problems({"desk_only": PROBLEMS["not_found"]})
    assert problem_for("desk_only") == PROBLEMS["not_found"]


def test_live_and_ready_say_yes_or_no_and_nothing_else(app: Flask, house: Ports) -> None:
    client = app.test_client()
    assert client.get("/health/live").json == {"status": "ok"}
    answer = client.get("/health/ready")  # the bot's address of the tests leads nowhere
    assert (answer.status_code, answer.json) == (503, {"status": "unavailable"})
