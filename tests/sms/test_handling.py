"""A conversation by text message, from the first text to the last, with everything that can come in between."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from escalation import casefile
from escalation.bot import BotLine, BotTurn
from escalation.bus import QUEUE_TOPIC
from escalation.conversation import open_conversation, receive, resume, view
from escalation.desk.cases import close, say, take
from escalation.lines import Choice
from escalation.ports import Ports
from escalation.sms import timers
from escalation.sms.handling import handle_due
from escalation.sms.inbound import claim_next
from escalation.sms.threads import NOT_SAFE, OPTED_OUT, WORD_SENT, access_of, token_of
from escalation.store.session import reading, unit_of_work
from escalation.store.sms_tables import SmsInbound, SmsThread
from escalation.store.tables import Conversation, FlagRow, OutboxRow, TurnRow
from tests.builders import Joined
from tests.fakes import Clock, ScriptedBot
from tests.sms.phone import Phone, new_sid
from tests.web.script import ASK_NEEDS, ASK_SAFE, answer


def flags(house: Ports, phone: Phone) -> set[str]:
    with reading(house.sessions) as session:
        where = FlagRow.conversation_id == phone.conversation.id
        return set(session.scalars(select(FlagRow.flag).where(where)))


def said_by_person(house: Ports, phone: Phone) -> list[str]:
    thread = phone.thread
    assert thread is not None
    with reading(house.sessions) as session:
        access = access_of(house, session, thread)
        assert access is not None
        turns = casefile.read_turns(session, access.private_key, thread.conversation_id)
    return [
        turn.text or (turn.line.source if turn.line else "")
        for turn in turns
        if turn.author == "reporter"
    ]


def test_an_unknown_number_is_welcomed_and_answered(phone: Phone, house: Ports) -> None:
    first = phone.text("Something is wrong at my work")
    assert "Niet-Pluis" in first[0]
    assert "https://niet-pluis.example" in first[0]
    assert "Is anybody under 18?" in first[-1]
    assert phone.conversation.channel == "sms"
    assert said_by_person(house, phone) == ["Something is wrong at my work"]


def test_a_number_stands_for_its_answer_in_any_script(
    phone: Phone, house: Ports, bot: ScriptedBot
) -> None:
    phone.text("Hello")
    for typed in ("2", "٢", "२", "2️⃣", "②", " 2. "):
        phone.text(typed)
        assert bot.turns[-1].choice == "minors:no", typed
    phone.text("seventeen")  # years, and not the seventeenth answer
    assert bot.turns[-1].text == "seventeen"


def test_a_number_may_be_a_word(phone: Phone, bot: ScriptedBot) -> None:
    for typed in ("two", "Two!", "twee"):
        phone.text("what I need")
        phone.text(typed)
        assert bot.turns[-1].choice == "immediate_needs:medical", typed


def test_several_numbers_are_several_answers(phone: Phone, bot: ScriptedBot) -> None:
    phone.text("what I need")
    phone.text("1 en 3")
    assert bot.turns[-1].choice == "immediate_needs:shelter,food"


def test_a_label_typed_out_is_its_answer(phone: Phone, bot: ScriptedBot) -> None:
    phone.text("Hello")
    phone.text("maybe not")
    assert bot.turns[-1].text == "maybe not"
    phone.text("skip")
    assert bot.turns[-1].choice == "skip:minors"


def test_the_same_message_a_thousand_times_changes_nothing(
    phone: Phone, house: Ports, bot: ScriptedBot, clock: Clock
) -> None:
    sid = new_sid()
    for _ in range(100):
        phone.send("Hello", sid=sid)
    clock.forward(seconds=2)
    assert handle_due(house) == 1
    for _ in range(900):
        phone.send("Hello", sid=sid)
    clock.forward(seconds=2)
    assert handle_due(house) == 0
    assert len(bot.turns) == 1
    with reading(house.sessions) as session:
        redactions = select(func.count()).where(OutboxRow.key == f"redact:{sid}")
        assert session.scalar(redactions) == 1


def test_texts_of_one_person_are_taken_in_their_order(
    phone: Phone, house: Ports, bot: ScriptedBot, clock: Clock
) -> None:
    for number in range(5):
        phone.send(f"part {number}")
    assert handle_due(house) == 0  # they have not settled
    clock.forward(seconds=2)
    assert handle_due(house) == 5
    assert [turn.text for turn in bot.turns] == [f"part {number}" for number in range(5)]


def test_words_of_danger_are_taken_at_once_and_before_the_others(
    phone: Phone, house: Ports, clock: Clock
) -> None:
    other = Phone(house, clock, "+31687654321")
    other.send("hello")
    clock.forward(seconds=2)
    seen = house.bus.version(QUEUE_TOPIC)
    phone.send("help he has a knife and he locked us in, he kills her now")
    assert house.bus.version(QUEUE_TOPIC) != seen
    claimed = claim_next(house)
    assert claimed is not None and claimed.inbound.number == phone.number


def test_nobody_handles_the_second_text_while_the_first_is_being_handled(
    phone: Phone, house: Ports, clock: Clock
) -> None:
    phone.send("one")
    phone.send("two")
    clock.forward(seconds=2)
    first = claim_next(house)
    assert first is not None and first.inbound.text == "one"
    assert claim_next(house) is None
    clock.forward(seconds=61)  # the worker that had it died
    again = claim_next(house)
    assert again is not None and again.inbound.text == "one"


def test_a_crash_after_the_answer_doubles_nothing(
    phone: Phone, house: Ports, bot: ScriptedBot, clock: Clock
) -> None:
    phone.text("Hello")
    sid = phone.send("Somebody is kept there")
    clock.forward(seconds=2)
    assert claim_next(house) is not None and phone.thread is not None
    receive(
        house,
        conversation_id=phone.thread.conversation_id,
        token=token_of(house, phone.thread) or "",
        text="Somebody is kept there",
        client_id=sid,
    )  # … and here it crashed
    clock.forward(seconds=61)
    assert handle_due(house) == 1
    assert said_by_person(house, phone) == ["Hello", "Somebody is kept there"]
    assert len(bot.turns) == 2


def test_what_was_in_a_handled_message_is_gone(phone: Phone, house: Ports) -> None:
    phone.text("Hello")
    with reading(house.sessions) as session:
        row = session.scalars(select(SmsInbound)).one()
    assert (row.handled, row.sealed, row.number_digest) == (True, None, b"")


def test_a_message_that_cannot_be_handled_waits_and_holds_up_nobody_else(
    phone: Phone, house: Ports, bot: ScriptedBot, clock: Clock
) -> None:
    def fails_for_one(turn: BotTurn) -> list[BotLine]:
        if turn.text == "boom":
            raise RuntimeError
        return answer(turn)

    bot.script = fails_for_one
    other = Phone(house, clock, "+31687654321")
    phone.send("boom")
    other.send("Hello")
    clock.forward(seconds=2)
    assert handle_due(house) == 1
    assert other.look()
    bot.script = answer
    clock.forward(seconds=10)
    assert handle_due(house) == 1
    assert said_by_person(house, phone) == ["boom"]


def test_with_the_bot_down_the_person_is_told_and_answered_later(
    phone: Phone, house: Ports, bot: ScriptedBot
) -> None:
    bot.up = False
    told = " ".join(phone.text("My boss has my passport"))
    assert "not answering at the moment" in told
    bot.up = True
    assert timers.answer_the_waiting(house) == 1
    assert "Is anybody under 18?" in phone.look()[-1]
    assert timers.answer_the_waiting(house) == 0


@pytest.mark.parametrize("pieces", [["please hide"], ["please hide", "he reads my phone"]])
def test_who_was_not_safe_while_the_bot_was_down_gets_nothing_when_it_is_back(
    phone: Phone, house: Ports, bot: ScriptedBot, clock: Clock, anna: Joined, pieces: list[str]
) -> None:
    phone.text("Hello")
    bot.up = False
    for piece in pieces:
        phone.text(piece)
    bot.up = True
    assert timers.answer_the_waiting(house) == 1
    take(house, screener=anna.screener, case_id=phone.conversation.id)
    say(house, screener=anna.screener, case_id=phone.conversation.id, text="I am Anna.")
    clock.forward(minutes=2)
    assert phone.look() == []
    assert any("I am Anna." in text for text in phone.text("I am alone again"))


def test_pictures_are_not_taken_and_the_words_are(
    phone: Phone, house: Ports, bot: ScriptedBot
) -> None:
    assert "pictures" in " ".join(phone.text("", media=1))
    assert bot.turns == []
    assert "pictures" in " ".join(phone.text("Look at this", media=2))
    assert said_by_person(house, phone) == ["Look at this"]


def test_an_empty_message_begins_nothing(phone: Phone) -> None:
    assert phone.text("") == []
    assert phone.text(" \u200e\n") == [] or phone.thread is not None


def test_emoji_scripts_and_long_texts_are_kept_as_they_are(phone: Phone, house: Ports) -> None:
    texts = [
        "😀👩‍👩‍👧",
        "مرحبا، أحتاج مساعدة",
        "Помогите мне, пожалуйста",
        "很长 " * 400,
        "x" * 1600,
    ]
    for text in texts:
        phone.text(text)
    assert said_by_person(house, phone) == [text.strip() for text in texts]


def test_not_safe_means_silence_until_the_person_writes(
    phone: Phone, house: Ports, bot: ScriptedBot, anna: Joined
) -> None:
    phone.text("Hello")
    assert phone.text("please hide") == []
    assert phone.thread is not None and phone.thread.quiet == NOT_SAFE
    take(house, screener=anna.screener, case_id=phone.conversation.id)
    assert phone.look() == []
    assert "You are now writing with a person" in " ".join(phone.text("I am back"))


def test_the_word_to_stop_ends_it_on_the_phone_until_it_comes_again(
    phone: Phone, house: Ports, bot: ScriptedBot
) -> None:
    phone.text("Hello")
    assert phone.text("sunflower") == ["You will get no more messages from this number."]
    assert phone.thread is not None and phone.thread.quiet == WORD_SENT
    asked = len(bot.turns)
    assert phone.text("Who is this?") == []
    assert len(bot.turns) == asked
    assert "immediate_danger" not in flags(house, phone)
    assert phone.text("Sunflower.")
    assert phone.thread.quiet is None


def test_the_word_for_danger_looks_the_same_and_calls_people(phone: Phone, house: Ports) -> None:
    phone.text("Hello")
    assert phone.text("Umbrella") == ["You will get no more messages from this number."]
    assert "immediate_danger" in flags(house, phone)
    assert phone.conversation.waiting_since is not None
    assert phone.look() == []  # nor what the system says of it


def test_a_story_with_an_umbrella_is_a_story(phone: Phone, bot: ScriptedBot) -> None:
    phone.text("Hello")
    phone.text("He hit me with an umbrella")
    assert bot.turns[-1].text == "He hit me with an umbrella"


def test_stop_is_kept_and_nothing_is_sent_until_start(phone: Phone, house: Ports) -> None:
    phone.text("Hello")
    assert phone.text("STOP", opt_out="STOP") == []
    assert phone.thread is not None and phone.thread.quiet == OPTED_OUT
    assert "STOP" in said_by_person(house, phone)
    assert phone.text("START", opt_out="START")
    assert phone.thread.quiet is None


def test_stop_in_danger_goes_to_people(phone: Phone, house: Ports) -> None:
    phone.text("Help, he has a knife and says he will kill me now")
    with unit_of_work(house.sessions) as session:
        session.get_one(Conversation, phone.conversation.id).waiting_since = None
    phone.text("stop")
    assert phone.conversation.waiting_since is not None


def test_stop_in_danger_is_a_danger_of_its_own(phone: Phone, house: Ports) -> None:
    phone.text("I have no bed tonight, he put me out in the rain and I know nobody here")
    assert flags(house, phone) == {"shelter_tonight"}
    phone.text("STOP", opt_out="STOP")
    assert flags(house, phone) == {"shelter_tonight", "immediate_danger"}


def test_stop_without_danger_raises_no_flag(phone: Phone, house: Ports) -> None:
    phone.text("Hello")
    phone.text("STOP", opt_out="STOP")
    assert flags(house, phone) == set()


def test_stop_of_an_unknown_number_opens_nothing(phone: Phone) -> None:
    assert phone.text("STOP", opt_out="STOP") == []
    assert phone.thread is None


def test_help_asks_for_a_person(phone: Phone, house: Ports) -> None:
    assert phone.text("HELP", opt_out="HELP")
    assert "asked_for_human" in flags(house, phone)
    assert phone.conversation.waiting_since is not None


def test_the_receipt_is_sent_with_the_report_and_opens_it_on_a_page(
    phone: Phone, house: Ports
) -> None:
    phone.text("summary")
    texts = phone.text("1")
    (receipt,) = [one for one in texts if "Your number" in one]
    digits = receipt.partition(": ")[2][:19]
    assert resume(house, receipt=digits).id == phone.conversation.id
    assert not any("Your number" in one for one in phone.text("and one more thing"))


def test_the_receipt_of_a_page_goes_on_by_text(phone: Phone, house: Ports) -> None:
    opened = open_conversation(house, language="en")
    receive(house, conversation_id=opened.id, token=opened.token, text="summary")
    sent = receive(house, conversation_id=opened.id, token=opened.token, choice="send:yes")
    assert sent.receipt is not None
    texts = phone.text(f"{sent.receipt[:4]} {sent.receipt[4:8]} {sent.receipt[8:]}")
    assert "goes on here" in " ".join(texts)
    assert phone.conversation.id == opened.id
    everything = view(house, conversation_id=opened.id, token=opened.token)
    assert not any(sent.receipt in (turn.text or "") for turn in everything.turns)


def test_a_wrong_receipt_is_told_and_stands_nowhere(phone: Phone, house: Ports) -> None:
    assert "check the 16 digits" in " ".join(phone.text("1234 5678 1234 5678"))
    assert said_by_person(house, phone) == []


def test_answers_of_a_screener_come_by_text(phone: Phone, house: Ports, anna: Joined) -> None:
    phone.text("Hello")
    take(house, screener=anna.screener, case_id=phone.conversation.id)
    say(house, screener=anna.screener, case_id=phone.conversation.id, text="I am Anna.")
    assert "I am Anna." in " ".join(phone.look())


def test_after_a_silence_the_server_forgets_number_and_key(
    phone: Phone, house: Ports, clock: Clock
) -> None:
    phone.text("Hello")
    clock.forward(hours=25)
    assert timers.forget_the_silent(house) == 1
    assert phone.thread is None


def test_after_a_silence_a_text_comes_only_when_it_was_allowed(
    phone: Phone, house: Ports, clock: Clock, anna: Joined
) -> None:
    phone.text("Hello")
    case_id = phone.conversation.id
    with unit_of_work(house.sessions) as session:
        session.get_one(SmsThread, case_id).may_text = True
    clock.forward(hours=25)
    timers.forget_the_silent(house)
    assert phone.thread is not None and phone.thread.wrapped_token is None
    take(house, screener=anna.screener, case_id=case_id)
    assert phone.look() == []
    say(house, screener=anna.screener, case_id=case_id, text="We found a place for you.")
    assert phone.look() == ["We found a place for you."]


def test_at_closing_the_last_word_is_sent_and_then_all_is_forgotten(
    phone: Phone, house: Ports, anna: Joined
) -> None:
    phone.text("Hello")
    case_id = phone.conversation.id
    take(house, screener=anna.screener, case_id=case_id)
    close(house, screener=anna.screener, case_id=case_id)
    assert timers.forget_the_silent(house) == 0
    assert "closed" in phone.look()[-1]
    with unit_of_work(house.sessions) as session:
        for row in session.scalars(select(OutboxRow)):
            row.status = "sent"
    assert timers.forget_the_silent(house) == 1
    assert phone.thread is None


def test_a_question_that_is_too_long_comes_in_pages(phone: Phone, bot: ScriptedBot) -> None:
    many = tuple(Choice(f"sector:x{n}", f"A long answer with many words {n}") for n in range(1, 21))
    bot.script = lambda turn: [BotLine(replace(ASK_SAFE, choices=many, asks="sector"))]
    first = phone.text("Hello")
    assert "0 More answers" in first[-1] and "\n20 " not in first[-1]
    second = phone.text("0")
    assert len(second) == 1 and len(bot.turns) == 1
    phone.text("٢٠")
    assert bot.turns[-1].choice == "sector:x20"


def test_nothing_of_anybody_is_logged(
    phone: Phone, bot: ScriptedBot, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(turn: BotTurn) -> list[BotLine]:
        raise ValueError(turn.text)

    bot.script = fails
    phone.text("My secret words")
    assert "not handled" in caplog.text
    assert "secret" not in caplog.text
    assert phone.number not in caplog.text


def test_turns_of_the_reporter_are_counted_once(phone: Phone, house: Ports) -> None:
    phone.text("what I need")
    assert ASK_NEEDS.source in phone.received[-1]
    with reading(house.sessions) as session:
        own = select(func.count()).where(TurnRow.author == "reporter")
        assert session.scalar(own) == 1
