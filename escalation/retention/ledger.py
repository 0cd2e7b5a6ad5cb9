"""The ledger of deletions: proves that something was deleted, and when, without saying what.

It also protects against backups: what it names does not come back with one (``replay``).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..store.installation import value_of
from ..store.retention_tables import DeletionRow
from ..store.session import Sessions, reading
from ..vault.sealing import KEY_BYTES, derive, keyed_digest

DIGEST_BYTES = 16
ERASED = "erased"
"""Why: the reporter asked for it. Any other reason is the state in which it was purged."""


@dataclass(frozen=True)
class Deletion:
    """One entry. ``rows`` counts, by table; ``why`` is ERASED or the state it was purged in."""

    subject: bytes
    day: str
    why: str
    rows: Mapping[str, int]

    def to_json(self) -> str:
        """Return the entry as one line."""
        return json.dumps(
            {
                "subject": self.subject.hex(),
                "day": self.day,
                "why": self.why,
                "rows": dict(sorted(self.rows.items())),
            },
            separators=(",", ":"),
        )


def deletion_from(record: Mapping[str, Any]) -> Deletion:
    """Return the entry of a parsed line. Raises ValueError when it is none."""
    try:
        subject = bytes.fromhex(record["subject"])
        rows = {str(table): int(count) for table, count in record["rows"].items()}
        day = datetime.fromisoformat(record["day"]).date().isoformat()
        why = str(record["why"])[:16]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no entry of the ledger") from error
    if len(subject) != DIGEST_BYTES:
        raise ValueError("no entry of the ledger")
    return Deletion(subject, day, why, rows)


def ledger_key(sessions: Sessions) -> bytes:
    """Return this installation's key of the ledger, made at the first call."""
    return value_of(sessions, "ledger_key", secrets.token_bytes(KEY_BYTES))


def key_mark(key: bytes) -> str:
    """Return by what two ledgers are known to have the same key; it does not give the key."""
    return derive(key, "np-ledger-mark")[:8].hex()


def subject_of(key: bytes, conversation_id: str) -> bytes:
    """Return under what the ledger knows a conversation."""
    return keyed_digest(key, f"deletion:{conversation_id}")


def entry_digest(key: bytes, deletion: Deletion) -> str:
    """Return the digest of a whole entry, by which the audit chain holds it: day, reason and counts included."""
    return keyed_digest(key, f"entry:{deletion.to_json()}").hex()


def write_deletion(
    session: Session,
    key: bytes,
    conversation_id: str,
    *,
    why: str,
    rows: Mapping[str, int],
    now: datetime,
) -> Deletion:
    """Write into the ledger what the caller's transaction deletes, and return the entry."""
    deletion = Deletion(
        subject=subject_of(key, conversation_id),
        day=now.astimezone(UTC).date().isoformat(),
        why=why,
        rows=dict(rows),
    )
    add_entry(session, deletion)
    return deletion


def add_entry(session: Session, deletion: Deletion) -> None:
    """Add an entry as it is."""
    session.add(
        DeletionRow(
            subject=deletion.subject,
            day=deletion.day,
            why=deletion.why,
            rows=dict(deletion.rows),
        )
    )
    session.flush()


def entries(sessions: Sessions, *, after: int = 0) -> list[tuple[int, Deletion]]:
    """Return the entries that follow number ``after``, each with its number, in order."""
    with reading(sessions) as session:
        rows = session.scalars(
            select(DeletionRow).where(DeletionRow.id > after).order_by(DeletionRow.id)
        )
        return [(row.id, Deletion(row.subject, row.day, row.why, row.rows)) for row in rows]


def find(sessions: Sessions, asked: str) -> Deletion | None:
    """Return the entry of a conversation, by its id or by the digest that the ledger shows; None when there is none."""
    digests = {subject_of(ledger_key(sessions), asked.strip())}
    with suppress(ValueError):  # no digest; it may still be an id
        digests.add(bytes.fromhex(asked.strip()))
    with reading(sessions) as session:
        row = session.scalar(select(DeletionRow).where(DeletionRow.subject.in_(digests)))
    return Deletion(row.subject, row.day, row.why, row.rows) if row else None


def merged(*ledgers: Iterable[Deletion]) -> dict[bytes, Deletion]:
    """Return several ledgers as one; of two entries about the same conversation the first stands."""
    found: dict[bytes, Deletion] = {}
    for ledger in ledgers:
        for deletion in ledger:
            found.setdefault(deletion.subject, deletion)
    return found
