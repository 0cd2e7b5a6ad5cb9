"""What has been kept long enough goes, a few at a time; each conversation in a transaction of its own.

A round that is broken off has done what it had done, and the next one goes on. Who waits, who is with a screener and
who has the page open is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, not_, select
from sqlalchemy.orm import Session

from .. import floor
from ..erasing import delete_conversation
from ..ports import Ports
from ..store.session import reading
from ..store.tables import Conversation, FloorChange, ReporterAccess
from .policy import CLOSED, CONVERSATION_DAYS, NEVER_TOLD, SENT, TOLD_NOT_SENT
from .records import RECORDS, Record, count_old, delete_old

BATCH = 50
"""At most so many conversations a round: other writers get their turn in between."""


@dataclass(frozen=True)
class Kept:
    """What is kept of one kind: how many there are, the oldest's day, and how many of them have had their time.

    ``days`` is None for what is never purged, ``table`` is empty for conversations.
    """

    what: str
    table: str
    region: str | None
    days: int | None
    there: int
    oldest: date | None
    due: int


def preview(ports: Ports) -> list[Kept]:
    """Return what is kept and what would go now; changes nothing."""
    now = ports.clock()
    with reading(ports.sessions) as session:
        kept = [_kept(ports, session, what, region, now) for what, region in _kinds(session)]
        kept += [_in_use(session)]
        kept += [_kept_record(ports, session, record, now) for record in RECORDS]
    return kept


def purge_conversations(ports: Ports, *, limit: int = BATCH) -> dict[str, int]:
    """Delete up to ``limit`` conversations that have had their time; return how many of which state."""
    now = ports.clock()
    went: dict[str, int] = {}
    with reading(ports.sessions) as session:
        due = list(_due_ids(ports, session, now, limit))
    for what, conversation_id, condition in due:
        if delete_conversation(ports, conversation_id, why=what, only_if=condition):
            went[what] = went.get(what, 0) + 1
    return went


def purge_records(ports: Ports, *, limit: int = BATCH) -> dict[str, int]:
    """Delete up to ``limit`` rows of each kind of record that have had their time; return how many of which."""
    now = ports.clock()
    went: dict[str, int] = {}
    for record in RECORDS:
        count = delete_old(ports.sessions, record, _before(ports, record.what, now), limit)
        if count:
            went[record.what] = went.get(record.what, 0) + count
    return went


def _due_ids(
    ports: Ports, session: Session, now: datetime, limit: int
) -> Iterator[tuple[str, str, ColumnElement[bool]]]:
    for what, region in _kinds(session):
        condition = _is_due(ports, what, region, now)
        oldest_first = select(Conversation.id).where(condition).order_by(Conversation.active_at)
        ids = list(session.scalars(oldest_first.limit(limit)))
        yield from ((what, each, condition) for each in ids)
        limit -= len(ids)
        if limit <= 0:
            return


def _kinds(session: Session) -> list[tuple[str, str]]:
    regions = sorted(session.scalars(select(Conversation.region).distinct()))
    return [(what, region) for region in regions for what in CONVERSATION_DAYS]


def _in_state(what: str) -> ColumnElement[bool]:
    with_bot = and_(Conversation.floor == floor.BOT, Conversation.waiting_since.is_(None))
    states: dict[str, ColumnElement[bool]] = {
        NEVER_TOLD: and_(with_bot, not_(Conversation.told), not_(Conversation.submitted)),
        TOLD_NOT_SENT: and_(with_bot, Conversation.told, not_(Conversation.submitted)),
        SENT: and_(with_bot, Conversation.submitted),
        CLOSED: Conversation.floor == floor.CLOSED,
    }
    return states[what]


def _is_due(ports: Ports, what: str, region: str, now: datetime) -> ColumnElement[bool]:
    """Return the condition for conversations in which nothing has happened for long enough.

    Something happened: the reporter wrote, or the floor changed (a case that was closed yesterday is one day old,
    whenever the reporter last wrote). A token that still opens it means that somebody may be reading.
    """
    before = _before(ports, what, now, region=region)
    moved_since = exists().where(
        FloorChange.conversation_id == Conversation.id, FloorChange.changed_at >= before
    )
    may_be_open = exists().where(
        ReporterAccess.conversation_id == Conversation.id, ReporterAccess.expires_at > now
    )
    return and_(
        _in_state(what),
        Conversation.region == region,
        Conversation.active_at < before,
        not_(moved_since),
        not_(may_be_open),
    )


def _before(ports: Ports, what: str, now: datetime, *, region: str | None = None) -> datetime:
    return now - timedelta(days=ports.retention.days(what, region=region))


def _kept(ports: Ports, session: Session, what: str, region: str, now: datetime) -> Kept:
    there, oldest = _count(session, and_(_in_state(what), Conversation.region == region))
    due, _ = _count(session, _is_due(ports, what, region, now))
    days = ports.retention.days(what, region=region)
    return Kept(what, "", region, days, there, oldest, due)


def _in_use(session: Session) -> Kept:
    in_none = and_(*(not_(_in_state(what)) for what in CONVERSATION_DAYS))
    there, oldest = _count(session, in_none)
    return Kept("waits_or_in_hand", "", None, None, there, oldest, 0)


def _count(session: Session, condition: ColumnElement[bool]) -> tuple[int, date | None]:
    there, oldest = session.execute(
        select(func.count(), func.min(Conversation.active_at)).where(condition)
    ).one()
    return there, oldest.astimezone(UTC).date() if oldest else None


def _kept_record(ports: Ports, session: Session, record: Record, now: datetime) -> Kept:
    there, oldest, due = count_old(session, record, _before(ports, record.what, now))
    return Kept(
        record.what, record.table.name, None, ports.retention.days(record.what), there, oldest, due
    )
