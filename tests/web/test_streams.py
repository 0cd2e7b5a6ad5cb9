"""Events: what is new as it comes, from where the reader was, within bounds."""

from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import replace

import pytest
from flask import Flask

from escalation import conversation
from escalation.ports import Ports
from tests.web.browser import FRAGMENT, Browser
from web.app import create_app
from web.config import Settings
from web.streams import BusyError, StreamSlots, event


def session_of(browser: Browser) -> tuple[str, str]:
    cookie = browser.client.get_cookie("s")
    assert cookie is not None
    conversation_id, _, token = cookie.value.partition(".")
    return conversation_id, token


def ids(stream: str) -> list[int]:
    return [int(one) for one in re.findall(r"^id: (\d+)$", stream, re.M)]


def test_a_stream_begins_where_the_reader_was(chat: Browser) -> None:
    chat.say("hello")
    stream = chat.client.get("/chat/events?after=2").get_data(as_text=True)
    assert ids(stream) == [5]
    assert 'data-turn="3"' in stream
    assert 'data-turn="2"' not in stream


def test_the_last_event_id_beats_the_address(chat: Browser) -> None:
    chat.say("hello")
    answer = chat.client.get("/chat/events?after=0", headers={"Last-Event-ID": "5"})
    stream = answer.get_data(as_text=True)
    assert ids(stream) == []
    assert ": \n\n" in stream
    assert answer.content_type == "text/event-stream; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("given", ["x", "-1", "9" * 40, "١"])
def test_an_odd_event_id_begins_at_the_start(chat: Browser, given: str) -> None:
    environ = {"HTTP_LAST_EVENT_ID": given}
    answer = chat.client.get("/chat/events", environ_overrides=environ)
    assert ids(answer.get_data(as_text=True)) == [2]


def test_a_turn_that_comes_later_wakes_the_stream(
    chat: Browser, house: Ports, settings: Settings
) -> None:
    conversation_id, token = session_of(chat)
    slow = create_app(replace(settings, event_heartbeat_seconds=30), house)

    def write() -> None:
        time.sleep(0.3)
        conversation.receive(house, conversation_id=conversation_id, token=token, text="later")

    writer = threading.Thread(target=write)
    writer.start()
    client = slow.test_client()
    client.set_cookie("s", f"{conversation_id}.{token}")
    begun = time.monotonic()
    with client.get("/chat/events?after=2") as answer:
        seen = ""
        for piece in answer.response:
            seen += piece.decode() if isinstance(piece, bytes) else piece
            if "later" in seen:
                break
    writer.join()
    assert "later" in seen
    assert time.monotonic() - begun < 10


def test_an_ended_conversation_ends_the_stream(chat: Browser, house: Ports) -> None:
    conversation_id, token = session_of(chat)
    with chat.client.get("/chat/events?after=2") as answer:
        pieces = iter(answer.response)
        next(pieces)
        conversation.erase(house, conversation_id=conversation_id, token=token)
        assert b"event: ended" in b"".join(
            one if isinstance(one, bytes) else one.encode() for one in pieces
        )


def test_a_hidden_conversation_tells_nothing_but_to_hide(chat: Browser) -> None:
    chat.say("please hide")
    stream = chat.client.get("/chat/events?after=0").get_data(as_text=True)
    assert "event: hidden" in stream
    assert "turn" not in stream


def test_without_a_session_there_is_no_stream(browser: Browser) -> None:
    assert browser.client.get("/chat/events").status_code == 401


def test_the_api_sends_each_turn_as_json(chat: Browser) -> None:
    conversation_id, token = session_of(chat)
    answer = chat.client.get(
        f"/api/v1/conversations/{conversation_id}/events?after=0",
        headers={"Authorization": f"Bearer {token}"},
    )
    stream = answer.get_data(as_text=True)
    turns = [json.loads(one) for one in re.findall(r"^data: (\{.*\})$", stream, re.M)]
    assert [turn["id"] for turn in turns] == ids(stream) == [1, 2]
    assert turns[1]["choices"][0] == {"id": "safe_now:yes", "label": "Yes"}


def test_beyond_the_bound_the_reader_is_told_to_ask_now_and_then(
    house: Ports, settings: Settings
) -> None:
    browser = Browser(create_app(replace(settings, event_streams_max=1), house))
    browser.begin()
    with browser.client.get("/chat/events?after=2") as first:
        assert first.status_code == 200
        assert browser.client.get("/chat/events?after=2").status_code == 503
    with browser.client.get("/chat/events?after=2") as again:
        assert again.status_code == 200


def test_a_slot_is_given_back_once_however_often_it_is_said() -> None:
    slots = StreamSlots(1)
    give_back = slots.take()
    give_back()
    give_back()
    slots.take()
    with pytest.raises(BusyError):
        slots.take()


def test_an_event_keeps_its_lines_apart() -> None:
    assert event("a\nb", event_id=3, name="turns") == "event: turns\nid: 3\ndata: a\ndata: b\n\n"
    assert event("", event_id=0, name="x") == "event: x\nid: 0\ndata: \n\n"


def test_the_script_gets_only_what_is_new(chat: Browser) -> None:
    form = {**chat.fields(), "text": "hello"}
    answer = chat.client.post("/chat?after=2", data=form, headers={"Accept": FRAGMENT})
    fragment = answer.get_data(as_text=True)
    assert answer.content_type == f"{FRAGMENT}; charset=utf-8"
    assert re.findall(r'data-turn="(\d+)"', fragment) == ["3", "4", "5"]
    assert 'data-last="5"' in fragment
    assert 'value="minors:yes"' in fragment
    assert "<html" not in fragment


def test_open_answers_are_still_there_when_nothing_is_new(chat: Browser) -> None:
    answer = chat.client.get("/chat?after=2", headers={"Accept": FRAGMENT})
    fragment = answer.get_data(as_text=True)
    assert "data-turn" not in fragment
    assert 'value="safe_now:yes"' in fragment


def test_the_script_is_told_to_hide(chat: Browser) -> None:
    form = {**chat.fields(), "text": "please hide"}
    answer = chat.client.post("/chat?after=2", data=form, headers={"Accept": FRAGMENT})
    assert "data-hidden" in answer.get_data(as_text=True)
    assert "data-turn" not in answer.get_data(as_text=True)


def test_the_script_is_told_what_was_refused(app: Flask, chat: Browser) -> None:
    form = {**chat.fields(), "choice": "minors:yes"}
    answer = chat.client.post("/chat?after=2", data=form, headers={"Accept": FRAGMENT})
    assert answer.status_code == 409
    assert re.search(r"<h1>That answer is no longer open</h1>\s*<p>", answer.get_data(as_text=True))
