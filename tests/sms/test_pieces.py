"""What is sent waits for what is being heard: pieces of one story, a language not known yet, a "no" on its way."""

from __future__ import annotations

import pytest

from escalation.bot import BotLine, BotTurn
from escalation.desk.cases import say, take
from escalation.outbox import SMS_GOODBYE
from escalation.ports import Ports
from escalation.signal import LEVELS
from escalation.sms import handling
from escalation.sms.handling import handle_due
from escalation.sms.inbound import HEARD_WITHIN, claim_next
from escalation.sms.threads import NOT_SAFE
from escalation.store.session import reading
from escalation.store.tables import OutboxRow
from tests.builders import Joined
from tests.fakes import Clock, ScriptedBot
from tests.sms.phone import Phone
from tests.sms.test_handling import said_by_person
from tests.web.script import answer


def heard_together(phone: Phone, house: Ports, clock: Clock, *pieces: str) -> int:
    """Send pieces one right after the other; return how many were handled when it had become quiet."""
    for piece in pieces:
        phone.send(piece)
    clock.forward(seconds=2)
    return handle_due(house)


def test_nothing_is_sent_while_a_text_is_being_heard(phone: Phone, bot: ScriptedBot) -> None:
    early: list[list[str]] = []

    def looked_at_meanwhile(turn: BotTurn) -> list[BotLine]:
        early.append(phone.look())  # another thread of the worker, while the bot thinks
        return answer(turn)

    bot.script = looked_at_meanwhile
    assert "Niet-Pluis" in phone.text("Something is wrong at my work")[0]
    assert any("Sunflower" in text for text in phone.text("It is a farm"))
    assert early == [[], []]


def test_the_first_message_goes_also_when_nobody_could_handle_the_text(
    phone: Phone, bot: ScriptedBot
) -> None:
    def fails(turn: BotTurn) -> list[BotLine]:
        raise RuntimeError

    bot.script = fails
    assert "Niet-Pluis" in phone.text("Something is wrong at my work")[0]


def test_who_says_that_it_is_not_safe_gets_nothing_not_even_what_was_held_back(
    phone: Phone, house: Ports, bot: ScriptedBot
) -> None:
    phone.text("Hello")
    early: list[list[str]] = []

    def looked_at_meanwhile(turn: BotTurn) -> list[BotLine]:
        early.append(phone.look())
        return answer(turn)

    bot.script = looked_at_meanwhile
    assert phone.text("please hide") == []
    assert (early, phone.look()) == ([[]], [])


def test_a_story_in_pieces_is_heard_piece_by_piece_and_answered_in_one_go(
    phone: Phone, house: Ports, bot: ScriptedBot, clock: Clock
) -> None:
    early: list[list[str]] = []

    def looked_at_meanwhile(turn: BotTurn) -> list[BotLine]:
        early.append(phone.look())
        return answer(turn)

    bot.script = looked_at_meanwhile
    pieces = ("Something is wrong", "at my work", "since a week")
    assert heard_together(phone, house, clock, *pieces) == 3
    assert said_by_person(house, phone) == ["Something is wrong", "at my work", "since a week"]
    assert early == [[], [], []]
    told = "\n".join(phone.look())
    for once in ("Niet-Pluis", "Thank you for telling us.", "Is anybody under 18?"):
        assert told.count(once) == 1, once
    assert "Sunflower" not in told, "nothing of what was asked is answered yet"
    assert "Sunflower" in "\n".join(phone.text("2"))


@pytest.mark.parametrize("piece", ["2", "٢", "no", "No!"])
def test_a_piece_is_no_answer_to_a_question_that_was_not_sent_yet(
    phone: Phone, house: Ports, bot: ScriptedBot, clock: Clock, piece: str
) -> None:
    asked = "Hello, how many girls are with me?"
    assert heard_together(phone, house, clock, asked, piece) == 2
    assert (bot.turns[-1].text, bot.turns[-1].choice) == (piece, None)
    assert said_by_person(house, phone)[-1] == piece
    assert "Is anybody under 18?" in phone.look()[-1]
    phone.text(piece)
    assert bot.turns[-1].choice == "minors:no"


def test_a_piece_after_an_answer_is_no_answer_to_the_next_question(
    phone: Phone, house: Ports, bot: ScriptedBot, clock: Clock
) -> None:
    phone.text("Hello")
    assert heard_together(phone, house, clock, "2", "no") == 2
    assert [turn.choice for turn in bot.turns[-2:]] == ["minors:no", None]


def test_a_piece_that_cannot_be_handled_does_not_hold_up_the_answer_to_the_others(
    phone: Phone, house: Ports, bot: ScriptedBot, clock: Clock
) -> None:
    def fails_for_one(turn: BotTurn) -> list[BotLine]:
        if turn.text == "boom":
            raise RuntimeError
        return answer(turn)

    bot.script = fails_for_one
    assert heard_together(phone, house, clock, "Something is wrong", "boom") == 1
    assert "Is anybody under 18?" in phone.look()[-1]


def test_what_a_screener_says_waits_for_a_text_that_just_came_and_not_for_long(
    phone: Phone, house: Ports, clock: Clock, anna: Joined
) -> None:
    phone.text("Hello")
    take(house, screener=anna.screener, case_id=phone.conversation.id)
    phone.look()
    phone.send("please do not write now")
    say(house, screener=anna.screener, case_id=phone.conversation.id, text="I am Anna.")
    assert phone.look() == []
    clock.forward(seconds=HEARD_WITHIN.total_seconds())
    assert phone.look() == ["I am Anna."]


def test_a_worker_that_died_over_a_text_holds_up_nothing_for_long(
    phone: Phone, house: Ports, clock: Clock, anna: Joined
) -> None:
    phone.text("Hello")
    take(house, screener=anna.screener, case_id=phone.conversation.id)
    phone.look()
    phone.send("one more thing")
    clock.forward(minutes=1)
    assert claim_next(house) is not None  # … and here it died
    say(house, screener=anna.screener, case_id=phone.conversation.id, text="I am Anna.")
    assert phone.look() == []
    clock.forward(seconds=HEARD_WITHIN.total_seconds())
    assert phone.look() == ["I am Anna."]


def test_a_piece_that_waits_with_it_is_not_safe_gets_no_answer(
    phone: Phone, house: Ports, clock: Clock
) -> None:
    phone.text("Hello")
    assert heard_together(phone, house, clock, "please hide", "he reads my phone") == 2
    assert phone.look() == []
    assert said_by_person(house, phone)[-1] == "he reads my phone"
    assert phone.text("I am alone again") != []


def test_a_piece_that_comes_while_it_is_not_safe_is_being_heard_gets_no_answer(
    phone: Phone, house: Ports, bot: ScriptedBot, clock: Clock
) -> None:
    phone.text("Hello")

    def goes_on_writing(turn: BotTurn) -> list[BotLine]:
        if turn.text == "please hide":
            phone.send("he has a knife and stands at the door, help me now")  # let through early
            clock.forward(seconds=1)
        return answer(turn)

    bot.script = goes_on_writing
    assert phone.text("please hide") == []
    clock.forward(seconds=2)
    handle_due(house)
    assert len(said_by_person(house, phone)) == 3
    assert phone.look() == []
    assert phone.text("I am alone again") != []


def test_who_erases_in_a_piece_of_it_is_not_safe_is_not_told(
    phone: Phone, house: Ports, clock: Clock
) -> None:
    phone.text("Hello")
    assert heard_together(phone, house, clock, "please hide", "please erase") == 2
    assert phone.thread is None
    with reading(house.sessions) as session:
        assert session.query(OutboxRow).filter_by(kind=SMS_GOODBYE).count() == 0


def test_who_writes_again_to_a_person_after_it_was_not_safe_gets_the_answers(
    phone: Phone, house: Ports, anna: Joined
) -> None:
    phone.text("Hello")
    phone.text("please hide")
    take(house, screener=anna.screener, case_id=phone.conversation.id)
    say(house, screener=anna.screener, case_id=phone.conversation.id, text="I am Anna.")
    assert phone.look() == []
    assert any("I am Anna." in text for text in phone.text("I am alone again"))


def _keeps_writing(phone: Phone, bot: ScriptedBot, clock: Clock) -> list[bool]:
    """Let a text come with every turn of a slow bot; the list grows by whether something was sent by then."""
    sent: list[bool] = []

    def slowly(turn: BotTurn) -> list[BotLine]:
        if len(sent) < 5:
            phone.send("the work is cleaning")
        clock.forward(seconds=8)
        sent.append(bool(phone.look()))
        return answer(turn)

    bot.script = slowly
    return sent


def test_who_goes_on_writing_gets_an_answer_meanwhile(
    phone: Phone, house: Ports, bot: ScriptedBot, clock: Clock
) -> None:
    sent = _keeps_writing(phone, bot, clock)
    phone.text("Something is wrong at my work")
    assert phone.conversation.level_rank < LEVELS.index("acute")
    assert sent == [False, False, False, True, False, False]


def test_in_danger_the_next_piece_is_not_waited_for_when_the_bot_is_slow(
    phone: Phone, house: Ports, bot: ScriptedBot, clock: Clock
) -> None:
    sent = _keeps_writing(phone, bot, clock)
    phone.text("he has a knife and stands at the door, help me now")
    assert phone.conversation.level_rank == LEVELS.index("acute")
    assert sent == [False, True, True, True, True, True]


def test_it_is_not_safe_holds_also_when_the_text_must_be_handled_again(
    phone: Phone, house: Ports, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.text("Hello")

    def dies(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(handling, "finish", dies)
        assert phone.text("please hide") == []
    clock.forward(seconds=10)
    assert handle_due(house) == 1
    assert phone.look() == []
    assert phone.thread is not None
    assert phone.thread.quiet == NOT_SAFE
