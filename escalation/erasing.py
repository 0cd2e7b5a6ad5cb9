"""Erasing a conversation: every row that belongs to it goes, at once, and the ledger says that it went."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Table, delete, select, true
from sqlalchemy.orm import Session

from . import audit
from .bus import QUEUE_TOPIC, conversation_topic
from .ports import Ports
from .retention.ledger import ERASED, Deletion, entry_digest, ledger_key, write_deletion
from .sms.delivery import leave_nothing_behind
from .store.schema import Base
from .store.session import unit_of_work
from .store.tables import Conversation


@cache
def hanging_tables() -> tuple[Table, ...]:
    """Return every table with rows of a conversation, those that hang on others first.

    Read from the tables themselves, so that a new one cannot be forgotten: whatever names a conversation, and
    whatever can only be reached through such a row (pages of an alarm).
    """
    found = {Conversation.__table__}
    in_order = Base.metadata.sorted_tables
    for table in in_order:
        leads_there = any(
            key.column.table in found and key.ondelete == "CASCADE" for key in table.foreign_keys
        )
        if leads_there or "conversation_id" in table.c:
            found.add(table)
    return tuple(t for t in reversed(in_order) if t in found and t is not Conversation.__table__)


def rows_of(table: Table, conversation_id: str) -> ColumnElement[bool]:
    """Return the condition for the rows of ``table`` that belong to the conversation."""
    if "conversation_id" in table.c:
        return table.c.conversation_id == conversation_id
    key = next(key for key in table.foreign_keys if key.column.table in hanging_tables())
    owner = key.column.table
    return key.parent.in_(select(key.column).where(rows_of(owner, conversation_id)))


def delete_rows(session: Session, conversation_id: str) -> dict[str, int]:
    """Delete the conversation and all that hangs on it; return how many rows went from which table."""
    went: dict[str, int] = {}
    for table in hanging_tables():
        gone = session.execute(delete(table).where(rows_of(table, conversation_id)))
        went[table.name] = gone.rowcount  # type: ignore[attr-defined]
    gone = session.execute(delete(Conversation).where(Conversation.id == conversation_id))
    went["conversations"] = gone.rowcount  # type: ignore[attr-defined]
    return {name: count for name, count in went.items() if count}


def delete_conversation(
    ports: Ports,
    conversation_id: str,
    *,
    why: str = ERASED,
    only_if: ColumnElement[bool] | None = None,
) -> bool:
    """Delete the conversation and all that hangs on it; return whether it was there and ``only_if`` held."""
    key = ledger_key(ports.sessions)
    with unit_of_work(ports.sessions) as session:
        # Locked first: a message that is being stored at this moment is either in before, or finds nothing.
        condition = true() if only_if is None else only_if
        found = session.scalar(
            select(Conversation.id)
            .where(Conversation.id == conversation_id, condition)
            .with_for_update()
        )
        if found is None:
            return False
        leave_nothing_behind(ports, session, conversation_id)
        rows = delete_rows(session, conversation_id)
        now = ports.clock()
        deletion = write_deletion(session, key, conversation_id, why=why, rows=rows, now=now)
        audit_deletion(session, key, deletion, now=now)
    ports.bus.publish(conversation_topic(conversation_id))
    ports.bus.publish(QUEUE_TOPIC)
    return True


def audit_deletion(session: Session, key: bytes, deletion: Deletion, *, now: datetime) -> None:
    """Let the audit chain hold an entry of the ledger, so that neither can be changed unseen."""
    by_reporter = deletion.why == ERASED
    audit.append(
        session,
        event="conversation_erased" if by_reporter else "conversation_purged",
        actor=audit.REPORTER if by_reporter else audit.SYSTEM,
        subject=entry_digest(key, deletion),
        now=now,
    )
