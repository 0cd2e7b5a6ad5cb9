"""Sending what was decided: claimed by one conditional UPDATE, tried again after transient errors, sent once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select, update

from .ports import Ports
from .store.session import reading, unit_of_work
from .store.tables import OutboxRow

CLAIM_LASTS = timedelta(seconds=30)
"""After this a claimed row that was neither sent nor failed (the worker died) is due again. Carriers give up sooner."""

BACKOFF_SECONDS = (5, 15, 60, 300, 900)
DONE = ("sent", "failed")
"""A row in one of these states is not tried again."""


class SendError(Exception):
    """A sender could not send. ``permanent`` errors are not tried again; ``status`` holds nothing personal."""

    def __init__(self, status: str, *, permanent: bool) -> None:
        super().__init__(status)
        self.status = status
        self.permanent = permanent


@dataclass(frozen=True)
class Notice:
    """What is sent: that something of ``kind`` happened. ``key`` is the same for every try."""

    key: str
    kind: str


class Sender(Protocol):
    """Whoever carries notices to the people on duty."""

    def send(self, notice: Notice) -> None:
        """Send one notice. Raises SendError."""


def send_due(ports: Ports, sender: Sender) -> int:
    """Send what is due, one at a time; return how many were sent."""
    sent = 0
    while (claimed := _claim_next(ports)) is not None:
        row_id, notice, attempts = claimed
        try:
            sender.send(notice)
        except SendError as error:
            _postpone(ports, row_id, attempts, error)
        else:
            _finish(ports, row_id, "sent", None)
            sent += 1
    return sent


def _claim_next(ports: Ports) -> tuple[int, Notice, int] | None:
    now = ports.clock()
    with reading(ports.sessions) as session:
        due = session.scalars(
            select(OutboxRow)
            .where(OutboxRow.status.in_(("due", "claimed")), OutboxRow.due_at <= now)
            .order_by(OutboxRow.due_at)
            .limit(1)
        ).first()
    if due is None:
        return None
    with unit_of_work(ports.sessions) as session:
        changed = session.execute(
            update(OutboxRow)
            .where(
                OutboxRow.id == due.id,
                OutboxRow.attempts == due.attempts,
                OutboxRow.status == due.status,
            )
            .values(status="claimed", attempts=due.attempts + 1, due_at=now + CLAIM_LASTS)
        )
        if changed.rowcount != 1:  # type: ignore[attr-defined]
            return None  # another worker was first; the next round looks again
    return due.id, Notice(due.key, due.kind), due.attempts + 1


def next_try(attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after ``attempts`` failures, or None when it is enough."""
    if attempts > len(BACKOFF_SECONDS):
        return None
    return now + timedelta(seconds=BACKOFF_SECONDS[attempts - 1])


def _postpone(ports: Ports, row_id: int, attempts: int, error: SendError) -> None:
    again = None if error.permanent else next_try(attempts, ports.clock())
    if again is None:
        _finish(ports, row_id, "failed", error.status)
        return
    with unit_of_work(ports.sessions) as session:
        row = session.get_one(OutboxRow, row_id)
        row.status, row.due_at, row.last_error = "due", again, error.status[:60]


def _finish(ports: Ports, row_id: int, status: str, error: str | None) -> None:
    with unit_of_work(ports.sessions) as session:
        row = session.get(OutboxRow, row_id)
        if row is not None:  # the reporter may have erased the conversation meanwhile
            row.status, row.last_error = status, error[:60] if error else None
