"""Opening a case to police and taking a copy out: two people, or one when a life is in danger now."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from escalation import audit, casefile, errors
from escalation import conversation as conv
from escalation.desk import cases, corrections, exporting, four_eyes, queue
from escalation.desk.notes import EXPORTED, POLICE_OPENED
from escalation.desk.sessions import Screener
from escalation.ports import Ports
from escalation.store.session import reading, unit_of_work
from escalation.store.tables import CaseKeyCopy, Conversation, FlagRow
from tests.builders import Joined, join
from tests.escalation.test_desk import submit
from tests.fakes import Clock, ScriptedBot, saying

WHY = "she is locked in and he has a knife"


@pytest.fixture
def bob(house: Ports, anna: Joined) -> Screener:
    return join(house, "Bob", by=anna.screener).screener


@pytest.fixture
def officer(house: Ports, anna: Joined) -> Screener:
    return join(house, "Officer", side="police").screener


@pytest.fixture
def told(house: Ports, anna: Joined, bot: ScriptedBot) -> conv.Opened:
    """A case for care alone, in Anna's hands, without danger now."""
    opened = submit(house, bot, "a story", share_with="care_only")
    cases.take(house, screener=anna.screener, case_id=opened.id)
    return opened


@pytest.fixture
def acute(house: Ports, anna: Joined, bot: ScriptedBot) -> conv.Opened:
    """The same, with danger to life now."""
    opened = submit(house, bot, "he is outside with a knife, help me now", share_with="care_only")
    with unit_of_work(house.sessions) as session:
        conversation = session.get_one(Conversation, opened.id)
        casefile.raise_flags(session, conversation, [("immediate_danger", "danger")])
    cases.take(house, screener=anna.screener, case_id=opened.id)
    return opened


def ask(house: Ports, who: Screener, opened: conv.Opened) -> bool:
    return four_eyes.ask_for_police(house, screener=who, case_id=opened.id, reason=WHY)


def can_read(house: Ports, who: Screener, opened: conv.Opened) -> bool:
    try:
        cases.read_case(house, screener=who, case_id=opened.id)
    except errors.NoAccessError:
        return False
    return True


def events(house: Ports, count: int) -> list[tuple[str, str]]:
    with reading(house.sessions) as session:
        return [(one.event, one.actor) for one in audit.latest(session, count)]


def says(house: Ports, opened: conv.Opened) -> list[str]:
    view = conv.view(house, conversation_id=opened.id, token=opened.token)
    return [turn.line.say for turn in view.turns if turn.line]


def test_without_danger_now_it_waits_for_a_second_person(
    house: Ports, anna: Joined, bob: Screener, officer: Screener, told: conv.Opened
) -> None:
    assert ask(house, anna.screener, told) is False
    assert not can_read(house, officer, told)
    (wish,) = four_eyes.wishes(house, screener=bob)
    assert (wish.reason, wish.asked_by, wish.is_own) == (WHY, "Anna", False)
    four_eyes.answer(house, screener=bob, wish_id=wish.id, agrees=True)
    assert can_read(house, officer, told)
    assert [row.id for row in queue.list_cases(house, screener=officer, state="open")] == [told.id]
    assert says(house, told)[-1] == "system_opened_to_police"
    assert events(house, 2) == [("police_opened", "Bob"), ("police_asked", "Anna")]
    case = cases.read_case(house, screener=bob, case_id=told.id)
    note = case.notes[-1]
    assert (note.kind, note.author, note.about, note.text) == (POLICE_OPENED, "Bob", "Anna", WHY)


def test_nobody_agrees_with_themselves_and_not_the_other_side(
    house: Ports, anna: Joined, bob: Screener, officer: Screener, told: conv.Opened
) -> None:
    ask(house, anna.screener, told)
    (wish,) = four_eyes.wishes(house, screener=anna.screener)
    with pytest.raises(errors.NotAllowedError):
        four_eyes.answer(house, screener=anna.screener, wish_id=wish.id, agrees=True)
    assert four_eyes.wishes(house, screener=officer) == []
    with pytest.raises(errors.CaseNotFoundError):
        four_eyes.answer(house, screener=officer, wish_id=wish.id, agrees=True)
    assert not can_read(house, officer, told)


def test_a_wish_counts_once_and_not_after_a_day(
    house: Ports,
    anna: Joined,
    bob: Screener,
    officer: Screener,
    told: conv.Opened,
    clock: Clock,
) -> None:
    ask(house, anna.screener, told)
    (wish,) = four_eyes.wishes(house, screener=bob)
    four_eyes.answer(house, screener=bob, wish_id=wish.id, agrees=False)
    with pytest.raises(errors.NotAllowedError):
        four_eyes.answer(house, screener=bob, wish_id=wish.id, agrees=True)
    ask(house, anna.screener, told)
    (late,) = four_eyes.wishes(house, screener=bob)
    clock.forward(hours=25)
    assert four_eyes.wishes(house, screener=bob) == []
    with pytest.raises(errors.NotAllowedError):
        four_eyes.answer(house, screener=bob, wish_id=late.id, agrees=True)
    assert not can_read(house, officer, told)


def test_in_danger_now_one_person_may_and_a_coordinator_looks_afterwards(
    house: Ports, anna: Joined, bob: Screener, officer: Screener, acute: conv.Opened
) -> None:
    assert ask(house, anna.screener, acute) is True
    assert can_read(house, officer, acute)
    assert says(house, acute)[-1] == "system_opened_to_police"
    assert events(house, 1) == [("police_opened", "Anna")]
    assert four_eyes.wishes(house, screener=bob) == []
    lead = replace(join(house, "Lead", by=anna.screener).screener, role="coordinator")
    (wish,) = four_eyes.wishes(house, screener=lead)
    with pytest.raises(errors.NotAllowedError):
        four_eyes.review(house, screener=anna.screener, wish_id=wish.id)
    four_eyes.review(house, screener=lead, wish_id=wish.id)
    assert four_eyes.wishes(house, screener=lead) == []
    assert events(house, 1) == [("police_reviewed", "Lead")]


def test_a_cleared_flag_is_no_danger_now(
    house: Ports, anna: Joined, bob: Screener, officer: Screener, acute: conv.Opened
) -> None:
    with reading(house.sessions) as session:
        flags = list(
            session.scalars(
                select(FlagRow.id).where(
                    FlagRow.conversation_id == acute.id, FlagRow.flag == "immediate_danger"
                )
            )
        )
    for flag_id in flags:
        corrections.clear_flag(
            house, screener=anna.screener, case_id=acute.id, flag_id=flag_id, reason="a film"
        )
    assert ask(house, anna.screener, acute) is False
    assert not can_read(house, officer, acute)


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_nothing_happens(
    house: Ports, anna: Joined, officer: Screener, acute: conv.Opened, reason: str
) -> None:
    with pytest.raises(errors.EmptyMessageError):
        four_eyes.ask_for_police(house, screener=anna.screener, case_id=acute.id, reason=reason)
    assert not can_read(house, officer, acute)


def test_only_care_that_has_the_case_and_only_where_there_are_police(
    house: Ports, anna: Joined, bob: Screener, told: conv.Opened
) -> None:
    with pytest.raises(errors.PoliceNotPossibleError):
        ask(house, anna.screener, told)
    officer = join(house, "Officer", side="police").screener
    with pytest.raises(errors.NotOwnerError):
        ask(house, bob, told)
    with pytest.raises(errors.NotAllowedError):
        ask(house, officer, told)


def test_no_key_of_police_opens_a_case_for_care_alone(
    house: Ports, anna: Joined, bob: Screener, officer: Screener, told: conv.Opened
) -> None:
    with reading(house.sessions) as session:
        assert session.get(CaseKeyCopy, (told.id, "police")) is None
    ask(house, anna.screener, told)
    with reading(house.sessions) as session:
        assert session.get(CaseKeyCopy, (told.id, "police")) is None, "asking opens nothing"


def test_who_narrows_after_police_could_read_is_told_that_it_stays(
    house: Ports, anna: Joined, bot: ScriptedBot, officer: Screener
) -> None:
    opened = submit(house, bot, "for both", share_with="care_and_police")
    assert "system_police_keep" not in says(house, opened)
    bot.script = lambda turn: [saying("Noted.", record={"share_with": "care_only"})]
    conv.receive(house, conversation_id=opened.id, token=opened.token, text="only care")
    assert "system_police_keep" in says(house, opened)
    assert can_read(house, officer, opened)


def test_who_narrows_before_sending_is_told_nothing_because_nothing_was_read(
    house: Ports, anna: Joined, bot: ScriptedBot, officer: Screener
) -> None:
    opened = conv.open_conversation(house, language="en")
    for choice in ("care_and_police", "care_only"):
        bot.script = lambda turn, to=choice: [saying("Noted.", record={"share_with": to})]  # type: ignore[misc]
        conv.receive(house, conversation_id=opened.id, token=opened.token, text=choice)
    bot.script = lambda turn: [saying("Sent.", submit=True)]
    conv.receive(house, conversation_id=opened.id, token=opened.token, text="send")
    assert not can_read(house, officer, opened)
    assert "system_police_keep" not in says(house, opened)


def test_a_copy_is_asked_agreed_and_fetched_once_by_who_asked(
    house: Ports, anna: Joined, bob: Screener, told: conv.Opened
) -> None:
    four_eyes.ask_for_copy(house, screener=bob, case_id=told.id, reason="the court asks")
    (wish,) = four_eyes.wishes(house, screener=anna.screener)
    with pytest.raises(errors.NotAllowedError):
        exporting.fetch(house, screener=bob, wish_id=wish.id)
    four_eyes.answer(house, screener=anna.screener, wish_id=wish.id, agrees=True)
    with pytest.raises(errors.NotAllowedError):
        exporting.fetch(house, screener=anna.screener, wish_id=wish.id)
    case = exporting.fetch(house, screener=bob, wish_id=wish.id)
    assert case.turns[1].text == "a story"
    assert (case.notes[-1].kind, case.notes[-1].about) == (EXPORTED, "Anna")
    with pytest.raises(errors.NotAllowedError):
        exporting.fetch(house, screener=bob, wish_id=wish.id)
    assert [event for event, _ in events(house, 3)] == ["exported", "export_agreed", "export_asked"]


def test_a_copy_that_was_not_fetched_within_the_hour_is_not_there_any_more(
    house: Ports, anna: Joined, bob: Screener, told: conv.Opened, clock: Clock
) -> None:
    four_eyes.ask_for_copy(house, screener=bob, case_id=told.id, reason="the court asks")
    (wish,) = four_eyes.wishes(house, screener=anna.screener)
    four_eyes.answer(house, screener=anna.screener, wish_id=wish.id, agrees=True)
    clock.forward(minutes=61)
    with pytest.raises(errors.NotAllowedError):
        exporting.fetch(house, screener=bob, wish_id=wish.id)
    assert four_eyes.wishes(house, screener=bob) == []
