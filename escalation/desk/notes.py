"""Internal notes: what colleagues tell each other about a case. Reporters never see them; they are never edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..bus import conversation_topic
from ..intake import clean_text
from ..ports import Ports
from ..store.desk_tables import NoteRow
from ..store.session import unit_of_work
from ..store.tables import Conversation, ScreenerRow
from ..vault.sealing import open_record, seal_record
from .opening import open_case
from .sessions import Screener

BY_HAND, HANDED_OVER, FLAG_CLEARED = "note", "handed_over", "flag_cleared"
POLICE_OPENED, EXPORTED = "police_opened", "exported"


@dataclass(frozen=True)
class Note:
    """One note. ``about`` is the flag that was cleared, to whom the case went, or the second of four eyes."""

    id: int
    kind: str
    author: str
    text: str
    about: str
    at: datetime


def add_note(ports: Ports, *, screener: Screener, case_id: str, text: str) -> None:
    """Add a note. Whoever can open the case can. Raises EmptyMessageError, CaseNotFoundError, NoAccessError."""
    cleaned = clean_text(text)
    with unit_of_work(ports.sessions) as session:
        conversation, _ = open_case(session, screener, case_id)
        write_note(session, conversation, screener, text=cleaned, now=ports.clock())
    ports.bus.publish(conversation_topic(case_id))


def write_note(
    session: Session,
    conversation: Conversation,
    screener: Screener,
    *,
    text: str,
    now: datetime,
    kind: str = BY_HAND,
    about: str = "",
) -> None:
    """Append a note in the caller's transaction."""
    sealed = seal_record(
        conversation.public_key, {"text": text, "about": about}, context=f"note:{conversation.id}"
    )
    session.add(
        NoteRow(
            conversation_id=conversation.id,
            author_id=screener.id,
            kind=kind,
            written_at=now,
            sealed=sealed,
        )
    )


def read_notes(session: Session, private_key: bytes, case_id: str) -> tuple[Note, ...]:
    """Return the notes of a case, oldest first."""
    rows = session.execute(
        select(NoteRow, ScreenerRow.name)
        .join(ScreenerRow, ScreenerRow.id == NoteRow.author_id)
        .where(NoteRow.conversation_id == case_id)
        .order_by(NoteRow.id)
    )
    notes = []
    for row, author in rows:
        record = open_record(private_key, row.sealed, context=f"note:{case_id}")
        notes.append(
            Note(row.id, row.kind, author, record["text"], record["about"], row.written_at)
        )
    return tuple(notes)
