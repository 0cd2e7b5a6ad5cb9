"""The tables. Whatever a person typed stands in a ``sealed`` column; what the queue needs is in clear."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment: it would silently mean another time on another machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, bytes: LargeBinary}


class Installation(Base):
    """Values made once, at the first start: the salt of the receipts."""

    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[bytes]


class Conversation(Base):
    """One conversation, which is a case as soon as it waits for a person."""

    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_queue", "floor", "level_rank", "waiting_since"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(8))
    region: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    language_chosen: Mapped[bool]
    floor: Mapped[str] = mapped_column(String(8))
    level_rank: Mapped[int]
    public_key: Mapped[bytes]
    opened_at: Mapped[datetime]
    active_at: Mapped[datetime]
    waiting_since: Mapped[datetime | None]
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("screeners.id"))
    last_seq: Mapped[int] = mapped_column(default=0)
    told: Mapped[bool] = mapped_column(default=False)
    submitted: Mapped[bool] = mapped_column(default=False)
    bot_down: Mapped[bool] = mapped_column(default=False)
    hidden: Mapped[bool] = mapped_column(default=False)
    unproven: Mapped[bool] = mapped_column(default=False)
    set_aside: Mapped[str | None] = mapped_column(String(16))


class TurnRow(Base):
    """One thing said. ``answers`` is the reporter's turn that this one answers."""

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("conversation_id", "client_digest"),)

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True)
    author: Mapped[str] = mapped_column(String(10))
    sealed: Mapped[bytes]
    client_digest: Mapped[bytes | None]
    answers: Mapped[int | None]
    answered: Mapped[bool] = mapped_column(default=True)
    acute: Mapped[bool] = mapped_column(default=False)


class FieldRecord(Base):
    """Fields as they were told, appended and never edited; the last value of a field counts."""

    __tablename__ = "field_records"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    recorded_by: Mapped[str] = mapped_column(String(10))
    sealed: Mapped[bytes]


class FlagRow(Base):
    """One urgency flag and, sealed, the words or the answer that raised it."""

    __tablename__ = "flags"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    flag: Mapped[str] = mapped_column(String(24))
    now: Mapped[bool]
    source: Mapped[str] = mapped_column(String(8))
    sealed: Mapped[bytes]
    cleared_by: Mapped[str | None] = mapped_column(ForeignKey("screeners.id"))


class CaseKeyCopy(Base):
    """The case's private key, sealed to one desk's public key; ``version`` is that key's."""

    __tablename__ = "case_key_copies"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    side: Mapped[str] = mapped_column(String(8), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    sealed: Mapped[bytes]


class ReporterAccess(Base):
    """A reporter's token: its hash, and the case key and receipt wrapped under a key that only the token gives."""

    __tablename__ = "reporter_access"

    lookup: Mapped[bytes] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    wrapped_key: Mapped[bytes]
    wrapped_receipt: Mapped[bytes | None]
    expires_at: Mapped[datetime]


class ReceiptRow(Base):
    """The reporter's copy of the case key, wrapped under the receipt."""

    __tablename__ = "receipts"

    lookup: Mapped[bytes] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    wrapped_key: Mapped[bytes]


class DialogueState(Base):
    """Where the bot is in the conversation, sealed by the bot itself; gone when the conversation closes."""

    __tablename__ = "dialogue_states"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int]
    sealed: Mapped[bytes | None]


class FloorChange(Base):
    """The history of the floor: appended, never edited."""

    __tablename__ = "floor_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    from_floor: Mapped[str] = mapped_column(String(8))
    to_floor: Mapped[str] = mapped_column(String(8))
    changed_by: Mapped[str] = mapped_column(String(32))
    changed_at: Mapped[datetime]


class ScreenerRow(Base):
    """A screener. The private key opens only with the password; the TOTP secret only with the private key."""

    __tablename__ = "screeners"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    side: Mapped[str] = mapped_column(String(8))
    role: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    public_key: Mapped[bytes]
    wrapped_private_key: Mapped[bytes]
    password_salt: Mapped[bytes]
    password_memory_kib: Mapped[int]
    password_passes: Mapped[int]
    password_lanes: Mapped[int]
    sealed_totp: Mapped[bytes]
    last_totp_step: Mapped[int] = mapped_column(default=0)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    code_off: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class DeskKey(Base):
    """The public half of a desk's key pair. ``must_rekey`` when somebody left who knew the private half."""

    __tablename__ = "desk_keys"

    side: Mapped[str] = mapped_column(String(8), primary_key=True)
    public_key: Mapped[bytes]
    version: Mapped[int] = mapped_column(default=1)
    must_rekey: Mapped[bool] = mapped_column(default=False)


class DeskKeyCopy(Base):
    """A desk's private key, sealed to one screener."""

    __tablename__ = "desk_key_copies"

    side: Mapped[str] = mapped_column(String(8), primary_key=True)
    screener_id: Mapped[str] = mapped_column(
        ForeignKey("screeners.id", ondelete="CASCADE"), primary_key=True
    )
    sealed: Mapped[bytes]


class InvitationRow(Base):
    """A one-use invitation; it may carry the desk key, wrapped under a key that only the link gives.

    ``resets_id`` is the screener who lost the password and begins anew with it.
    """

    __tablename__ = "invitations"

    lookup: Mapped[bytes] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    side: Mapped[str] = mapped_column(String(8))
    role: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    wrapped_desk_key: Mapped[bytes | None]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    invited_by: Mapped[str | None] = mapped_column(String(32))
    resets_id: Mapped[str | None] = mapped_column(String(32))


class StaffSession(Base):
    """A screener's session: the keys are wrapped under a key that only the session token gives.

    ``used_at`` is when a person last did something in it, ``factor_at`` when the second factor was last shown.
    """

    __tablename__ = "staff_sessions"

    lookup: Mapped[bytes] = mapped_column(primary_key=True)
    screener_id: Mapped[str] = mapped_column(
        ForeignKey("screeners.id", ondelete="CASCADE"), index=True
    )
    wrapped_private_key: Mapped[bytes]
    opened_at: Mapped[datetime]
    used_at: Mapped[datetime]
    factor_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class OutboxRow(Base):
    """Something to send to somebody: written in the transaction that decided it, sent by the worker."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "status", "due_at"),
        Index("ix_outbox_kind_due", "kind", "status", "due_at"),
        Index("ix_outbox_in_order", "conversation_id", "kind", "status", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(24))
    conversation_id: Mapped[str | None] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(10), default="due")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    last_error: Mapped[str | None] = mapped_column(String(60))
