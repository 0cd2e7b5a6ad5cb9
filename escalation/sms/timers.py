"""What happens by itself: waiting texts are answered when the bot is back, and silent threads forget what they can."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import conversation, floor
from ..outbox import SMS
from ..ports import Ports
from ..store.session import reading, unit_of_work
from ..store.sms_tables import SmsThread
from ..store.tables import Conversation, OutboxRow, TurnRow
from .goodbye import write_goodbye_later
from .threads import NOT_SAFE, access_of, is_over, number_of, rest, token_of

NOT_SENT_YET = ("due", "claimed")


def answer_the_waiting(ports: Ports) -> int:
    """Let the bot take up what it could not answer when it was away; return in how many threads.

    On a page the open page asks for it; by text message nobody does. Who is not safe gets nothing (``effects``), and
    who erased everything is told so.
    """
    waiting = (
        select(SmsThread)
        .join(Conversation, Conversation.id == SmsThread.conversation_id)
        .join(TurnRow, TurnRow.conversation_id == SmsThread.conversation_id)
        .where(
            TurnRow.answered.is_(False), Conversation.bot_down, SmsThread.wrapped_token.is_not(None)
        )
        .distinct()
    )
    with reading(ports.sessions) as session:
        open_threads = [
            thread
            for thread in session.scalars(waiting)
            if access_of(ports, session, thread) is not None
        ]
    for thread in open_threads:
        token = token_of(ports, thread) or ""
        number, is_told = number_of(ports, thread), thread.quiet in (None, NOT_SAFE)
        seen = conversation.view(ports, conversation_id=thread.conversation_id, token=token)
        if seen.is_erased and is_told:
            with unit_of_work(ports.sessions) as session:
                write_goodbye_later(ports, session, number=number, language=seen.language)
    return len(open_threads)


def forget_the_silent(ports: Ports) -> int:
    """Let threads forget after a silence, when their token has run out, and at closing; return how many did."""
    with reading(ports.sessions) as session:
        ids = list(session.scalars(select(SmsThread.conversation_id)))
    forgotten = 0
    for conversation_id in ids:
        with unit_of_work(ports.sessions) as session:
            thread = session.get(SmsThread, conversation_id, with_for_update=True)
            if thread is None:
                continue
            if session.get_one(Conversation, conversation_id).floor == floor.CLOSED:
                if not _still_says_something(ports, session, thread):
                    thread.may_text = False
                    rest(ports, session, thread)
                    forgotten += 1
            elif thread.wrapped_token is not None and _is_silent(ports, session, thread):
                rest(ports, session, thread)
                forgotten += 1
    return forgotten


def _is_silent(ports: Ports, session: Session, thread: SmsThread) -> bool:
    if access_of(ports, session, thread) is None:
        return True
    return is_over(ports, thread, ports.clock())


def _still_says_something(ports: Ports, session: Session, thread: SmsThread) -> bool:
    """Whether the last words of a closed conversation are on their way."""
    if thread.quiet or access_of(ports, session, thread) is None:
        return False
    on_the_way = select(OutboxRow.id).where(
        OutboxRow.conversation_id == thread.conversation_id,
        OutboxRow.kind == SMS,
        OutboxRow.status.in_(NOT_SENT_YET),
    )
    last = session.get_one(Conversation, thread.conversation_id).last_seq
    return thread.sent_seq < last or session.scalar(on_the_way.limit(1)) is not None
