"""The tables of text messages: the threads that are open, and what came in and is not handled yet.

A number stands nowhere in clear. Both tables are sealed under the server's own key, which is not in the database.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from .tables import Base


class SmsThread(Base):
    """One conversation by text message: whom to answer, and a reporter's token that opens the case meanwhile.

    Without ``wrapped_token`` it rests: nothing can be read, but the person allowed a text when somebody answers.
    """

    __tablename__ = "sms_threads"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    number_digest: Mapped[bytes] = mapped_column(unique=True)
    sealed_number: Mapped[bytes]
    wrapped_token: Mapped[bytes | None]
    sent_seq: Mapped[int] = mapped_column(default=0)
    more_key: Mapped[str | None] = mapped_column(String(80))
    """The outbox key of the next page of answers, where a question had too many for one message."""

    held_back: Mapped[str | None] = mapped_column(String(80))
    """The outbox key of what is said only after the first answer, so that the first message stays short."""

    receipt_sent: Mapped[bool] = mapped_column(default=False)
    may_text: Mapped[bool] = mapped_column(default=False)
    """The person allowed somebody to write to this number also after a silence."""

    quiet: Mapped[str | None] = mapped_column(String(24))
    """Why nothing is sent at present: what the person wished, or what became of the number."""

    heard_at: Mapped[datetime]


class SmsInbound(Base):
    """One text message as it came, once for each ``sid``; the payload is emptied as soon as it is handled."""

    __tablename__ = "sms_inbound"
    __table_args__ = (Index("ix_sms_inbound_open", "handled", "number_digest", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(String(40), unique=True)
    number_digest: Mapped[bytes]
    sealed: Mapped[bytes | None]
    received_at: Mapped[datetime]
    handled: Mapped[bool] = mapped_column(default=False)
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
