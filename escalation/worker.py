"""Timers: sends the outbox, and brings conversations that fell silent to the queue. One loop, any number of workers."""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from sqlalchemy import Select, delete, select

from . import floor
from .bus import QUEUE_TOPIC
from .outbox import Sender, send_due
from .ports import Ports, rounded
from .queueing import move_floor, put_in_queue
from .store.session import reading, unit_of_work
from .store.tables import Conversation, ReporterAccess, StaffSession

logger = logging.getLogger(__name__)

TICK_SECONDS = 2.0
TIDY_EVERY_TICKS = 30


def run(ports: Ports, sender: Sender, stop: threading.Event) -> None:
    """Work until ``stop`` is set; finishes the item at hand. A failing round is logged and the next one goes on."""
    tick = 0
    while not stop.is_set():
        try:
            send_due(ports, sender)
            if tick % TIDY_EVERY_TICKS == 0:
                queue_the_silent(ports)
                drop_what_ran_out(ports)
        except Exception as error:
            logger.error("worker round failed: %s", type(error).__name__)
        tick += 1
        stop.wait(TICK_SECONDS)


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
        session.execute(delete(StaffSession).where(StaffSession.expires_at <= now))


def _silent_ids(before: datetime) -> Select[str]:
    return select(Conversation.id).where(
        Conversation.floor == floor.BOT,
        Conversation.waiting_since.is_(None),
        Conversation.told,
        Conversation.active_at < before,
    )
