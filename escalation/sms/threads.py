"""Open conversations by text message: whom to answer, and the way into the case while nobody is logged in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from ..access import CaseAccess, grant_token, open_with_token
from ..errors import WrongTokenError
from ..ports import Ports
from ..store.sms_tables import SmsThread
from ..store.tables import Conversation, ReporterAccess
from ..vault.sealing import derive, keyed_digest, unwrap, wrap
from ..vault.tokens import token_keys

OPTED_OUT, WORD_SENT, NOT_SAFE = "opted_out", "word_sent", "not_safe"
"""Why a thread is quiet: STOP was sent, the word to stop was sent, or the person said that texting is not safe."""


def digest_of(ports: Ports, number: str) -> bytes:
    """Return by what a number is found again: meaningless without the server's key."""
    return keyed_digest(derive(ports.vault.server_key, "np-sms-number"), number)


def open_thread(
    ports: Ports,
    session: Session,
    *,
    conversation_id: str,
    number: str,
    token: str,
    sent_seq: int = 0,
) -> SmsThread:
    """Let a conversation go on at a number, in the caller's transaction.

    It takes the place of what the number wrote before, and of another number that the conversation went on at.
    """
    digest = digest_of(ports, number)
    session.execute(
        delete(SmsThread).where(
            or_(SmsThread.number_digest == digest, SmsThread.conversation_id == conversation_id)
        )
    )
    thread = SmsThread(
        conversation_id=conversation_id,
        number_digest=digest,
        sealed_number=wrap(_sealing_key(ports), number.encode("utf-8")),
        wrapped_token=wrap(_sealing_key(ports), token.encode("ascii")),
        sent_seq=sent_seq,
        heard_at=ports.clock(),
    )
    session.add(thread)
    return thread


def thread_of_number(session: Session, digest: bytes) -> SmsThread | None:
    """Return the thread of the number with this digest."""
    return session.scalars(select(SmsThread).where(SmsThread.number_digest == digest)).first()


def number_of(ports: Ports, thread: SmsThread) -> str:
    """Return the number to answer to."""
    return unwrap(_sealing_key(ports), thread.sealed_number).decode("utf-8")


def token_of(ports: Ports, thread: SmsThread) -> str | None:
    """Return the reporter's token of this thread; None while it rests."""
    if thread.wrapped_token is None:
        return None
    return unwrap(_sealing_key(ports), thread.wrapped_token).decode("ascii")


def access_of(ports: Ports, session: Session, thread: SmsThread) -> CaseAccess | None:
    """Open the case; None when the thread rests or its token has run out."""
    token = token_of(ports, thread)
    if token is None:
        return None
    try:
        return open_with_token(
            session, conversation_id=thread.conversation_id, token=token, now=ports.clock()
        )
    except WrongTokenError:
        return None


def rest(ports: Ports, session: Session, thread: SmsThread) -> None:
    """Forget the way into the case; the number too, unless the person allowed a text when somebody answers."""
    token = token_of(ports, thread)
    if token is not None:
        lookup = token_keys(token).lookup
        session.execute(delete(ReporterAccess).where(ReporterAccess.lookup == lookup))
    if thread.may_text and thread.quiet is None:
        thread.wrapped_token = None
    else:
        session.delete(thread)


def wake(ports: Ports, session: Session, access: CaseAccess) -> None:
    """Let a resting thread carry what somebody at the desk is writing; ``access`` is the desk's."""
    thread = session.get(SmsThread, access.conversation_id)
    if thread is None or thread.wrapped_token is not None:
        return  # most of the time, so nothing is locked for it
    token = grant_token(
        session,
        conversation_id=access.conversation_id,
        private_key=access.private_key,
        receipt=None,
        until=ports.clock() + ports.durations.reporter_access,
    )
    thread.wrapped_token = wrap(_sealing_key(ports), token.encode("ascii"))
    thread.heard_at, thread.held_back = ports.clock(), None
    # Only what is written from now on: what was said during the silence is read with the receipt.
    thread.sent_seq = session.get_one(Conversation, access.conversation_id).last_seq


def mark_unreachable(session: Session, conversation_id: str, reason: str) -> None:
    """Note that no text reaches this number any more (``reason``: at most 24 letters, nothing personal)."""
    session.execute(
        update(SmsThread)
        .where(SmsThread.conversation_id == conversation_id)
        .values(quiet=reason[:24])
    )


def keep_quiet(session: Session, conversation_id: str) -> None:
    """Send nothing to the phone of who said that it is not safe; another reason to be quiet stays."""
    session.execute(
        update(SmsThread)
        .where(SmsThread.conversation_id == conversation_id, SmsThread.quiet.is_(None))
        .values(quiet=NOT_SAFE)
    )


def is_over(ports: Ports, thread: SmsThread, now: datetime) -> bool:
    """Return whether the person has been silent so long that the thread must rest."""
    return thread.heard_at + ports.durations.sms_silent <= now


def _sealing_key(ports: Ports) -> bytes:
    return derive(ports.vault.server_key, "np-sms-seal")
