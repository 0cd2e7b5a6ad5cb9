"""The roster's page, the agenda, the link in a page, and the waiting times."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from icalendar import Calendar

from escalation import conversation
from escalation.duty import alarm
from escalation.duty.paging import page_token
from escalation.ports import Ports
from escalation.store.duty_tables import Measure, PageRow
from escalation.store.session import reading, unit_of_work
from escalation.store.tables import ScreenerRow
from tests.builders import Joined
from tests.desk.desk import Desk
from tests.escalation.duty import add_shift
from tests.fakes import Clock

WEEK = "/desk/roster?week=2026-03-02"


@pytest.fixture
def coordinator(house: Ports, anna: Joined) -> None:
    with unit_of_work(house.sessions) as session:
        session.get_one(ScreenerRow, anna.screener.id).role = "coordinator"


def shift_form(joined: Joined, **changed: str) -> dict[str, str]:
    form = {
        "screener": joined.screener.id,
        "rung": "1",
        "weekday": "2",
        "starts": "22:00",
        "ends": "06:00",
        "holidays": "yes",
    }
    return {**form, **changed}


def test_an_empty_week_is_one_gap(desk: Desk) -> None:
    desk.get(WEEK)
    assert "nobody is on the first rung" in desk.text
    assert desk.text.count("Nobody: 00:00–00:00") == 7


def test_a_coordinator_adds_a_night_and_the_gap_gets_smaller(
    desk: Desk, coordinator: None, bob: Joined
) -> None:
    desk.get(WEEK)
    desk.send("/desk/roster/shifts", week="2026-03-02", **shift_form(bob))
    desk.get(WEEK)
    assert "22:00–06:00 Bob · First" in desk.text
    assert "Nobody: 00:00–22:00" in desk.text
    assert "Nobody: 06:00–00:00" in desk.text
    remove = re.search(r"/desk/roster/shifts/\d+/remove", desk.page)
    assert remove
    desk.send(remove[0])
    desk.get(WEEK)
    assert "Bob · First" not in desk.text


@pytest.mark.parametrize(
    "wrong",
    [{"rung": "9"}, {"starts": "late"}, {"screener": "nobody"}, {"weekday": "9"}, {"rung": "x"}],
)
def test_a_shift_that_cannot_be_is_refused_kindly(
    desk: Desk, coordinator: None, bob: Joined, wrong: dict[str, str]
) -> None:
    desk.get(WEEK)
    desk.send("/desk/roster/shifts", **shift_form(bob, **wrong))
    assert desk.status == 422
    assert "cannot be changed like that" in desk.text


def test_only_a_coordinator_plans(desk: Desk, house: Ports, bob: Joined) -> None:
    add_shift(house, bob.screener, weekday=2)
    desk.get(WEEK)
    assert "/desk/roster/shifts" not in desk.page
    token = desk.hidden("/desk/roster/profile")
    for path in (
        "/desk/roster/shifts",
        "/desk/roster/shifts/1/remove",
        "/desk/roster/shifts/1/give",
    ):
        form = {**token, **shift_form(bob), "day": "2026-03-04"}
        answer = desk.client.post(path, data=form, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 403


def test_a_day_is_swapped_when_the_colleague_agrees(
    desk: Desk, app: Flask, house: Ports, anna: Joined, bob: Joined
) -> None:
    shift_id = add_shift(house, anna.screener, weekday=2)
    give = f"/desk/roster/shifts/{shift_id}/give"
    desk.get(WEEK)
    desk.send(f"{give}?week=2026-03-02", to=bob.screener.id)
    desk.get(WEEK)
    assert "00:00–00:00 Anna" in desk.text
    his = Desk(app, bob.session_token)
    his.get(WEEK)
    assert "Anna asks you to take over" in his.text
    swap = re.search(r"/desk/roster/swaps/\d+", his.page)
    assert swap
    his.send(swap[0], agrees="yes")
    his.get(WEEK)
    assert "00:00–00:00 Bob · First · changed" in his.text


def test_ones_own_address_is_kept_and_a_wrong_one_is_refused(desk: Desk) -> None:
    desk.get("/desk/roster")
    desk.send("/desk/roster/profile", phone="+31 6 12 34 56 78", email="", languages="pl")
    assert 'value="+31612345678"' in desk.page
    for wrong in ({"phone": "112"}, {"email": "nobody"}, {"phone": "<script>"}):
        desk.send("/desk/roster/profile", **wrong)
        assert desk.status == 422


def test_an_agenda_reads_the_roster_without_a_session(
    desk: Desk, app: Flask, house: Ports, anna: Joined
) -> None:
    add_shift(house, anna.screener, weekday=4, starts_minute=9 * 60, lasts_minutes=60)
    desk.get("/desk/roster")
    desk.send("/desk/roster/agenda")
    address = re.search(r"/desk/calendar/[\w-]+", desk.page)
    assert address
    answer = Desk(app).get(address[0])
    events = Calendar.from_ical(answer.get_data()).walk("VEVENT")
    assert len(events) == 8
    assert events[0]["DTSTART"].dt == datetime(2026, 3, 6, 8, 0, tzinfo=UTC)
    assert Desk(app).get("/desk/calendar/guessed").status_code == 404


def test_the_link_in_a_page_acknowledges_by_a_button_only(
    app: Flask, house: Ports, anna: Joined, clock: Clock
) -> None:
    opened = conversation.open_conversation(house, language="en")
    conversation.receive(
        house,
        conversation_id=opened.id,
        token=opened.token,
        text="help, he has a knife and is going to kill her now",
    )
    alarm.climb(house)
    with reading(house.sessions) as session:
        rows = session.query(PageRow).all()
        key = next(row.key for row in rows if row.screener_id == anna.screener.id)
        other = next(row.key for row in rows if row.screener_id != anna.screener.id)
    phone = Desk(app)
    path = f"/desk/page/{page_token(house, key)}"
    for _ in range(2):
        phone.get(path)
        assert "I am coming" in phone.text
        assert opened.id[:6] not in phone.page
    phone.client.post(path, headers={"Sec-Fetch-Site": "same-origin"})
    phone.get(path)
    assert "take the case over" in phone.text
    phone.get(f"/desk/page/{page_token(house, other)}")
    assert "A colleague was first" in phone.text
    assert phone.get("/desk/page/guessed").status_code == 404
    view = conversation.view(house, conversation_id=opened.id, token=opened.token)
    assert view.turns[-1].line is not None
    assert view.turns[-1].line.say == "system_person_coming"


def test_waiting_times_have_a_table_beside_each_picture(
    desk: Desk, house: Ports, clock: Clock, coordinator: None
) -> None:
    desk.get("/desk/waiting-times")
    assert "Nothing was measured yet." in desk.text
    with unit_of_work(house.sessions) as session:
        for language, seconds in (("pl", 30), ("pl", 90), ("pl", 300), ("bg", 7_500)):
            session.add(
                Measure(
                    region=house.region,
                    language=language,
                    channel="web",
                    level="acute",
                    hour=clock() - timedelta(hours=1),
                    seconds_to_answer=seconds,
                )
            )
    desk.get("/desk/waiting-times")
    assert "Polish 3 – – 2 min (5 min)" in desk.text
    assert "Bulgarian 1 – – 2 h 5 min" in desk.text
    assert desk.page.count("<svg") == 2
    assert "Nobody was paged yet." in desk.text
