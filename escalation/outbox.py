"""Sending what was decided: claimed by one conditional UPDATE, tried again after transient errors, sent once.

Messages of one kind in ``ORDERED`` leave in order for each conversation: a later one waits while an earlier one is
due, claimed or to be tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session, aliased

from .ports import Ports
from .store.session import reading, unit_of_work
from .store.tables import OutboxRow

CLAIM_LASTS = timedelta(seconds=30)
"""After this a claimed row that was neither sent nor failed (the worker died) is due again. Carriers give up sooner."""

BACKOFF_SECONDS = (5, 15, 60, 300, 900)
DONE = ("sent", "failed")
"""A row in one of these states is not tried again."""

SMS, SMS_GOODBYE, SMS_REDACT = "sms", "sms_goodbye", "sms_redact"
TO_REPORTERS = (SMS, SMS_GOODBYE)
ORDERED = frozenset({SMS})
OPEN = ("claimed", "due")


class SendError(Exception):
    """A sender could not send. ``permanent`` errors are not tried again; ``status`` holds nothing personal.

    ``again_after`` is when to try again, where the sender knows better than the usual waits.
    """

    def __init__(
        self, status: str, *, permanent: bool, again_after: timedelta | None = None
    ) -> None:
        super().__init__(status)
        self.status = status
        self.permanent = permanent
        self.again_after = again_after


@dataclass(frozen=True)
class Notice:
    """What is sent: that something of ``kind`` happened. ``key`` is the same for every try."""

    key: str
    kind: str
    attempts: int = 1


class Sender(Protocol):
    """Whoever carries notices to the people they are for."""

    def send(self, notice: Notice) -> None:
        """Send one notice. Raises SendError."""


class Pace(Protocol):
    """Says whether one more message of a kind may leave now."""

    def take(self, session: Session, kind: str, now: datetime) -> bool:
        """Take a place in the caller's transaction; False when it is too early."""


class ByKind:
    """Hands each notice to the sender of its kind."""

    def __init__(self, senders: Mapping[str, Sender]) -> None:
        self._senders = senders

    def send(self, notice: Notice) -> None:
        """Send one notice. Raises SendError, permanent for a kind that nobody sends."""
        sender = self._senders.get(notice.kind)
        if sender is None:
            raise SendError("no_sender", permanent=True)
        sender.send(notice)


@dataclass(frozen=True)
class _Claimed:
    id: int
    notice: Notice


def send_due(
    ports: Ports,
    sender: Sender,
    pace: Pace | None = None,
    *,
    is_over: Callable[[], bool] = lambda: False,
) -> int:
    """Send what is due, one at a time, until nothing is or ``is_over`` says so; return how many were sent."""
    sent = 0
    if not _is_anything_due(ports):
        return sent
    while not is_over() and (claimed := _claim_next(ports, pace)) is not None:
        try:
            sender.send(claimed.notice)
        except SendError as error:
            _postpone(ports, claimed, error)
        else:
            _finish(ports, claimed.id, "sent", None)
            sent += 1
    return sent


_Earlier = aliased(OutboxRow)
_ITS_TURN: ColumnElement[bool] = OutboxRow.kind.not_in(ORDERED) | ~exists().where(
    _Earlier.conversation_id == OutboxRow.conversation_id,
    _Earlier.kind == OutboxRow.kind,
    _Earlier.status.in_(OPEN),
    _Earlier.id < OutboxRow.id,
)

# Somebody in danger before words to a reporter, and those before tidying up.
_TURNS: tuple[ColumnElement[bool], ...] = (
    OutboxRow.kind.not_in((*TO_REPORTERS, SMS_REDACT)),
    OutboxRow.kind.in_(TO_REPORTERS),
    OutboxRow.kind == SMS_REDACT,
)


def _claim_next(ports: Ports, pace: Pace | None) -> _Claimed | None:
    for kinds in _TURNS:
        while (due := _first_due(ports, kinds)) is not None:
            claimed, may_go = _claim(ports, due, pace)
            if claimed is not None:
                return claimed
            if not may_go:
                break
            # Another worker was first; whatever is next is looked for at once.
    return None


def _is_anything_due(ports: Ports) -> bool:
    """Ask once for all kinds: there mostly is nothing, and this is asked many times a second."""
    found = select(OutboxRow.id).where(
        OutboxRow.status.in_(OPEN), OutboxRow.due_at <= ports.clock()
    )
    with reading(ports.sessions) as session:
        return session.scalar(found.limit(1)) is not None


def _first_due(ports: Ports, kinds: ColumnElement[bool]) -> OutboxRow | None:
    now = ports.clock()
    with reading(ports.sessions) as session:
        for status in OPEN:  # each is one walk along an index
            row = session.scalars(
                select(OutboxRow)
                .where(kinds, OutboxRow.status == status, OutboxRow.due_at <= now, _ITS_TURN)
                .order_by(OutboxRow.due_at, OutboxRow.id)
                .limit(1)
            ).first()
            if row is not None:
                return row
    return None


def _claim(ports: Ports, due: OutboxRow, pace: Pace | None) -> tuple[_Claimed | None, bool]:
    """Return the claim, and whether the pace allows one at all."""
    now = ports.clock()
    with unit_of_work(ports.sessions) as session:
        changed = session.execute(
            update(OutboxRow)
            .where(
                OutboxRow.id == due.id,
                OutboxRow.attempts == due.attempts,
                OutboxRow.status == due.status,
                OutboxRow.due_at == due.due_at,
            )
            .values(status="claimed", attempts=due.attempts + 1, due_at=now + CLAIM_LASTS)
        )
        if changed.rowcount != 1:  # type: ignore[attr-defined]
            return None, True
        if pace is not None and not pace.take(session, due.kind, now):
            session.rollback()
            return None, False
    return _Claimed(due.id, Notice(due.key, due.kind, due.attempts + 1)), True


def next_try(attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after ``attempts`` failures, or None when it is enough."""
    if attempts > len(BACKOFF_SECONDS):
        return None
    return now + timedelta(seconds=BACKOFF_SECONDS[attempts - 1])


def _postpone(ports: Ports, claimed: _Claimed, error: SendError) -> None:
    now = ports.clock()
    again = now + error.again_after if error.again_after else next_try(claimed.notice.attempts, now)
    if error.permanent or again is None:
        _finish(ports, claimed.id, "failed", error.status)
        return
    with unit_of_work(ports.sessions) as session:
        row = session.get(OutboxRow, claimed.id)
        if row is not None:
            row.status, row.due_at, row.last_error = "due", again, error.status[:60]


def _finish(ports: Ports, row_id: int, status: str, error: str | None) -> None:
    with unit_of_work(ports.sessions) as session:
        row = session.get(OutboxRow, row_id)
        if row is not None:  # the reporter may have erased the conversation meanwhile
            row.status, row.last_error = status, error[:60] if error else None
