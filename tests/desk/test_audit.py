"""The page of who did what: for who leads, in words, and honest about a broken chain."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from escalation import audit
from escalation.ports import Ports
from escalation.store.session import unit_of_work
from escalation.store.tables import ScreenerRow
from tests.builders import Joined
from tests.desk.desk import Desk
from web.desk.audit import EVENT_LABELS


@pytest.fixture
def coordinator(house: Ports, anna: Joined) -> None:
    with unit_of_work(house.sessions) as session:
        session.get_one(ScreenerRow, anna.screener.id).role = "coordinator"


def test_every_event_has_words() -> None:
    assert set(EVENT_LABELS) == set(audit.EVENTS)


def test_a_coordinator_reads_in_words_who_joined(desk: Desk, coordinator: None) -> None:
    assert desk.get("/desk/audit").status_code == 200
    assert "The chain holds." in desk.text
    assert "Bob Joined the desk Bob" in desk.text
    assert "The operator Made an invitation" in desk.text


def test_a_screener_does_not(bobs_desk: Desk) -> None:
    assert bobs_desk.get("/desk/audit").status_code == 403
    assert "Joined the desk" not in bobs_desk.text


def test_a_broken_chain_is_said_to_be(desk: Desk, house: Ports, coordinator: None) -> None:
    with unit_of_work(house.sessions) as session:
        session.execute(text("DROP TRIGGER audit_events_no_update"))
        session.execute(text("UPDATE audit_events SET actor = 'x' WHERE seq = 2"))
    desk.get("/desk/audit")
    assert "The chain is broken at row 2." in desk.text
