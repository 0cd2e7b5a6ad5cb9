"""Who has the desk open, and who is writing: kept a short while, and told to those whom it concerns."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..bus import conversation_topic
from ..ports import Ports
from ..store.duty_tables import Presence, Typing
from ..store.session import reading, unit_of_work

SEEN_EVERY = timedelta(seconds=20)
"""An open desk is noted this often; more would only write."""

TYPING_LASTS = timedelta(seconds=8)


def note_presence(ports: Ports, *, screener_id: str) -> None:
    """Note that a screener's desk is open. Cheap to call at every request: it writes every twenty seconds."""
    now = ports.clock()
    with reading(ports.sessions) as session:
        seen = session.get(Presence, screener_id)
        if seen is not None and now - seen.seen_at < SEEN_EVERY:
            return
    with unit_of_work(ports.sessions) as session:
        session.merge(Presence(screener_id=screener_id, seen_at=now))


def leave(ports: Ports, *, screener_id: str) -> None:
    """Note that a screener left the desk: nobody counts on somebody who has just logged out."""
    with unit_of_work(ports.sessions) as session:
        seen = session.get(Presence, screener_id)
        if seen is not None:
            seen.seen_at = min(seen.seen_at, ports.clock() - ports.durations.presence)


def present_ids(session: Session, now: datetime, lasts: timedelta) -> frozenset[str]:
    """Return the ids of screeners whose desk was open within ``lasts`` before ``now``."""
    return frozenset(
        session.scalars(select(Presence.screener_id).where(Presence.seen_at > now - lasts))
    )


def note_typing(ports: Ports, *, conversation_id: str, author: str) -> None:
    """Note that ``author`` (reporter or screener) is writing; others hear of it at once."""
    with unit_of_work(ports.sessions) as session:
        until = ports.clock() + TYPING_LASTS
        session.merge(Typing(conversation_id=conversation_id, author=author, until=until))
    ports.bus.publish(conversation_topic(conversation_id))


def is_typing(session: Session, conversation_id: str, *, author: str, now: datetime) -> bool:
    """Return whether ``author`` was writing within the last seconds."""
    row = session.get(Typing, (conversation_id, author))
    return row is not None and row.until > now
