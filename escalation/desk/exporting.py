"""A copy of a case for outside: asked by one, agreed by another, fetched once within the hour by who asked."""

from __future__ import annotations

from .. import audit
from ..errors import NotAllowedError
from ..ports import Ports
from ..store.session import unit_of_work
from ..store.tables import ScreenerRow
from .cases import Case, read_case
from .four_eyes import AGREED, DONE, EXPORT, need_wish, reason_of
from .notes import EXPORTED, write_note
from .opening import open_case
from .sessions import Screener


def fetch(ports: Ports, *, screener: Screener, wish_id: int) -> Case:
    """Return the case whose copy was agreed to, this once. Raises NotAllowedError, CaseNotFoundError, NoAccessError."""
    now = ports.clock()
    with unit_of_work(ports.sessions) as session:
        wish = need_wish(session, screener, wish_id, state=AGREED, now=now)
        if wish.kind != EXPORT or wish.asked_by != screener.id:
            raise NotAllowedError
        conversation, access = open_case(session, screener, wish.conversation_id)
        wish.state = DONE
        reason = reason_of(wish, access.private_key)
        second = session.get_one(ScreenerRow, wish.second_by).name
        write_note(
            session, conversation, screener, text=reason, kind=EXPORTED, about=second, now=now
        )
        audit.append(session, event="exported", actor=screener.id, subject=conversation.id, now=now)
    return read_case(ports, screener=screener, case_id=wish.conversation_id)
