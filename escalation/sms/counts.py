"""What became of text messages, counted; and why the last one of a conversation did not arrive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..outbox import OPEN, SMS_REDACT
from ..store.delivery_tables import SmsDelivery, SmsRedaction
from ..store.tables import OutboxRow
from .codes import meaning_of
from .delivery import SENT
from .sending import DELETED, GONE

ARRIVED, ON_ITS_WAY, NOT_ARRIVED = "arrived", "on_its_way", "not_arrived"


@dataclass(frozen=True)
class Counts:
    """Messages of the conversations that are kept: by state and, where they did not arrive, by reason.

    ``left``: how deleting at the carrier ended since the beginning (deleted, gone, refused), and what waits for it.
    """

    states: Mapping[str, int]
    reasons: Mapping[str, int]
    left: Mapping[str, int]


def count_all(session: Session) -> Counts:
    """Return the counts of the whole house; no row of it leads to anybody."""
    rows = session.execute(
        select(
            SmsDelivery.state, SmsDelivery.status, SmsDelivery.error_code, func.count()
        ).group_by(SmsDelivery.state, SmsDelivery.status, SmsDelivery.error_code)
    )
    states: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for state, status, code, count in rows:
        place = _place(state, status, code)
        states[place] += count
        if place == NOT_ARRIVED:
            reasons[meaning_of(code or 0).reason] += count
    return Counts(states, reasons, _left(session))


def why_not_arrived(session: Session, conversation_id: str) -> str | None:
    """Return the reason (see ``codes``) when the newest message that is settled did not arrive."""
    newest = session.execute(
        select(SmsDelivery.state, SmsDelivery.status, SmsDelivery.error_code)
        .join(OutboxRow, OutboxRow.key == SmsDelivery.key)
        .where(SmsDelivery.conversation_id == conversation_id)
        .order_by(OutboxRow.id.desc())
    )
    for state, status, code in newest:
        place = _place(state, status, code)
        if place == NOT_ARRIVED:
            return meaning_of(code or 0).reason
        if place == ARRIVED:
            return None
    return None


def _place(state: str, status: str | None, code: int | None) -> str:
    if status in ("delivered", "read"):
        return ARRIVED
    if status in ("undelivered", "failed", "canceled") or (state != SENT and code is not None):
        return NOT_ARRIVED
    return ON_ITS_WAY


def _left(session: Session) -> dict[str, int]:
    left = {DELETED: 0, GONE: 0, "refused": 0}
    for row in session.scalars(select(SmsRedaction)):
        left[row.result if row.result in left else "refused"] += row.count
    waiting = select(func.count()).where(OutboxRow.kind == SMS_REDACT, OutboxRow.status.in_(OPEN))
    return left | {"waiting": session.scalar(waiting) or 0}
