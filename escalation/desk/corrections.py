"""What a screener sets right in a case: a field that was told otherwise, a flag that does not hold."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from .. import audit, casefile, signal
from ..bus import QUEUE_TOPIC, conversation_topic
from ..errors import CaseNotFoundError
from ..intake import clean_text
from ..ports import Ports
from ..store.session import unit_of_work
from ..store.tables import FlagRow
from ..triage import level_of
from .notes import FLAG_CLEARED, write_note
from .opening import open_own_case
from .sessions import Screener


def correct_field(
    ports: Ports, *, screener: Screener, case_id: str, field: str, value: Any
) -> None:
    """Record a field anew, marked as a screener's. What was told before stays in the record.

    Raises InvalidValueError, NotOwnerError, CaseNotFoundError, NoAccessError.
    """
    cleaned = signal.clean(field, value)
    with unit_of_work(ports.sessions) as session:
        conversation, access = open_own_case(session, screener, case_id)
        casefile.record_fields(
            session, conversation, access.private_key, {field: cleaned}, by="screener"
        )
    _publish(ports, case_id)


def clear_flag(
    ports: Ports, *, screener: Screener, case_id: str, flag_id: int, reason: str
) -> None:
    """Clear a flag, with a reason that stays in the notes; the level follows the flags that still stand.

    The same words told again raise it again. Raises EmptyMessageError (a reason is needed), CaseNotFoundError,
    NotOwnerError, NoAccessError.
    """
    cleaned = clean_text(reason)
    with unit_of_work(ports.sessions) as session:
        conversation, _ = open_own_case(session, screener, case_id)
        row = session.get(FlagRow, flag_id)
        if row is None or row.conversation_id != case_id:
            raise CaseNotFoundError
        if row.cleared_by is not None:
            return
        row.cleared_by = screener.id
        now = ports.clock()
        write_note(
            session,
            conversation,
            screener,
            text=cleaned,
            kind=FLAG_CLEARED,
            about=row.flag,
            now=now,
        )
        session.flush()
        rows = session.scalars(
            select(FlagRow).where(FlagRow.conversation_id == case_id, FlagRow.cleared_by.is_(None))
        )
        standing = {(each.flag, each.now) for each in rows}
        conversation.level_rank = signal.LEVELS.index(level_of(standing))
        audit.append(session, event="flag_cleared", actor=screener.id, subject=case_id, now=now)
    _publish(ports, case_id)


def _publish(ports: Ports, case_id: str) -> None:
    ports.bus.publish(conversation_topic(case_id))
    ports.bus.publish(QUEUE_TOPIC)
