"""Who is reachable now: one question, one answer, for the reporter and for the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..lines import Line
from ..ports import Ports
from ..store.duty_tables import Measure
from ..system_lines import SYSTEM_LINES
from .presence import present_ids
from .roster import FALLBACK, ZONE, has_roster, next_duty, on_duty

PRESENT, ON_DUTY, AWAY, UNKNOWN = "present", "on_duty", "away", "unknown"

WAITS_LOOKED_AT = 50
LEAST_WAITS = 5
"""With fewer answered cases nothing is said about how long it takes."""

WAITS_OF = timedelta(days=30)


@dataclass(frozen=True)
class Reach:
    """Whether somebody is there: ``state`` is present, on_duty (but no desk open), away or unknown (no roster).

    ``minutes`` is what people usually waited in the last thirty days, ``again`` when somebody has duty again.
    """

    state: str
    minutes: int | None
    again: datetime | None


def reach(ports: Ports, session: Session, now: datetime) -> Reach:
    """Return who is reachable at this moment. Writes nothing."""
    if present_ids(session, now, ports.durations.presence):
        return Reach(PRESENT, _usual_minutes(session, ports.region, now), None)
    if any(spell.rung != FALLBACK for spell in on_duty(session, ports.region, now)):
        return Reach(ON_DUTY, None, None)
    if not has_roster(session, ports.region):
        return Reach(UNKNOWN, None, None)
    return Reach(AWAY, None, next_duty(session, ports.region, now))


def reach_line(found: Reach) -> Line:
    """Return what is said about it to somebody who waits."""
    if found.state == PRESENT and found.minutes is not None:
        return _line("system_reach_minutes", minutes={"kind": "number", "value": found.minutes})
    if found.state == AWAY and found.again is not None:
        again = found.again.astimezone(ZONE)
        return _line(
            "system_reach_again",
            weekday={"kind": "weekday", "value": again.date().isoformat()},
            date={"kind": "date", "value": again.date().isoformat()},
            time={"kind": "time", "value": again.time().isoformat("minutes")},
        )
    return SYSTEM_LINES[f"system_reach_{found.state}"]


def _line(say: str, **args: object) -> Line:
    return Line(say, SYSTEM_LINES[say].source, args)


def _usual_minutes(session: Session, region: str, now: datetime) -> int | None:
    waits = list(
        session.scalars(
            select(Measure.seconds_to_answer)
            .where(Measure.region == region, Measure.hour > now - WAITS_OF)
            .order_by(Measure.id.desc())
            .limit(WAITS_LOOKED_AT)
        )
    )
    return max(1, round(median(waits) / 60)) if len(waits) >= LEAST_WAITS else None
