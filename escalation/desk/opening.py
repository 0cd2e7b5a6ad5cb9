"""Opening a case at the desk: with the desk's key, and for whoever has it in hand."""

from __future__ import annotations

from sqlalchemy.orm import Session

from .. import floor
from ..access import CaseAccess
from ..errors import CaseNotFoundError, NoAccessError, NotOwnerError
from ..store.tables import CaseKeyCopy, Conversation
from .desk_keys import case_key
from .sessions import Screener


def open_case(
    session: Session, screener: Screener, case_id: str
) -> tuple[Conversation, CaseAccess]:
    """Open a case that is sealed to the screener's desk. Raises CaseNotFoundError, NoAccessError."""
    screener.need_desk_key()
    conversation = session.get(Conversation, case_id)
    if conversation is None:
        raise CaseNotFoundError
    copy = session.get(CaseKeyCopy, (case_id, screener.side))
    if copy is None:
        raise NoAccessError
    return conversation, CaseAccess(case_id, case_key(session, screener, copy))


def open_own_case(
    session: Session, screener: Screener, case_id: str
) -> tuple[Conversation, CaseAccess]:
    """Open a case that the screener has in hand, locked against other writers. Raises NotOwnerError too."""
    conversation, access = open_case(session, screener, case_id)
    session.refresh(conversation, with_for_update=True)
    if conversation.owner_id != screener.id or conversation.floor != floor.SCREENER:
        raise NotOwnerError
    return conversation, access
