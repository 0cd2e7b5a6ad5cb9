"""The queue: order, marks, clocks, filters, newcomers, and how it stays up to date."""

from __future__ import annotations

import re
import threading

import pytest
from flask import Flask

from escalation.desk import cases
from escalation.desk.sessions import log_out
from escalation.ports import Ports
from tests.builders import Joined
from tests.desk.conftest import join_in
from tests.desk.desk import PART, Desk, plain, tell
from tests.fakes import Clock, ScriptedBot
from web.app import create_app
from web.config import Settings
from web.desk.following import follow
from web.desk.presenting import clock as clock_words
from web.streams import ENDED, HEARTBEAT

URGENT = {"can_leave": "no", "happening": "now"}


def rows(desk: Desk) -> list[str]:
    """Return the cases on the page as they can be read, in order."""
    return [
        plain(one)
        for one in re.findall(
            r'<li class="case .*?</li>(?=\s*<li class="case |\s*</ol>)', desk.page, re.S
        )
    ]


def test_the_acute_case_stands_first_then_who_waits_longest(
    desk: Desk, house: Ports, bot: ScriptedBot, clock: Clock
) -> None:
    calm = tell(house, bot, "the pay is late", language="nl")
    clock.forward(minutes=50)
    acute = tell(house, bot, "come soon", **URGENT)
    clock.forward(minutes=15)
    desk.get("/desk")
    assert re.findall(r'data-case="(\w+)"', desk.page) == [acute.id, calm.id]
    first, second = rows(desk)
    assert first.startswith("Acute")
    assert "Locked in or kept there" in first
    assert "15 min" in first
    assert "Polish · Web chat" in first
    assert second.startswith("Normal")
    assert "1 h 5 min" in second
    assert "Dutch · Web chat" in second
    assert "2 are waiting, 1 of them acute" in desk.text
    assert "<title>(2) Queue</title>" in desk.page


def test_an_empty_queue_says_so(desk: Desk) -> None:
    desk.get("/desk")
    assert "Nobody is waiting." in desk.text
    assert "<title>Queue</title>" in desk.page


def test_the_tabs_show_who_waits_what_is_mine_what_is_open_and_what_is_closed(
    desk: Desk, house: Ports, bot: ScriptedBot, anna: Joined, bob: Joined
) -> None:
    waiting, mine, bobs, closed = (tell(house, bot, "a story") for _ in range(4))
    cases.take(house, screener=anna.screener, case_id=mine.id)
    cases.take(house, screener=bob.screener, case_id=bobs.id)
    cases.take(house, screener=bob.screener, case_id=closed.id)
    cases.close(house, screener=bob.screener, case_id=closed.id)
    shown = {}
    for state in ("waiting", "mine", "open", "closed", "nonsense"):
        desk.get(f"/desk?state={state}")
        shown[state] = set(re.findall(r'data-case="(\w+)"', desk.page))
    assert shown == {
        "waiting": {waiting.id},
        "mine": {mine.id},
        "open": {waiting.id, mine.id, bobs.id},
        "closed": {closed.id},
        "nonsense": {waiting.id},
    }
    desk.get("/desk?state=open")
    assert "With Bob" in desk.text
    assert "You have this case" in desk.text
    assert 'aria-current="page">All open' in desk.page


def test_one_click_takes_a_case_over(
    desk: Desk, house: Ports, bot: ScriptedBot, anna: Joined
) -> None:
    case = tell(house, bot, "a story")
    desk.get("/desk")
    desk.send(f"/desk/cases/{case.id}/take")
    assert desk.status == 200
    assert "You have this case" in desk.text


def test_a_newcomer_stands_on_the_page_until_a_colleague_gives_access(
    desk: Desk, house: Ports, app: Flask
) -> None:
    cleo = join_in(house, "Cleo")
    desk.get("/desk")
    assert "Cleo has joined and cannot open cases yet." in desk.text
    desk.send(f"/desk/access/{cleo.screener.id}")
    assert "Cleo" not in desk.text
    hers = Desk(app, cleo.session_token)
    hers.get("/desk/pending")
    assert "Queue" in hers.text


def test_access_is_not_given_to_another_desk(desk: Desk, house: Ports) -> None:
    officer = join_in(house, "Officer", side="police")
    cleo = join_in(house, "Cleo")
    desk.get("/desk")
    assert "Officer" not in desk.text
    token = desk.hidden(f"/desk/access/{cleo.screener.id}")["csrf"]
    desk.client.post(f"/desk/access/{officer.screener.id}", data={"csrf": token})
    answer = desk.client.post(f"/desk/access/{'0' * 16}", data={"csrf": token})
    assert answer.status_code == 403


def test_the_script_gets_only_what_is_in_the_queue(
    desk: Desk, house: Ports, bot: ScriptedBot
) -> None:
    case = tell(house, bot, "a story")
    answer = desk.get("/desk", **PART)
    assert answer.content_type.startswith("text/vnd.page-part+html")
    assert "<html" not in answer.text
    assert f'data-case="{case.id}"' in answer.text
    assert 'data-waiting="1"' in answer.text


def test_the_key_changes_with_the_queue_and_not_with_the_time(
    desk: Desk, house: Ports, bot: ScriptedBot, clock: Clock
) -> None:
    def key() -> str:
        found = re.search(
            r'data-part="queue"[^>]* data-key="(\w+)"', desk.get("/desk", **PART).text
        )
        assert found
        return found[1]

    tell(house, bot, "a story")
    before = key()
    clock.forward(minutes=3)
    assert key() == before
    tell(house, bot, "another")
    assert key() != before


def test_events_bring_the_queue_at_once_and_when_it_changes(
    desk: Desk, house: Ports, bot: ScriptedBot
) -> None:
    seen: list[str] = []

    def follow() -> None:
        seen.append(desk.get("/desk/events", Accept="text/event-stream").text)

    watching = threading.Thread(target=follow)
    watching.start()
    case = tell(house, bot, "a story")
    watching.join()
    (stream,) = seen
    assert stream.startswith("retry: ")
    assert stream.count("event: queue") >= 1
    assert case.id in stream


def test_a_stream_that_has_nothing_new_says_that_it_is_there(
    app: Flask, house: Ports, anna: Joined
) -> None:
    with app.app_context():
        stream = follow(
            house, session_token=anna.session_token, topics=("queue",), look=lambda _: ()
        )
        assert next(stream).startswith("retry: ")
        assert next(stream) == HEARTBEAT


def test_events_say_nothing_twice(desk: Desk, house: Ports, bot: ScriptedBot) -> None:
    tell(house, bot, "a story")
    stream = desk.get("/desk/events", Accept="text/event-stream").text
    assert stream.count("event: queue") == 1


def test_events_end_with_the_session(house: Ports, anna: Joined) -> None:
    patient = create_app(Settings(event_heartbeat_seconds=1, event_stream_max_seconds=600), house)
    with patient.app_context():
        stream = follow(
            house, session_token=anna.session_token, topics=("queue",), look=lambda _: ()
        )
        assert [next(stream).startswith("retry: "), next(stream)] == [True, HEARTBEAT]
        log_out(house, session_token=anna.session_token)
        assert list(stream) == [ENDED]


def test_who_has_logged_out_gets_no_events(desk: Desk) -> None:
    desk.get("/desk")
    desk.send("/desk/logout")
    assert "Log in to the desk" in desk.get("/desk/events").text


def test_the_page_holds_nothing_inline_and_works_without_script(
    desk: Desk, house: Ports, bot: ScriptedBot
) -> None:
    tell(house, bot, "a story")
    desk.get("/desk")
    assert not re.search(r"<style|style=|<script>|javascript:|\son\w+=|http-equiv", desk.page)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', desk.page)
    assert re.search(r"<noscript>.*Use Refresh.*</noscript>", desk.page)
    assert '<a class="desk-queue__refresh" href="/desk?state=waiting">' in desk.page


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "just now"),  # a clock that went back
        (0, "just now"),
        (59, "just now"),
        (60, "1 min"),
        (3_599, "59 min"),
        (3_600, "1 h 0 min"),
        (90_061, "25 h 1 min"),
    ],
)
def test_a_waiting_time_is_told_in_whole_minutes(seconds: int, words: str) -> None:
    assert clock_words(seconds) == words


def test_the_queue_can_show_one_language_only(desk: Desk, house: Ports, bot: ScriptedBot) -> None:
    polish = tell(house, bot, "a story", language="pl")
    dutch = tell(house, bot, "een verhaal", language="nl")
    desk.get("/desk?state=waiting&language=nl&level=nonsense")
    assert dutch.id in desk.page
    assert polish.id not in desk.page
    assert "2 are waiting" in desk.text
    assert "language=nl" in desk.page
