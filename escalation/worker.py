"""Timers: sends the outbox, and brings conversations that fell silent to the queue. One loop, any number of workers."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Select, delete, or_, select

from . import floor
from .answering import system_turn
from .bus import QUEUE_TOPIC, conversation_topic
from .desk.staying import idle
from .duty.alarm import climb
from .outbox import Pace, Sender, send_due
from .ports import Ports, rounded
from .queueing import move_floor, put_in_queue
from .retention.rounds import Rounds
from .sms import timers as sms_timers
from .sms.goodbye import forget_numbers
from .sms.handling import handle_due
from .sms.outgoing import write_due_messages
from .store.duty_tables import Presence
from .store.passkey_tables import ChallengeRow
from .store.session import reading, unit_of_work
from .store.tables import Conversation, ReporterAccess, StaffSession

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.5
TIDY_EVERY_SECONDS = 60.0
SENDING_THREADS = 4
"""So that one slow telephone company does not hold up the other pages."""

ANSWERING_THREADS = 4
"""Who answer text messages. Asking the bot takes most of the time, and a slow one must not hold up danger."""

ANSWER_AGAIN_EVERY_SECONDS = 10.0
BREATH_SECONDS = 0.2
"""Between two looks of who sends or answers, however much happens: calling people must not wait for eight who look."""


def run(
    ports: Ports,
    sender: Sender,
    stop: threading.Event,
    chores: Sequence[Callable[[], object]] = (),
    pace: Pace | None = None,
) -> None:
    """Work until ``stop`` is set; finishes the item at hand. A failing round is logged and the next one goes on.

    ``chores`` are done once a minute, after the purge, in a thread of their own: nobody who is called waits for them.
    """
    rounds = Rounds(ports)
    send = partial(send_due, ports, sender, pace, is_over=stop.is_set)
    answer = partial(handle_due, ports, is_over=stop.is_set)
    threads = [
        *_repeating(ports, stop, "send", SENDING_THREADS, send),
        *_repeating(ports, stop, "answer", ANSWERING_THREADS, answer),
    ]
    threads.append(
        threading.Thread(
            target=_every_minute, args=(stop, (rounds.once, *chores)), name="retention"
        )
    )
    for thread in threads:
        thread.start()
    tidied, answered = [float("-inf")], [float("-inf")]

    def look() -> None:
        climb(ports)
        return_from_the_silent(ports)
        write_due_messages(ports)
        if time.monotonic() - answered[0] >= ANSWER_AGAIN_EVERY_SECONDS:
            answered[0] = time.monotonic()
            sms_timers.answer_the_waiting(ports)
        if time.monotonic() - tidied[0] >= TIDY_EVERY_SECONDS:
            tidied[0] = time.monotonic()
            queue_the_silent(ports)
            drop_what_ran_out(ports)
            sms_timers.forget_the_silent(ports)
            forget_numbers(ports)

    _repeat(ports, stop, look)
    for thread in threads:
        thread.join()


def _repeating(
    ports: Ports, stop: threading.Event, name: str, count: int, work: Callable[[], object]
) -> list[threading.Thread]:
    return [
        threading.Thread(
            target=_repeat, args=(ports, stop, work, BREATH_SECONDS), name=f"{name}-{number}"
        )
        for number in range(count)
    ]


def _every_minute(stop: threading.Event, works: Sequence[Callable[[], object]]) -> None:
    """Do each piece of work once a minute; one that fails does not keep the others from being done."""
    while not stop.is_set():
        for work in works:
            try:
                work()
            except Exception as error:
                logger.error("retention round failed: %s", type(error).__name__)
        stop.wait(TIDY_EVERY_SECONDS)


def _repeat(
    ports: Ports, stop: threading.Event, work: Callable[[], object], breath: float = 0.0
) -> None:
    """Do ``work`` at every change of the queue, ``breath`` seconds apart, and twice a second whatever happens."""
    while not stop.is_set():
        seen = ports.bus.version(QUEUE_TOPIC)
        try:
            work()
        except Exception as error:
            logger.error("worker round failed: %s", type(error).__name__)
        stop.wait(breath)
        ports.bus.wait(QUEUE_TOPIC, seen, TICK_SECONDS)


def return_from_the_silent(ports: Ports) -> int:
    """Put back into the queue what is in the hands of somebody whose desk is not open any more; return how many.

    It comes back with its old place by time, and calls people again when it is acute.
    """
    now = ports.clock()
    seen_since = now - ports.durations.owner_silent
    with reading(ports.sessions) as session:
        held = list(session.scalars(_held_ids(seen_since)))
    for conversation_id in held:
        with unit_of_work(ports.sessions) as session:
            conversation = session.get(Conversation, conversation_id, with_for_update=True)
            if conversation is None or conversation.floor != floor.SCREENER:
                continue
            move_floor(session, conversation, floor.WAITING, by="system", now=now)
            conversation.owner_id = None
            conversation.waiting_since = conversation.active_at
            put_in_queue(session, conversation, now=now)
            system_turn(session, conversation, "system_person_silent", answers=None, now=now)
        ports.bus.publish(conversation_topic(conversation_id))
    if held:
        ports.bus.publish(QUEUE_TOPIC)
    return len(held)


def _held_ids(seen_since: datetime) -> Select[str]:
    present = select(Presence.screener_id).where(Presence.seen_at > seen_since)
    return select(Conversation.id).where(
        Conversation.floor == floor.SCREENER,
        Conversation.owner_id.is_not(None),
        Conversation.owner_id.not_in(present),
    )


def queue_the_silent(ports: Ports) -> int:
    """Put into the queue what was told and never sent, once the reporter has been silent; return how many.

    Somebody who closes the browser half-way has told something all the same.
    """
    now = ports.clock()
    with reading(ports.sessions) as session:
        silent = list(
            session.scalars(_silent_ids(rounded(now - ports.durations.silence_before_queue)))
        )
    moved = 0
    for conversation_id in silent:
        with unit_of_work(ports.sessions) as session:
            conversation = session.get(Conversation, conversation_id, with_for_update=True)
            if (
                conversation is None
                or conversation.floor != floor.BOT
                or conversation.waiting_since is not None
            ):
                continue
            move_floor(session, conversation, floor.WAITING, by="system", now=now)
            conversation.bot_down = (
                True  # lets the bot go on when the reporter comes back before a person does
            )
            put_in_queue(session, conversation, now=now)
            moved += 1
    if moved:
        ports.bus.publish(QUEUE_TOPIC)
    return moved


def drop_what_ran_out(ports: Ports) -> None:
    """Delete tokens and sessions whose time is over: what they could open is shut from then on."""
    now = ports.clock()
    with unit_of_work(ports.sessions) as session:
        session.execute(delete(ReporterAccess).where(ReporterAccess.expires_at <= now))
        session.execute(
            delete(StaffSession).where(or_(StaffSession.expires_at <= now, idle(ports)))
        )
        session.execute(delete(ChallengeRow).where(ChallengeRow.expires_at <= now))


def _silent_ids(before: datetime) -> Select[str]:
    return select(Conversation.id).where(
        Conversation.floor == floor.BOT,
        Conversation.waiting_since.is_(None),
        Conversation.told,
        Conversation.active_at < before,
    )
