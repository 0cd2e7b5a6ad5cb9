"""The last text to who erased everything by text message, and what becomes of the number."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from escalation.conversation import receive
from escalation.outbox import SMS_GOODBYE, SMS_REDACT, ByKind, send_due
from escalation.ports import Ports
from escalation.sms.goodbye import KEPT_FOR, GoodbyeSender, forget_numbers
from escalation.sms.handling import handle_due
from escalation.sms.telephone import Accepted, NoAnswerError
from escalation.sms.threads import mark_unreachable, token_of
from escalation.sms.timers import answer_the_waiting
from escalation.store.session import reading, unit_of_work
from escalation.store.sms_tables import SmsInbound, SmsThread
from escalation.store.tables import Conversation, OutboxRow
from tests.fakes import Clock, ScriptedBot
from tests.sms.fake_telephone import CountingTelephone
from tests.sms.phone import Phone

GOODBYE = (
    "Everything you wrote here has been erased.\n"
    "Delete these messages if somebody may read your phone. Write again when it is safe."
)


def send(house: Ports, telephone: CountingTelephone) -> list[str]:
    """Let the worker send its last texts; return what the telephone took so far."""
    send_due(house, ByKind({SMS_GOODBYE: GoodbyeSender(house, telephone)}))
    return [text for _, text, _ in telephone.sent]


def numbers_kept(house: Ports) -> int:
    with reading(house.sessions) as session:
        kept = select(SmsInbound.id).where(SmsInbound.sealed.is_not(None))
        return len(session.scalars(kept).all()) + len(session.scalars(select(SmsThread)).all())


def erase(phone: Phone) -> None:
    phone.text("Hello")
    phone.text("please erase")


def test_who_erased_everything_is_told_once_and_then_the_number_is_gone(
    phone: Phone, house: Ports
) -> None:
    erase(phone)
    telephone = CountingTelephone()
    assert send(house, telephone) == [GOODBYE]
    assert telephone.sent[0][0] == phone.number
    assert numbers_kept(house) == 0
    assert send(house, telephone) == [GOODBYE]
    with reading(house.sessions) as session:
        assert session.query(Conversation).count() == 0
        assert session.query(OutboxRow).filter_by(kind=SMS_GOODBYE).count() == 0
        redactions = {row.key for row in session.query(OutboxRow).filter_by(kind=SMS_REDACT)}
    assert len(redactions) == 3  # both that came in, and the last text


def test_it_is_told_in_the_persons_language(phone: Phone, house: Ports) -> None:
    phone.text("Hello")
    with unit_of_work(house.sessions) as session:
        session.query(Conversation).one().language = "pl"
    phone.text("please erase")
    texts = send(house, CountingTelephone())
    said = [house.translate(line, "pl") for line in GOODBYE.split("\n")]
    assert said != GOODBYE.split("\n")
    assert " ".join(texts).replace("\n", " ") == " ".join(said)


def test_the_number_is_gone_before_it_is_called_and_a_failure_is_not_tried_again(
    phone: Phone, house: Ports, clock: Clock
) -> None:
    kept_while_calling = []

    class Silent(CountingTelephone):
        def send(self, number: str, text: str, *, ref: str) -> Accepted:
            kept_while_calling.append(numbers_kept(house))
            raise NoAnswerError("no_answer")

    erase(phone)
    assert send(house, Silent()) == []
    assert kept_while_calling == [0]
    clock.forward(minutes=5)
    assert send(house, CountingTelephone()) == []


def test_what_was_not_sent_in_time_is_not_sent_and_the_number_goes(
    phone: Phone, house: Ports, clock: Clock
) -> None:
    erase(phone)
    clock.forward(minutes=1)
    assert (forget_numbers(house), numbers_kept(house)) == (0, 1)
    clock.forward(seconds=KEPT_FOR.total_seconds())
    telephone = CountingTelephone()
    assert send(house, telephone) == []  # a worker that was away for long
    assert numbers_kept(house) == 0
    erase(phone)
    clock.forward(seconds=KEPT_FOR.total_seconds())
    assert (forget_numbers(house), numbers_kept(house)) == (1, 0)
    assert send(house, telephone) == []


def test_after_a_restore_it_is_not_sent_and_the_number_goes(phone: Phone, house: Ports) -> None:
    erase(phone)
    with unit_of_work(house.sessions) as session:
        session.query(OutboxRow).filter_by(kind=SMS_GOODBYE).one().status = "failed"
    assert (forget_numbers(house), numbers_kept(house)) == (1, 0)


def test_a_key_of_another_shape_sends_nothing(house: Ports) -> None:
    with unit_of_work(house.sessions) as session:
        due = house.clock()
        session.add(OutboxRow(key="sms_goodbye:nobody", kind=SMS_GOODBYE, due_at=due))
    assert send(house, CountingTelephone()) == []


@pytest.mark.parametrize("word", ["sunflower", "umbrella"])
def test_after_the_words_that_end_it_nothing_is_erased_and_nothing_told(
    phone: Phone, house: Ports, word: str
) -> None:
    phone.text("Hello")
    phone.text(word)
    phone.text("please erase")
    assert send(house, CountingTelephone()) == []
    assert phone.conversation.id


def test_nothing_is_told_to_a_phone_that_wants_no_texts(phone: Phone, house: Ports) -> None:
    phone.text("Hello")
    with unit_of_work(house.sessions) as session:
        mark_unreachable(session, phone.conversation.id, "opted_out")
    phone.text("please erase")
    assert numbers_kept(house) == 0
    assert send(house, CountingTelephone()) == []


def test_who_erases_on_the_page_gets_no_text(phone: Phone, house: Ports) -> None:
    phone.text("Hello")
    assert phone.thread is not None
    token = token_of(house, phone.thread) or ""
    receive(house, conversation_id=phone.conversation.id, token=token, text="please erase")
    assert send(house, CountingTelephone()) == []
    assert numbers_kept(house) == 0


def test_who_erased_everything_while_the_bot_was_down_is_told_when_it_is_back(
    phone: Phone, house: Ports, bot: ScriptedBot
) -> None:
    phone.text("Hello")
    bot.up = False
    phone.text("please erase")
    bot.up = True
    assert answer_the_waiting(house) == 1
    telephone = CountingTelephone()
    assert send(house, telephone) == [GOODBYE]
    assert telephone.sent[0][0] == phone.number
    assert numbers_kept(house) == 0


def test_what_is_left_of_a_last_text_without_its_number_goes(phone: Phone, house: Ports) -> None:
    erase(phone)
    with unit_of_work(house.sessions) as session:
        session.query(SmsInbound).filter(SmsInbound.sealed.is_not(None)).one().sealed = None
        session.query(OutboxRow).filter_by(kind=SMS_GOODBYE).one().status = "failed"
    assert (forget_numbers(house), forget_numbers(house)) == (1, 0)


def test_who_said_that_it_was_not_safe_and_then_erases_is_told(phone: Phone, house: Ports) -> None:
    phone.text("Hello")
    phone.text("please hide")
    phone.text("please erase")
    assert send(house, CountingTelephone()) == [GOODBYE]


def test_whoever_writes_again_begins_anew(phone: Phone, house: Ports, clock: Clock) -> None:
    erase(phone)
    assert "Niet-Pluis" in phone.text("Hello")[0]
    assert send(house, CountingTelephone()) == [GOODBYE]
    assert handle_due(house) == 0
