"""How long people wait: a watch that runs with the case, and what is left of it when somebody has answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ..signal import LEVELS
from ..store.duty_tables import Measure, Stopwatch
from ..store.tables import Conversation


def start_watch(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """Start the watch when somebody begins to wait for a person. Does nothing while it runs."""
    if session.get(Stopwatch, conversation.id) is None:
        session.add(Stopwatch(conversation_id=conversation.id, started_at=now))


def stop_watch(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """Turn the watch into a measure at a person's first answer. Does nothing when none runs."""
    watch = session.get(Stopwatch, conversation.id)
    if watch is None:
        return
    session.add(
        Measure(
            region=conversation.region,
            language=conversation.language,
            channel=conversation.channel,
            level=LEVELS[conversation.level_rank],
            hour=now.replace(minute=0, second=0, microsecond=0),
            seconds_to_page=_seconds(watch.started_at, watch.paged_at),
            seconds_to_acknowledge=_seconds(watch.started_at, watch.acknowledged_at),
            seconds_to_answer=_seconds(watch.started_at, now) or 0,
        )
    )
    session.delete(watch)


def _seconds(begins: datetime, ends: datetime | None) -> int | None:
    return None if ends is None else max(0, round((ends - begins).total_seconds()))
