"""The tables of duty: who works when, who is there, what was paged, and how long people waited.

Nothing in them was typed by a reporter. Addresses of screeners stand in clear: the worker needs them with nobody
logged in.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .tables import Base


class DutyProfile(Base):
    """How a screener can be reached, and in which languages the screener writes (codes with spaces between)."""

    __tablename__ = "duty_profiles"

    screener_id: Mapped[str] = mapped_column(
        ForeignKey("screeners.id", ondelete="CASCADE"), primary_key=True
    )
    languages: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(120))
    calendar_lookup: Mapped[bytes | None] = mapped_column(index=True)


class Shift(Base):
    """Hours of duty on local time: every week on ``weekday`` (0 is Monday), or once on ``day`` (ISO date)."""

    __tablename__ = "shifts"

    id: Mapped[int] = mapped_column(primary_key=True)
    screener_id: Mapped[str] = mapped_column(
        ForeignKey("screeners.id", ondelete="CASCADE"), index=True
    )
    region: Mapped[str] = mapped_column(String(40))
    rung: Mapped[int]
    weekday: Mapped[int | None]
    day: Mapped[str | None] = mapped_column(String(10))
    starts_minute: Mapped[int]
    lasts_minutes: Mapped[int]
    from_day: Mapped[str | None] = mapped_column(String(10))
    until_day: Mapped[str | None] = mapped_column(String(10))
    on_holidays: Mapped[bool] = mapped_column(default=True)


class ShiftChange(Base):
    """One day on which a weekly shift is another's, or nobody's (``screener_id`` is None)."""

    __tablename__ = "shift_changes"
    __table_args__ = (UniqueConstraint("shift_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shifts.id", ondelete="CASCADE"), index=True)
    day: Mapped[str] = mapped_column(String(10))
    screener_id: Mapped[str | None] = mapped_column(ForeignKey("screeners.id", ondelete="CASCADE"))
    agreed: Mapped[bool]


class Presence(Base):
    """When a screener's desk was last open."""

    __tablename__ = "presences"

    screener_id: Mapped[str] = mapped_column(
        ForeignKey("screeners.id", ondelete="CASCADE"), primary_key=True
    )
    seen_at: Mapped[datetime]


class Typing(Base):
    """That somebody writes in a conversation; true until ``until``."""

    __tablename__ = "typing"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    author: Mapped[str] = mapped_column(String(10), primary_key=True)
    until: Mapped[datetime]


class Alarm(Base):
    """One acute case for which people are called. ``rung`` is the last one called, 0 before the first."""

    __tablename__ = "alarms"
    __table_args__ = (Index("ix_alarms_due", "ended_at", "next_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    raised_at: Mapped[datetime]
    rung: Mapped[int] = mapped_column(default=0)
    rounds: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(ForeignKey("screeners.id"))
    ended_at: Mapped[datetime | None]


class PageRow(Base):
    """One page to one person by one way: what the outbox row of the same key carries, and what became of it.

    ``carried_at`` is when it was last handed to a carrier; ``covered_by`` the page that already told the same.
    """

    __tablename__ = "pages"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    alarm_id: Mapped[int] = mapped_column(ForeignKey("alarms.id", ondelete="CASCADE"), index=True)
    screener_id: Mapped[str] = mapped_column(ForeignKey("screeners.id", ondelete="CASCADE"))
    rung: Mapped[int]
    way: Mapped[str] = mapped_column(String(8))
    lookup: Mapped[bytes | None] = mapped_column(index=True)
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    carried_at: Mapped[datetime | None]
    covered_by: Mapped[str | None] = mapped_column(String(80))


class Stopwatch(Base):
    """Runs while somebody waits for a person; becomes a Measure, without the conversation, at the first answer."""

    __tablename__ = "stopwatches"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    started_at: Mapped[datetime]
    paged_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]


class Measure(Base):
    """How long somebody waited, in whole seconds, with nothing that leads back to whom; ``hour`` is cut to the hour."""

    __tablename__ = "measures"

    id: Mapped[int] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    channel: Mapped[str] = mapped_column(String(8))
    level: Mapped[str] = mapped_column(String(8))
    hour: Mapped[datetime] = mapped_column(index=True)
    seconds_to_page: Mapped[int | None]
    seconds_to_acknowledge: Mapped[int | None]
    seconds_to_answer: Mapped[int]
