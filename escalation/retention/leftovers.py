"""Asks the tables whether anything is left of what the ledger says is gone, and deletes again what a backup brought."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from .. import audit
from ..erasing import audit_deletion, delete_rows, hanging_tables
from ..store.retention_tables import DeletionRow
from ..store.session import Sessions, reading, unit_of_work
from ..store.staff_tables import AuditEvent
from ..store.tables import Conversation
from .ledger import Deletion, add_entry, entries, entry_digest, ledger_key, merged, subject_of


def count_leftovers(sessions: Sessions) -> dict[str, int]:
    """Return how many rows, by table, still belong to conversations that the ledger names. Ought to be empty."""
    key = ledger_key(sessions)
    found: dict[str, int] = {}
    with reading(sessions) as session:
        gone = set(session.scalars(select(DeletionRow.subject)))
        columns = [Conversation.__table__.c.id]
        columns += [t.c.conversation_id for t in hanging_tables() if "conversation_id" in t.c]
        for column in columns:
            counted = session.execute(
                select(column, func.count()).where(column.is_not(None)).group_by(column)
            )
            left = sum(count for one, count in counted if subject_of(key, one) in gone)
            if left:
                found[column.table.name] = left
    return found


def count_unproven(sessions: Sessions) -> int:
    """Return how many entries are in the ledger and not in the audit chain, or the other way round. Ought to be 0."""
    key = ledger_key(sessions)
    in_ledger = {entry_digest(key, deletion) for _, deletion in entries(sessions)}
    with reading(sessions) as session:
        in_chain = set(
            session.scalars(select(AuditEvent.subject).where(AuditEvent.event.in_(audit.DELETIONS)))
        )
    return len(in_ledger ^ in_chain)


def replay(sessions: Sessions, known: Iterable[Deletion], *, now: datetime) -> tuple[int, int]:
    """Delete again what ``known`` says is gone, and take its entries into the ledger, in one transaction.

    Returns how many conversations had come back, and how many entries are new here.
    """
    key = ledger_key(sessions)
    by_subject = merged(known)
    with unit_of_work(sessions) as session:
        here = set(session.scalars(select(DeletionRow.subject)))
        back = [
            one
            for one in session.scalars(select(Conversation.id))
            if subject_of(key, one) in by_subject or subject_of(key, one) in here
        ]
        for conversation_id in back:
            delete_rows(session, conversation_id)
        new = [deletion for subject, deletion in by_subject.items() if subject not in here]
        for deletion in new:
            add_entry(session, deletion)
            audit_deletion(session, key, deletion, now=now)
    return len(back), len(new)
