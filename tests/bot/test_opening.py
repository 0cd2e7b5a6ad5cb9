"""When a help line can be called, and how that is said."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.actions import lines_open
from bot.components.facts import read_facts
from bot.components.opening import HERE, Opening, opening_at
from tests.bot.talking import Talk

OFFICE = "09:00-17:00"


def here(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=HERE)


@pytest.mark.parametrize(
    ("day", "clock", "opens"),
    [
        ("2026-11-20", "17:00", "2026-11-23"),  # a Friday at closing time
        ("2026-11-23", "08:59", "2026-11-23"),
        ("2026-12-24", "18:00", "2026-12-28"),  # both days of Christmas, then a weekend
        ("2027-04-26", "20:00", "2027-04-28"),  # the king's birthday
    ],
)
def test_a_line_that_is_closed_opens_on_the_next_working_day(
    day: str, clock: str, opens: str
) -> None:
    opening = opening_at(OFFICE, here(day, clock))
    assert not opening.is_open and opening.opens is not None
    assert opening.opens == here(opens, "09:00")


def test_a_line_that_is_open_says_until_when() -> None:
    opening = opening_at(OFFICE, here("2026-11-20", "16:59"))
    assert opening.is_open and str(opening.until) == "17:00:00"


def test_day_and_night_is_always_and_other_zones_are_understood() -> None:
    assert opening_at("always", here("2026-12-25", "03:00")) == Opening(True)
    assert opening_at(OFFICE, datetime(2026, 7, 1, 7, 30, tzinfo=timezone.utc)).is_open
    with pytest.raises(ValueError):
        opening_at("sometimes", here("2026-11-20", "12:00"))


def test_the_hours_in_the_facts_can_all_be_read() -> None:
    now = here("2026-11-20", "12:00")
    assert sum(bool(opening_at(f.open, now)) for f in read_facts().values() if f.open) >= 4


@pytest.mark.parametrize(
    ("opening", "said"),
    [
        (Opening(True), "utter_line_always"),
        (Opening(True, until=here("2026-11-20", "17:00").time()), "utter_line_open"),
        (Opening(False, opens=here("2026-11-23", "09:00")), "utter_line_closed"),
    ],
)
def test_after_a_line_was_named_it_is_said_whether_it_is_open(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, opening: Opening, said: str
) -> None:
    monkeypatch.setattr(lines_open, "opening_at", lambda *_: opening)
    talk.has_told(topics=["ask_rights_residence"])
    talk.type("mag ik blijven?", "ask_rights_residence")
    assert talk.said[talk.said.index("utter_rights_ask_comensha") + 1] == said


def test_hours_that_are_not_known_are_not_claimed(talk: Talk) -> None:
    talk.has_told(purpose="rights_question")
    talk.type("hoeveel is het minimumloon?", "ask_rights_wage")
    assert talk.said[talk.said.index("utter_rights_ask_fairwork") + 1] == "utter_line_hours_unknown"
