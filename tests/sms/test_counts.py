"""What became of text messages: counted for who leads, and told at the case where one did not arrive."""

from __future__ import annotations

import pytest

from escalation import conversation as conv
from escalation.ports import Ports
from escalation.sms.counts import count_all, why_not_arrived
from escalation.store.delivery_tables import SmsDelivery, SmsRedaction
from escalation.store.session import reading, unit_of_work
from escalation.store.tables import OutboxRow
from web.app import create_app
from web.config import Settings
from web.desk.delivery_labels import count_rows
from web.operate.doctor import examine


def add(
    house: Ports, conversation_id: str, status: str | None, code: int | None, state: str = "sent"
) -> None:
    """Let one message have come so far."""
    with unit_of_work(house.sessions) as session:
        number = session.query(OutboxRow).count()
        key, due = f"sms:{number}", house.clock()
        whose = {"key": key, "conversation_id": conversation_id}
        session.add(OutboxRow(kind="sms", status="sent", due_at=due, **whose))
        session.add(
            SmsDelivery(
                ref=f"{number:032x}",
                state=state,
                status=status,
                error_code=code,
                segments=1,
                **whose,
            )
        )


@pytest.fixture
def conversation_id(house: Ports) -> str:
    return conv.open_conversation(house, language="nl").id


def why(house: Ports, conversation_id: str) -> str | None:
    with reading(house.sessions) as session:
        return why_not_arrived(session, conversation_id)


def test_the_newest_that_is_settled_counts(house: Ports, conversation_id: str) -> None:
    assert why(house, conversation_id) is None
    add(house, conversation_id, "delivered", None)
    assert why(house, conversation_id) is None
    add(house, conversation_id, "undelivered", 30006)
    add(house, conversation_id, "sent", None)  # nobody knows yet
    assert why(house, conversation_id) == "not_a_mobile"
    add(house, conversation_id, "delivered", None)
    assert why(house, conversation_id) is None


def test_what_was_refused_at_once_is_told_too(house: Ports, conversation_id: str) -> None:
    add(house, conversation_id, None, 21610, state="waiting")
    assert why(house, conversation_id) == "opted_out"


def test_everything_is_counted(house: Ports, conversation_id: str) -> None:
    add(house, conversation_id, "delivered", None)
    add(house, conversation_id, "undelivered", 30007)
    add(house, conversation_id, "queued", None)
    with unit_of_work(house.sessions) as session:
        session.add_all(
            SmsRedaction(result=result, count=count)
            for result, count in (("deleted", 3), ("gone", 2), ("twilio_30029", 1))
        )
    with reading(house.sessions) as session:
        counts = count_all(session)
    assert counts.states == {"arrived": 1, "not_arrived": 1, "on_its_way": 1}
    assert counts.reasons == {"blocked": 1}
    assert counts.left == {"deleted": 3, "gone": 2, "refused": 1, "waiting": 0}
    app = create_app(Settings(), house)
    with app.test_request_context("/"):
        assert ("Twilio refused to delete", 1) in count_rows(counts)


def test_the_doctor_says_whether_messages_are_sent(tmp_path: object) -> None:
    settings = Settings(data_directory=tmp_path)  # type: ignore[arg-type]
    (found,) = [one for one in examine(settings) if one.what == "text messages"]
    assert found.said.startswith("not sent")
