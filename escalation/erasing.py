"""Erasing a conversation: every row that belongs to it goes, at once."""

from __future__ import annotations

from sqlalchemy import delete

from .bus import QUEUE_TOPIC, conversation_topic
from .ports import Ports
from .store.session import unit_of_work
from .store.sms_tables import SmsThread
from .store.tables import (
    CaseKeyCopy,
    Conversation,
    DialogueState,
    FieldRecord,
    FlagRow,
    FloorChange,
    OutboxRow,
    ReceiptRow,
    ReporterAccess,
    TurnRow,
)

_PARTS = (
    TurnRow,
    FieldRecord,
    FlagRow,
    CaseKeyCopy,
    ReporterAccess,
    ReceiptRow,
    DialogueState,
    FloorChange,
    OutboxRow,
    SmsThread,
)


def delete_conversation(ports: Ports, conversation_id: str) -> None:
    """Delete the conversation and all that hangs on it. Does nothing when it is gone already."""
    with unit_of_work(ports.sessions) as session:
        for part in _PARTS:
            session.execute(delete(part).where(part.conversation_id == conversation_id))
        session.execute(delete(Conversation).where(Conversation.id == conversation_id))
    ports.bus.publish(conversation_topic(conversation_id))
    ports.bus.publish(QUEUE_TOPIC)
