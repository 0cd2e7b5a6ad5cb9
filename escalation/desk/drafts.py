"""What a screener was writing, kept sealed to the case until it is sent."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ..ports import Ports
from ..signal import printable
from ..store.desk_tables import DraftRow
from ..store.session import reading, unit_of_work
from ..vault.sealing import open_record, seal_record
from .opening import open_case, open_own_case
from .sessions import Screener

MAX_DRAFT_CHARS = 20_000


def save_draft(ports: Ports, *, screener: Screener, case_id: str, text: str) -> None:
    """Keep what was typed so far; empty text forgets it. Raises NotOwnerError, CaseNotFoundError, NoAccessError."""
    kept = printable(text)[:MAX_DRAFT_CHARS]
    with unit_of_work(ports.sessions) as session:
        conversation, _ = open_own_case(session, screener, case_id)
        if not kept.strip():
            drop_draft(session, screener, case_id)
            return
        sealed = seal_record(conversation.public_key, {"text": kept}, context=f"draft:{case_id}")
        session.merge(DraftRow(conversation_id=case_id, screener_id=screener.id, sealed=sealed))


def read_draft(ports: Ports, *, screener: Screener, case_id: str) -> str:
    """Return what the screener was writing, empty when nothing. Raises CaseNotFoundError, NoAccessError."""
    with reading(ports.sessions) as session:
        _, access = open_case(session, screener, case_id)
        row = session.get(DraftRow, (case_id, screener.id))
        if row is None:
            return ""
        return str(open_record(access.private_key, row.sealed, context=f"draft:{case_id}")["text"])


def drop_draft(session: Session, screener: Screener, case_id: str) -> None:
    """Forget the draft."""
    session.execute(
        delete(DraftRow).where(
            DraftRow.conversation_id == case_id, DraftRow.screener_id == screener.id
        )
    )
