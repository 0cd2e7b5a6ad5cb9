"""Whether a help line can be called now, and when it opens again, by the clock and the holidays of the Netherlands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

HERE = ZoneInfo("Europe/Amsterdam")
ALWAYS = "always"
_SATURDAY = 6


@dataclass(frozen=True)
class Opening:
    """``is_open`` now; ``until`` when it closes today, or ``opens`` when it opens next. Neither: day and night."""

    is_open: bool
    until: time | None = None
    opens: datetime | None = None


def opening_at(hours: str, now: datetime) -> Opening:
    """Return whether a line with these hours is open at ``now`` (aware).

    ``hours``: "always", or "HH:MM-HH:MM" on working days. Raises ValueError for any other form.
    """
    if hours == ALWAYS:
        return Opening(True)
    first, _, last = hours.partition("-")
    begins, ends = time.fromisoformat(first), time.fromisoformat(last)
    here = now.astimezone(HERE)
    if _is_working_day(here.date()) and begins <= here.time() < ends:
        return Opening(True, until=ends)
    day = here.date() if here.time() < begins else here.date() + timedelta(days=1)
    while not _is_working_day(day):
        day += timedelta(days=1)
    return Opening(False, opens=datetime.combine(day, begins, HERE))


def _is_working_day(day: date) -> bool:
    return day.isoweekday() < _SATURDAY and day not in _public_holidays()


@lru_cache(maxsize=1)
def _public_holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("NL")
