"""The desk reads that a text message did not arrive and why; who leads reads the counts."""

from __future__ import annotations

import pytest

from escalation import conversation as conv
from escalation.ports import Ports
from escalation.store.delivery_tables import SmsDelivery
from escalation.store.session import unit_of_work
from escalation.store.tables import OutboxRow, ScreenerRow
from tests.builders import Joined
from tests.desk.desk import Desk


@pytest.fixture
def case_id(house: Ports) -> str:
    """A case whose last text message was sent to a landline."""
    opened = conv.open_conversation(house, language="nl", channel="sms")
    conv.receive(house, conversation_id=opened.id, token=opened.token, text="hulp")
    with unit_of_work(house.sessions) as session:
        whose = {"key": "sms:1", "conversation_id": opened.id}
        session.add(OutboxRow(kind="sms", status="sent", due_at=house.clock(), **whose))
        session.add(
            SmsDelivery(
                ref="0" * 32,
                state="sent",
                status="undelivered",
                error_code=30006,
                segments=1,
                **whose,
            )
        )
    return opened.id


def test_the_case_says_that_it_did_not_arrive_and_why(desk: Desk, case_id: str) -> None:
    desk.get(f"/desk/cases/{case_id}")
    assert "The last text message did not arrive. This number cannot receive" in desk.text


def test_who_leads_reads_counts(desk: Desk, house: Ports, anna: Joined, case_id: str) -> None:
    desk.get("/desk/waiting-times")
    assert "Deleted at Twilio" not in desk.text
    with unit_of_work(house.sessions) as session:
        session.get_one(ScreenerRow, anna.screener.id).role = "coordinator"
    desk.get("/desk/waiting-times")
    assert "Did not arrive" in desk.text
    assert "Deleted at Twilio" in desk.text
