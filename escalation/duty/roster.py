"""The roster: weekly and single shifts, with exceptions, as spells of duty on the clock.

Shifts are kept on the local time of the Netherlands, so that a shift from 22:00 begins at 22:00 in summer and winter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..store.duty_tables import DutyProfile, Shift, ShiftChange
from ..store.tables import DeskKeyCopy, ScreenerRow

ZONE = ZoneInfo("Europe/Amsterdam")
FIRST, SECOND, COORDINATOR, FALLBACK = RUNGS = (1, 2, 3, 4)
"""Who is called one after the other: first, second, the coordinator, and the list of those who are always tried."""

MINUTES_A_DAY = 24 * 60
AHEAD = timedelta(days=28)
"""How far ahead the next spell of duty is looked for."""


@dataclass(frozen=True)
class Colleague:
    """A screener who can open cases, as the roster and the ladder know one."""

    id: str
    name: str
    side: str
    role: str
    language: str
    languages: tuple[str, ...]
    phone: str | None
    email: str | None


@dataclass(frozen=True)
class Spell:
    """One stretch of duty of one colleague, in UTC; ``day`` is the local day on which it begins."""

    shift_id: int
    colleague: Colleague
    rung: int
    day: date
    begins: datetime
    ends: datetime
    is_changed: bool


def colleagues(session: Session) -> dict[str, Colleague]:
    """Return everybody who has a desk's key and was not let go, by id."""
    rows = session.execute(
        select(ScreenerRow, DutyProfile)
        .join(
            DeskKeyCopy,
            (DeskKeyCopy.screener_id == ScreenerRow.id) & (DeskKeyCopy.side == ScreenerRow.side),
        )
        .outerjoin(DutyProfile, DutyProfile.screener_id == ScreenerRow.id)
        .where(ScreenerRow.revoked_at.is_(None))
        .order_by(ScreenerRow.name)
    )
    return {row.id: _colleague(row, profile) for row, profile in rows}


def _colleague(row: ScreenerRow, profile: DutyProfile | None) -> Colleague:
    languages = tuple(profile.languages.split()) if profile else ()
    return Colleague(
        id=row.id,
        name=row.name,
        side=row.side,
        role=row.role,
        language=row.language,
        languages=languages or (row.language,),
        phone=profile.phone if profile else None,
        email=profile.email if profile else None,
    )


def spells(session: Session, region: str, begins: datetime, ends: datetime) -> list[Spell]:
    """Return the spells of duty that touch ``begins`` to ``ends`` (aware), in order of time and rung."""
    staff = colleagues(session)
    shifts = list(session.scalars(select(Shift).where(Shift.region == region)))
    agreed = session.scalars(select(ShiftChange).where(ShiftChange.agreed))
    changes = {(change.shift_id, change.day): change for change in agreed}
    found = [
        spell
        for shift in shifts
        for day in _days(shift, begins, ends)
        if (spell := _spell(shift, day, changes.get((shift.id, day.isoformat())), staff))
        and spell.begins < ends
        and spell.ends > begins
    ]
    return sorted(found, key=lambda spell: (spell.begins, spell.rung, spell.colleague.name))


def on_duty(session: Session, region: str, at: datetime) -> list[Spell]:
    """Return who has duty at a moment, by rung."""
    now = spells(session, region, at, at + timedelta(microseconds=1))
    return sorted(now, key=lambda spell: (spell.rung, spell.colleague.name))


def next_duty(session: Session, region: str, after: datetime) -> datetime | None:
    """Return when somebody of the first three rungs has duty again, or None when nobody has in four weeks."""
    ahead = spells(session, region, after, after + AHEAD)
    begins = [spell.begins for spell in ahead if spell.rung != FALLBACK and spell.begins > after]
    return min(begins, default=None)


def has_roster(session: Session, region: str) -> bool:
    """Return whether any shift stands in the roster of a region."""
    return session.scalar(select(Shift.id).where(Shift.region == region).limit(1)) is not None


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NL", years=year))


def is_holiday(day: date) -> bool:
    """Return whether a day is a public holiday in the Netherlands."""
    return day in _holidays(day.year)


def local_day(moment: datetime) -> date:
    """Return the date in the Netherlands at a moment."""
    return moment.astimezone(ZONE).date()


def local_moment(day: date, minute: int) -> datetime:
    """Return the moment in UTC at which the clock of the Netherlands shows ``minute`` minutes after midnight."""
    on = day + timedelta(days=minute // MINUTES_A_DAY)
    clock = time(*divmod(minute % MINUTES_A_DAY, 60))
    return datetime.combine(on, clock, tzinfo=ZONE).astimezone(UTC)


def _days(shift: Shift, begins: datetime, ends: datetime) -> Iterator[date]:
    """Yield the local days on which the shift may begin, from a day before for what runs past midnight."""
    first, last = local_day(begins) - timedelta(days=1), local_day(ends)
    for day in _every_day(first, last):
        if shift.day is not None:
            fits = shift.day == day.isoformat()
        else:
            fits = shift.weekday == day.weekday() and _is_valid(shift, day)
        if fits:
            yield day


def _every_day(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _is_valid(shift: Shift, day: date) -> bool:
    written = day.isoformat()
    return (
        (shift.from_day is None or shift.from_day <= written)
        and (shift.until_day is None or written <= shift.until_day)
        and (shift.on_holidays or not is_holiday(day))
    )


def _spell(
    shift: Shift, day: date, change: ShiftChange | None, staff: dict[str, Colleague]
) -> Spell | None:
    who = staff.get(shift.screener_id if change is None else change.screener_id or "")
    if who is None:
        return None
    return Spell(
        shift_id=shift.id,
        colleague=who,
        rung=shift.rung,
        day=day,
        begins=local_moment(day, shift.starts_minute),
        ends=local_moment(day, shift.starts_minute + shift.lasts_minutes),
        is_changed=change is not None,
    )
