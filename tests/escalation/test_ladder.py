"""The ladder: who is called when, what the reporter reads at each step, and that no page goes twice or gets lost."""

from __future__ import annotations

import threading

import pytest

from escalation import conversation as conv
from escalation.casefile import Turn
from escalation.desk import cases
from escalation.duty import alarm
from escalation.duty.paging import PAGE_TEXT, page_of_token, page_token
from escalation.outbox import CLAIM_LASTS, SendError, send_due
from escalation.ports import Ports
from escalation.store.duty_tables import Alarm, Measure, PageRow
from escalation.store.session import reading, unit_of_work
from escalation.store.tables import OutboxRow
from escalation.worker import return_from_the_silent
from tests.builders import Joined, join
from tests.escalation.duty import CountingCarrier, add_shift, give_phone, sender_with
from tests.fakes import Clock

DANGER = "help, he has a knife and he is going to kill her now"


@pytest.fixture
def carrier() -> CountingCarrier:
    return CountingCarrier()


@pytest.fixture
def team(house: Ports, anna: Joined) -> dict[str, Joined]:
    """One colleague on each rung, each with a telephone that tells the rung."""
    names = {"Anna": anna}
    for number, name in enumerate(("Bob", "Carla", "Dirk"), start=2):
        names[name] = join(house, name, by=anna.screener)
        add_shift(house, names[name].screener, rung=number)
        give_phone(house, names[name].screener, f"+3160000000{number}")
    add_shift(house, anna.screener, rung=1)
    give_phone(house, anna.screener, "+31600000001")
    return names


@pytest.fixture
def acute(house: Ports, team: dict[str, Joined]) -> conv.Opened:
    opened = conv.open_conversation(house, language="en")
    conv.receive(house, conversation_id=opened.id, token=opened.token, text=DANGER)
    return opened


def turns_of(house: Ports, opened: conv.Opened) -> tuple[Turn, ...]:
    return conv.view(house, conversation_id=opened.id, token=opened.token).turns


def said(house: Ports, opened: conv.Opened) -> list[str]:
    return [one.line.say for one in turns_of(house, opened) if one.author == "system" and one.line]


def step(house: Ports, carrier: CountingCarrier) -> None:
    alarm.climb(house)
    send_due(house, sender_with(house, carrier))


def test_the_ladder_is_walked_and_the_truth_is_told_at_each_step(
    house: Ports, acute: conv.Opened, carrier: CountingCarrier, clock: Clock
) -> None:
    expected = ["system_calling"]
    step(house, carrier)
    assert carrier.addresses == ["+31600000001"]
    for seconds, phone, line in (
        (60, "+31600000002", "system_calling_more"),
        (120, "+31600000003", "system_calling_coordinator"),
        (180, "+31600000004", "system_calling_everybody"),
    ):
        clock.forward(seconds=59)
        step(house, carrier)
        assert phone not in carrier.addresses, f"too early for the rung of {seconds} s"
        clock.forward(seconds=1)
        step(house, carrier)
        assert carrier.addresses[-1] == phone
        expected.append(line)
    assert said(house, acute) == expected
    clock.forward(minutes=5)
    step(house, carrier)
    assert carrier.addresses[-1] == "+31600000004"
    assert said(house, acute) == [*expected, "system_still_calling"]
    clock.forward(minutes=5)
    step(house, carrier)
    assert said(house, acute) == [*expected, "system_still_calling"], "not the same words for ever"


def test_a_page_says_that_a_case_is_acute_and_nothing_else(
    house: Ports, acute: conv.Opened, carrier: CountingCarrier
) -> None:
    step(house, carrier)
    ((_, text),) = carrier.carried.values()
    (key,) = carrier.carried
    assert text == f"{PAGE_TEXT} https://desk.example/desk/page/{page_token(house, key)}"
    assert acute.id not in text


def test_taking_over_ends_the_calling(
    house: Ports,
    acute: conv.Opened,
    carrier: CountingCarrier,
    clock: Clock,
    team: dict[str, Joined],
) -> None:
    step(house, carrier)
    clock.forward(seconds=10)
    cases.take(house, screener=team["Bob"].screener, case_id=acute.id)
    clock.forward(minutes=2)
    step(house, carrier)
    assert carrier.addresses == ["+31600000001"]
    clock.forward(seconds=30)
    cases.say(house, screener=team["Bob"].screener, case_id=acute.id, text="I am here.")
    with reading(house.sessions) as session:
        measure = session.query(Measure).one()
        waited = (measure.seconds_to_page, measure.seconds_to_acknowledge)
        assert (*waited, measure.seconds_to_answer) == (0, 10, 160)
        assert (measure.level, measure.language) == ("acute", "en")


def test_acknowledging_stops_the_calling_for_a_while_only(
    house: Ports,
    acute: conv.Opened,
    carrier: CountingCarrier,
    clock: Clock,
    team: dict[str, Joined],
) -> None:
    step(house, carrier)
    (key,) = carrier.carried
    for is_first in (True, False):
        with unit_of_work(house.sessions) as session:
            page = page_of_token(session, page_token(house, key))
            assert page is not None
            called = session.get_one(Alarm, page.alarm_id)
            done = alarm.acknowledge(
                house, session, called, screener_id=page.screener_id, now=clock()
            )
            assert done is is_first
    clock.forward(minutes=2)
    step(house, carrier)
    assert len(carrier.carried) == 1
    clock.forward(minutes=1)
    step(house, carrier)
    assert carrier.addresses[-1] == "+31600000002"
    assert said(house, acute)[-2:] == ["system_person_coming", "system_calling_again"]


def test_an_empty_rung_is_passed_over_at_once(
    house: Ports, anna: Joined, carrier: CountingCarrier
) -> None:
    add_shift(house, anna.screener, rung=3)
    give_phone(house, anna.screener, "+31600000001")
    opened = conv.open_conversation(house, language="en")
    conv.receive(house, conversation_id=opened.id, token=opened.token, text=DANGER)
    step(house, carrier)
    assert carrier.addresses == ["+31600000001"]
    assert said(house, opened) == ["system_calling_coordinator"]


def test_when_nobody_can_be_called_that_is_said_once(
    house: Ports, anna: Joined, carrier: CountingCarrier, clock: Clock
) -> None:
    add_shift(house, anna.screener, rung=1, weekday=clock().weekday() - 2)
    opened = conv.open_conversation(house, language="en")
    conv.receive(house, conversation_id=opened.id, token=opened.token, text=DANGER)
    for _ in range(3):
        step(house, carrier)
        clock.forward(minutes=5)
    assert carrier.carried == {}
    assert said(house, opened) == ["system_nobody_reachable"]


def test_police_are_not_called_for_what_they_cannot_open(
    house: Ports, anna: Joined, carrier: CountingCarrier
) -> None:
    officer = join(house, "Piet", side="police")
    add_shift(house, officer.screener, rung=1)
    add_shift(house, anna.screener, rung=2)
    give_phone(house, officer.screener, "+31600000009")
    give_phone(house, anna.screener, "+31600000001")
    opened = conv.open_conversation(house, language="en")
    conv.receive(house, conversation_id=opened.id, token=opened.token, text=DANGER)
    step(house, carrier)
    assert carrier.addresses == ["+31600000001"]


def test_many_workers_at_once_call_once(
    house: Ports, acute: conv.Opened, carrier: CountingCarrier
) -> None:
    threads = [threading.Thread(target=step, args=(house, carrier)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert carrier.addresses == ["+31600000001"]
    assert said(house, acute) == ["system_calling"]


class Killed(BaseException):
    """Stands for kill -9: nothing catches it."""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_killed_while_sending_loses_no_page_and_doubles_none(
    house: Ports,
    acute: conv.Opened,
    carrier: CountingCarrier,
    clock: Clock,
    moment: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alarm.climb(house)
    carry = carrier.carry

    def die(address: str, text: str, *, key: str) -> None:
        if moment == "after":
            carry(address, text, key=key)
        raise Killed

    monkeypatch.setattr(carrier, "carry", die)
    with pytest.raises(Killed):
        while send_due(house, sender_with(house, carrier)):
            pass
    if moment == "before":
        monkeypatch.setattr(carrier, "carry", carry)
    else:  # a carrier that knows the key takes the second try for the first
        monkeypatch.setattr(carrier, "carry", lambda address, text, *, key: None)
    clock.forward(seconds=CLAIM_LASTS.total_seconds() + 1)
    send_due(house, sender_with(house, carrier))
    assert carrier.addresses == ["+31600000001"]
    with reading(house.sessions) as session:
        assert {row.status for row in session.query(OutboxRow)} == {"sent"}
        assert all(row.sent_at for row in session.query(PageRow))


def test_a_refused_page_is_there_for_the_coordinator_to_see(
    house: Ports, acute: conv.Opened, carrier: CountingCarrier
) -> None:
    carrier.failures.append(SendError("twilio_21211", permanent=True))
    step(house, carrier)
    with reading(house.sessions) as session:
        failed = session.query(OutboxRow).filter_by(status="failed").one()
        assert failed.last_error == "twilio_21211"


def test_whoever_leaves_the_desk_holds_no_case(
    house: Ports,
    acute: conv.Opened,
    carrier: CountingCarrier,
    clock: Clock,
    team: dict[str, Joined],
) -> None:
    cases.take(house, screener=team["Bob"].screener, case_id=acute.id)
    clock.forward(minutes=4)
    assert return_from_the_silent(house) == 0
    clock.forward(minutes=2)
    assert return_from_the_silent(house) == 1
    assert return_from_the_silent(house) == 0
    assert said(house, acute)[-1] == "system_person_silent"
    step(house, carrier)
    assert carrier.addresses == ["+31600000001"]
    cases.take(house, screener=team["Carla"].screener, case_id=acute.id)
