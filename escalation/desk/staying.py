"""How long a log-in lasts: while somebody uses it, while a case in hand goes on, and never beyond its hours."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, select, update

from .. import floor
from ..ports import Ports, rounded
from ..store.session import reading, unit_of_work
from ..store.tables import Conversation, StaffSession
from ..vault.tokens import token_keys

USED_EVERY = timedelta(minutes=1)
"""That somebody is at work is noted this often; more would only write."""


def idle(ports: Ports) -> ColumnElement[bool]:
    """Return the condition under which a log-in has been left alone too long.

    A person who is in the middle of a case is not thrown out: while the reporter of a case in their hands wrote
    within the same time, the log-in stays.
    """
    since = ports.clock() - ports.durations.staff_idle
    in_the_middle = (
        select(Conversation.id)
        .where(
            Conversation.owner_id == StaffSession.screener_id,
            Conversation.floor == floor.SCREENER,
            Conversation.active_at >= rounded(since),
        )
        .correlate(StaffSession)
    )
    return and_(StaffSession.used_at <= since, ~in_the_middle.exists())


def note_use(ports: Ports, *, session_token: str) -> None:
    """Note that a person did something in this log-in. An open page alone is no use of it."""
    now, lookup = ports.clock(), token_keys(session_token).lookup
    with reading(ports.sessions) as session:
        opened = session.get(StaffSession, lookup)
        if opened is None or now - opened.used_at < USED_EVERY:
            return
    with unit_of_work(ports.sessions) as session:
        session.execute(
            update(StaffSession).where(StaffSession.lookup == lookup).values(used_at=now)
        )
