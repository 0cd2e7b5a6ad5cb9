"""Rows that hang on no conversation, or may go before it does: which of them have had their time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    delete,
    exists,
    func,
    not_,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from ..outbox import DONE
from ..store.duty_tables import (
    Alarm,
    DutyProfile,
    Measure,
    PageRow,
    Presence,
    Shift,
    ShiftChange,
    Typing,
)
from ..store.schema import Base
from ..store.session import Sessions, unit_of_work
from ..store.sms_tables import SmsInbound
from ..store.tables import InvitationRow, OutboxRow, ScreenerRow


@dataclass(frozen=True)
class Record:
    """One kind of row: ``what`` the policy calls it, which rows are ``old``, and the column that tells how old."""

    what: str
    model: type[Base]
    old: Callable[[datetime], ColumnElement[bool]]
    since: Any

    @property
    def table(self) -> Table:
        """Return the table itself."""
        return Base.metadata.tables[self.model.__tablename__]


def _old_page(before: datetime) -> ColumnElement[bool]:
    ended = exists().where(Alarm.id == PageRow.alarm_id, Alarm.ended_at.is_not(None))
    return and_(PageRow.written_at < before, ended)


def _old_shift(before: datetime) -> ColumnElement[bool]:
    return or_(Shift.day < _day(before), Shift.until_day < _day(before))


def _of_the_revoked(before: datetime) -> ColumnElement[bool]:
    return exists().where(
        ScreenerRow.id == DutyProfile.screener_id, ScreenerRow.revoked_at < before
    )


def _long_revoked(before: datetime) -> ColumnElement[bool]:
    """Return the condition for staff whom no case names any more; the others go when those cases have gone."""
    still_named = [
        exists().where(key.parent == ScreenerRow.id)
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table is ScreenerRow.__table__ and key.ondelete != "CASCADE"
    ]
    return and_(ScreenerRow.revoked_at < before, *(not_(each) for each in still_named))


RECORDS: tuple[Record, ...] = (
    Record("presence", Presence, lambda before: Presence.seen_at < before, Presence.seen_at),
    Record("presence", Typing, lambda before: Typing.until < before, Typing.until),
    Record("contact_of_revoked_staff", DutyProfile, _of_the_revoked, None),
    Record(
        "notices",
        OutboxRow,
        lambda before: and_(OutboxRow.status.in_(DONE), OutboxRow.due_at < before),
        OutboxRow.due_at,
    ),
    Record(
        "text_messages",
        SmsInbound,
        lambda before: and_(SmsInbound.handled, SmsInbound.received_at < before),
        SmsInbound.received_at,
    ),
    Record("pages", PageRow, _old_page, PageRow.written_at),
    Record(
        "invitations",
        InvitationRow,
        lambda before: or_(InvitationRow.used_at < before, InvitationRow.expires_at < before),
        None,
    ),
    Record("roster", ShiftChange, lambda before: ShiftChange.day < _day(before), None),
    Record("roster", Shift, _old_shift, None),
    Record("measures", Measure, lambda before: Measure.hour < before, Measure.hour),
    Record("revoked_staff", ScreenerRow, _long_revoked, None),
)


def count_old(session: Session, record: Record, before: datetime) -> tuple[int, date | None, int]:
    """Return how many rows there are, the oldest's day where rows tell it, and how many are old."""
    there = session.scalar(select(func.count()).select_from(record.model)) or 0
    due = session.scalar(select(func.count()).select_from(record.model).where(record.old(before)))
    oldest = None if record.since is None else session.scalar(select(func.min(record.since)))
    return there, oldest.astimezone(UTC).date() if oldest else None, due or 0


def delete_old(sessions: Sessions, record: Record, before: datetime, limit: int) -> int:
    """Delete up to ``limit`` old rows; return how many."""
    keys = list(record.table.primary_key.columns)
    some = select(*keys).where(record.old(before)).limit(limit)
    with unit_of_work(sessions) as session:
        gone = session.execute(delete(record.table).where(tuple_(*keys).in_(some)))
        return int(gone.rowcount)  # type: ignore[attr-defined]


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
