"""Taking text messages in: stored once, sealed, before anything else; then handed out in order, number by number."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from nacl.bindings import sodium_pad, sodium_unpad
from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from ..bus import QUEUE_TOPIC
from ..intake import MAX_MESSAGE_CHARS, hear
from ..outbox import SMS_REDACT
from ..ports import Ports, rounded
from ..store.session import reading, unit_of_work
from ..store.sms_tables import SmsInbound, SmsThread
from ..store.tables import OutboxRow
from ..vault.sealing import PAD_BLOCK_BYTES, derive, unwrap, wrap
from .threads import digest_of

SETTLES_MOST = 4
"""A number that goes on writing is not waited for longer than this many times the moment of settling."""

CLAIM_LASTS = timedelta(seconds=60)
"""After this a message whose worker died is handled by another. Longer than a bot may take."""

HEARD_WITHIN = timedelta(seconds=20)
"""When very much comes in, or a worker died, what is to be sent does not wait for longer than this."""

TRY_AGAIN = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5))
LOOKED_AT = 100
AT_TWILIO = ("SM", "MM")


@dataclass(frozen=True)
class Inbound:
    """One text message as it came. ``opt_out`` is what Twilio made of it: STOP, START, HELP or nothing."""

    sid: str
    number: str
    text: str
    media: int = 0
    opt_out: str = ""

    def __repr__(self) -> str:
        return f"Inbound({self.sid})"


@dataclass(frozen=True)
class Claimed:
    """A message that this worker handles now. ``received_at`` is when it came, also when it was let through early."""

    id: int
    inbound: Inbound
    received_at: datetime

    def __repr__(self) -> str:
        return f"Claimed({self.id})"


def store_inbound(ports: Ports, inbound: Inbound) -> bool:
    """Store a message and what is to be erased at Twilio, in one transaction; False when it was here already.

    Words of danger are not waited with: the message counts as one that has waited for long, and the worker is woken.
    """
    now = ports.clock()
    assessment = hear(inbound.text[:MAX_MESSAGE_CHARS], ports.languages[0])
    acute = assessment is not None and assessment.level == "acute"
    settled = now - (SETTLES_MOST + 1) * ports.durations.sms_settles
    row = SmsInbound(
        sid=inbound.sid,
        number_digest=digest_of(ports, inbound.number),
        sealed=_seal(ports, inbound, now),
        received_at=settled if acute else now,
    )
    try:
        with unit_of_work(ports.sessions) as session:
            session.add(row)
            session.flush()
            if inbound.sid.startswith(AT_TWILIO):
                session.add(OutboxRow(key=f"redact:{inbound.sid}", kind=SMS_REDACT, due_at=now))
    except IntegrityError:
        return False
    if acute:
        ports.bus.publish(QUEUE_TOPIC)
    return True


def claim_next(ports: Ports) -> Claimed | None:
    """Claim the oldest message of a number that has settled and that nobody is busy with.

    Numbers that wrote just now wait a moment: two texts sent in quick succession come by two requests at once.
    """
    now = ports.clock()
    for row_id in _candidates(ports, now):
        with unit_of_work(ports.sessions) as session:
            changed = session.execute(
                update(SmsInbound)
                .where(
                    SmsInbound.id == row_id,
                    SmsInbound.handled.is_(False),
                    or_(SmsInbound.claimed_until.is_(None), SmsInbound.claimed_until <= now),
                )
                .values(claimed_until=now + CLAIM_LASTS)
            )
            if changed.rowcount != 1:  # type: ignore[attr-defined]
                continue  # another worker was first
            row = session.get_one(SmsInbound, row_id)
            return _open(ports, row)
    return None


def _candidates(ports: Ports, now: datetime) -> list[int]:
    """The oldest message of each number, longest waiting first."""
    settled = now - ports.durations.sms_settles
    oldest = func.min(SmsInbound.id)
    waiting = (
        select(oldest)
        .where(SmsInbound.handled.is_(False))
        .group_by(SmsInbound.number_digest)
        .having(
            or_(
                func.max(SmsInbound.received_at) <= settled,
                func.min(SmsInbound.received_at)
                <= settled - SETTLES_MOST * ports.durations.sms_settles,
            )
        )
        .having(
            or_(
                func.max(SmsInbound.claimed_until).is_(None),
                func.max(SmsInbound.claimed_until) <= now,
            )
        )
        .order_by(func.min(SmsInbound.received_at), oldest)
        .limit(LOOKED_AT)
    )
    with reading(ports.sessions) as session:
        return list(session.scalars(waiting))


def being_heard(ports: Ports) -> ColumnElement[bool]:
    """A worker is at a text of the thread's number, or soon will be; one that could not be handled holds nothing up."""
    since = ports.clock() - HEARD_WITHIN
    return exists().where(
        SmsInbound.number_digest == SmsThread.number_digest,
        SmsInbound.handled.is_(False),
        SmsInbound.attempts == 0,
        or_(SmsInbound.claimed_until > since + CLAIM_LASTS, SmsInbound.received_at > since),
    )


def put_back(ports: Ports, claimed: Claimed) -> None:
    """Let a message whose handling failed be tried again later; those of the same number wait behind it."""
    with unit_of_work(ports.sessions) as session:
        row = session.get_one(SmsInbound, claimed.id)
        pause = TRY_AGAIN[min(row.attempts, len(TRY_AGAIN) - 1)]
        row.attempts += 1
        row.claimed_until = ports.clock() + pause


def empty(row: SmsInbound) -> None:
    """Note that a message is handled: what was in it and whose it was goes, only its own number stays."""
    row.handled, row.claimed_until = True, None
    row.sealed, row.number_digest = None, b""
    row.received_at = rounded(row.received_at)


def _seal(ports: Ports, inbound: Inbound, received_at: datetime) -> bytes:
    told = {
        "number": inbound.number,
        "text": inbound.text[:MAX_MESSAGE_CHARS],
        "media": inbound.media,
        "opt_out": inbound.opt_out,
        "received_at": received_at.isoformat(),
    }
    body = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    return wrap(_key(ports), sodium_pad(body, PAD_BLOCK_BYTES))


def _open(ports: Ports, row: SmsInbound) -> Claimed:
    told = json.loads(sodium_unpad(unwrap(_key(ports), row.sealed or b""), PAD_BLOCK_BYTES))
    received_at = told.pop("received_at", None)  # an earlier version did not seal it
    return Claimed(
        row.id,
        Inbound(sid=row.sid, **told),
        datetime.fromisoformat(received_at) if received_at else row.received_at,
    )


def _key(ports: Ports) -> bytes:
    return derive(ports.vault.server_key, "np-sms-inbound")
