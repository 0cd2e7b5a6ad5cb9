"""How far each text message came: noted before the carrier is called, and moved on by what the carrier says later.

Twilio knows no second try as such. So an attempt is noted first, and where it ended without an answer the message is
looked for at Twilio before it is sent again (docs/decisions/0015-sms-sending.md says what remains).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..bus import conversation_topic
from ..outbox import SMS_REDACT
from ..ports import Ports
from ..store.delivery_tables import SmsDelivery
from ..store.session import reading, unit_of_work
from ..store.tables import OutboxRow
from .codes import ABOUT_THE_NUMBER, meaning_of
from .segments import segments_of
from .threads import mark_unreachable

SENDING, SENT, UNKNOWN, WAITING = "sending", "sent", "unknown", "waiting"

RANKS = {
    **dict.fromkeys(("accepted", "scheduled"), 1),
    "queued": 2,
    "sending": 3,
    "sent": 4,
    **dict.fromkeys(("delivered", "read", "undelivered", "failed", "canceled"), 5),
}
"""Twilio's words in the order in which a message goes through them. Callbacks come in any order, and doubled."""

FINAL = max(RANKS.values())
NOT_ARRIVED = frozenset({"undelivered", "failed", "canceled"})

REDACT_AFTER = timedelta(minutes=1)
"""Twilio asks to wait a minute before a message is deleted (error 20009)."""

CARRIED_AGAIN_AFTER = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""What could not be brought, for a reason that passes, is sent again so long after."""


@dataclass(frozen=True)
class Attempt:
    """One message's attempt: ``waiting`` when it may go now, else how far the earlier try came, ``since`` then."""

    ref: str
    state: str
    since: timedelta


def begin(ports: Ports, key: str, conversation_id: str, text: str) -> Attempt:
    """Note that a message is about to go, or return how far an earlier try of it came."""
    now = ports.clock()
    with unit_of_work(ports.sessions) as session:
        row = session.get(SmsDelivery, key, with_for_update=True)
        if row is not None and row.state != WAITING:
            return Attempt(row.ref, row.state, now - (row.attempted_at or now))
        if row is None:
            row = SmsDelivery(
                key=key, conversation_id=conversation_id, ref=secrets.token_hex(16), segments=0
            )
            session.add(row)
        row.state, row.attempted_at, row.segments = SENDING, now, segments_of(text)
        return Attempt(row.ref, WAITING, timedelta(0))


def note_sent(ports: Ports, key: str, sid: str, status: str) -> None:
    """Note that the carrier took it. If the conversation was erased meanwhile, what lies there is deleted."""
    with unit_of_work(ports.sessions) as session:
        row = session.get(SmsDelivery, key, with_for_update=True)
        if row is None:
            ask_to_delete(ports, session, sid)
            return
        row.state, row.sid, row.attempted_at = SENT, sid, None
        _move_on(ports, session, row, status, None)


def note_not_sent(ports: Ports, key: str, state: str, code: int | None) -> None:
    """Note that it did not go (``waiting``) or that nobody knows (``unknown``), and the carrier's code if any."""
    with unit_of_work(ports.sessions) as session:
        row = session.get(SmsDelivery, key, with_for_update=True)
        if row is None:
            return
        row.state, row.error_code = state, code
        if state == WAITING:
            row.attempted_at = None
        if code is not None and meaning_of(code).reason in ABOUT_THE_NUMBER:
            mark_unreachable(session, row.conversation_id, meaning_of(code).reason)


def note_status(ports: Ports, *, ref: str, sid: str, status: str, code: int | None) -> None:
    """Take in what the carrier says of a message: in any order, any number of times; it never goes back.

    Also closes a gap: a message whose answer got lost is known again as soon as the carrier speaks of it.
    """
    if status not in RANKS:
        return
    with unit_of_work(ports.sessions) as session:
        row = session.scalars(
            select(SmsDelivery).where(SmsDelivery.ref == ref).with_for_update()
        ).first()
        if row is None or (row.sid is not None and row.sid != sid):
            # Erased, or an earlier try of what was sent again: nothing to note, but nothing may lie there.
            if RANKS[status] == FINAL:
                ask_to_delete(ports, session, sid)
            return
        if row.sid is None:
            row.state, row.sid, row.attempted_at = SENT, sid, None
        _move_on(ports, session, row, status, code)
        conversation_id = row.conversation_id
    ports.bus.publish(conversation_topic(conversation_id))


def known_sids(ports: Ports, sids: list[str]) -> set[str]:
    """Return which of these messages of the carrier are noted already."""
    with reading(ports.sessions) as session:
        found = session.scalars(select(SmsDelivery.sid).where(SmsDelivery.sid.in_(sids)))
        return {sid for sid in found if sid is not None}


def ask_to_delete(ports: Ports, session: Session, sid: str) -> None:
    """Let a message be deleted at the carrier, in the caller's transaction; twice is once."""
    key = f"redact:{sid}"
    if session.scalar(select(OutboxRow.id).where(OutboxRow.key == key)) is None:
        # Without the conversation: it must go there also when everything here has gone.
        due = ports.clock() + REDACT_AFTER
        session.add(OutboxRow(key=key, kind=SMS_REDACT, conversation_id=None, due_at=due))


def leave_nothing_behind(ports: Ports, session: Session, conversation_id: str) -> None:
    """Let everything of a conversation that lies at the carrier be deleted, before its rows go."""
    sids = session.scalars(
        select(SmsDelivery.sid).where(
            SmsDelivery.conversation_id == conversation_id, SmsDelivery.sid.is_not(None)
        )
    )
    for sid in sids:
        if sid is not None:
            ask_to_delete(ports, session, sid)


def _move_on(
    ports: Ports, session: Session, row: SmsDelivery, status: str, code: int | None
) -> None:
    if RANKS.get(status, 0) <= RANKS.get(row.status or "", 0):
        return
    row.status, row.error_code = status, code if status in NOT_ARRIVED else None
    if RANKS[status] < FINAL or row.sid is None:
        return
    ask_to_delete(ports, session, row.sid)
    if status not in NOT_ARRIVED:
        return
    meaning = meaning_of(code or 0)
    if meaning.reason in ABOUT_THE_NUMBER:
        mark_unreachable(session, row.conversation_id, meaning.reason)
    elif not meaning.permanent and row.undelivered < len(CARRIED_AGAIN_AFTER):
        _send_again(ports, session, row)


def _send_again(ports: Ports, session: Session, row: SmsDelivery) -> None:
    outbox = session.scalars(select(OutboxRow).where(OutboxRow.key == row.key)).first()
    if outbox is None or outbox.status == "failed":
        return
    outbox.status = "due"
    outbox.due_at = ports.clock() + CARRIED_AGAIN_AFTER[row.undelivered]
    row.undelivered += 1
    # A new reference: what the carrier still says of the old try must not be taken for the new one.
    row.ref, row.state, row.sid, row.status = secrets.token_hex(16), WAITING, None, None
