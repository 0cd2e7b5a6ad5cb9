"""The ladder: an acute case calls the first rung at once and the next ones until somebody acknowledges.

What is said to the reporter stands in the same transaction as the step itself, so it is never ahead of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from .. import casefile
from ..bus import QUEUE_TOPIC, conversation_topic
from ..ports import Ports
from ..store.duty_tables import Alarm, Stopwatch
from ..store.session import reading, unit_of_work
from ..store.tables import CaseKeyCopy, Conversation
from ..system_lines import SYSTEM_LINES
from .paging import write_pages
from .roster import (
    COORDINATOR,
    FALLBACK,
    FIRST,
    RUNGS,
    SECOND,
    Colleague,
    colleagues,
    has_roster,
    on_duty,
)

SAID_AT: dict[int, str] = {
    FIRST: "system_calling",
    SECOND: "system_calling_more",
    COORDINATOR: "system_calling_coordinator",
    FALLBACK: "system_calling_everybody",
}
"""What the reporter is told when a rung is called."""

STEPS_TOGETHER = 25
"""How many alarms take their step in one transaction: many at once must not wait for as many writes to disk."""


def raise_alarm(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """Let people be called for a case that nobody has; does nothing while they are being called already.

    Only the row is written here, in the transaction of the message itself: the worker calls the first rung at once.
    """
    if conversation.owner_id is not None or open_alarm(session, conversation.id) is not None:
        return
    session.add(Alarm(conversation_id=conversation.id, raised_at=now, next_at=now))


def open_alarm(session: Session, conversation_id: str) -> Alarm | None:
    """Return the alarm that is going on for a case, if any."""
    return session.scalars(
        select(Alarm).where(Alarm.conversation_id == conversation_id, Alarm.ended_at.is_(None))
    ).first()


def climb(ports: Ports) -> int:
    """Call the rungs whose time has come; return how many alarms went a step further."""
    now = ports.clock()
    with reading(ports.sessions) as session:
        due = list(
            session.scalars(select(Alarm).where(Alarm.ended_at.is_(None), Alarm.next_at <= now))
        )
    stepped = 0
    for start in range(0, len(due), STEPS_TOGETHER):
        stepped += _step_together(ports, due[start : start + STEPS_TOGETHER], now)
    return stepped


def acknowledge(
    ports: Ports, session: Session, alarm: Alarm, *, screener_id: str, now: datetime
) -> bool:
    """Stop calling for a while: somebody says to be coming. Returns False when somebody else was first.

    Acknowledging is a promise: when nobody has taken the case over after a while, calling goes on.
    """
    changed = session.execute(
        update(Alarm)
        .where(Alarm.id == alarm.id, Alarm.ended_at.is_(None), Alarm.acknowledged_at.is_(None))
        .values(
            acknowledged_at=now,
            acknowledged_by=screener_id,
            next_at=now + ports.durations.acknowledged_lasts,
        )
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        return False
    note_acknowledged(session, alarm.conversation_id, now)
    _tell(session, alarm.conversation_id, "system_person_coming", now)
    return True


def end_alarm(session: Session, conversation_id: str, *, screener_id: str, now: datetime) -> None:
    """End the alarm: somebody has taken the case over."""
    alarm = open_alarm(session, conversation_id)
    if alarm is None:
        return
    alarm.ended_at = now
    if alarm.acknowledged_at is None:
        alarm.acknowledged_at, alarm.acknowledged_by = now, screener_id
        note_acknowledged(session, conversation_id, now)


def note_acknowledged(session: Session, conversation_id: str, now: datetime) -> None:
    """Stop the watch for the acknowledgement, once."""
    session.execute(
        update(Stopwatch)
        .where(Stopwatch.conversation_id == conversation_id, Stopwatch.acknowledged_at.is_(None))
        .values(acknowledged_at=now)
    )


def _step_together(ports: Ports, seen: Sequence[Alarm], now: datetime) -> int:
    with unit_of_work(ports.sessions) as session:
        stepped = [alarm for alarm in seen if _step(ports, session, alarm, now)]
    for alarm in stepped:
        ports.bus.publish(conversation_topic(alarm.conversation_id))
    if stepped:
        ports.bus.publish(QUEUE_TOPIC)
    return len(stepped)


def _step(ports: Ports, session: Session, seen: Alarm, now: datetime) -> bool:
    if not _claim(ports, session, seen, now):
        return False  # another worker was first, or somebody answered
    conversation = session.get_one(Conversation, seen.conversation_id)
    alarm = session.get_one(Alarm, seen.id, populate_existing=True)
    rung = _call(ports, session, alarm, conversation, now)
    _tell(session, conversation.id, _said(seen, rung), now)
    return True


def _claim(ports: Ports, session: Session, seen: Alarm, now: datetime) -> bool:
    """Move the alarm on by one conditional UPDATE: of any number of workers one calls."""
    changed = session.execute(
        update(Alarm)
        .where(
            Alarm.id == seen.id,
            Alarm.ended_at.is_(None),
            Alarm.next_at == seen.next_at,
            Alarm.rounds == seen.rounds,
        )
        .values(acknowledged_at=None, acknowledged_by=None, rounds=seen.rounds + 1)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount == 1)  # type: ignore[attr-defined]


def _call(
    ports: Ports, session: Session, alarm: Alarm, conversation: Conversation, now: datetime
) -> int | None:
    """Call the next rung on which there is somebody; return it, or None when there is nobody at all."""
    rungs = [rung for rung in RUNGS if rung > alarm.rung] or [FALLBACK]
    for rung in rungs:
        called = people_of(ports, session, conversation, rung, now)
        if called:
            write_pages(ports, session, alarm, called, rung=rung, now=now)
            alarm.next_at = _next_at(ports, alarm.next_at, rung, now)
            alarm.rung = rung
            return rung
    alarm.rung, alarm.next_at = FALLBACK, now + ports.durations.call_again
    return None


def _next_at(ports: Ports, planned: datetime, rung: int, now: datetime) -> datetime:
    """Return when the rung after ``rung`` is called: counted from when this one was planned, not from now."""
    if rung >= FALLBACK:
        return now + ports.durations.call_again
    times = ports.durations.rungs
    distance = times[rung] - times[rung - 1]
    return (planned if now - planned < distance else now) + distance


def people_of(
    ports: Ports, session: Session, conversation: Conversation, rung: int, now: datetime
) -> list[Colleague]:
    """Return whom a rung calls for a case: those on duty whose desk can open it.

    Without any roster everybody is on the first rung. On the fallback list stand, beside those who are named there,
    all coordinators.
    """
    sides = set(
        session.scalars(
            select(CaseKeyCopy.side).where(CaseKeyCopy.conversation_id == conversation.id)
        )
    )
    staff = colleagues(session)
    if not has_roster(session, conversation.region):
        found = list(staff.values()) if rung in (FIRST, FALLBACK) else []
    else:
        duty = on_duty(session, conversation.region, now)
        found = [spell.colleague for spell in duty if spell.rung == rung]
        if rung == FALLBACK:
            found += [one for one in staff.values() if one.role == "coordinator"]
    return list({one.id: one for one in found if one.side in sides}.values())


def _said(seen: Alarm, rung: int | None) -> str:
    if rung is None:
        return "system_nobody_reachable" if seen.rung < FALLBACK else ""
    if seen.acknowledged_at is not None:
        return "system_calling_again"
    if seen.rung >= FALLBACK:
        return "system_still_calling" if seen.rounds == len(SAID_AT) else ""
    return SAID_AT[rung]


def _tell(session: Session, conversation_id: str, say: str, now: datetime) -> None:
    conversation = session.get_one(Conversation, conversation_id)
    if say:
        line = SYSTEM_LINES[say]
        casefile.append_turn(session, conversation, author="system", line=line, now=now)
