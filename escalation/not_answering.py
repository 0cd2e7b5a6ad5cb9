"""What is said when the bot does not answer now. The turn stays unanswered, so that the bot takes it up later."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from . import casefile, floor
from .access import CaseAccess, find_conversation
from .bus import QUEUE_TOPIC, conversation_topic
from .ports import Ports
from .queueing import move_floor, put_in_queue
from .store.session import unit_of_work
from .store.tables import Conversation, TurnRow
from .system_lines import SYSTEM_LINES


def store_bot_unavailable(ports: Ports, access: CaseAccess, *, seq: int) -> None:
    """The bot is away: say so, and put the case into the queue now."""
    now = ports.clock()
    with unit_of_work(ports.sessions) as session:
        conversation = find_conversation(session, access.conversation_id, to_change=True)
        if conversation.floor == floor.SCREENER or _has_answer(session, conversation.id, seq):
            return  # told already: an open page asks again every few seconds
        say = "system_saved" if conversation.bot_down else "system_bot_unavailable"
        if conversation.floor == floor.BOT:
            move_floor(session, conversation, floor.WAITING, by="system", now=now)
        conversation.bot_down = True
        casefile.raise_flags(session, conversation, [("bot_unavailable", "no_answer_in_time")])
        put_in_queue(session, conversation, now=now)
        _say(session, conversation, say, answers=seq, now=now)
    ports.bus.publish(conversation_topic(access.conversation_id))
    ports.bus.publish(QUEUE_TOPIC)


def say_that_it_is_busy(ports: Ports, access: CaseAccess, *, seq: int) -> None:
    """The bot has no time for this turn yet (``lanes``): say so, once."""
    with unit_of_work(ports.sessions) as session:
        conversation = find_conversation(session, access.conversation_id, to_change=True)
        if _has_answer(session, conversation.id, seq):
            return
        _say(session, conversation, "system_busy", answers=seq, now=ports.clock())
    ports.bus.publish(conversation_topic(access.conversation_id))


def _say(
    session: Session, conversation: Conversation, say: str, *, answers: int, now: datetime
) -> None:
    line = SYSTEM_LINES[say]
    casefile.append_turn(
        session, conversation, author="system", line=line, answers=answers, now=now
    )


def _has_answer(session: Session, conversation_id: str, seq: int) -> bool:
    found = select(TurnRow.seq).where(
        TurnRow.conversation_id == conversation_id, TurnRow.answers == seq
    )
    return session.scalar(found.limit(1)) is not None
