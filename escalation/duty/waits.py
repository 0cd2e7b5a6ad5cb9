"""What was measured of waiting, added up for a coordinator: by language and by hour of the day."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..store.duty_tables import Alarm, Measure, PageRow
from ..store.tables import OutboxRow, ScreenerRow
from .roster import ZONE

LOOKED_BACK = timedelta(days=30)
PAGES_SHOWN = 50


@dataclass(frozen=True)
class Waits:
    """One row: how many people waited, and the median and the 95th percentile of their seconds; None: not measured."""

    label: str
    count: int
    to_page: tuple[int, int] | None
    to_acknowledge: tuple[int, int] | None
    to_answer: tuple[int, int] | None


@dataclass(frozen=True)
class PageTried:
    """One attempt to reach a colleague, as a coordinator sees it."""

    at: datetime
    who: str
    rung: int
    way: str
    status: str
    attempts: int
    error: str | None


def by_language(session: Session, region: str, now: datetime) -> list[Waits]:
    """Return the waits of the last thirty days for each language, the most frequent first."""
    rows = _grouped(session, region, now, lambda one: one.language)
    return sorted(rows, key=lambda row: -row.count)


def by_hour(session: Session, region: str, now: datetime) -> list[Waits]:
    """Return the waits of the last thirty days for each hour of the Dutch day at which somebody was answered."""
    rows = _grouped(session, region, now, lambda one: f"{one.hour.astimezone(ZONE).hour:02}")
    return sorted(rows, key=lambda row: row.label)


def pages_tried(session: Session) -> list[PageTried]:
    """Return the latest attempts to page, newest first."""
    rows = session.execute(
        select(PageRow, OutboxRow, ScreenerRow.name)
        .join(OutboxRow, OutboxRow.key == PageRow.key)
        .join(ScreenerRow, ScreenerRow.id == PageRow.screener_id)
        .order_by(PageRow.written_at.desc())
        .limit(PAGES_SHOWN)
    )
    return [
        PageTried(
            at=page.written_at,
            who=name,
            rung=page.rung,
            way=page.way,
            status=row.status,
            attempts=row.attempts,
            error=row.last_error,
        )
        for page, row, name in rows
    ]


def open_alarms(session: Session) -> int:
    """Return for how many cases people are being called now."""
    return len(list(session.scalars(select(Alarm.id).where(Alarm.ended_at.is_(None)))))


def middle_and_most(seconds: Sequence[int]) -> tuple[int, int] | None:
    """Return the median and the 95th percentile (nearest rank) of whole seconds, None when there are none."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    return _rank(ordered, 0.5), _rank(ordered, 0.95)


def _rank(ordered: Sequence[int], share: float) -> int:
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _grouped(
    session: Session, region: str, now: datetime, label_of: Callable[[Measure], str]
) -> list[Waits]:
    groups: dict[str, list[Measure]] = {}
    found = select(Measure).where(Measure.region == region, Measure.hour > now - LOOKED_BACK)
    for one in session.scalars(found):
        groups.setdefault(label_of(one), []).append(one)
    return [_waits(label, measures) for label, measures in groups.items()]


def _waits(label: str, measures: list[Measure]) -> Waits:
    def told(values: list[int | None]) -> tuple[int, int] | None:
        return middle_and_most([value for value in values if value is not None])

    return Waits(
        label=label,
        count=len(measures),
        to_page=told([one.seconds_to_page for one in measures]),
        to_acknowledge=told([one.seconds_to_acknowledge for one in measures]),
        to_answer=told([one.seconds_to_answer for one in measures]),
    )
