"""Sending to reporters: in order, at our number's pace, each once whatever dies on the way, and nothing left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, timedelta

import pytest
from sqlalchemy import select

from escalation import conversation as conv
from escalation.erasing import delete_conversation
from escalation.outbox import ByKind, SendError, send_due
from escalation.ports import Ports
from escalation.sms import delivery
from escalation.sms.pace import NumberPace
from escalation.sms.sending import RedactionSender, SmsSender
from escalation.store.delivery_tables import SmsDelivery, SmsRedaction
from escalation.store.session import unit_of_work
from escalation.store.tables import OutboxRow
from escalation.transports.twilio_client import twilio_client
from escalation.transports.twilio_messages import TwilioTelephone
from tests.fakes import Clock, CountingSender
from tests.sms.fake_telephone import REPORTER, Words
from tests.sms.twilio_server import ACCOUNT, DIES, NUMBER, TOKEN, FakeTwilio, serving


@dataclass
class Line:
    """A house with a telephone to the stand-in for Twilio, and one conversation on it."""

    house: Ports
    twilio: FakeTwilio
    conversation_id: str
    clock: Clock
    words: dict[str, Words] = field(default_factory=dict)

    def write(self, *texts: str, conversation_id: str | None = None) -> list[str]:
        """Write messages into the outbox; return their keys."""
        whose = conversation_id or self.conversation_id
        keys = []
        with unit_of_work(self.house.sessions) as session:
            for text in texts:
                key = f"sms:{whose}:{len(self.words)}"
                self.words[key] = Words(whose, text)
                due = self.clock()
                session.add(OutboxRow(key=key, kind="sms", conversation_id=whose, due_at=due))
                keys.append(key)
        return keys

    @property
    def sender(self) -> ByKind:
        """Return a worker's sender, as a fresh process would have it."""
        client = twilio_client(account_sid=ACCOUNT, auth_token=TOKEN, api_base=self.twilio.url)
        telephone = TwilioTelephone(
            client, sender=NUMBER, callback="https://meld.example/sms/status"
        )
        messages = SmsSender(self.house, telephone, lambda _ports, key: self.words.get(key))
        return ByKind({"sms": messages, "sms_redact": RedactionSender(self.house, telephone)})

    def work(self, pace: NumberPace | None = None) -> int:
        """Send what is due."""
        return send_due(self.house, self.sender, pace)

    def deliveries(self) -> list[SmsDelivery]:
        """Return all attempts, in order."""
        with self.house.sessions() as session:
            return list(session.scalars(select(SmsDelivery).order_by(SmsDelivery.key)))

    def outbox(self, key: str) -> OutboxRow:
        """Return the outbox row of a key."""
        with self.house.sessions() as session:
            return session.scalars(select(OutboxRow).where(OutboxRow.key == key)).one()

    def says(self, status: str, *, of: int = 0, code: int | None = None) -> None:
        """Let the carrier say how far a message is that it took."""
        taken = self.twilio.taken[of]
        ref = taken.callback.rpartition("/")[2]
        delivery.note_status(self.house, ref=ref, sid=taken.sid, status=status, code=code)

    def redactions(self) -> dict[str, int]:
        """Return how deleting ended, and how often."""
        with self.house.sessions() as session:
            return {row.result: row.count for row in session.scalars(select(SmsRedaction))}


@pytest.fixture
def line(house: Ports, clock: Clock) -> Iterator[Line]:
    opened = conv.open_conversation(house, language="nl")
    with serving(FakeTwilio(clock=clock)) as twilio:
        yield Line(house, twilio, opened.id, clock)


def test_ten_messages_go_in_order(line: Line) -> None:
    texts = [f"message {number}" for number in range(10)]
    line.write(*texts)
    assert line.work() == 10
    assert line.twilio.bodies == texts
    assert {one.to for one in line.twilio.taken} == {REPORTER}
    assert {one.state for one in line.deliveries()} == {"sent"}


def test_four_threads_keep_the_order(line: Line) -> None:
    texts = [f"message {number}" for number in range(10)]
    line.write(*texts)
    other = conv.open_conversation(line.house, language="nl")
    line.write(*texts, conversation_id=other.id)
    threads = [threading.Thread(target=line.work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    line.work()  # a thread that finds everything claimed goes home
    assert sorted(line.twilio.bodies) == sorted(texts * 2)
    for whose in (line.conversation_id, other.id):
        refs = [row.ref for row in line.deliveries() if row.conversation_id == whose]
        told = [one.body for one in line.twilio.taken if one.callback.rpartition("/")[2] in refs]
        assert told == texts


def test_a_later_one_waits_while_an_earlier_one_is_tried_again(line: Line) -> None:
    line.write("first", "second")
    line.twilio.failures = [20429]
    assert line.work() == 0
    assert line.work() == 0
    line.clock.forward(seconds=5)
    assert line.work() == 2
    assert line.twilio.bodies == ["first", "second"]


def test_another_person_does_not_wait(line: Line) -> None:
    line.write("first")
    other = conv.open_conversation(line.house, language="nl")
    line.twilio.failures = [20429]
    line.work()
    line.write("to somebody else", conversation_id=other.id)
    assert line.work() == 1
    assert line.twilio.bodies == ["to somebody else"]


def test_a_message_that_can_never_go_makes_room(line: Line) -> None:
    first, _ = line.write("first", "second")
    line.twilio.failures = [21612]
    assert line.work() == 1
    assert line.twilio.bodies == ["second"]
    assert (line.outbox(first).status, line.outbox(first).last_error) == ("failed", "twilio_21612")


def test_somebody_in_danger_goes_before_words(line: Line) -> None:
    line.write("words")
    line.clock.forward(seconds=1)
    with unit_of_work(line.house.sessions) as session:
        session.add(OutboxRow(key="page:1", kind="page", conversation_id=None, due_at=line.clock()))
    sender = CountingSender()
    send_due(line.house, sender)
    assert [one.kind for one in sender.sent] == ["page", "sms"]


def test_a_kind_that_nobody_sends_is_not_tried_for_ever(line: Line) -> None:
    with unit_of_work(line.house.sessions) as session:
        session.add(OutboxRow(key="x", kind="fax", conversation_id=None, due_at=line.clock()))
    assert line.work() == 0
    assert line.outbox("x").last_error == "no_sender"


def test_a_thread_that_has_ended_gets_nothing_more(line: Line) -> None:
    (key,) = line.write("too late")
    line.words.clear()
    assert line.work() == 0
    assert line.twilio.taken == []
    assert line.outbox(key).last_error == "no_longer_needed"


@pytest.mark.parametrize("per_second", [1, 5])
def test_the_pace_holds_over_all_workers(line: Line, per_second: int) -> None:
    line.write(*[f"{number}" for number in range(30)])
    sent_in = []
    for _ in range(10):
        pace = NumberPace(NUMBER, per_second)  # each look is a worker of its own
        sent_in.append(line.work(pace))
        line.clock.forward(seconds=0.5)
    assert sum(sent_in) <= per_second * 5 + 1
    assert sum(sent_in) >= per_second * 5 - 1
    assert line.twilio.bodies == [f"{number}" for number in range(sum(sent_in))]


def test_the_pace_holds_up_no_page(line: Line) -> None:
    line.write("a", "b")
    line.work(NumberPace(NUMBER, 1))
    with unit_of_work(line.house.sessions) as session:
        session.add(OutboxRow(key="page:1", kind="page", conversation_id=None, due_at=line.clock()))
    sender = CountingSender()
    send_due(line.house, sender, NumberPace(NUMBER, 1))
    assert "page" in [one.kind for one in sender.sent]


def test_taken_and_no_answer_is_looked_up_and_not_sent_twice(line: Line) -> None:
    (key,) = line.write("once")
    line.twilio.failures = [DIES]
    assert line.work() == 0
    assert [row.state for row in line.deliveries()] == ["unknown"]
    line.clock.forward(seconds=5)
    assert line.work() == 0  # not so soon: it may not be shown yet
    assert line.outbox(key).last_error == "twilio_settling"
    line.clock.forward(seconds=30)
    assert line.work() == 1
    assert line.twilio.bodies == ["once"]
    assert line.deliveries()[0].sid == line.twilio.taken[0].sid


def test_no_answer_and_not_taken_is_sent_again(line: Line) -> None:
    line.write("once")
    line.twilio.failures = [500]
    line.work()
    for _ in range(2):
        line.clock.forward(seconds=31)
        line.work()
    assert line.twilio.bodies == ["once"]


def test_the_same_words_from_before_are_not_taken_for_this_message(line: Line) -> None:
    line.write("Your message is saved.")
    line.work()
    line.clock.forward(seconds=90)
    line.write("Your message is saved.")
    line.twilio.failures = [503]
    line.work()
    line.clock.forward(seconds=31)
    line.work()
    assert len(line.twilio.taken) == 2
    assert len({row.sid for row in line.deliveries()}) == 2


def test_a_worker_that_died_while_sending_is_followed_by_a_look(line: Line) -> None:
    (key,) = line.write("once")
    words = line.words[key]
    delivery.begin(line.house, key, words.conversation_id, words.text)
    with unit_of_work(line.house.sessions) as session:  # claimed, handed over, and then nothing
        row = session.scalars(select(OutboxRow)).one()
        row.status, row.attempts, row.due_at = "claimed", 1, line.clock() + timedelta(seconds=30)
    line.twilio.take({"To": REPORTER, "From": NUMBER, "Body": "once"})
    assert line.work() == 0
    line.clock.forward(seconds=31)
    assert line.work() == 1
    assert line.twilio.bodies == ["once"]


def test_a_worker_that_died_after_noting_does_not_send_again(line: Line) -> None:
    (key,) = line.write("once")
    line.work()
    with unit_of_work(line.house.sessions) as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.key == key)).one()
        row.status, row.due_at = "claimed", line.clock()
    assert line.work() == 1
    assert line.twilio.bodies == ["once"]


def test_the_carriers_word_closes_the_gap_before_the_look(line: Line) -> None:
    line.write("once")
    line.twilio.failures = [DIES]
    line.work()
    line.says("sent")
    line.clock.forward(seconds=5)
    assert line.work() == 1
    assert line.twilio.bodies == ["once"]
    assert [call for call in line.twilio.calls if call.startswith("GET")] == []


def test_only_what_is_noted_first_is_ever_sent(line: Line) -> None:
    line.write("once")
    seen = []
    begin = line.twilio.take

    def take(form: dict[str, str]) -> object:
        seen.extend(row.state for row in line.deliveries())
        return begin(form)

    line.twilio.take = take  # type: ignore[assignment,method-assign]
    line.work()
    assert seen == ["sending"]


def test_after_it_arrived_nothing_lies_at_the_carrier(line: Line) -> None:
    line.write("once")
    line.work()
    line.says("delivered")
    line.work()
    assert line.twilio.lies_there  # Twilio wants a minute
    line.clock.forward(minutes=1)
    line.work()
    assert line.twilio.lies_there == {}
    assert line.redactions() == {"deleted": 1}


def test_what_cannot_be_deleted_yet_is_emptied_and_deleted_later(line: Line) -> None:
    line.write("once")
    line.work()
    line.says("delivered")
    sid = line.twilio.taken[0].sid
    line.twilio.not_deletable = {sid}
    line.clock.forward(minutes=1)
    line.work()
    assert line.twilio.blanked == [sid]
    line.twilio.not_deletable.clear()
    line.clock.forward(minutes=2)
    line.work()
    assert line.redactions() == {"deleted": 1}


def test_how_deleting_ended_is_counted(line: Line) -> None:
    line.write("a", "b")
    line.work()
    line.twilio.lies_there.pop(line.twilio.taken[0].sid)
    line.says("delivered")
    line.clock.forward(minutes=1)
    line.work()
    line.says("delivered", of=1)
    line.twilio.failures = [30029]
    line.clock.forward(minutes=1)
    line.work()
    assert line.redactions() == {"gone": 1, "twilio_30029": 1}
    with line.house.sessions() as session:
        kept = session.scalars(select(OutboxRow).where(OutboxRow.kind == "sms_redact")).all()
        assert [row.status for row in kept] == ["failed"]


def test_erasing_a_conversation_deletes_it_at_the_carrier_too(line: Line) -> None:
    line.write("a", "b")
    line.work()
    delete_conversation(line.house, line.conversation_id)
    assert line.deliveries() == []
    line.clock.forward(minutes=1)
    line.work()
    assert line.twilio.lies_there == {}


def test_what_is_handed_over_while_it_is_erased_is_deleted_as_well(line: Line) -> None:
    (key,) = line.write("a")
    words = line.words[key]
    attempt = delivery.begin(line.house, key, words.conversation_id, words.text)
    taken = line.twilio.take({"To": REPORTER, "From": NUMBER, "Body": "a"})
    delete_conversation(line.house, line.conversation_id)
    delivery.note_sent(line.house, key, taken.sid, "queued")
    delivery.note_status(line.house, ref=attempt.ref, sid=taken.sid, status="delivered", code=None)
    line.clock.forward(minutes=1)
    line.work()
    assert line.twilio.lies_there == {}


def test_every_moment_is_aware(line: Line) -> None:
    line.write("a")
    line.work()
    assert [row.attempted_at for row in line.deliveries()] == [None]
    assert line.clock().tzinfo is UTC


def test_an_error_says_nothing_of_anybody(line: Line) -> None:
    (key,) = line.write("secret words")
    for failure in (21211, 500, DIES):
        line.twilio.failures = [failure]
        with pytest.raises(SendError) as caught:
            line.sender._senders["sms"].send(  # type: ignore[attr-defined]
                type("N", (), {"key": f"{key}", "kind": "sms", "attempts": 1})()
            )
        shown = repr(caught.value) + str(caught.value.args) + str(caught.value.__cause__)
        assert REPORTER not in shown
        assert "secret" not in shown
        line.clock.forward(minutes=5)
