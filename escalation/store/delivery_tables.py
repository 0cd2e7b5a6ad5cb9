"""The tables of sending text messages: each attempt, what was left at the carrier, and the pace of a number.

No number and no word of anybody stands in them. The carrier's id of a message goes with the conversation.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from .tables import Base


class SmsDelivery(Base):
    """One text message to a reporter: the outbox row of the same ``key`` says that it must go, this how far it came.

    ``state`` is noted before the carrier is called: ``sending``, then ``sent``, or ``unknown`` when no answer came,
    or ``waiting`` when it surely did not go. ``status`` is the carrier's own word, and never goes back.
    """

    __tablename__ = "sms_deliveries"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    """Stands in the address that the carrier calls with the status: says nothing, leads to this row."""

    state: Mapped[str] = mapped_column(String(8))
    sid: Mapped[str | None] = mapped_column(String(34), index=True)
    status: Mapped[str | None] = mapped_column(String(20))
    error_code: Mapped[int | None]
    segments: Mapped[int]
    undelivered: Mapped[int] = mapped_column(default=0)
    """How often the carrier took it and could not bring it."""

    attempted_at: Mapped[datetime | None]
    """Since when it is on its way to the carrier; forgotten as soon as that is settled."""


class SmsRedaction(Base):
    """How often deleting a message at the carrier ended in ``result``. Which message it was is not kept."""

    __tablename__ = "sms_redactions"

    result: Mapped[str] = mapped_column(String(24), primary_key=True)
    count: Mapped[int]


class SmsPace(Base):
    """When the next message may leave from one of our own numbers."""

    __tablename__ = "sms_pace"

    sender: Mapped[str] = mapped_column(String(40), primary_key=True)
    next_at: Mapped[datetime]
