"""Whether what a screener writes reaches the person as a text message, and why not: one word for the desk."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ..store.sms_tables import SmsThread
from ..store.tables import Conversation

IS_SENT, IS_ALLOWED, IS_FORGOTTEN = "is_sent", "is_allowed", "is_forgotten"


def texting(session: Session, conversation: Conversation) -> str | None:
    """Return one of the three above, or why the thread is quiet; None where nobody writes by text message."""
    if conversation.channel != "sms":
        return None
    thread = session.get(SmsThread, conversation.id)
    if thread is None:
        return IS_FORGOTTEN
    if thread.quiet is not None:
        return thread.quiet
    return IS_ALLOWED if thread.wrapped_token is None else IS_SENT
