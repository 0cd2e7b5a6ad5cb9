"""The tables of who did what and of what two people decide together: the audit chain, former keys, four eyes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, event
from sqlalchemy.orm import Mapped, mapped_column

from .tables import Base


class AuditEvent(Base):
    """One link of the chain: appended, never changed, never deleted. A trigger of the database sees to it too.

    ``subject`` outlives what it names: the id of an erased conversation leads to nothing.
    """

    __tablename__ = "audit_events"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str | None] = mapped_column(String(32))
    reason_digest: Mapped[bytes | None]
    previous_hash: Mapped[bytes]
    hash: Mapped[bytes]


class AuditReason(Base):
    """A reason in somebody's own words, sealed to the care desk. The chain holds its digest, so it can be re-sealed."""

    __tablename__ = "audit_reasons"

    seq: Mapped[int] = mapped_column(
        ForeignKey("audit_events.seq"), primary_key=True, autoincrement=False
    )
    version: Mapped[int]
    sealed: Mapped[bytes]


class FormerDeskKey(Base):
    """A desk's old private key, sealed to its new one; there only while cases are being re-sealed."""

    __tablename__ = "former_desk_keys"

    side: Mapped[str] = mapped_column(String(8), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes]


class FourEyes(Base):
    """What one screener wants done with a case and a second has to agree to; the reason is sealed to the case."""

    __tablename__ = "four_eyes"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(8))
    side: Mapped[str] = mapped_column(String(8))
    asked_by: Mapped[str] = mapped_column(ForeignKey("screeners.id"))
    asked_at: Mapped[datetime]
    sealed: Mapped[bytes]
    state: Mapped[str] = mapped_column(String(8))
    second_by: Mapped[str | None] = mapped_column(ForeignKey("screeners.id"))
    expires_at: Mapped[datetime | None]


class AppendOnlyError(Exception):
    """Something tried to change or delete a link of the audit chain."""


def _refuse(_mapper: Any, _connection: Any, _target: AuditEvent) -> None:
    raise AppendOnlyError


event.listen(AuditEvent, "before_update", _refuse)
event.listen(AuditEvent, "before_delete", _refuse)
