"""What a restored database has to forget before anybody uses it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update

from .. import audit
from ..outbox import DONE, SMS_REDACT
from ..store.passkey_tables import ChallengeRow
from ..store.session import Sessions, unit_of_work
from ..store.tables import OutboxRow, StaffSession
from .ledger import Deletion
from .leftovers import replay


@dataclass(frozen=True)
class Settled:
    """What was done: conversations that had come back and were deleted again, and entries new to the ledger."""

    deleted_again: int
    new_entries: int


def settle(sessions: Sessions, known: Iterable[Deletion], *, now: datetime) -> Settled:
    """Delete again what was deleted after the backup, and let nothing of its day go on by itself.

    Log-ins that were ended since would open again; messages that were sent since would go out again, and nobody knows
    whether it is still safe to write to that telephone; only deleting at the carrier goes on. Reporters keep their
    tokens: some have no receipt yet.
    """
    back, new = replay(sessions, known, now=now)
    with unit_of_work(sessions) as session:
        for model in (StaffSession, ChallengeRow):
            session.execute(delete(model))
        session.execute(
            update(OutboxRow)
            .where(OutboxRow.status.not_in(DONE), OutboxRow.kind != SMS_REDACT)
            .values(status="failed", last_error="restored")
        )
        audit.append(session, event="backup_restored", actor=audit.OPERATOR, now=now)
    return Settled(back, new)
