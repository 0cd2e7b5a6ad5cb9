"""How long a log-in lasts: while somebody is at work, while a case goes on, and never beyond its hours."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from escalation.desk import cases
from escalation.desk.drafts import read_draft, save_draft
from escalation.desk.sessions import authenticate
from escalation.errors import SessionExpiredError
from escalation.ports import Durations, Ports
from escalation.store.session import reading
from escalation.store.tables import StaffSession
from escalation.worker import drop_what_ran_out
from tests.builders import PASSWORD, Joined
from tests.desk.desk import PART, SAME_ORIGIN, Desk, reply, tell
from tests.desk.test_door import code_of
from tests.fakes import Clock, ScriptedBot

STREAM = {**SAME_ORIGIN, "Accept": "text/event-stream"}


@pytest.fixture
def house(house: Ports) -> Ports:
    """The house with the durations that the product has."""
    return replace(house, durations=Durations())


def logged_in(house: Ports, token: str) -> bool:
    try:
        authenticate(house, session_token=token)
    except SessionExpiredError:
        return False
    return True


def open_sessions(house: Ports) -> int:
    with reading(house.sessions) as session:
        return session.scalar(select(func.count()).select_from(StaffSession)) or 0


def test_a_desk_that_nobody_touches_ends(desk: Desk, clock: Clock) -> None:
    clock.forward(minutes=29)
    assert desk.get("/desk", follow=False).status_code == 200
    clock.forward(minutes=29)
    assert desk.get("/desk", follow=False).status_code == 200
    clock.forward(minutes=30)
    assert desk.get("/desk", follow=False).status_code == 303


def test_what_a_page_asks_by_itself_is_no_use_of_it(desk: Desk, clock: Clock) -> None:
    for _ in range(2):
        clock.forward(minutes=14)
        assert desk.get("/desk", **PART).status_code == 200
        assert desk.get("/desk/pending", **{"Sec-Fetch-Mode": "cors"}).status_code == 200
        with desk.client.get("/desk/events", headers=STREAM) as events:
            assert events.status_code == 200
    clock.forward(minutes=2)
    assert desk.get("/desk", **PART).status_code == 401


def test_a_stream_ends_with_the_session_and_does_not_keep_it(
    house: Ports, desk: Desk, clock: Clock
) -> None:
    answer = desk.client.get("/desk/events", headers=STREAM)
    events = iter(answer.response)
    next(events)
    clock.forward(minutes=30)
    assert any("event: ended" in str(one) for one in events)
    answer.close()


def test_moving_at_the_page_is_told_and_keeps_the_session(desk: Desk, clock: Clock) -> None:
    desk.get("/desk")
    token = desk.hidden("/desk/logout")
    for _ in range(3):
        clock.forward(minutes=20)
        answer = desk.client.post("/desk/here", data=token, headers=SAME_ORIGIN)
        assert answer.status_code == 204
    assert desk.client.post("/desk/here", headers=SAME_ORIGIN).status_code == 403


def test_nobody_is_thrown_out_in_the_middle_of_a_case(
    house: Ports, bot: ScriptedBot, anna: Joined, bob: Joined, clock: Clock
) -> None:
    case = tell(house, bot, "a story")
    cases.take(house, screener=anna.screener, case_id=case.id)
    for _ in range(3):
        clock.forward(minutes=20)
        reply(house, case, "still here")
        drop_what_ran_out(house)
    assert logged_in(house, anna.session_token)
    assert not logged_in(house, bob.session_token)


def test_a_case_that_fell_silent_keeps_nobody_and_a_late_word_brings_nobody_back(
    house: Ports, bot: ScriptedBot, anna: Joined, clock: Clock
) -> None:
    case = tell(house, bot, "a story")
    cases.take(house, screener=anna.screener, case_id=case.id)
    save_draft(house, screener=anna.screener, case_id=case.id, text="half a sentence")
    clock.forward(minutes=40)
    assert not logged_in(house, anna.session_token)
    reply(house, case, "are you there?")
    assert not logged_in(house, anna.session_token)
    assert read_draft(house, screener=anna.screener, case_id=case.id) == "half a sentence"


def test_the_worker_forgets_who_went_away_also_when_nobody_asks(house: Ports, clock: Clock) -> None:
    before = open_sessions(house)
    drop_what_ran_out(house)
    assert open_sessions(house) == before > 0
    clock.forward(minutes=31)
    drop_what_ran_out(house)
    assert open_sessions(house) == 0


def test_no_work_keeps_a_session_beyond_its_hours(desk: Desk, clock: Clock) -> None:
    for _ in range(29):
        clock.forward(minutes=20)
        assert desk.get("/desk", follow=False).status_code == 200
    clock.forward(minutes=20)
    assert desk.get("/desk", follow=False).status_code == 303


def test_logging_in_gives_a_new_session_and_ends_the_one_that_the_browser_held(
    house: Ports, app: Flask, anna: Joined, bob: Joined
) -> None:
    browser = Desk(app, bob.session_token)
    stranger = Desk(app)
    stranger.get("/desk/login")
    browser.client.set_cookie("e", stranger.client.get_cookie("e").value)  # type: ignore[union-attr]
    browser.page = stranger.page
    code = code_of(anna.totp_secret)
    browser.send("/desk/login", name="Anna", password=PASSWORD, code=code, follow=False)
    cookie = browser.client.get_cookie("d")
    assert cookie is not None
    assert cookie.value not in (bob.session_token, anna.session_token)
    assert authenticate(house, session_token=cookie.value).name == "Anna"
    assert not logged_in(house, bob.session_token)
    assert logged_in(house, anna.session_token)
