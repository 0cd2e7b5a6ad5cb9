"""The desk sees plainly whether what is written there goes out as a text message."""

from __future__ import annotations

import pytest

from escalation.conversation import open_conversation
from escalation.desk.cases import read_case
from escalation.ports import Ports
from escalation.sms import timers
from escalation.sms.codes import meanings
from escalation.store.session import unit_of_work
from escalation.store.sms_tables import SmsThread
from escalation.store.tables import Conversation
from tests.builders import Joined
from tests.fakes import Clock
from tests.sms.phone import Phone
from web.desk.delivery_labels import TEXTING_LABELS


def told(house: Ports, anna: Joined, case_id: str) -> str | None:
    return read_case(house, screener=anna.screener, case_id=case_id).texting


def test_a_page_s_conversation_has_nothing_to_say_about_texts(house: Ports, anna: Joined) -> None:
    assert told(house, anna, open_conversation(house, language="en").id) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Hello", "is_sent"),
        ("please hide", "not_safe"),
        ("Sunflower", "word_sent"),
        ("STOP", "opted_out"),
    ],
)
def test_the_desk_is_told(phone: Phone, house: Ports, anna: Joined, text: str, reason: str) -> None:
    phone.text("Hello")
    phone.text(text)
    assert told(house, anna, phone.conversation.id) == reason
    assert reason in TEXTING_LABELS


@pytest.mark.parametrize(("allowed", "reason"), [(True, "is_allowed"), (False, "is_forgotten")])
def test_after_a_silence(
    phone: Phone, house: Ports, anna: Joined, clock: Clock, allowed: bool, reason: str
) -> None:
    phone.text("Hello")
    case_id = phone.conversation.id
    with unit_of_work(house.sessions) as session:
        session.get_one(SmsThread, case_id).may_text = allowed
        assert session.get_one(Conversation, case_id).channel == "sms"
    clock.forward(hours=25)
    timers.forget_the_silent(house)
    assert told(house, anna, case_id) == reason
    assert reason in TEXTING_LABELS


def test_every_reason_of_the_carrier_has_words() -> None:
    assert {one.reason for one in meanings().values()} <= set(TEXTING_LABELS)
