"""The roster on the clock of the Netherlands: nights, summer time, holidays, exceptions, and who is reachable."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from escalation import conversation as conv
from escalation.duty.presence import leave, note_presence
from escalation.duty.reach import reach
from escalation.duty.roster import ZONE, is_holiday, on_duty, spells
from escalation.ports import Ports
from escalation.store.duty_tables import Measure, ShiftChange
from escalation.store.session import reading, unit_of_work
from tests.builders import Joined, join
from tests.escalation.duty import add_shift
from tests.fakes import Clock, ScriptedBot, saying
from web.operate.duty_week import roster_lines

EVENING, NIGHT = 22 * 60, 8 * 60


def names_at(house: Ports, *local: int) -> list[str]:
    moment = datetime(*local, tzinfo=ZONE)  # type: ignore[arg-type, misc]
    with reading(house.sessions) as session:
        return [spell.colleague.name for spell in on_duty(session, house.region, moment)]


def test_a_night_belongs_to_the_day_on_which_it_begins(house: Ports, anna: Joined) -> None:
    add_shift(house, anna.screener, weekday=4, starts_minute=EVENING, lasts_minutes=NIGHT)
    assert names_at(house, 2026, 3, 6, 21, 59) == []
    assert names_at(house, 2026, 3, 6, 22, 0) == ["Anna"]
    assert names_at(house, 2026, 3, 7, 5, 59) == ["Anna"]
    assert names_at(house, 2026, 3, 7, 6, 0) == []


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9)])
def test_a_night_ends_by_the_clock_when_the_clock_is_changed(
    house: Ports, anna: Joined, day: date, hours: int
) -> None:
    add_shift(house, anna.screener, day=day, starts_minute=EVENING, lasts_minutes=NIGHT)
    with reading(house.sessions) as session:
        begins = datetime.combine(day, datetime.min.time(), tzinfo=ZONE)
        (spell,) = spells(session, house.region, begins, begins + timedelta(days=2))
    assert spell.ends - spell.begins == timedelta(hours=hours)


def test_a_shift_may_leave_out_public_holidays(house: Ports, anna: Joined) -> None:
    add_shift(house, anna.screener, weekday=0, on_holidays=False)
    assert is_holiday(date(2026, 4, 6)), "Easter Monday"
    assert names_at(house, 2026, 4, 6, 12, 0) == []
    assert names_at(house, 2026, 4, 13, 12, 0) == ["Anna"]


def test_an_agreed_change_counts_on_its_day_only(house: Ports, anna: Joined) -> None:
    bob = join(house, "Bob", by=anna.screener)
    shift_id = add_shift(house, anna.screener, weekday=0)
    for day, who, agreed in (
        ("2026-03-09", bob.screener.id, True),
        ("2026-03-16", None, True),
        ("2026-03-23", bob.screener.id, False),
    ):
        with unit_of_work(house.sessions) as session:
            change = ShiftChange(shift_id=shift_id, day=day, screener_id=who, agreed=agreed)
            session.add(change)
    assert names_at(house, 2026, 3, 2, 12, 0) == ["Anna"]
    assert names_at(house, 2026, 3, 9, 12, 0) == ["Bob"]
    assert names_at(house, 2026, 3, 16, 12, 0) == []
    assert names_at(house, 2026, 3, 23, 12, 0) == ["Anna"]


def test_who_is_reachable_is_told_as_it_is(house: Ports, anna: Joined, clock: Clock) -> None:
    def state() -> str:
        with reading(house.sessions) as session:
            return reach(house, session, clock()).state

    assert state() == "unknown"
    add_shift(house, anna.screener, weekday=(clock().weekday() + 1) % 7, starts_minute=9 * 60)
    assert state() == "away"
    with reading(house.sessions) as session:
        again = reach(house, session, clock()).again
    assert again == datetime(2026, 3, 5, 8, 0, tzinfo=UTC)
    add_shift(house, anna.screener)
    assert state() == "on_duty"
    note_presence(house, screener_id=anna.screener.id)
    assert state() == "present"
    leave(house, screener_id=anna.screener.id)
    assert state() == "on_duty"


def test_how_long_it_takes_is_said_from_what_was_measured(
    house: Ports, anna: Joined, bot: ScriptedBot, clock: Clock
) -> None:
    note_presence(house, screener_id=anna.screener.id)
    with unit_of_work(house.sessions) as session:
        for seconds in (60, 200, 240, 300, 900):
            measure = Measure(
                region=house.region,
                language="pl",
                channel="web",
                level="normal",
                hour=clock(),
                seconds_to_answer=seconds,
            )
            session.add(measure)
    bot.script = lambda turn: [saying("I call a person.", handoff="asked_for_human")]
    opened = conv.open_conversation(house, language="en")
    view = conv.receive(
        house, conversation_id=opened.id, token=opened.token, text="a person please"
    )
    line = view.turns[-1].line
    assert line is not None
    assert (line.say, line.args) == (
        "system_reach_minutes",
        {"minutes": {"kind": "number", "value": 4}},
    )


def test_the_operator_sees_who_has_duty_and_when_nobody_has(house: Ports, anna: Joined) -> None:
    add_shift(house, anna.screener, weekday=4, starts_minute=EVENING, lasts_minutes=NIGHT)
    lines = roster_lines(house, side="care", day=date(2026, 3, 4))
    assert lines[0] == "care, week of 02-03-2026"
    assert [line for line in lines if "Anna" in line] == [
        f"  Fri 06-03 {_clock(EVENING)}-Sat {_clock(EVENING + NIGHT)}  first         Anna"
    ]
    assert sum("NOBODY" in line for line in lines) == 2


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"
