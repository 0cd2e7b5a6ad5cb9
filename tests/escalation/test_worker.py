"""Timers: the outbox sends once, failures come back later, and the silent reach the queue."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from escalation import conversation as conv
from escalation import worker
from escalation.desk import queue
from escalation.outbox import BACKOFF_SECONDS, SendError, next_try, send_due
from escalation.ports import Ports
from escalation.store.session import unit_of_work
from escalation.store.tables import Conversation, OutboxRow, ReporterAccess
from tests.builders import Joined, announce
from tests.fakes import Clock, CountingSender, ScriptedBot, saying


@pytest.fixture
def notice(house: Ports, clock: Clock) -> None:
    for _ in range(2):  # the same announcement twice is one row
        with unit_of_work(house.sessions) as session:
            announce(session, kind="acute_case", conversation_id="c", now=clock())


def test_a_notice_is_sent_once(house: Ports, notice: None) -> None:
    sender = CountingSender()
    assert send_due(house, sender) == 1
    assert send_due(house, sender) == 0
    assert [sent.kind for sent in sender.sent] == ["acute_case"]


def test_a_transient_failure_is_tried_again_later(house: Ports, notice: None, clock: Clock) -> None:
    sender = CountingSender(SendError("busy", permanent=False))
    assert send_due(house, sender) == 0
    assert send_due(house, sender) == 0
    clock.forward(seconds=BACKOFF_SECONDS[0])
    assert send_due(house, sender) == 1


def test_a_permanent_failure_is_kept_and_not_tried_again(
    house: Ports, notice: None, clock: Clock
) -> None:
    send_due(house, CountingSender(SendError("no such number", permanent=True)))
    clock.forward(days=1)
    assert send_due(house, CountingSender()) == 0
    with house.sessions() as session:
        row = session.query(OutboxRow).one()
        assert (row.status, row.last_error) == ("failed", "no such number")


def test_a_notice_claimed_by_a_worker_that_died_is_sent_by_the_next(
    house: Ports, notice: None, clock: Clock
) -> None:
    with pytest.raises(KeyboardInterrupt):
        send_due(house, CountingSender(KeyboardInterrupt()))  # type: ignore[arg-type]
    assert send_due(house, CountingSender()) == 0
    clock.forward(minutes=3)
    assert send_due(house, CountingSender()) == 1


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 5), (2, 15), (3, 60), (4, 300), (5, 900), (6, None)]
)
def test_the_waits_grow_and_end(attempts: int, seconds: int | None) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    expected = now + timedelta(seconds=seconds) if seconds else None
    assert next_try(attempts, now) == expected


def test_what_was_told_and_never_sent_reaches_the_queue_after_silence(
    house: Ports, anna: Joined, bot: ScriptedBot, clock: Clock
) -> None:
    bot.script = lambda turn: (
        [saying("Where?", record={"own_words": turn.text})] if turn.text else []
    )
    told = conv.open_conversation(house, language="nl")
    looked = conv.open_conversation(house, language="nl")
    conv.receive(house, conversation_id=told.id, token=told.token, text="ten people in one room")
    assert worker.queue_the_silent(house) == 0
    clock.forward(minutes=20)
    assert worker.queue_the_silent(house) == 1
    assert worker.queue_the_silent(house) == 0
    assert [row.id for row in queue.list_cases(house, screener=anna.screener)] == [told.id]
    answer = conv.receive(house, conversation_id=told.id, token=told.token, text="in Venlo")
    assert answer.floor == "bot"
    assert looked.id != told.id


def test_tokens_that_ran_out_are_deleted(house: Ports, anna: Joined, clock: Clock) -> None:
    conv.open_conversation(house, language="nl")
    clock.forward(days=2)
    worker.drop_what_ran_out(house)
    with house.sessions() as session:
        assert session.query(ReporterAccess).count() == 0


def test_chores_are_done_beside_the_purge_and_one_that_fails_keeps_no_other_from_it(
    house: Ports, anna: Joined, clock: Clock
) -> None:
    opened = conv.open_conversation(house, language="nl")
    clock.forward(days=3)
    stop, done = threading.Event(), threading.Event()

    def fail() -> None:
        raise OSError("the directory is gone")

    def finish() -> None:
        done.set()
        stop.set()

    working = threading.Thread(
        target=worker.run, args=(house, CountingSender(), stop), kwargs={"chores": (fail, finish)}
    )
    working.start()
    assert done.wait(30)
    working.join(30)
    assert not working.is_alive()
    with house.sessions() as session:
        assert session.get(Conversation, opened.id) is None


def test_a_worker_that_is_to_stop_finishes_the_item_at_hand_and_leaves_the_rest(
    house: Ports, clock: Clock
) -> None:
    with unit_of_work(house.sessions) as session:
        for number in range(3):
            announce(session, kind="acute_case", conversation_id=f"c{number}", now=clock())
    sender = CountingSender()
    assert send_due(house, sender, is_over=lambda: len(sender.sent) == 1) == 1
    assert send_due(house, sender, is_over=lambda: True) == 0
    assert send_due(house, sender) == 2
