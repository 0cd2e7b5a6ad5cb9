"""Many acute cases at once: each climbs its own ladder, and nobody's telephone is flooded."""

from __future__ import annotations

import pytest

from escalation import conversation as conv
from escalation.desk.sessions import Screener
from escalation.duty import alarm
from escalation.duty.paging import ONE_PAGE_LASTS
from escalation.outbox import CLAIM_LASTS, SendError, send_due
from escalation.ports import Ports
from escalation.store.duty_tables import Alarm, PageRow, Stopwatch
from escalation.store.session import reading, unit_of_work
from escalation.store.tables import OutboxRow
from tests.builders import Joined, join
from tests.escalation.duty import CountingCarrier, add_shift, give_phone, sender_with
from tests.fakes import Clock

PHONE = "+31600000001"


@pytest.fixture
def on_duty(house: Ports, anna: Joined) -> Screener:
    add_shift(house, anna.screener, rung=1)
    give_phone(house, anna.screener, PHONE)
    return anna.screener


@pytest.fixture
def carrier() -> CountingCarrier:
    return CountingCarrier()


def danger(house: Ports, number: int) -> str:
    """Somebody in danger writes; no two with the same words."""
    opened = conv.open_conversation(house, language="en")
    text = f"help, he has a knife and he is going to kill her now, house {number}"
    conv.receive(house, conversation_id=opened.id, token=opened.token, text=text)
    return opened.id


def step(house: Ports, carrier: CountingCarrier) -> None:
    alarm.climb(house)
    send_due(house, sender_with(house, carrier))


def texts(house: Ports) -> list[PageRow]:
    with reading(house.sessions) as session:
        return list(session.query(PageRow).filter_by(way="sms"))


def test_one_text_stands_for_all_cases_of_a_minute(
    house: Ports, on_duty: Screener, carrier: CountingCarrier, clock: Clock
) -> None:
    for number in range(20):
        danger(house, number)
    step(house, carrier)
    assert carrier.addresses == [PHONE]
    rows = texts(house)
    (carried,) = [row for row in rows if row.covered_by is None]
    assert len(rows) == 20 and all(row.sent_at for row in rows)
    assert {row.covered_by for row in rows} == {None, carried.key}
    with reading(house.sessions) as session:
        assert session.query(Alarm).filter_by(rung=1).count() == 20
        assert session.query(Stopwatch).filter(Stopwatch.paged_at.is_(None)).count() == 0
        assert session.query(PageRow).filter_by(way="desk").count() == 20
    clock.forward(seconds=ONE_PAGE_LASTS.total_seconds() + 1)
    danger(house, 21)
    step(house, carrier)
    assert carrier.addresses == [PHONE, PHONE]


def test_what_failed_covers_nothing(
    house: Ports, on_duty: Screener, carrier: CountingCarrier, clock: Clock
) -> None:
    carrier.failures = [SendError("503", permanent=False)]
    danger(house, 1)
    danger(house, 2)
    step(house, carrier)
    assert carrier.addresses == [PHONE], "the second one goes when the first could not"
    clock.forward(seconds=6)
    step(house, carrier)
    assert carrier.addresses == [PHONE]
    assert all(row.sent_at for row in texts(house))


def test_a_page_waits_for_the_one_that_is_on_its_way_and_goes_when_that_got_lost(
    house: Ports, on_duty: Screener, carrier: CountingCarrier, clock: Clock
) -> None:
    """Of two workers one has the first page in hand, and dies with it."""
    lost = danger(house, 1)
    alarm.climb(house)
    with unit_of_work(house.sessions) as session:
        page = session.query(PageRow).filter_by(way="sms").one()
        page.carried_at = house.clock()
        session.query(OutboxRow).filter_by(key=page.key).one().status = "gone"
    danger(house, 2)
    step(house, carrier)
    assert carrier.addresses == []
    clock.forward(seconds=CLAIM_LASTS.total_seconds() + 1)
    step(house, carrier)
    assert carrier.addresses == [PHONE]
    with reading(house.sessions) as session:
        sent = session.query(OutboxRow).filter_by(key=next(iter(carrier.carried))).one()
    assert sent.conversation_id != lost


def test_every_person_is_told(
    house: Ports, anna: Joined, on_duty: Screener, carrier: CountingCarrier
) -> None:
    bob = join(house, "Bob", by=anna.screener)
    add_shift(house, bob.screener, rung=1)
    give_phone(house, bob.screener, "+31600000002")
    danger(house, 1)
    danger(house, 2)
    step(house, carrier)
    assert sorted(carrier.addresses) == [PHONE, "+31600000002"]
