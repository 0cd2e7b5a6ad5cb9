"""Planning the roster: shifts, days off, swaps, and where nobody has duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ..desk.roles import leads, need_lead
from ..desk.sessions import Screener
from ..errors import NotAllowedError, PlanError
from ..ports import Ports
from ..store.duty_tables import DutyProfile, Shift, ShiftChange
from ..store.session import reading, unit_of_work
from ..store.tables import ScreenerRow
from .roster import FIRST, MINUTES_A_DAY, RUNGS, Spell, colleagues, local_moment, spells

DAYS_A_WEEK = 7
LEAST_GAP = timedelta(minutes=1)


@dataclass(frozen=True)
class NewShift:
    """A shift to add: ``weekday`` (0 is Monday) or ``day``; ends before it starts when it runs past midnight."""

    screener_id: str
    rung: int
    starts_minute: int
    ends_minute: int
    weekday: int | None = None
    day: date | None = None
    until_day: date | None = None
    on_holidays: bool = True

    @property
    def lasts_minutes(self) -> int:
        """Return how long it lasts; the same hour twice is a whole day."""
        return (self.ends_minute - self.starts_minute - 1) % MINUTES_A_DAY + 1


@dataclass(frozen=True)
class Swap:
    """A day that a screener wants to give to a colleague who has yet to agree."""

    change_id: int
    day: date
    giver: str
    taker_id: str


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday: who has duty, where nobody on the first rung has, and what waits for an answer."""

    monday: date
    spells: tuple[Spell, ...]
    gaps: tuple[tuple[datetime, datetime], ...]
    swaps: tuple[Swap, ...]


def week(ports: Ports, *, monday: date, side: str) -> Week:
    """Return the week of one side of the desk."""
    begins, ends = local_moment(monday, 0), local_moment(monday + timedelta(DAYS_A_WEEK), 0)
    with reading(ports.sessions) as session:
        found = [
            one for one in spells(session, ports.region, begins, ends) if one.colleague.side == side
        ]
        asked = _asked(session)
    first = [(one.begins, one.ends) for one in found if one.rung == FIRST]
    return Week(monday, tuple(found), tuple(gaps(first, begins, ends)), tuple(asked))


def gaps(
    covered: list[tuple[datetime, datetime]], begins: datetime, ends: datetime
) -> list[tuple[datetime, datetime]]:
    """Return the stretches from ``begins`` to ``ends`` that nothing in ``covered`` covers."""
    open_from, found = begins, []
    for one_begins, one_ends in sorted(covered):
        if one_begins - open_from >= LEAST_GAP:
            found.append((open_from, min(one_begins, ends)))
        open_from = max(open_from, one_ends)
    if ends - open_from >= LEAST_GAP:
        found.append((open_from, ends))
    return found


def add_shift(ports: Ports, *, by: Screener, shift: NewShift) -> None:
    """Put a shift into the roster. Raises NotAllowedError, PlanError when it cannot be."""
    need_lead(by)
    one_kind = (shift.weekday is None) != (shift.day is None)
    if shift.rung not in RUNGS or not one_kind or shift.weekday not in (None, *range(DAYS_A_WEEK)):
        raise PlanError
    with unit_of_work(ports.sessions) as session:
        if not _is_colleague(session, by, shift.screener_id):
            raise PlanError
        session.add(
            Shift(
                screener_id=shift.screener_id,
                region=ports.region,
                rung=shift.rung,
                weekday=shift.weekday,
                day=shift.day.isoformat() if shift.day else None,
                starts_minute=shift.starts_minute % MINUTES_A_DAY,
                lasts_minutes=shift.lasts_minutes,
                until_day=shift.until_day.isoformat() if shift.until_day else None,
                on_holidays=shift.on_holidays,
            )
        )


def remove_shift(ports: Ports, *, by: Screener, shift_id: int) -> None:
    """Take a shift out of the roster, with its exceptions. Raises NotAllowedError, PlanError."""
    need_lead(by)
    with unit_of_work(ports.sessions) as session:
        session.delete(_shift_of_own_side(session, by, shift_id))


def give_day(ports: Ports, *, by: Screener, shift_id: int, day: date, to: str | None) -> None:
    """Give one day of a shift to a colleague, or to nobody (``to`` is None).

    A coordinator's word counts at once; a screener can offer an own day, and the colleague has to agree.
    Raises NotAllowedError, PlanError.
    """
    is_coordinator = leads(by)
    with unit_of_work(ports.sessions) as session:
        shift = _shift_of_own_side(session, by, shift_id)
        if to is not None and not _is_colleague(session, by, to):
            raise PlanError
        if not is_coordinator and (shift.screener_id != by.id or to is None):
            raise NotAllowedError
        session.execute(
            delete(ShiftChange).where(
                ShiftChange.shift_id == shift_id, ShiftChange.day == day.isoformat()
            )
        )
        session.add(
            ShiftChange(
                shift_id=shift_id, day=day.isoformat(), screener_id=to, agreed=is_coordinator
            )
        )


def answer_swap(ports: Ports, *, by: Screener, change_id: int, agrees: bool) -> None:
    """Take over the day that a colleague offers, or not. Raises NotAllowedError, PlanError."""
    with unit_of_work(ports.sessions) as session:
        change = session.get(ShiftChange, change_id)
        if change is None or change.agreed:
            raise PlanError
        if change.screener_id != by.id:
            raise NotAllowedError
        if agrees:
            change.agreed = True
        else:
            session.delete(change)


def save_profile(
    ports: Ports, *, screener_id: str, phone: str | None, email: str | None, languages: list[str]
) -> None:
    """Keep how a screener is paged and in which languages the screener writes; unknown languages are left out."""
    known = [language for language in languages if language in ports.languages]
    with unit_of_work(ports.sessions) as session:
        row = session.get(DutyProfile, screener_id) or DutyProfile(screener_id=screener_id)
        row.phone, row.email, row.languages = phone, email, " ".join(known)
        session.add(row)


def _is_colleague(session: Session, by: Screener, screener_id: str) -> bool:
    found = colleagues(session).get(screener_id)
    return found is not None and found.side == by.side


def _shift_of_own_side(session: Session, by: Screener, shift_id: int) -> Shift:
    """Return a shift of the planner's own side, which alone is theirs to change. Raises PlanError."""
    shift = session.get(Shift, shift_id)
    if shift is None or session.get_one(ScreenerRow, shift.screener_id).side != by.side:
        raise PlanError
    return shift


def _asked(session: Session) -> list[Swap]:
    staff = colleagues(session)
    rows = session.execute(
        select(ShiftChange, Shift.screener_id)
        .join(Shift, Shift.id == ShiftChange.shift_id)
        .where(ShiftChange.agreed.is_(False))
        .order_by(ShiftChange.day)
    )
    return [
        Swap(change.id, date.fromisoformat(change.day), staff[giver].name, change.screener_id)
        for change, giver in rows
        if giver in staff and change.screener_id in staff
    ]
