"""The tables of work at the desk: notes, drafts, translations. All of it is sealed to the case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from .tables import Base


class NoteRow(Base):
    """An internal note, appended and never edited: by hand, or with handing over or clearing a flag."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[str] = mapped_column(ForeignKey("screeners.id"))
    kind: Mapped[str] = mapped_column(String(16))
    written_at: Mapped[datetime]
    sealed: Mapped[bytes]


class DraftRow(Base):
    """What a screener was writing in a case, so that a lost connection loses nothing."""

    __tablename__ = "drafts"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    screener_id: Mapped[str] = mapped_column(
        ForeignKey("screeners.id", ondelete="CASCADE"), primary_key=True
    )
    sealed: Mapped[bytes]


class CaseRoute(Base):
    """The side for which a case was put back into the queue; the other side sees it, marked."""

    __tablename__ = "case_routes"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    side: Mapped[str] = mapped_column(String(8))


class TranslationRow(Base):
    """A machine's translation of one turn; the turn itself is never changed by it."""

    __tablename__ = "translations"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    sealed: Mapped[bytes]
