"""Danger to life opens a case to police. Until then no key of theirs opens it, whatever they hold."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit
from ..access import CaseAccess
from ..answering import system_turn
from ..effects import desk_to_seal_to, seal_to_desk
from ..errors import NotAllowedError, PoliceNotPossibleError
from ..store.tables import CaseKeyCopy, Conversation, FlagRow, ScreenerRow
from .notes import POLICE_OPENED, write_note
from .opening import open_own_case
from .sessions import Screener

CARE, POLICE = "care", "police"


def need_closed_to_police(
    session: Session, screener: Screener, case_id: str
) -> tuple[Conversation, CaseAccess]:
    """Open an own case of care that police cannot read.

    Raises NotAllowedError (not care), PoliceNotPossibleError (no police desk, or open to it), NotOwnerError,
    CaseNotFoundError, NoAccessError.
    """
    if screener.side != CARE:
        raise NotAllowedError
    conversation, access = open_own_case(session, screener, case_id)
    if police_can_read(session, case_id) or desk_to_seal_to(session, POLICE) is None:
        raise PoliceNotPossibleError
    return conversation, access


def police_can_read(session: Session, case_id: str) -> bool:
    """Return whether the case is sealed to police."""
    return session.get(CaseKeyCopy, (case_id, POLICE)) is not None


def danger_stands(session: Session, case_id: str) -> bool:
    """Return whether a flag of immediate danger, happening now, stands uncleared."""
    found = select(FlagRow.id).where(
        FlagRow.conversation_id == case_id,
        FlagRow.flag == "immediate_danger",
        FlagRow.now,
        FlagRow.cleared_by.is_(None),
    )
    return session.scalar(found.limit(1)) is not None


def open_to_police(
    session: Session,
    conversation: Conversation,
    access: CaseAccess,
    screener: Screener,
    *,
    reason: str,
    now: datetime,
    asked_by: ScreenerRow | None = None,
) -> None:
    """Seal the case to police. A note keeps who and why, the reporter reads it, and the audit chain holds it."""
    seal_to_desk(session, conversation, access, side=POLICE)
    write_note(
        session,
        conversation,
        screener,
        text=reason,
        kind=POLICE_OPENED,
        about=asked_by.name if asked_by else "",
        now=now,
    )
    system_turn(session, conversation, "system_opened_to_police", answers=None, now=now)
    audit.append(
        session, event="police_opened", actor=screener.id, subject=conversation.id, now=now
    )
