"""The audit chain: who did what at the desk, each link sealed to the one before it by its hash.

A row is never changed and never deleted, so a chain that was tampered with shows where. Somebody who may write to the
database could make a whole new chain; only a head hash that was written down elsewhere tells that one apart.

Reasons: what concerns one case stands in that case's notes and goes when it goes. ``reason`` is for the rest; it is
sealed to the care desk, and the chain holds a digest of it that tells nothing without the reason itself.
"""

from __future__ import annotations

import json
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from .ports import rounded
from .store.staff_tables import AuditEvent, AuditReason
from .store.tables import DeskKey, ScreenerRow
from .vault.sealing import CannotOpenError, open_record, seal_record

EVENTS = (
    "invited",
    "joined",
    "access_given",
    "revoked",
    "rekeyed",
    "logged_in",
    "password_changed",
    "password_lost_reset",
    "passkey_added",
    "passkey_removed",
    "flag_cleared",
    "police_asked",
    "police_opened",
    "police_reviewed",
    "export_asked",
    "export_agreed",
    "exported",
    "conversation_purged",
    "conversation_erased",
    "backup_made",
    "backup_restored",
)
DELETIONS = ("conversation_purged", "conversation_erased")
"""Their subject is the digest of an entry of the ledger of deletions (``retention.ledger``)."""

REPORTER, SYSTEM, OPERATOR = "reporter", "system", "operator"
FIRST_PREVIOUS = b"\0" * 32
_LOCK = 0x6E705F6175646974
_PAGE_ROWS = 500


@dataclass(frozen=True)
class Entry:
    """One event as a coordinator sees it; ``actor`` is a name where there is one."""

    seq: int
    at: datetime
    event: str
    actor: str
    subject: str | None
    subject_name: str | None


def append(
    session: Session,
    *,
    event: str,
    actor: str,
    subject: str | None = None,
    reason: str | None = None,
    now: datetime,
) -> None:
    """Add a link in the caller's transaction; call it last there, because writers wait for each other from here on.

    ``actor`` is a screener's id, REPORTER, SYSTEM or OPERATOR, ``subject`` the id of a conversation or screener.
    Raises ValueError for an event that is not in EVENTS.
    """
    if event not in EVENTS:
        raise ValueError("unknown audit event")
    session.flush()
    desk = session.get(DeskKey, "care", with_for_update={"read": True}) if reason else None
    _lock(session)
    last = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).first()
    seq = last.seq + 1 if last else 1
    sealed = _seal_reason(desk, seq, reason) if desk and reason else None
    row = AuditEvent(
        seq=seq,
        at=rounded(now),
        event=event,
        actor=actor,
        subject=subject,
        reason_digest=sealed[0] if sealed else None,
        previous_hash=last.hash if last else FIRST_PREVIOUS,
    )
    row.hash = _hash(row)
    session.add(row)
    session.flush()
    if sealed:
        session.add(sealed[1])


def verify(session: Session) -> int | None:
    """Return the number of the first link that is missing or was changed, or None when the chain holds."""
    expected, previous = 1, FIRST_PREVIOUS
    while rows := _page(session, after=expected - 1):
        for row in rows:
            if row.seq != expected or row.previous_hash != previous or row.hash != _hash(row):
                return expected
            expected, previous = expected + 1, row.hash
    return None


def head(session: Session) -> tuple[int, bytes]:
    """Return how many links there are and the hash of the last one."""
    last = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).first()
    return (last.seq, last.hash) if last else (0, FIRST_PREVIOUS)


def holds(session: Session, noted: bytes) -> bool:
    """Return whether a head hash that was written down earlier is in the chain."""
    found = select(func.count()).select_from(AuditEvent).where(AuditEvent.hash == noted)
    return bool(session.scalar(found))


def latest(session: Session, limit: int = 200) -> list[Entry]:
    """Return the latest events, the newest first."""
    names = {row.id: row.name for row in session.scalars(select(ScreenerRow))}
    rows = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(limit))
    return [
        Entry(
            row.seq,
            row.at,
            row.event,
            names.get(row.actor, row.actor),
            row.subject,
            names.get(row.subject or ""),
        )
        for row in rows
    ]


def read_reasons(session: Session, desk_key: bytes, *, since: int) -> dict[int, str]:
    """Return the reasons from row ``since`` on that the care desk's private key opens; others wait to be re-sealed."""
    found = {}
    for row in session.scalars(select(AuditReason).where(AuditReason.seq >= since)):
        with suppress(CannotOpenError):
            record = open_record(desk_key, row.sealed, context=f"audit:{row.seq}")
            found[row.seq] = str(record["reason"])
    return found


def _page(session: Session, *, after: int) -> list[Row[Any]]:
    # As plain rows: a page of the desk reads the whole chain, and objects would take it longer.
    rows = select(AuditEvent.__table__).where(AuditEvent.seq > after).order_by(AuditEvent.seq)
    return list(session.execute(rows.limit(_PAGE_ROWS)))


def _lock(session: Session) -> None:
    """Let one writer at a time look at the last link. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _seal_reason(desk: DeskKey, seq: int, reason: str) -> tuple[bytes, AuditReason]:
    """Return the digest for the chain, and the reason sealed to the care desk."""
    salt = secrets.token_bytes(16)
    digest = blake2b(reason.encode("utf-8", "surrogatepass"), key=salt, digest_size=32).digest()
    record = {"reason": reason, "salt": salt.hex()}
    sealed = seal_record(desk.public_key, record, context=f"audit:{seq}")
    return digest, AuditReason(seq=seq, version=desk.version, sealed=sealed)


def _hash(row: AuditEvent | Row[Any]) -> bytes:
    """Return the hash of a link: over all its values, written down in one way only, and the hash before it."""
    values = [
        row.seq,
        int(row.at.timestamp()),
        row.event,
        row.actor,
        row.subject,
        row.reason_digest.hex() if row.reason_digest else None,
        row.previous_hash.hex(),
    ]
    written = json.dumps(values, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    return blake2b(written, digest_size=32, person=b"np-audit").digest()
