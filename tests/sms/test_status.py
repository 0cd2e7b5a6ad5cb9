"""What the carrier says of a message: in any order, doubled, never going back; and what follows from the last word."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator

from escalation import conversation as conv
from escalation.outbox import ByKind, send_due
from escalation.ports import Ports
from escalation.sms import delivery
from escalation.sms.codes import ABOUT_THE_NUMBER, UNKNOWN, meaning_of, meanings
from escalation.sms.sending import RedactionSender, SmsSender
from escalation.sms.threads import open_thread
from escalation.store.delivery_tables import SmsDelivery
from escalation.store.session import unit_of_work
from escalation.store.sms_tables import SmsThread
from escalation.store.tables import OutboxRow
from tests.fakes import Clock
from tests.sms.fake_telephone import REPORTER, CountingTelephone, Words
from web.app import create_app
from web.config import Settings
from web.desk.delivery_labels import REASON_LABELS
from web.sms.signature import HEADER

TOKEN = "12345"
KEY = "sms:one"
SID = "SM" + "a" * 32


@pytest.fixture
def conversation_id(house: Ports) -> str:
    opened = conv.open_conversation(house, language="nl")
    with unit_of_work(house.sessions) as session:
        open_thread(house, session, conversation_id=opened.id, number=REPORTER, token=opened.token)
        due = house.clock()
        session.add(OutboxRow(key=KEY, kind="sms", conversation_id=opened.id, due_at=due))
    return opened.id


@pytest.fixture
def telephone(house: Ports, conversation_id: str) -> CountingTelephone:
    """A telephone that has just taken the one message."""
    counting = CountingTelephone(sids=[SID])
    send_due(house, sender_with(house, counting, conversation_id))
    return counting


def sender_with(house: Ports, telephone: CountingTelephone, conversation_id: str) -> ByKind:
    messages = SmsSender(house, telephone, lambda _ports, _key: Words(conversation_id, "words"))
    return ByKind({"sms": messages, "sms_redact": RedactionSender(house, telephone)})


def row_of(house: Ports) -> SmsDelivery:
    with house.sessions() as session:
        return session.get_one(SmsDelivery, KEY)


def says(house: Ports, status: str, *, code: int | None = None, sid: str = SID) -> None:
    delivery.note_status(house, ref=row_of(house).ref, sid=sid, status=status, code=code)


def kinds_due(house: Ports) -> list[str]:
    with house.sessions() as session:
        rows = session.query(OutboxRow).filter(OutboxRow.status == "due")
        return sorted(row.kind for row in rows)


@pytest.mark.parametrize(
    "order", [*itertools.permutations(["queued", "sent", "delivered", "sent"])]
)
def test_any_order_ends_the_same(
    house: Ports, telephone: CountingTelephone, order: tuple[str, ...]
) -> None:
    for status in order:
        says(house, status)
    assert row_of(house).status == "delivered"
    assert kinds_due(house) == ["sms_redact"]


def test_what_has_arrived_stays_arrived(house: Ports, telephone: CountingTelephone) -> None:
    says(house, "delivered")
    says(house, "undelivered", code=30003)
    assert (row_of(house).status, row_of(house).error_code) == ("delivered", None)


def test_a_word_that_nobody_knows_changes_nothing(
    house: Ports, telephone: CountingTelephone
) -> None:
    says(house, "evaporated")
    assert row_of(house).status == "queued"


@pytest.mark.parametrize("code", [21610, 30005, 30006])
def test_a_number_that_cannot_be_reached_is_noted_once_and_for_all(
    house: Ports, telephone: CountingTelephone, conversation_id: str, code: int
) -> None:
    says(house, "failed", code=code)
    with house.sessions() as session:
        assert session.get_one(SmsThread, conversation_id).quiet == meaning_of(code).reason
    assert kinds_due(house) == ["sms_redact"]


def test_the_same_refused_at_once(house: Ports, conversation_id: str) -> None:
    refusing = CountingTelephone(failures=[21610])
    assert send_due(house, sender_with(house, refusing, conversation_id)) == 0
    with house.sessions() as session:
        assert session.get_one(SmsThread, conversation_id).quiet == "opted_out"
    assert row_of(house).error_code == 21610


def test_a_phone_that_was_off_gets_it_later(
    house: Ports, telephone: CountingTelephone, conversation_id: str, clock: Clock
) -> None:
    old = row_of(house).ref
    says(house, "undelivered", code=30003)
    clock.forward(minutes=5)
    telephone.sids = ["SM" + "b" * 32]
    assert send_due(house, sender_with(house, telephone, conversation_id)) >= 1
    assert len(telephone.sent) == 2
    # what is still said of the first try does not touch the second
    delivery.note_status(house, ref=old, sid=SID, status="undelivered", code=30003)
    assert (row_of(house).state, row_of(house).status) == ("sent", "queued")


def test_it_is_not_tried_for_ever(
    house: Ports, telephone: CountingTelephone, conversation_id: str, clock: Clock
) -> None:
    for number in range(10):
        sid = row_of(house).sid
        if row_of(house).state != "sent" or sid is None:
            break
        says(house, "undelivered", code=30003, sid=sid)
        clock.forward(hours=3)
        telephone.sids = [f"SM{number:032x}"]
        send_due(house, sender_with(house, telephone, conversation_id))
    assert len(telephone.sent) == 1 + len(delivery.CARRIED_AGAIN_AFTER)
    assert (row_of(house).status, row_of(house).error_code) == ("undelivered", 30003)


def test_every_reason_has_words_for_the_desk() -> None:
    reasons = {meaning.reason for meaning in (*meanings().values(), UNKNOWN)}
    assert reasons == set(REASON_LABELS)
    assert reasons > ABOUT_THE_NUMBER


@pytest.mark.parametrize(
    ("code", "permanent"),
    [
        *((code, True) for code in (21610, 21211, 21612, 21614, 21635, 30006, 30029)),
        *((code, False) for code in (30003, 20429, 20503)),
        (99999, True),
    ],
)
def test_what_is_tried_again(code: int, permanent: bool) -> None:
    assert meaning_of(code).permanent is permanent


@pytest.fixture
def client(house: Ports, telephone: CountingTelephone) -> Iterator[FlaskClient]:
    current = Settings(public_url="https://meld.example", twilio_auth_token=TOKEN)
    yield create_app(current, replace(house)).test_client()


def post(client: FlaskClient, ref: str, form: dict[str, str], *, token: str = TOKEN) -> int:
    path = f"/sms/status/{ref}"
    signature = RequestValidator(token).compute_signature(f"https://meld.example{path}", form)
    return client.post(path, data=form, headers={HEADER: signature}).status_code


def test_twilio_says_it_to_an_address(client: FlaskClient, house: Ports) -> None:
    form = {"MessageSid": SID, "MessageStatus": "delivered", "To": REPORTER, "Unknown": "ż"}
    assert post(client, row_of(house).ref, form) == 204
    assert post(client, row_of(house).ref, form) == 204
    assert row_of(house).status == "delivered"


def test_what_is_said_of_one_message_is_not_taken_for_another(
    client: FlaskClient, house: Ports
) -> None:
    other = conv.open_conversation(house, language="nl")
    with unit_of_work(house.sessions) as session:
        fresh = SmsDelivery(key="sms:two", conversation_id=other.id, ref="b" * 32, segments=1)
        fresh.state, fresh.sid, fresh.status = "sent", "SM" + "b" * 32, "queued"
        session.add(fresh)
    form = {"MessageSid": SID, "MessageStatus": "undelivered", "ErrorCode": "30006"}
    path = f"https://meld.example/sms/status/{row_of(house).ref}"
    signed = {HEADER: RequestValidator(TOKEN).compute_signature(path, form)}
    # What was signed for one address does not hold at the other, and a number of one message not for the other.
    assert client.post(f"/sms/status/{'b' * 32}", data=form, headers=signed).status_code == 403
    assert post(client, "b" * 32, form) == 204
    with house.sessions() as session:
        second = session.get_one(SmsDelivery, "sms:two")
        assert (second.sid, second.status) == ("SM" + "b" * 32, "queued")
    assert row_of(house).status == "queued"


def test_somebody_else_says_it_in_vain(client: FlaskClient, house: Ports) -> None:
    form = {"MessageSid": SID, "MessageStatus": "delivered"}
    assert post(client, row_of(house).ref, form, token="54321") == 403
    assert client.post(f"/sms/status/{row_of(house).ref}", data=form).status_code == 403
    assert row_of(house).status == "queued"


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"MessageSid": "x", "MessageStatus": "delivered"},
        {"MessageSid": SID, "MessageStatus": ""},
        {"MessageSid": SID, "MessageStatus": "failed-in-a-new-way", "ErrorCode": "many"},
    ],
)
def test_another_shape_changes_nothing(
    client: FlaskClient, house: Ports, form: dict[str, str]
) -> None:
    assert post(client, row_of(house).ref, form) == 204
    assert row_of(house).status == "queued"


def test_a_message_of_a_conversation_that_was_erased_is_deleted_there(
    client: FlaskClient, house: Ports
) -> None:
    form = {"MessageSid": "SM" + "c" * 32, "MessageStatus": "delivered"}
    assert post(client, "0" * 32, form) == 204
    assert kinds_due(house) == ["sms_redact"]
