"""What is said in a conversation becomes outbox rows, once, and words only when they are sent."""

from __future__ import annotations

from sqlalchemy import select

from escalation.conversation import Opened, open_conversation, receive
from escalation.erasing import delete_conversation
from escalation.outbox import SMS
from escalation.ports import Ports
from escalation.sms.outgoing import message_of, parse_key, write_due_messages
from escalation.sms.threads import mark_unreachable, open_thread
from escalation.store.session import reading, unit_of_work
from escalation.store.tables import OutboxRow
from tests.fakes import Clock

NUMBER = "+31612345678"


def begun(house: Ports) -> Opened:
    """Return a conversation in English that goes on at a number."""
    opened = open_conversation(house, channel="sms", language="en")
    with unit_of_work(house.sessions) as session:
        open_thread(house, session, conversation_id=opened.id, number=NUMBER, token=opened.token)
    return opened


def keys(house: Ports) -> list[str]:
    with reading(house.sessions) as session:
        rows = select(OutboxRow.key).where(OutboxRow.kind == SMS).order_by(OutboxRow.id)
        return list(session.scalars(rows))


def test_what_is_said_is_written_once_and_rendered_when_it_is_sent(house: Ports) -> None:
    begun(house)
    assert write_due_messages(house) == 1
    assert write_due_messages(house) == 0
    (key,) = keys(house)
    sent = message_of(house, key)
    assert sent is not None
    assert sent.number == NUMBER
    assert sent.text.endswith("Is it safe for you to write now?\n1 Yes, that is so\n2 No")


def test_neither_key_nor_repr_tells_number_or_words(house: Ports) -> None:
    begun(house)
    write_due_messages(house)
    (key,) = keys(house)
    sent = message_of(house, key)
    told = f"{key} {sent!r} {parse_key(key)}"
    assert NUMBER not in told
    assert "safe" not in told


def test_nothing_is_sent_once_it_is_erased(house: Ports) -> None:
    opened = begun(house)
    write_due_messages(house)
    (key,) = keys(house)
    delete_conversation(house, opened.id)
    assert message_of(house, key) is None
    assert keys(house) == []


def test_nothing_is_sent_to_a_number_that_opted_out(house: Ports) -> None:
    opened = begun(house)
    write_due_messages(house)
    (key,) = keys(house)
    with unit_of_work(house.sessions) as session:
        mark_unreachable(session, opened.id, "twilio_21610")
    assert message_of(house, key) is None
    receive(house, conversation_id=opened.id, token=opened.token, text="hello")
    assert write_due_messages(house) == 0


def test_nothing_is_sent_when_the_token_has_run_out(house: Ports, clock: Clock) -> None:
    begun(house)
    write_due_messages(house)
    (key,) = keys(house)
    clock.forward(hours=25)
    assert message_of(house, key) is None


def test_a_key_of_another_kind_is_nobody_s_message(house: Ports) -> None:
    assert message_of(house, "page:1:0:someone:sms") is None
    assert message_of(house, "sms:nobody:t1-2:en:0") is None
