"""The end of handling a text message: noted as handled, with all that goes with it, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import casefile, floor
from ..access import CaseAccess
from ..answering import leave_to_people
from ..intake import Message, store_message
from ..lines import Line
from ..ports import Ports
from ..prompting import let_bot_go_on
from ..signal import LEVELS
from ..store.session import reading, unit_of_work
from ..store.sms_tables import SmsInbound, SmsThread
from ..store.tables import Conversation
from .goodbye import write_goodbye
from .inbound import Claimed, empty
from .outgoing import write_messages
from .threads import access_of, digest_of, thread_of_number, token_of

ANSWERED_WITHIN, ANSWERED_WITHIN_IN_DANGER = timedelta(seconds=20), timedelta(seconds=5)
"""Who goes on writing gets what there is to say after this, though another piece waits."""

Doing = Callable[[Session, SmsThread, Conversation], None]


def finish(
    ports: Ports,
    claimed: Claimed,
    doing: Doing | None,
    *,
    first: Callable[[Session], None] | None = None,
) -> CaseAccess | None:
    """Note the message as handled, do what goes with it, and write what is to be sent, in one transaction.

    Who writes in pieces gets one answer: what is to be sent is written with the last piece that is there, or before
    when somebody goes on writing for long.
    """
    digest = digest_of(ports, claimed.inbound.number)
    with unit_of_work(ports.sessions) as session:
        row = session.get_one(SmsInbound, claimed.id, with_for_update=True)
        if row.handled:
            return None
        empty(row)
        if first is not None:
            first(session)
        thread = thread_of_number(session, digest)
        talk = session.get(Conversation, thread.conversation_id) if thread else None
        if thread is None or talk is None:  # erased, or nothing was opened
            return None
        thread.heard_at = ports.clock()
        if doing is not None:
            doing(session, thread, talk)
        session.flush()
        access = access_of(ports, session, thread)
        if not _more_waits(session, digest) or _waits_long(ports, session, access, thread, talk):
            write_messages(ports, session, thread.conversation_id)
        return access


def _more_waits(session: Session, digest: bytes) -> bool:
    """Whether another text of this number is there; one that could not be handled is not waited for."""
    others = select(SmsInbound.id).where(
        SmsInbound.handled.is_(False),
        SmsInbound.number_digest == digest,
        SmsInbound.attempts == 0,
    )
    return session.scalar(others.limit(1)) is not None


def _waits_long(
    ports: Ports,
    session: Session,
    access: CaseAccess | None,
    thread: SmsThread,
    talk: Conversation,
) -> bool:
    """Whether the person has had no answer for so long that the next piece is not waited for."""
    if access is None:
        return False
    turns = casefile.read_turns(session, access.private_key, talk.id, after=thread.sent_seq)
    own = [turn.at for turn in turns if turn.author == "reporter"]
    acute = talk.level_rank == LEVELS.index("acute")
    within = ANSWERED_WITHIN_IN_DANGER if acute else ANSWERED_WITHIN
    return bool(own) and min(own) <= ports.clock() - within


def finish_erased(ports: Ports, claimed: Claimed, language: str | None) -> None:
    """Note the message that erased everything as handled; with a ``language``, that is told to the person."""
    with unit_of_work(ports.sessions) as session:
        row = session.get_one(SmsInbound, claimed.id, with_for_update=True)
        if row.handled:
            return
        empty(row)
        if language is not None:
            number = claimed.inbound.number
            write_goodbye(ports, session, row, number=number, language=language)


def store_only(ports: Ports, claimed: Claimed, thread: SmsThread, text: str) -> int:
    """Store a text that nobody answers; return its turn."""
    message = Message(
        conversation_id=thread.conversation_id,
        token=token_of(ports, thread) or "",
        text=text or claimed.inbound.opt_out,
        choice=None,
        client_id=claimed.inbound.sid,
    )
    stored = store_message(ports, message)
    leave_to_people(ports, stored.access, stored.seq)
    return stored.seq


def say(ports: Ports, session: Session, talk: Conversation, line: Line) -> None:
    """Let the system say a line."""
    casefile.append_turn(session, talk, author="system", line=line, now=ports.clock())


def prompt(ports: Ports, access: CaseAccess | None) -> None:
    """Let the bot ask again what is open, if it has the floor."""
    if access is None:
        return
    with reading(ports.sessions) as session:
        has_floor = session.get_one(Conversation, access.conversation_id).floor == floor.BOT
    if has_floor:
        let_bot_go_on(ports, access)
